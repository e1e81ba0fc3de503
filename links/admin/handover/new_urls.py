"""The answer to a rescue, or to a press that made links once more: the new links' URLs, this once, by customer."""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.contrib.auth.models import User

from links.admin.base.pages import sees_customers
from links.domain.judging.forecasts import Forecast
from links.domain.promise.terms import TERMS, Section, ShownIn
from links.lib.safe_text.spreadsheets import disarm_formula
from links.models import Customer, ShareLink
from links.queries.link_state import read_forecast
from links.services.links.remake import Remade
from links.texts.mail.handover import Message
from links.texts.pages import forecasts


@dataclass(frozen=True, slots=True)
class NewUrl:
    """One link and the one that was made from it, with its URL. `forecast` is what is to be expected of the new one;
    `mail` is the customer's address, where there is one that the reader may know."""

    old: ShareLink
    new: ShareLink
    url: str = field(repr=False)
    forecast: Forecast
    mail: str = ""

    @property
    def heading(self) -> str:
        """What stands before its promise."""
        return forecasts.heading(self.forecast)

    @property
    def outlook(self) -> str:
        return forecasts.brief(self.forecast)


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
class NewUrls:
    """`table` is what can be copied into a spreadsheet; `made_from` stands before the link from which one was made,
    `advice` is what to know before any is sent."""

    customers: list[CustomerUrls]
    table: str = field(repr=False)
    count: int
    made_from: str
    advice: str


def build_new_urls(
    results: Sequence[Remade],
    old: str,
    reader: User,
    now: datetime,
    *,
    made_from: str,
    advice: str,
    invite: Invite | None = None,
) -> NewUrls:
    """`old` names the table's column of the links from which the new ones were made; `invite` writes what a customer
    is sent with them."""
    knows = sees_customers(reader)
    done = [
        NewUrl(
            result.item,
            result.done.link,
            result.done.url,
            read_forecast(result.done.link, now),
            result.item.customer.mail if knows and result.item.customer else "",
        )
        for result in results
        if result.done
    ]
    return NewUrls(_group(done, invite), _tabulate(done, old), len(done), made_from, advice)


def _group(done: Iterable[NewUrl], invite: Invite | None) -> list[CustomerUrls]:
    together: dict[tuple[str, int], list[NewUrl]] = {}
    for row in done:
        customer = row.new.customer_id
        together.setdefault(("customer", customer) if customer else ("link", row.new.pk), []).append(row)
    return [CustomerUrls(rows[0].new.customer, rows, invite(rows) if invite else None) for rows in together.values()]


def _tabulate(done: Iterable[NewUrl], old: str) -> str:
    """CSV; the names of its columns are for machines too, and stay as they are in every language. `forecast` says what
    is to be expected in the words of every page, and `forecast_at` is the moment that they speak of."""
    for_whom, about_file, for_staff = map(_list_columns, (Section.FOR_WHOM, Section.FILE, Section.STAFF))
    expected = ["promised_until", "forecast", "forecast_at"]
    names = ["link", old, "customer", "mail", *for_whom, *about_file, "object", *for_staff, *expected, "url"]
    text = io.StringIO()
    table = csv.DictWriter(text, names, lineterminator="\n")
    table.writeheader()
    for row in done:
        new = row.new
        texts = {
            "customer": new.customer.name if new.customer else "",
            "mail": row.mail,
            "object": new.object_key,
            "forecast": forecasts.name(row.forecast),
            **{name: str(getattr(new, name)) for name in (*for_whom, *about_file, *for_staff)},
        }
        moments = {"promised_until": _stamp(new.promised_until), "forecast_at": _stamp(row.forecast.at)}
        disarmed = {name: disarm_formula(value) for name, value in texts.items()}
        table.writerow({"link": new.pk, old: row.old.pk, **disarmed, **moments, "url": row.url})
    return text.getvalue()


def _list_columns(section: Section) -> list[str]:
    return [term.name for term in TERMS if term.section is section and ShownIn.CSV in term.shown]


def _stamp(moment: datetime | None) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z") if moment else ""
