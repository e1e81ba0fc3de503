"""Who can do what a refusal asks for, where whoever reads it on a page may be somebody else.

A link maker reads that a bucket's key cannot sign, and only a key keeper corrects it; neither reaches this server's
settings. A test walks every refusal.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from links.domain.judging.cures import REFUSAL_ACTS
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
        **dict.fromkeys(REFUSAL_ACTS, Responsible.KEY_KEEPER),
        **dict.fromkeys(_OF_THE_SERVER, Responsible.OPERATOR),
        Reason.PROMISE_OVER_ALREADY: Responsible.STORE,
    }
)

_WORDS: Mapping[Responsible, str] = {
    Responsible.KEY_KEEPER: _("A key keeper can do this[: %(keepers)s]."),
    Responsible.STORE: _("Whoever manages the bucket at its store can do this."),
    Responsible.OPERATOR: _("Whoever runs this server can do this."),
}


def name_responsible(reason: Reason, keepers: str = "", *, is_own: bool = False) -> str:
    """A sentence, which names `keepers` where they are known; "" where whoever reads it can do it. `is_own`: the page
    has the very field that is to blame."""
    responsible = RESPONSIBLE.get(reason)
    return (
        ""
        if responsible is None or (is_own and responsible is Responsible.KEY_KEEPER)
        else fill(gettext(_WORDS[responsible]), {"keepers": keepers})
    )
