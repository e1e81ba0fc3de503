"""The state of a signing key, put into words for a page."""

from django.utils.translation import gettext

from links.admin.base import badges
from links.domain.credentials import KeyState
from links.models import SigningKey
from links.queries.bucket_states import has_served
from links.texts import refusals


def describe_state(key: SigningKey) -> str:
    """In one sentence that names the key."""
    badge = badges.of_key(key)
    text = gettext("%(label)s: %(state)s. %(meaning)s")
    return text % {"label": key.label, "state": badge.word, "meaning": explain_state(key) or badge.hint}


def explain_state(key: SigningKey) -> str:
    """Why the key is in its state, where the store or the rules gave a reason; and that nothing is known of one that
    was never tried."""
    if key.replaced_at is None and key.key_state is KeyState.UNPROVED and not has_served(key):
        return gettext(
            "Not tried yet. This store cannot say who owns the key: bind a bucket to it and test the bucket, which "
            "shows whether the key works."
        )
    if not key.state_code or key.replaced_at is not None:
        return ""
    return refusals.explain_stored(key.state_code, access_key_id=key.access_key_id, arn=key.arn, host=key.asked_host)
