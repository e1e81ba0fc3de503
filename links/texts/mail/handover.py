"""The message with which a link is sent to a customer."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from django.utils import timezone, translation
from django.utils.translation import gettext, ngettext

from links.texts.formatting import plain, write_size
from links.texts.mail.templates import render_subject, render_text
from links.texts.times import moment


@dataclass(frozen=True, slots=True)
class Handover:
    """What the customer is told. `name` is what the file is called, `filename` under which it is saved. `url` is a
    bearer secret; `zone` None is that of whoever reads this page. `is_company` says whether the customer is one, and
    `company` is the sender's."""

    url: str = field(repr=False)
    name: str
    until: datetime
    filename: str = ""
    size: int | None = None
    customer: str = ""
    is_company: bool = False
    sender: str = ""
    company: str = ""
    zone: tzinfo | None = None
    starts_at: datetime | None = None
    downloads: int | None = None
    needs_password: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """`text` holds the URL."""

    language: str
    subject: str
    text: str = field(repr=False)


def write(handover: Handover, language: str) -> Message:
    """The whole message in this language, with moments in the customer's zone."""
    return _write("handover", [handover], language)


def write_anew(handovers: Sequence[Handover], language: str) -> Message:
    """One message to one customer, whose URLs others have taken the place of."""
    return _write("new_urls", handovers, language)


def _write(template: str, handovers: Sequence[Handover], language: str) -> Message:
    first = handovers[0]
    with translation.override(language), timezone.override(first.zone or timezone.get_current_timezone()):
        values = {
            "name": plain(first.name),
            "customer": plain(first.customer),
            "is_company": first.is_company,
            "sender": plain(first.sender),
            "company": plain(first.company),
            "needs_password": first.needs_password,
            "files": [_describe(handover) for handover in handovers],
        }
        return Message(language, render_subject(template, values), render_text(template, values))


def _describe(handover: Handover) -> dict[str, str]:
    size = write_size(handover.size) if handover.size is not None else ""
    name = plain(handover.name)
    beside = [plain(handover.filename) if handover.filename != handover.name else "", size]
    more = gettext(", ").join(filter(None, beside))
    downloads = handover.downloads
    return {
        "name": gettext("%(name)s (%(more)s)") % {"name": name, "more": more} if more else name,
        "url": handover.url,
        "starts_at": moment(handover.starts_at) if handover.starts_at else "",
        "until": moment(handover.until),
        "times": ngettext("%(count)s time", "%(count)s times", downloads) % {"count": downloads}
        if downloads is not None
        else "",
    }
