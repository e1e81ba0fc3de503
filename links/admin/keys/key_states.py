"""The state of a signing key, put into words for a page."""

from django.utils.translation import gettext

from links.admin.base import badges
from links.models import SigningKey
from links.texts import refusals


def describe_state(key: SigningKey) -> str:
    """In one sentence that names the key."""
    badge = badges.of_key(key)
    text = gettext("%(label)s: %(state)s. %(meaning)s")
    return text % {"label": key.label, "state": badge.word, "meaning": explain_state(key) or badge.hint}


def explain_state(key: SigningKey) -> str:
    """Why the key is in its state, where the store or the rules gave a reason."""
    if not key.state_code or key.replaced_at is not None:
        return ""
    return refusals.explain_stored(key.state_code, access_key_id=key.access_key_id, arn=key.arn, host=key.asked_host)
