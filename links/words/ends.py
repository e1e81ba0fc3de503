"""What a new end did, or would do, to a link, in words."""

from datetime import datetime

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from links.domain.ends import EndChange
from links.words.times import moment, span

_WORDS = {
    EndChange.EXTEND: _("Extended"),
    EndChange.SHORTEN: _("Shortened"),
    EndChange.REVIVE: _("Revived"),
}


def word(change: EndChange) -> str:
    return gettext(_WORDS[change])


def sentence(change: EndChange, before: datetime, after: datetime) -> str:
    """The end before and after, and by how much they differ."""
    told = {"before": moment(before), "after": moment(after), "span": span(abs(after - before))}
    if change is EndChange.REVIVE:
        return gettext("It works again under the same URL, until %(after)s.") % told
    if after == before:
        return gettext("The end stays as it is: %(after)s.") % told
    if after > before:
        return gettext("%(span)s longer: until %(after)s instead of %(before)s.") % told
    return gettext("%(span)s shorter: until %(after)s instead of %(before)s.") % told
