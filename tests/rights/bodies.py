"""What a program sends to each operation of the API, so that a refusal is of the right and not of the body."""

from links.models import Bucket, ShareLink
from links.queries.own_urls import reveal_url
from tests.fixtures import OBJECT
from tests.rights.table import Right
from tests.rights.world import OWN, World


def write_body(world: World, right: Right) -> object:
    """None where the operation takes no body."""
    kind = "presigned" if right.route.endswith("rescue") else "sharelink"
    link = world.row(kind, right.whose)
    assert isinstance(link, ShareLink)
    colleague = "ken" if right.whose == OWN else world.person.username
    bucket = world.row("bucket", right.whose)
    assert isinstance(bucket, Bucket)
    place = {"bucket": bucket.name, "endpoint": bucket.endpoint, "region": bucket.region}
    new_link = {"bucket": bucket.pk, "object_key": OBJECT, "lifetime": "1 day"}
    links = {"links": [link.pk]}
    one, many = "/links/<int:link_id>", "/links/bulk"
    bodies: dict[str, object] = {
        "POST /links": new_link,
        "POST /links/preview": new_link,
        "POST /links/find": {"url": reveal_url(link)},
        "POST /links/for-objects": {**place, "object_keys": [OBJECT], "purpose": "shop", "lifetime": "1 day"},
        f"PATCH {one}": {"title": "Taken"},
        f"POST {one}/extend": {"lifetime": "60 days"},
        f"POST {one}/revive": {"lifetime": "1 day"},
        f"POST {one}/duplicate": {"lifetime": "1 day"},
        f"POST {one}/transfer": {"colleague": colleague},
        f"POST {many}/create": {"items": [new_link]},
        f"POST {many}/extend": {**links, "lifetime": "60 days"},
        f"POST {many}/transfer": {**links, "colleague": colleague},
        "POST /customers": {"name": "Newcomer"},
        "PATCH /customers/<int:customer_id>": {"name": "Renamed"},
        "POST /time-requests/<int:time_request_id>/grant": {"lifetime": "60 days"},
        "POST /doctor": {"url": "https://files.s3.amazonaws.com/a?X-Amz-Signature=5f"},
        "POST /doctor/scan": {"text": "nothing"},
        **{f"POST {many}/{what}": links for what in ("revoke", "duplicate", "rescue", "validate")},
    }
    return bodies.get(f"{right.method} {right.route.removeprefix('api/v1')}")
