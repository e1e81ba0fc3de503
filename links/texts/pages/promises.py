"""What is promised, and why not more, in words."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_noop as _

from links.domain.findings import Finding, Verdict
from links.domain.judging.facts import Delivery
from links.domain.promise.promises import Promise, PromiseCode, PromiseReason, Unchecked
from links.texts.formatting import Line, join, line, render_lines
from links.texts.pages.findings import title
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
        line(_("The bucket's policy admits only some addresses or networks: it may refuse the customer.")),
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
_DELIVERIES = {
    Delivery.STABLE: _("Works until %(until)s."),
    Delivery.PRESIGNED: _("Works until %(until)s."),
    Delivery.FOREIGN: _("Promised until %(until)s; it was signed elsewhere and is only watched here."),
}


_UNCHECKED = {
    Unchecked.LIFECYCLE: _("lifecycle rules"),
    Unchecked.POLICY: _("bucket policy"),
    Unchecked.VERSIONS: _("versions"),
}


def reason(reason: PromiseReason) -> str:
    """One sentence for one reason that a promise rests on, or is limited by."""
    return render_lines(_REASONS[reason.code], {"at": moment(reason.at) if reason.at else ""})


def summary(promise: Promise, delivery: Delivery, starts_at: datetime | None = None) -> str:
    """Until when a link will work and why not longer, in two or three sentences; and from when, where that is ahead."""
    until = {"asked": moment(promise.asked_until), "until": moment(promise.promised_until)}
    if promise.is_shortened:
        first = gettext("Asked until %(asked)s, but it will work only until %(until)s.") % until
    else:
        first = gettext(_DELIVERIES[delivery]) % until
    begins = [beginning(starts_at)] if starts_at else []
    return join([first, *begins, *(reason(each) for each in promise.reasons)])


def beginning(starts_at: datetime) -> str:
    return gettext("It does not open before %(start)s.") % {"start": moment(starts_at)}


def used_up(limit: int, promised_until: datetime) -> str:
    """What became of a link whose downloads have all been made, though its promise still runs."""
    told = ngettext(
        "Used up: it was made for %(limit)s download, which has been made, so it opens for nobody any more, although "
        "it was promised until %(until)s. Allow another download, and it opens again.",
        "Used up: it was made for %(limit)s downloads, which have been made, so it opens for nobody any more, although "
        "it was promised until %(until)s. Allow another download, and it opens again.",
        limit,
    )
    return told % {"limit": limit, "until": moment(promised_until)}


def unchecked(promise: Promise) -> str:
    """What could not be taken into account, in a sentence; empty where everything was."""
    names = [gettext(_UNCHECKED[each]) for each in promise.unchecked]
    if not names:
        return ""
    return gettext("Not checked, because the key may not read it or the store does not tell: %(what)s.") % {
        "what": gettext(", ").join(names)
    }


def outlook(promised_until: datetime, findings: Sequence[Finding], now: datetime) -> str:
    """The real end against the promised one, with the reason; empty where nothing is known to end it early, or it is
    broken and nobody knows since when."""
    broken = [each for each in findings if each.verdict is Verdict.BROKEN]
    ends = [(each.fails_at, each) for each in broken or findings if each.fails_at]
    if not ends:
        return ""
    end, first = min(ends, key=lambda pair: pair[0])
    told = {"promised": moment(promised_until), "end": moment(end), "why": title(first.code)}
    if broken:
        return gettext("Promised until %(promised)s, but it stopped working on %(end)s: %(why)s.") % told
    if end <= now:
        return (
            gettext("Promised until %(promised)s. It should have stopped on %(end)s and may stop at any time: %(why)s.")
            % told
        )
    return gettext("Promised until %(promised)s, but it stops working by %(end)s at the latest: %(why)s.") % told
