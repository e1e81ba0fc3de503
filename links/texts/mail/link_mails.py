"""A letter's text: what happened, to which link and for whom, until when, and the one thing to do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.formats import number_format
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from links.domain.link_mails import LinkMailKind
from links.domain.link_state import has_ended
from links.texts.formatting import plain
from links.texts.mail.templates import render_subject, render_text
from links.texts.terms import LABELS
from links.texts.times import moment, span


@dataclass(frozen=True, slots=True)
class Occasion:
    """All that a letter says. `name` is what the reader calls the file; `happened_at` is when the letter was made and
    `told_at` when it is put into words; `page` is the link's page in the admin, never the link itself. Where the
    reader is not known to be the customer (`is_known`), they are told nothing but that a link works again. `terms` are
    those that `links.domain.promise.terms` shows in mails to staff, with their values."""

    kind: LinkMailKind
    name: str
    promised_until: datetime
    happened_at: datetime
    told_at: datetime
    page: str
    number: int
    is_stable: bool = True
    place: str = ""
    customer: str = ""
    owner: str = ""
    downloads: int = 0
    download_limit: int | None = None
    is_used_up: bool = False
    is_known: bool = True
    message: str = ""
    mail: str = ""
    terms: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_over(self) -> bool:
        return has_ended(self.promised_until, self.told_at)


_SUBJECTS = {
    LinkMailKind.ENDING: _("[Holdfast] Ends soon: %(name)s"),
    LinkMailKind.DOWNLOADED: _("[Holdfast] Downloaded: %(name)s"),
    LinkMailKind.TIME_ASKED: _("[Holdfast] More time is asked for: %(name)s"),
    LinkMailKind.TIME_GRANTED: _("Your link works again: %(name)s"),
}
_CURES = {
    LinkMailKind.ENDING: _(
        "If it is still needed, extend it on its page: the customer's URL stays the same. If it is not, do nothing: it "
        "ends by itself."
    ),
    LinkMailKind.DOWNLOADED: _("Nothing. If you do not want to be told any more, say so on the link's page."),
    LinkMailKind.TIME_ASKED: _(
        "Open the link's page and grant more time by one click, or decline. The customer's URL stays the same."
    ),
    LinkMailKind.TIME_GRANTED: _("Open the link that you have: its address has not changed."),
}
# Where time is left, and no download.
_USED_UP_SUBJECT = _("[Holdfast] Another download is asked for: %(name)s")
_USED_UP_CURE = _(
    "Open the link's page and allow another download by one click, or decline. The customer's URL stays the same."
)
_RESCUE = _(
    "It was signed once and cannot be extended. If it is still needed, press “Rescue” on its page: a stable link to "
    "the same object takes its place. If it is not, do nothing: it ends by itself."
)


def subject(occasion: Occasion) -> str:
    """One line: what happened, and to which file."""
    words = _USED_UP_SUBJECT if _asks_for_download(occasion) else _SUBJECTS[occasion.kind]
    told = gettext(words) % {"name": plain(occasion.name, 120)}
    if not occasion.is_known:
        told = gettext("Your link works again")
    return render_subject(_choose_template(occasion), {"kind": occasion.kind.value, "subject": told})


def body(occasion: Occasion) -> str:
    """The whole letter in plain text."""
    return render_text(
        _choose_template(occasion),
        {
            "kind": occasion.kind.value,
            "lead": _lead(occasion),
            "facts": _list_facts(occasion),
            "cure": _cure(occasion),
            "page": "" if occasion.kind is LinkMailKind.TIME_GRANTED else occasion.page,
        },
    )


def _choose_template(occasion: Occasion) -> str:
    """What is written to a customer has a frame of its own."""
    return "time_granted" if occasion.kind is LinkMailKind.TIME_GRANTED else "link"


def _asks_for_download(occasion: Occasion) -> bool:
    return occasion.kind is LinkMailKind.TIME_ASKED and occasion.is_used_up


def _cure(occasion: Occasion) -> str:
    if _asks_for_download(occasion):
        return gettext(_USED_UP_CURE)
    ends = occasion.kind is LinkMailKind.ENDING and not occasion.is_stable
    return gettext(_RESCUE if ends else _CURES[occasion.kind])


def _lead(occasion: Occasion) -> str:
    told = {
        "until": moment(occasion.promised_until),
        "at": moment(occasion.happened_at),
        "customer": plain(occasion.customer) or gettext("A customer"),
        "owner": plain(occasion.owner),
    }
    if occasion.kind is LinkMailKind.ENDING:
        return _lead_ending(occasion, told["until"])
    if occasion.kind is LinkMailKind.DOWNLOADED:
        return (
            gettext(
                "Your link was opened on %(at)s, and the download began. Whether it finished, only the store knows."
            )
            % told
        )
    if _asks_for_download(occasion):
        return gettext("%(customer)s asked on %(at)s for another download: all that were allowed had been made.") % told
    if occasion.kind is LinkMailKind.TIME_ASKED:
        return gettext("%(customer)s asked on %(at)s for more time to download.") % told
    return _lead_granted(occasion) % told


def _lead_granted(occasion: Occasion) -> str:
    has_owner = occasion.owner and occasion.is_known
    if occasion.is_used_up and has_owner:
        return gettext("%(owner)s lets you download the file once more: your link works until %(until)s.")
    if occasion.is_used_up:
        return gettext("You can download the file once more: your link works until %(until)s.")
    if has_owner:
        return gettext("%(owner)s has given you more time: your link works until %(until)s.")
    return gettext("You have more time: your link works until %(until)s.")


def _lead_ending(occasion: Occasion, until: str) -> str:
    if occasion.is_over:
        return gettext("Your link ended on %(until)s.") % {"until": until}
    left = span(occasion.promised_until - occasion.told_at)
    return gettext("Your link ends in %(span)s, on %(until)s.") % {"span": left, "until": until}


def _list_facts(occasion: Occasion) -> list[tuple[str, str]]:
    """Customers are told no more than what they see on the link's own page."""
    until = (gettext("Promised until"), moment(occasion.promised_until))
    if occasion.kind is LinkMailKind.TIME_GRANTED:
        facts = [
            (gettext("File"), plain(occasion.name) if occasion.is_known else ""),
            (gettext("Works until"), until[1]),
        ]
    else:
        facts = [
            (gettext("Link"), f"#{occasion.number} {plain(occasion.name)}"),
            (gettext("Object"), plain(occasion.place)),
            (gettext("Customer"), plain(occasion.customer)),
            *((str(LABELS[name]), plain(value)) for name, value in occasion.terms.items()),
            until,
            (gettext("Downloads"), _count_downloads(occasion)),
            (gettext("Their message"), plain(occasion.message, 500)),
            (gettext("Their mail address"), plain(occasion.mail)),
        ]
    return [(name, value) for name, value in facts if value]


def _count_downloads(occasion: Occasion) -> str:
    count = number_format(occasion.downloads, force_grouping=True)
    if occasion.download_limit is None:
        return count
    limit = number_format(occasion.download_limit, force_grouping=True)
    return gettext("%(count)s of %(limit)s") % {"count": count, "limit": limit}
