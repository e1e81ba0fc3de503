"""The answer to a rescue, or to a press that made links once more: the new links' URLs, this once, by customer."""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC

from django.contrib.auth.models import User

from links.admin.base.pages import sees_customers
from links.models import Customer, ShareLink
from links.services.rescue import Row
from links.words import refusals
from links.words.handing import Message

# What spreadsheets take for a formula; Japanese and Chinese ones in full width too.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@dataclass(frozen=True, slots=True)
class NewUrl:
    """One link and the one that was made from it, with its URL. `mail` is the customer's address, where there is one
    that the reader may know."""

    old: ShareLink
    new: ShareLink
    url: str = field(repr=False)
    mail: str = ""


Invite = Callable[[Sequence[NewUrl]], Message]


@dataclass(frozen=True, slots=True)
class CustomerUrls:
    """What one customer has to be sent. A link that is for nobody we know is a party of its own."""

    customer: Customer | None
    rows: list[NewUrl]
    message: Message | None

    @property
    def number(self) -> int:
        """By which the page tells its parties apart."""
        return self.rows[0].new.pk

    @property
    def mail(self) -> str:
        return self.rows[0].mail


@dataclass(frozen=True, slots=True)
class NewUrlsPage:
    """`refused` are the links from which none was made, and why; `table` is what can be copied into a spreadsheet."""

    parties: list[CustomerUrls]
    refused: list[tuple[ShareLink, str]]
    table: str = field(repr=False)
    count: int


def build_new_urls(rows: Sequence[Row], old: str, reader: User, invite: Invite | None = None) -> NewUrlsPage:
    """`old` names the table's column of the links from which the new ones were made; `invite` writes what a customer
    is sent with them."""
    knows = sees_customers(reader)
    done = [
        NewUrl(row.link, row.issued.link, row.issued.url, _find_mail(row.link) if knows else "")
        for row in rows
        if row.issued
    ]
    refused = [(row.link, refusals.say(row.refused)) for row in rows if row.refused]
    return NewUrlsPage(_group(done, invite), refused, _tabulate(done, old), len(done))


def _find_mail(link: ShareLink) -> str:
    return link.customer.mail if link.customer else ""


def _group(done: Iterable[NewUrl], invite: Invite | None) -> list[CustomerUrls]:
    together: dict[tuple[str, int], list[NewUrl]] = {}
    for row in done:
        customer = row.new.customer_id
        together.setdefault(("customer", customer) if customer else ("link", row.new.pk), []).append(row)
    return [CustomerUrls(rows[0].new.customer, rows, invite(rows) if invite else None) for rows in together.values()]


def _tabulate(done: Iterable[NewUrl], old: str) -> str:
    """CSV; the names of its columns are for machines too, and stay as they are in every language."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["link", old, "customer", "mail", "title", "object", "note", "promised_until", "url"])
    for row in done:
        new, name = row.new, row.new.customer.name if row.new.customer else ""
        until = new.promised_until.astimezone(UTC).isoformat().replace("+00:00", "Z")
        texts = map(_disarm, [name, row.mail, new.title, new.object_key, new.note])
        table.writerow([new.pk, row.old.pk, *texts, until, row.url])
    return text.getvalue()


def _disarm(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
