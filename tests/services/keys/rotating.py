"""A key rotated, a link clicked, and all that a rotation changes."""

from links.domain.visits.access import Outcome
from links.models import Bucket, ShareLink, SigningKey
from links.services.keys.rotation import Rotated, rotate_key
from links.services.links.creation import NewLink
from links.services.visits import clicks
from tests.fixtures import World, fetch
from tests.strict_s3 import AccessKey


def rotate(world: World, access: AccessKey) -> Rotated:
    return rotate_key(world.key, access.id, access.secret, now=world.clock())


def click(link: NewLink, world: World) -> bytes:
    followed = clicks.follow(link.url.rpartition("/")[2], now=world.clock())
    assert followed.outcome is Outcome.SERVED
    return fetch(followed.url)


def read_state() -> object:
    """Everything that a rotation changes."""
    rows = SigningKey.objects.order_by("pk").values_list("pk", "label", "access_key_id", "replaced_at", "check_due_at")
    bound = Bucket.objects.order_by("pk").values_list("pk", "key")
    links = ShareLink.objects.order_by("pk").values_list("pk", "access_key_id", "due_at")
    return list(rows), list(bound), list(links)
