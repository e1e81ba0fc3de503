"""The pages of customers: whom links are for, and what became of them."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet, Value
from django.db.models.expressions import Combinable
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from links.admin.base.columns import show_moment
from links.admin.base.model_admin import SearchedModelAdmin, split_words, who
from links.admin.people.customer_page import PRINTED, CustomerPage, show_mail
from links.domain.zones import list_zones
from links.forms.customers import ZONES_LIST, CustomerForm
from links.models import Customer
from links.models.texts import hold
from links.services import customers


@admin.register(Customer)
class CustomerAdmin(SearchedModelAdmin[Customer]):
    list_display = ["shown_name", "shown_mail", "language", "zone", "shown_since"]
    list_display_links = None
    # The index by name gives the first hundred in order.
    ordering = ["name", "pk"]
    sortable_by = ()
    search_fields = Customer.searched
    search_help_text = _("Name or mail address.")
    change_list_template = "admin/links/customer/change_list.html"

    @admin.display(description=_("Name"))
    def shown_name(self, customer: Customer) -> str:
        return format_html('<a href="{}">{}</a>', self.address("change", customer.pk), customer.name)

    @admin.display(description=_("Mail address"))
    def shown_mail(self, customer: Customer) -> str:
        return show_mail(customer)

    @admin.display(description=_("Added at"))
    def shown_since(self, customer: Customer) -> str:
        return show_moment(customer.created_at)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Customer]:
        """Each knows whether its mail address may be shown."""
        rows, reader = super().get_queryset(request), who(request)
        seen = Value(True) if customers.may_see_every_mail(reader) else _to_value(customers.where_mail_is_seen(reader))
        return rows.annotate(shows_mail=seen)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Customer], search_term: str
    ) -> tuple[QuerySet[Customer], bool]:
        """Not by addresses that are not shown: found by its parts, one would be told letter by letter."""
        reader = who(request)
        if customers.may_see_every_mail(reader):
            return super().get_search_results(request, queryset, search_term)
        for word in split_words(search_term):
            seen = Q(mail__icontains=word) & customers.where_mail_is_seen(reader)
            queryset = queryset.filter(hold(Customer, word), Q(name__icontains=word) | seen)
        return queryset, False

    def get_urls(self) -> list[URLPattern]:
        edit, printed = map(self.admin_site.admin_view, (self.edit_view, self.print_view))
        return [
            path("<path:object_id>/edit/", edit, name="links_customer_edit"),
            path("<path:object_id>/print/", printed, name="links_customer_print"),
            *super().get_urls(),
        ]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        self.require(self.has_add_permission(request))
        form = CustomerForm(request.POST or None)
        customer = _save(request, form)
        if customer is None:
            return self._show_form(request, form, title=gettext("Add a customer"), cancel=self.address("changelist"))
        self.log_addition(request, customer, [{"added": {}}])
        messages.success(request, gettext("“%(name)s” was added.") % {"name": customer.name})
        return self.go_to("change", customer.pk)

    def edit_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        customer = self.find(request, object_id)
        self.require(self.has_change_permission(request, customer))
        form, page = CustomerForm(request.POST or None, instance=customer), self.address("change", customer.pk)
        if _save(request, form) is None:
            return self._show_form(request, form, title=form.initial["name"], cancel=page)
        self.log_change(request, customer, [{"changed": {"fields": form.changed_data}}])
        messages.success(request, gettext("Saved."))
        return self.go_to("change", customer.pk)

    def _show_form(self, request: HttpRequest, form: CustomerForm, *, title: str, cancel: str) -> HttpResponse:
        zones = {"zones": list_zones(), "zones_list": ZONES_LIST}
        return self.render_form(request, "customer/form", form, title=title, cancel=cancel, **zones)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Everything about a customer. What may be changed of them has a page of its own."""
        customer = self.find(request, object_id)
        self.require(self.has_view_permission(request, customer) and request.method in ("GET", "HEAD"))
        asked = request.GET
        page = CustomerPage(customer, who(request), timezone.now(), asked.get("links", ""), asked.get("visits", ""))
        return self._show(
            request,
            "customer/page",
            page,
            may_change=self.has_change_permission(request, customer),
            may_delete=self.has_delete_permission(request, customer) and not page.has_links,
        )

    def print_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The same on paper, for an audit: with the date, the zone and who printed it."""
        customer = self.find(request, object_id)
        self.require(self.has_view_permission(request, customer))
        page = CustomerPage(customer, who(request), timezone.now(), size=PRINTED)
        return self._show(request, "customer/print", page, zone=timezone.get_current_timezone_name())

    def _show(self, request: HttpRequest, template: str, page: CustomerPage, **context: object) -> HttpResponse:
        user = request.user
        sees_links = user.has_perm("links.view_sharelink") or user.has_perm("links.change_sharelink")
        customer = page.customer
        shown = {"title": customer.name, "original": customer, "page": page, "sees_links": sees_links}
        return self.render(request, template, **shown, **context)  # type: ignore[arg-type]

    def explain_why_kept(self, row: Customer) -> str:
        told = gettext("“%(name)s” has links, whose history would be lost. It stays; you can change its details.")
        return told % {"name": row.name} if row.links.exists() else ""


def _to_value(where: Q) -> Combinable:
    return ExpressionWrapper(where, output_field=BooleanField())


def _save(request: HttpRequest, form: CustomerForm) -> Customer | None:
    return form.save_at(timezone.now(), who(request)) if request.method == "POST" and form.is_valid() else None
