"""What is promised, and why not more, in words."""

from datetime import datetime

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_noop as _

from links.domain.judging.facts import Delivery
from links.domain.judging.forecasts import Forecast, ForecastKind
from links.domain.promise.promises import Promise, PromiseCode, PromiseReason, Unchecked
from links.texts.formatting import Line, join, line, render_lines
from links.texts.times import moment

_REASONS: dict[PromiseCode, tuple[Line, ...]] = {
    PromiseCode.SIGNED_AT_EACH_CLICK: (line(_("It is signed again at each click.")),),
    PromiseCode.SIGNED_ONCE: (line(_("It is signed once, for its whole lifetime.")),),
    PromiseCode.LIFECYCLE_DELETES: (
        line(_("A lifecycle rule deletes the object on %(at)s.")),
        line(_("A lifecycle rule deletes the object.")),
    ),
    PromiseCode.LIFECYCLE_ARCHIVES: (
        line(_("A lifecycle rule moves the object into an archive on %(at)s; from then on it cannot be downloaded.")),
        line(_("A lifecycle rule moves the object into an archive.")),
    ),
    PromiseCode.POLICY_LIMITS_AGE: (
        line(_("The bucket's policy refuses older signatures from %(at)s on.")),
        line(_("The bucket's policy refuses older signatures.")),
    ),
    PromiseCode.POLICY_LIMITS_TIME: (
        line(_("The bucket's policy refuses every download from %(at)s on.")),
        line(_("The bucket's policy refuses every download.")),
    ),
    PromiseCode.POLICY_LIMITS_CALLERS: (
        line(_("The bucket's policy allows only some addresses or networks: it may refuse the customer.")),
    ),
    PromiseCode.POLICY_REFUSES_PRESIGNED: (line(_("The bucket's policy refuses presigned URLs.")),),
    PromiseCode.POLICY_MAY_REFUSE: (
        line(_("The bucket's policy may refuse it sooner, under conditions that are not known here.")),
    ),
    PromiseCode.RESTORE_ENDS: (
        line(_("The restored copy of the archived object ends on %(at)s.")),
        line(_("The restored copy of the archived object ends.")),
    ),
    PromiseCode.ROTATION_DUE: (
        line(_("The access key that signs it is due for rotation on %(at)s.")),
        line(_("The access key that signs it is due for rotation.")),
    ),
}
_PROMISED = _("Promised until %(until)s.")
_WORKS = _("Works until %(until)s.")
_DELIVERIES = {
    Delivery.FOREIGN: _("Promised until %(until)s. It was signed elsewhere and is only monitored here."),
}


_UNCHECKED = {
    Unchecked.LIFECYCLE: _("lifecycle rules"),
    Unchecked.POLICY: _("bucket policy"),
    Unchecked.VERSIONS: _("versions"),
}


def reason(reason: PromiseReason) -> str:
    """One sentence for one reason that a promise rests on, or is limited by."""
    return render_lines(_REASONS[reason.code], {"at": moment(reason.at) if reason.at else ""})


def summary(
    promise: Promise, delivery: Delivery, starts_at: datetime | None = None, forecast: Forecast | None = None
) -> str:
    """Until when a link was promised and why not longer, in two or three sentences; and from when, where that is ahead.
    That it works so long is said only where the forecast says so; None before anything was asked."""
    until = {"asked": moment(promise.asked_until), "until": moment(promise.promised_until)}
    if promise.is_shortened:
        first = gettext("Asked until %(asked)s, but it can be promised only until %(until)s.") % until
    else:
        works = forecast is not None and forecast.kind is ForecastKind.WORKS
        first = gettext(_DELIVERIES.get(delivery, _WORKS if works else _PROMISED)) % until
    begins = [beginning(starts_at)] if starts_at else []
    return join([first, *begins, *(reason(each) for each in promise.reasons)])


def beginning(starts_at: datetime) -> str:
    return gettext("It cannot be opened before %(start)s.") % {"start": moment(starts_at)}


def used_up(limit: int, promised_until: datetime) -> str:
    """What became of a link whose downloads have all been made, though its promise still runs."""
    text = ngettext(
        "No downloads are left: %(limit)s download was allowed and has been used, so nobody can open it any "
        "more, although it was promised until %(until)s. Allow another download to make it work again.",
        "No downloads are left: %(limit)s downloads were allowed and have been used, so nobody can open it "
        "any more, although it was promised until %(until)s. Allow another download to make it work again.",
        limit,
    )
    return text % {"limit": limit, "until": moment(promised_until)}


def unchecked(promise: Promise) -> str:
    """What could not be taken into account, in a sentence; empty where everything was."""
    names = [gettext(_UNCHECKED[each]) for each in promise.unchecked]
    if not names:
        return ""
    return gettext("Not checked, because the key may not read it or the store does not say: %(what)s.") % {
        "what": gettext(", ").join(names)
    }
