"""The mail to a colleague to whom links were transferred: by whom, which, for whom, and until when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext, ngettext

from links.texts.formatting import group_digits, plain
from links.texts.mail.templates import render_subject, render_text
from links.texts.terms import LABELS
from links.texts.times import moment

LISTED = 50  # links that one mail names


@dataclass(frozen=True, slots=True)
class TransferredLink:
    """`page` is the link's page in the admin, never the link itself; `terms` are those that mails to staff name."""

    number: int
    name: str
    customer: str
    promised_until: datetime
    page: str
    is_revoked: bool
    terms: Mapping[str, str]


def subject(giver: str, links: Sequence[TransferredLink]) -> str:
    count = len(links)
    words = ngettext(
        "[Holdfast] %(giver)s transferred %(count)s link to you",
        "[Holdfast] %(giver)s transferred %(count)s links to you",
        count,
    )
    text = words % {"giver": plain(giver), "count": group_digits(count)}
    return render_subject("transferred", {"subject": text})


def body(giver: str, links: Sequence[TransferredLink], list_url: str) -> str:
    count, rest = len(links), len(links) - LISTED
    words = ngettext(
        "%(giver)s transferred %(count)s link to you. From now on it is yours, and messages about it go to you.",
        "%(giver)s transferred %(count)s links to you. From now on they are yours, and messages about them go to you.",
        count,
    )
    values = {
        "lead": words % {"giver": plain(giver), "count": group_digits(count)},
        "links": [_describe(link) for link in links[:LISTED]],
        "rest": ngettext("and %(count)s more", "and %(count)s more", rest) % {"count": group_digits(rest)}
        if rest > 0
        else "",
        "list_url": list_url,
    }
    return render_text("transferred", values)


def _describe(link: TransferredLink) -> dict[str, object]:
    facts = [
        (gettext("Customer"), plain(link.customer)),
        *((str(LABELS[name]), plain(value)) for name, value in link.terms.items()),
        (gettext("State"), gettext("Revoked"))
        if link.is_revoked
        else (gettext("Promised until"), moment(link.promised_until)),
    ]
    return {
        "label": f"#{link.number} {plain(link.name)}",
        "facts": [(name, value) for name, value in facts if value],
        "page": link.page,
    }
