"""What a new end did, or would do, to a link, in words."""

from datetime import datetime, timedelta

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from links.domain.promise.ends import EndChange
from links.texts.times import moment, span

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
_WORDS = {
    EndChange.EXTEND: _("Extended"),
    EndChange.SHORTEN: _("Shortened"),
    EndChange.REVIVE: _("Revived"),
}


_AHEAD = {
    EndChange.EXTEND: _("Expires later"),
    EndChange.SHORTEN: _("Expires earlier"),
    EndChange.REVIVE: _("Works again"),
}


def word(change: EndChange) -> str:
    return gettext(_WORDS[change])


def word_ahead(change: EndChange) -> str:
    """What would be done, before it is."""
    return gettext(_AHEAD[change])


def sentence(change: EndChange, before: datetime, after: datetime) -> str:
    """The end before and after, and by how much they differ."""
    values = {"before": moment(before), "after": moment(after), "span": span(_round(abs(after - before)))}
    if change is EndChange.REVIVE:
        return gettext("It is available again under the same URL, until %(after)s.") % values
    if after == before:
        return gettext("The expiry date does not change: %(after)s.") % values
    if after > before:
        return gettext("%(span)s longer: until %(after)s instead of %(before)s.") % values
    return gettext("%(span)s shorter: until %(after)s instead of %(before)s.") % values


def _round(length: timedelta) -> timedelta:
    """An end is counted from now: the seconds since the last one was chosen are nobody's question."""
    step = HOUR if length >= DAY else MINUTE
    return round(length / step) * step if length >= HOUR else length
