"""Until when a link works, in words: what was promised, and what will be."""

from datetime import datetime

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from links.domain.judging.forecasts import Forecast, ForecastKind
from links.texts.pages.findings import title
from links.texts.times import moment

_NAMES = {
    ForecastKind.PROMISED: _("Promised until"),
    ForecastKind.WORKS: _("Works until"),
    ForecastKind.STOPS: _("Stops working"),
    ForecastKind.OVERDUE: _("May stop at any time since"),
    ForecastKind.STOPPED: _("Stopped on"),
    ForecastKind.NEVER_WORKED: _("Never worked"),
    ForecastKind.FAILS: _("Does not work"),
    ForecastKind.USED_UP: _("No downloads left"),
    ForecastKind.ENDED: _("Expired on"),
    ForecastKind.REVOKED: _("Revoked"),
    ForecastKind.RESCUED: _("Replaced"),
}
_BRIEF = {
    ForecastKind.STOPS: _("stops working on %(at)s"),
    ForecastKind.OVERDUE: _("may stop at any time since %(at)s"),
    ForecastKind.STOPPED: _("stopped on %(at)s"),
    ForecastKind.NEVER_WORKED: _("never worked"),
    ForecastKind.FAILS: _("does not work"),
}
_SENTENCES = {
    ForecastKind.STOPS: _("It stops working on %(at)s at the latest"),
    ForecastKind.OVERDUE: _("It was due to stop on %(at)s, and may stop working at any time"),
    ForecastKind.STOPPED: _("It stopped working on %(at)s"),
    ForecastKind.NEVER_WORKED: _("It never worked"),
    ForecastKind.FAILS: _("It does not work"),
}
_LAST_WORKED = _("It does not work. It last worked on %(worked_at)s")


def name(forecast: Forecast) -> str:
    """A label for the moment that it speaks of."""
    return gettext(_NAMES[forecast.kind])


def brief(forecast: Forecast) -> str:
    """A few words beside the promise; empty where the promise says it all."""
    return gettext(_BRIEF.get(forecast.kind, "")) % _tell(forecast) if forecast.kind in _BRIEF else ""


def sentence(forecast: Forecast) -> str:
    """What becomes of the promise, and why; empty where it is being kept as far as anybody knows, or is over."""
    if forecast.kind not in _SENTENCES:
        return ""
    is_seen = forecast.kind is ForecastKind.FAILS and forecast.worked_at is not None
    text = gettext(_LAST_WORKED if is_seen else _SENTENCES[forecast.kind]) % _tell(forecast)
    if forecast.cause is None:
        return gettext("%(sentence)s.") % {"sentence": text}
    return gettext("%(sentence)s: %(why)s.") % {"sentence": text, "why": title(forecast.cause.code)}


def heading(forecast: Forecast) -> str:
    """What stands above the promise: not "available until" where nobody gets anything."""
    return gettext("Not available") if forecast.kind.is_bad else gettext("Available until")


def _tell(forecast: Forecast) -> dict[str, str]:
    return {"at": _say(forecast.at), "worked_at": _say(forecast.worked_at)}


def _say(when: datetime | None) -> str:
    return moment(when) if when else ""
