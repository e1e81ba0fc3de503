"""The page of one customer, and the same on paper: their links and visits, as far as the reader may know of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.core.paginator import Page
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import get_language_info, gettext

from links.admin.base import badges
from links.admin.base.change_lists import CappedPaginator
from links.admin.base.columns import write_moment
from links.admin.base.pages import may_delete, may_view, render_page, require, staff_user
from links.admin.people.customer_lookup import get_customer, show_mail
from links.admin.people.customer_privacy import may_erase, may_export
from links.lib.zones import find_zone
from links.models import Customer, ShareLink, Visit
from links.queries.audit.link_acts import find_makers, list_acts
from links.queries.link_state import read_forecast, read_state
from links.services.people import customers
from links.texts.pages import forecasts
from links.texts.times import moment

ON_A_PAGE = 50
PRINTED = 1_000


def show_customer(request: HttpRequest, object_id: str) -> HttpResponse:
    """Everything about a customer. What may be changed of them has a page of its own."""
    customer = get_customer(request, object_id)
    require(may_view(request, Customer) and request.method in ("GET", "HEAD"))
    asked, reader = request.GET, staff_user(request)
    page = CustomerPage(customer, reader, timezone.now(), asked.get("links", ""), asked.get("visits", ""))
    return _render(
        request,
        "customer/page",
        page,
        may_change=customers.may_correct(staff_user(request), customer),
        may_delete=may_delete(request, Customer) and not page.has_links,
        may_export=may_export(request),
        may_erase=may_erase(request),
    )


def print_customer(request: HttpRequest, object_id: str) -> HttpResponse:
    """The same on paper, for an audit: with the date, the zone and who printed it."""
    customer = get_customer(request, object_id)
    require(may_view(request, Customer))
    page = CustomerPage(customer, staff_user(request), timezone.now(), size=PRINTED)
    return _render(request, "customer/print", page, zone=timezone.get_current_timezone_name())


def _render(request: HttpRequest, template: str, page: CustomerPage, **context: object) -> HttpResponse:
    return render_page(
        request,
        template,
        Customer,
        title=page.customer.name,
        original=page.customer,
        page=page,
        sees_links=may_view(request, ShareLink),
        **context,
    )


@dataclass(frozen=True, slots=True)
class LinkRow:
    link: ShareLink
    badge: badges.Badge
    until_there: str
    """The promise's end in the customer's own zone; empty where the reader's is the same."""
    maker: User | None
    outlook: str
    """The real end, where it is known to come before the promise's."""


@dataclass(frozen=True)
class CustomerPage:
    customer: Customer
    reader: User
    now: datetime
    links_page: str = ""
    visits_page: str = ""
    size: int = ON_A_PAGE

    @property
    def facts(self) -> list[tuple[str, object]]:
        customer = self.customer
        return [
            (gettext("Company or person"), customer.get_kind_display()),
            (gettext("Mail address"), show_mail(customer)),
            (gettext("Language"), get_language_info(customer.language)["name_translated"]),
            (gettext("Time zone"), customer.zone or gettext("the zone of this site")),
            (gettext("Added at"), write_moment(customer.created_at)),
        ]

    @property
    def has_links(self) -> bool:
        """Whether there are any at all, the reader's own or not: a customer with a history stays."""
        return self.customer.links.exists()

    @cached_property
    def links(self) -> Page[ShareLink]:
        links = ShareLink.objects.filter(customer=self.customer).seen_by(self.reader)
        in_order = links.select_related("bucket", "owner").order_by("-pk")
        return CappedPaginator(in_order, self.size).get_page(self.links_page)

    @cached_property
    def link_rows(self) -> list[LinkRow]:
        makers = find_makers(link.pk for link in self.links)
        return [self._read_row(link, makers.get(link.pk)) for link in self.links]

    def _read_row(self, link: ShareLink, maker: User | None) -> LinkRow:
        badge = badges.of_link(read_state(link, self.now), link.findings)
        outlook = forecasts.brief(read_forecast(link, self.now))
        return LinkRow(link, badge, self._format_there(link.promised_until), maker, outlook)

    @cached_property
    def acts(self) -> list[LogEntry]:
        """Who revoked, extended or transferred these links, and whatever else was done with them."""
        return self._acts[: self.size]

    @property
    def has_more_acts(self) -> bool:
        return len(self._acts) > self.size

    @cached_property
    def _acts(self) -> list[LogEntry]:
        return list(list_acts(link.pk for link in self.links)[: self.size + 1])

    @cached_property
    def visits(self) -> Page[Visit]:
        visits = Visit.objects.filter(link__customer=self.customer).seen_by(self.reader)
        # The latest first by time, not by number: so the index by link is used, however many visits others made.
        in_order = visits.select_related("link").order_by("-at", "-pk")
        return CappedPaginator(in_order, self.size).get_page(self.visits_page)

    @cached_property
    def visit_rows(self) -> list[tuple[Visit, badges.Badge]]:
        return [(visit, badges.of_visit(visit.outcome)) for visit in self.visits]

    def _format_there(self, when: datetime) -> str:
        zone = find_zone(self.customer.zone)
        if zone is None or str(zone) == timezone.get_current_timezone_name():
            return ""
        with timezone.override(zone):
            return moment(when)
