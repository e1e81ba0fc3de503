"""A mail's text: what happened, to which link and for whom, until when, and the one thing to do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from links.domain.judging.forecasts import Forecast
from links.domain.link_mails import LinkMailKind
from links.domain.link_state import has_ended
from links.texts.formatting import group_digits, plain
from links.texts.mail.templates import render_subject, render_text
from links.texts.pages import forecasts
from links.texts.terms import LABELS
from links.texts.times import moment, span


@dataclass(frozen=True, slots=True)
class MailContext:
    """All that a mail says. `name` is what the reader calls the file; `happened_at` is when the mail was made and
    `composed_at` when it is put into words; `page` is the link's page in the admin. Where the reader of `TIME_GRANTED`
    is not known to be the customer (`is_known`), they are told nothing but who gave time,
    to which request (`asked_at`), to a link that they have;
    otherwise `url`, a bearer secret, may be set. `sender` gave it, for `company`; `is_answered` where a reply reaches
    somebody. `is_alert` where the site's alert channels read it instead of an owner who cannot be written to. `terms`
    are those that `links.domain.promise.terms` shows in mails to staff, with their values."""

    kind: LinkMailKind
    name: str
    promised_until: datetime
    happened_at: datetime
    composed_at: datetime
    page: str
    number: int
    is_stable: bool = True
    forecast: Forecast | None = None
    place: str = ""
    customer: str = ""
    owner: str = ""
    downloads: int = 0
    download_limit: int | None = None
    is_used_up: bool = False
    is_known: bool = True
    url: str = field(default="", repr=False)
    is_company: bool = False
    asked_at: datetime | None = None
    sender: str = ""
    company: str = ""
    is_answered: bool = False
    is_alert: bool = False
    message: str = ""
    mail: str = ""
    terms: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_over(self) -> bool:
        return has_ended(self.promised_until, self.composed_at)


_SUBJECTS = {
    LinkMailKind.ENDING: _("[Holdfast] Expires soon: %(name)s"),
    LinkMailKind.DOWNLOADED: _("[Holdfast] Downloaded: %(name)s"),
    LinkMailKind.TIME_ASKED: _("[Holdfast] Request for more time: %(name)s"),
    LinkMailKind.TIME_GRANTED: _("Your link works again: %(name)s"),
}
_CURES = {
    LinkMailKind.ENDING: _(
        "If it is still needed, extend it on this page. The customer's URL stays the same. If not, do "
        "nothing: it expires on its own."
    ),
    LinkMailKind.DOWNLOADED: _("Nothing. If you do not want these mails any more, change it on this page."),
    LinkMailKind.TIME_ASKED: _(
        "Open this page to grant more time with one click, or to decline. The customer's URL stays the same."
    ),
    LinkMailKind.TIME_GRANTED: _("Open the link that you received. Its address has not changed."),
}
_URL_CURE = _("Open this link. It is the same as before.")
# Where time is left, and no download.
_USED_UP_SUBJECT = _("[Holdfast] Request for another download: %(name)s")
_USED_UP_CURE = _(
    "Open this page to allow another download with one click, or to decline. The customer's URL stays the same."
)
_RESCUE = _(
    "It was signed once and cannot be extended. If it is still needed, press “Replace with a stable link” on "
    "its page. If not, do nothing: it expires on its own."
)


def subject(context: MailContext) -> str:
    """One line: what happened, and to which file."""
    words = _USED_UP_SUBJECT if _asks_for_download(context) else _SUBJECTS[context.kind]
    text = gettext(words) % {"name": plain(context.name, 120)}
    if not context.is_known:
        text = gettext("Your link works again")
    return render_subject(_choose_template(context), {"kind": context.kind.value, "subject": text})


def body(context: MailContext) -> str:
    """The whole mail in plain text."""
    return render_text(
        _choose_template(context),
        {
            "kind": context.kind.value,
            "lead": "\n".join(
                filter(None, [_lead(context), _name_request(context), _warn(context), _explain_reader(context)])
            ),
            "facts": _list_facts(context),
            "cure": _cure(context),
            "page": context.url if context.kind is LinkMailKind.TIME_GRANTED else context.page,
            "customer": plain(context.customer) if context.is_known else "",
            "is_company": context.is_company,
            "sender": plain(context.sender),
            "company": plain(context.company),
            "is_answered": context.is_answered,
        },
    )


def _choose_template(context: MailContext) -> str:
    """What is written to a customer has a frame of its own."""
    return "time_granted" if context.kind is LinkMailKind.TIME_GRANTED else "link"


def _asks_for_download(context: MailContext) -> bool:
    return context.kind is LinkMailKind.TIME_ASKED and context.is_used_up


def _cure(context: MailContext) -> str:
    if _asks_for_download(context):
        return gettext(_USED_UP_CURE)
    if context.kind is LinkMailKind.TIME_GRANTED and context.url:
        return gettext(_URL_CURE)
    ends = context.kind is LinkMailKind.ENDING and not context.is_stable
    return gettext(_RESCUE if ends else _CURES[context.kind])


def _lead(context: MailContext) -> str:
    values = {
        "until": moment(context.promised_until),
        "at": moment(context.happened_at),
        "customer": plain(context.customer) or gettext("A customer"),
    }
    if context.kind is LinkMailKind.ENDING:
        return _lead_ending(context, values["until"])
    if context.kind is LinkMailKind.DOWNLOADED:
        return _lead_downloaded(context) % values
    if _asks_for_download(context):
        return (
            gettext("%(customer)s requested another download on %(at)s. All allowed downloads had been used.") % values
        )
    if context.kind is LinkMailKind.TIME_ASKED:
        return gettext("%(customer)s requested more time on %(at)s.") % values
    if context.is_used_up:
        return gettext("You can download the file again. The file is available until %(until)s.") % values
    return gettext("You have more time: the file is available until %(until)s.") % values


def _name_request(context: MailContext) -> str:
    """Which of their requests it is: to whom nothing of the link may be named, this tells it from others."""
    if context.asked_at is None:
        return ""
    return gettext("This is the answer to your request of %(at)s.") % {"at": moment(context.asked_at)}


def _warn(context: MailContext) -> str:
    """More time for a link that does not work helps nobody: its owner reads it before they extend it."""
    extends = context.kind in (LinkMailKind.ENDING, LinkMailKind.TIME_ASKED)
    return forecasts.sentence(context.forecast) if extends and context.forecast else ""


def _explain_reader(context: MailContext) -> str:
    """Why those read it who did not make the link."""
    if not context.is_alert:
        return ""
    if not context.owner:
        return gettext("This message goes to the alert addresses of this site, because the link has no owner.")
    return gettext(
        "This message goes to the alert addresses of this site, because the link's owner, %(owner)s, has no mail "
        "address or is no longer active."
    ) % {"owner": plain(context.owner)}


def _lead_downloaded(context: MailContext) -> str:
    if context.is_alert:
        return gettext(
            "This link was opened on %(at)s and the download started. Only the store knows whether it finished."
        )
    return gettext("Your link was opened on %(at)s and the download started. Only the store knows whether it finished.")


def _lead_ending(context: MailContext, until: str) -> str:
    values = {"until": until, "span": span(context.promised_until - context.composed_at)}
    if context.is_over:
        words = (
            gettext("This link expired on %(until)s.")
            if context.is_alert
            else gettext("Your link expired on %(until)s.")
        )
        return words % values
    if context.is_alert:
        return gettext("This link expires in %(span)s, on %(until)s.") % values
    return gettext("Your link expires in %(span)s, on %(until)s.") % values


_LEADS = (_lead, _name_request, _warn, _explain_reader)


def _list_facts(context: MailContext) -> list[tuple[str, str]]:
    """Customers are told no more than what they see on the link's own page."""
    until = (gettext("Promised until"), moment(context.promised_until))
    if context.kind is LinkMailKind.TIME_GRANTED:
        facts = [(gettext("File"), plain(context.name) if context.is_known else "")]
    else:
        facts = [
            (gettext("Link"), f"#{context.number} {plain(context.name)}"),
            (gettext("Object"), plain(context.place)),
            (gettext("Customer"), plain(context.customer)),
            *((str(LABELS[name]), plain(value)) for name, value in context.terms.items()),
            until,
            (gettext("Downloads"), _count_downloads(context)),
            (gettext("Customer's message"), plain(context.message, 500)),
            (gettext("Customer's mail address"), plain(context.mail)),
        ]
    return [(name, value) for name, value in facts if value]


def _count_downloads(context: MailContext) -> str:
    count = group_digits(context.downloads)
    if context.download_limit is None:
        return count
    limit = group_digits(context.download_limit)
    return gettext("%(count)s of %(limit)s") % {"count": count, "limit": limit}
