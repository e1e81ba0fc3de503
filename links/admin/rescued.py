"""The answer to a rescue: the new links' URLs, this once, each customer's with the message that sends them."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC

from django.contrib.auth.models import User
from django.utils.translation import get_language

from links.admin.handing import to_handover
from links.models import Customer, ShareLink
from links.services.rescue import Row
from links.words import handing, refusals
from links.words.handing import Message

# What spreadsheets take for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Rescued:
    """One link and the one that rescued it, with its URL."""

    old: ShareLink
    new: ShareLink
    url: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Party:
    """What one customer has to be sent. A link that is for nobody we know is a party of its own."""

    customer: Customer | None
    rows: list[Rescued]
    message: Message

    @property
    def number(self) -> int:
        """By which the page tells its parties apart."""
        return self.rows[0].new.pk


@dataclass(frozen=True, slots=True)
class RescuedPage:
    """`refused` are the links that none rescued, and why; `table` is what can be copied into a spreadsheet."""

    parties: list[Party]
    refused: list[tuple[ShareLink, str]]
    table: str = field(repr=False)
    count: int


def tell_rescued(rows: Sequence[Row], sender: User) -> RescuedPage:
    done = [Rescued(row.link, row.issued.link, row.issued.url) for row in rows if row.issued]
    refused = [(row.link, refusals.say(row.refused)) for row in rows if row.refused]
    return RescuedPage(_group(done, sender), refused, _tabulate(done), len(done))


def _group(done: Iterable[Rescued], sender: User) -> list[Party]:
    together: dict[tuple[str, int], list[Rescued]] = {}
    for row in done:
        customer = row.new.customer_id
        together.setdefault(("customer", customer) if customer else ("link", row.new.pk), []).append(row)
    return [_invite(rows, sender) for rows in together.values()]


def _invite(rows: list[Rescued], sender: User) -> Party:
    customer = rows[0].new.customer
    handovers = [to_handover(row.new, row.url, sender) for row in rows]
    language = customer.language if customer else get_language() or ""
    return Party(customer, rows, handing.write_anew(handovers, language))


def _tabulate(done: Iterable[Rescued]) -> str:
    """CSV; the names of its columns are for machines too, and stay as they are in every language."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["link", "rescued_link", "customer", "mail", "title", "object", "note", "promised_until", "url"])
    for row in done:
        new, customer = row.new, row.new.customer
        whom = [customer.name, customer.mail] if customer else ["", ""]
        until = new.promised_until.astimezone(UTC).isoformat().replace("+00:00", "Z")
        texts = map(_disarm, [*whom, new.title, new.object_key, new.note])
        table.writerow([new.pk, row.old.pk, *texts, until, row.url])
    return text.getvalue()


def _disarm(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
