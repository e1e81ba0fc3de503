"""The admin of customers: their list, and the addresses of all their pages."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from links.admin.base.columns import show_moment
from links.admin.base.model_admin import SearchedModelAdmin, split_words
from links.admin.base.pages import address, staff_user
from links.admin.people import customer_forms, customer_page, customer_privacy
from links.admin.people.customer_lookup import show_mail
from links.models import Customer
from links.services.erasure import delete_customer
from links.services.people import customers


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
        return format_html('<a href="{}">{}</a>', address(Customer, "change", customer.pk), customer.name)

    @admin.display(description=_("Mail address"))
    def shown_mail(self, customer: Customer) -> str:
        return show_mail(customer)

    @admin.display(description=_("Added at"))
    def shown_since(self, customer: Customer) -> str:
        return show_moment(customer.created_at)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Customer]:
        return customers.mark_shown_mails(super().get_queryset(request), staff_user(request))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Customer], search_term: str
    ) -> tuple[QuerySet[Customer], bool]:
        """Whoever sees every address searches as in every list."""
        reader = staff_user(request)
        if customers.may_see_every_mail(reader):
            return super().get_search_results(request, queryset, search_term)
        return customers.search(queryset, split_words(search_term), reader), False

    def explain_why_kept(self, row: Customer) -> str:
        text = gettext(
            "“%(name)s” has links, and their history would be lost. It was not deleted. You can change its details."
        )
        return text % {"name": row.name} if row.links.exists() else ""

    def delete_model(self, request: HttpRequest, obj: Customer) -> None:
        delete_customer(obj)

    # Its pages ----------------------------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        return [
            self.page("<path:object_id>/edit/", customer_forms.edit_customer, "edit"),
            self.page("<path:object_id>/print/", customer_page.print_customer, "print"),
            self.page("<path:object_id>/export/", require_POST(customer_privacy.export_customer), "export"),
            self.page("<path:object_id>/erase/", customer_privacy.erase, "erase"),
            *super().get_urls(),
        ]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return customer_forms.add_customer(request)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        return customer_page.show_customer(request, object_id)
