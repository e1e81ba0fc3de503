"""The message with which a link is sent to a customer."""

from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from django.template.defaultfilters import filesizeformat
from django.utils import timezone, translation
from django.utils.translation import gettext, ngettext, pgettext

from links.words.times import moment


@dataclass(frozen=True, slots=True)
class Handover:
    """What the customer is told. `url` is a bearer secret; `zone` None is that of whoever reads this page."""

    url: str = field(repr=False)
    name: str
    until: datetime
    size: int | None = None
    customer: str = ""
    sender: str = ""
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
    zone = handover.zone or timezone.get_current_timezone()
    with translation.override(language), timezone.override(zone):
        subject = gettext("Your file “%(name)s” is ready to download") % {"name": handover.name}
        paragraphs = [_greet(handover), _introduce(), _list_facts(handover), *_add_password(handover), _close(handover)]
        return Message(language, subject, "\n\n".join(paragraphs) + "\n")


def _greet(handover: Handover) -> str:
    if handover.customer:
        return pgettext("message to a customer", "Dear %(customer)s,") % {"customer": handover.customer}
    return pgettext("message to a customer", "Hello,")


def _introduce() -> str:
    return pgettext("message to a customer", "The following file is ready for you. Please download it from the URL.")


def _list_facts(handover: Handover) -> str:
    size = f" ({filesizeformat(handover.size)})".replace("\xa0", " ") if handover.size is not None else ""
    lines = [
        pgettext("message to a customer", "File: %(file)s") % {"file": handover.name + size},
        pgettext("message to a customer", "URL: %(url)s") % {"url": handover.url},
    ]
    if handover.starts_at is not None:
        lines.append(pgettext("message to a customer", "Available from: %(moment)s") % _at(handover.starts_at))
    lines.append(pgettext("message to a customer", "Available until: %(moment)s") % _at(handover.until))
    if handover.downloads is not None:
        times = ngettext("%(count)s time", "%(count)s times", handover.downloads) % {"count": handover.downloads}
        lines.append(pgettext("message to a customer", "Can be downloaded: %(times)s") % {"times": times})
    return "\n".join(lines)


def _at(when: datetime) -> dict[str, str]:
    return {"moment": moment(when)}


def _add_password(handover: Handover) -> list[str]:
    told = pgettext("message to a customer", "The page asks for a password, which I will send to you separately.")
    return [told] if handover.needs_password else []


def _close(handover: Handover) -> str:
    closing = pgettext("message to a customer", "Kind regards")
    return f"{closing}\n{handover.sender}" if handover.sender else closing
