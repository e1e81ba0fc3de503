"""What a program sends to each operation of the API, so that a refusal is of the right and not of the body."""

from links.models import ShareLink
from links.queries.own_urls import reveal_url
from tests.rights.table import Right
from tests.rights.world import World


def write_body(world: World, right: Right) -> object:
    """None where the operation takes no body."""
    link = world.row("sharelink", right.whose)
    assert isinstance(link, ShareLink)
    bodies = {
        "POST /links/find": {"url": reveal_url(link)},
        "POST /customers": {"name": "Newcomer"},
        "PATCH /customers/<int:customer_id>": {"name": "Renamed"},
        "POST /time-requests/<int:time_request_id>/grant": {"lifetime": "60 days"},
        "POST /doctor": {"url": "https://files.s3.amazonaws.com/a?X-Amz-Signature=5f"},
        "POST /doctor/scan": {"text": "nothing"},
    }
    return bodies.get(f"{right.method} {right.route.removeprefix('api/v1')}")
