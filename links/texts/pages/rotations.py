"""What rotating a key does, in words."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.utils.translation import gettext, ngettext

from links.domain.rotations import Plan
from links.texts.times import moment


def list_consequences(plan: Plan) -> list[str]:
    """What goes on and what ends, one sentence for each kind of link that there is."""
    return list(_find_consequences(plan))


def _find_consequences(plan: Plan) -> Iterator[str]:
    stable, presigned, foreign = plan.stable_count, plan.presigned_count, plan.foreign_count
    yield ngettext(
        "%(count)s stable link is not affected: the new key signs it at its next click.",
        "%(count)s stable links are not affected: the new key signs them at their next click.",
        stable,
    ) % {"count": stable}
    if not presigned and not foreign:
        yield gettext("No URL that still works was signed by the old key, so none stops working with it.")
    if presigned:
        yield ngettext(
            (
                "%(count)s presigned link was signed by the old key and stops working when that key is deleted at "
                "its store."
            ),
            (
                "%(count)s presigned links were signed by the old key and stop working when that key is deleted at "
                "its store."
            ),
            presigned,
        ) % {"count": presigned}
    if foreign:
        yield ngettext(
            "%(count)s external URL that is monitored here was signed by the old key too, and stops working with it.",
            "%(count)s external URLs that are monitored here were signed by the old key too, and stop working with it.",
            foreign,
        ) % {"count": foreign}


def explain_unread(buckets: Sequence[str]) -> str:
    """Which buckets were moved though neither key can read them; "" where there are none."""
    if not buckets:
        return ""
    words = ngettext(
        "The old key could not read this bucket either, so the new key took it over untested: %(buckets)s. "
        "Test it on its page.",
        "The old key could not read these buckets either, so the new key took them over untested: %(buckets)s. "
        "Test them on their pages.",
        len(buckets),
    )
    return words % {"buckets": gettext(", ").join(buckets)}


def explain_last_end(plan: Plan) -> str:
    """When the last URL of the key ends, before the key is rotated; "" where there is none, which the consequences say
    already."""
    if plan.last_ends_at is None:
        return ""
    text = gettext("The last URL that was signed by the old key ends on %(moment)s. Keep that key active until then.")
    return text % {"moment": moment(plan.last_ends_at)}


def explain_deletion(access_key_id: str, harmless_from: datetime, now: datetime) -> str:
    """From when the key that was replaced can be deleted at its store, and until when not to."""
    if harmless_from <= now:
        text = gettext("The old key %(access_key_id)s can be deleted at its store: nobody needs it any more.")
        return text % {"access_key_id": access_key_id}
    text = gettext(
        "Do not delete the old key %(access_key_id)s at its store before %(moment)s: until then customers "
        "have URLs that need it. After that it can be deleted safely."
    )
    return text % {"access_key_id": access_key_id, "moment": moment(harmless_from)}
