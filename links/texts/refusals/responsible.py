"""Who can do what a refusal asks for, where whoever reads it on a page may be somebody else.

A link maker reads that a bucket's key cannot sign, and only a key keeper corrects it; neither reaches this server's
settings. A test walks every refusal.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from links.domain.errors import HoldfastError
from links.domain.judging.cures import REFUSAL_ACTS
from links.domain.promise.promises import PromiseCode
from links.domain.reasons import Reason
from links.texts.formatting import fill


class Responsible(StrEnum):
    KEY_KEEPER = "key-keeper"  # who has the pages of keys and buckets
    STORE = "store"  # who manages the bucket where it is kept
    OPERATOR = "operator"  # who has this server's settings, environment and clock


_OF_THE_SERVER = (
    Reason.BASE_URL_MISSING,
    Reason.CLOCK_SKEW,
    Reason.DELIVERY_FAILED,
    Reason.ENDPOINT_PRIVATE,
    Reason.GATE_NOT_SIGV4,
    Reason.GATE_TOKEN,
    Reason.GATE_WRONG_HEADERS,
    Reason.GATE_WRONG_HOST,
    Reason.GATE_WRONG_KEY,
    Reason.PROBE_HOST_NOT_ALLOWED,
    Reason.SECRETS_MISPLACED,
    Reason.SECRETS_UNREADABLE,
)

RESPONSIBLE: Mapping[Reason, Responsible] = MappingProxyType(
    {
        # What is done with a key or a bucket.
        **dict.fromkeys(REFUSAL_ACTS.keys() - {Reason.PROMISE_OVER_ALREADY}, Responsible.KEY_KEEPER),
        **dict.fromkeys(_OF_THE_SERVER, Responsible.OPERATOR),
    }
)
# Of what ends before it could begin, by the reason of its promise.
OF_ENDS: Mapping[str, Responsible] = MappingProxyType(
    {
        PromiseCode.ROTATION_DUE.value: Responsible.KEY_KEEPER,
        PromiseCode.LIFECYCLE_DELETES.value: Responsible.STORE,
        PromiseCode.RESTORE_ENDS.value: Responsible.STORE,
        PromiseCode.POLICY_REFUSES_PRESIGNED.value: Responsible.STORE,
        PromiseCode.POLICY_LIMITS_TIME.value: Responsible.STORE,
    }
)

_WORDS: Mapping[Responsible, str] = {
    Responsible.KEY_KEEPER: _("A key keeper can do this[: %(keepers)s]."),
    Responsible.STORE: _("Whoever manages the bucket at its store can do this."),
    Responsible.OPERATOR: _("Whoever runs this server can do this."),
}


def find_responsible(error: HoldfastError, *, is_own: bool = False) -> Responsible | None:
    """None where whoever reads it can do it. `is_own`: the page has the very field that is to blame."""
    if error.reason is Reason.PROMISE_OVER_ALREADY:
        return OF_ENDS.get(str(error.params.get("reason")))
    responsible = RESPONSIBLE.get(error.reason)
    return None if is_own and responsible is Responsible.KEY_KEEPER else responsible


def name_responsible(responsible: Responsible, keepers: str = "") -> str:
    """A sentence, which names `keepers` where they are known."""
    return fill(gettext(_WORDS[responsible]), {"keepers": keepers})
