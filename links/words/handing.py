"""The message with which a link is sent to a customer."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from django.template.defaultfilters import filesizeformat
from django.utils import timezone, translation
from django.utils.translation import gettext, ngettext, npgettext, pgettext

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


def write_anew(handovers: Sequence[Handover], language: str) -> Message:
    """One message to one customer, whose URLs others have taken the place of."""
    first, count = handovers[0], len(handovers)
    zone = first.zone or timezone.get_current_timezone()
    with translation.override(language), timezone.override(zone):
        paragraphs = [_greet(first), _introduce_anew(count), *map(_list_facts, handovers), _close(first)]
        return Message(language, _name_anew(handovers), "\n\n".join(paragraphs) + "\n")


def _greet(handover: Handover) -> str:
    if handover.customer:
        return pgettext("message to a customer", "Dear %(customer)s,") % {"customer": handover.customer}
    return pgettext("message to a customer", "Hello,")


def _introduce() -> str:
    return pgettext("message to a customer", "The following file is ready for you. Please download it from the URL.")


def _name_anew(handovers: Sequence[Handover]) -> str:
    """By the file's name where there is one only, which some languages have no number to tell by."""
    if len(handovers) == 1:
        return gettext("New URL for your file “%(name)s”") % {"name": handovers[0].name}
    count = len(handovers)
    return ngettext("New URL for %(count)s file", "New URLs for %(count)s files", count) % {"count": count}


def _introduce_anew(count: int) -> str:
    return npgettext(
        "message to a customer",
        "The URL that you have for the following file does not last as long as it should. Please use the new one from "
        "now on.",
        "The URLs that you have for the following files do not last as long as they should. Please use the new ones "
        "from now on.",
        count,
    )


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
