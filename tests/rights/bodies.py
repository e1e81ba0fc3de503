"""What a program sends to each operation of the API, so that a refusal is of the right and not of the body."""

from links.models import ShareLink
from links.queries.own_urls import reveal_url
from tests.rights.table import Right
from tests.rights.world import World


def write_body(world: World, right: Right) -> object:
    """None where the operation takes no body."""
    link = world.row("sharelink", right.whose)
    assert isinstance(link, ShareLink)
    match right.route.removeprefix("api/v1"):
        case "/links/find":
            return {"url": reveal_url(link)}
    return None
