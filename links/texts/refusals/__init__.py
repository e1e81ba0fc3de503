"""What was refused, or did not answer, in words: one sentence for each reason, which says what to do.

A new reason is one entry in the file of its subject; the gaps of its lines are the error's params.
"""

from collections.abc import Mapping
from datetime import timedelta

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from links.domain.errors import HoldfastError
from links.domain.findings import Code
from links.domain.reasons import Reason
from links.texts import signatures
from links.texts.findings import CATALOGUE
from links.texts.formatting import Line, join, line, plain, render_lines
from links.texts.refusals.api import API
from links.texts.refusals.api_tokens import API_TOKENS
from links.texts.refusals.changes import CHANGES
from links.texts.refusals.keys import CORRECTION, KEYS, ROTATION
from links.texts.refusals.pasted import MANY, RESCUE, URLS
from links.texts.refusals.places import OBJECTS, OPTIONS, PLACES
from links.texts.refusals.promises import LIFETIMES, PROMISES
from links.texts.refusals.responsible import find_responsible, name_responsible
from links.texts.refusals.sharing import SHARING
from links.texts.refusals.sign_in import SIGN_IN
from links.texts.refusals.signing import GATE
from links.texts.refusals.silence import SILENCE
from links.texts.refusals.webhooks import WEBHOOKS
from links.texts.times import read_moment, span


def explain(error: HoldfastError) -> str:
    """What went wrong and what to do, in the active language."""
    return explain_stored(error.code, **error.params)


def explain_to_staff(error: HoldfastError, keepers: str = "", *, is_own: bool = False) -> str:
    """The same on a page, whose reader may have to ask somebody else to do it: `keepers` are key keepers, by name.
    `is_own`: the page has the very field that is to blame."""
    responsible = find_responsible(error, is_own=is_own)
    return join([explain(error), name_responsible(responsible, keepers)]) if responsible else explain(error)


def explain_stored(code: str, **params: object) -> str:
    """As `explain`, of a reason that was kept by its code; one that this version does not know is named."""
    reason = Reason.find(code)
    lines = _SENTENCES.get(reason, _GENERAL) if reason else _GENERAL
    return render_lines(lines, _read_values(code, params))


def _read_values(code: str, params: Mapping[str, object]) -> dict[str, str]:
    values = {name: plain(value) for name, value in params.items() if value not in (None, "")}
    values |= {name: read_moment(params[name]) for name in ("start", "end", "asked_until") if name in params}
    return values | {
        "flavour": signatures.name_flavour(str(params.get("flavour") or "")),
        "code": plain(code),
        "finding": _read_title(params.get("reason")),
        "shortest": _read_span(params.get("shortest")),
    }


def _read_title(code: object) -> str:
    words = CATALOGUE.get(code) if isinstance(code, Code) else _TITLES.get(str(code))
    return gettext(words.title) if words else ""


def _read_span(seconds: object) -> str:
    return span(timedelta(seconds=seconds)) if isinstance(seconds, int) else ""


_TITLES = {code.value: words for code, words in CATALOGUE.items()}
_GENERAL = (line(_("This was refused for the reason “%(code)s”. Check what was entered and try again.")),)

_SENTENCES: Mapping[Reason, tuple[Line, ...]] = {
    **KEYS,
    **CORRECTION,
    **ROTATION,
    **GATE,
    **PLACES,
    **OPTIONS,
    **OBJECTS,
    **LIFETIMES,
    **PROMISES,
    **URLS,
    **MANY,
    **RESCUE,
    **CHANGES,
    **SHARING,
    **SIGN_IN,
    **API_TOKENS,
    **API,
    **SILENCE,
    **WEBHOOKS,
}
