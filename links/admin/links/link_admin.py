"""The admin of links: their list, and the addresses of all their pages."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.db.models.expressions import Combinable
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from links.admin.base import validating
from links.admin.base.columns import NOTHING, show_age, show_failure, show_moment, show_renewable, show_text
from links.admin.base.model_admin import HoldfastModelAdmin
from links.admin.base.pages import address
from links.admin.handover import url_page
from links.admin.link_actions import change_end, change_owner, duplicate, edit, follow_latest, rescue, revoke, validate
from links.admin.links import browse, create, link_filters, link_page, search, watch, watch_many
from links.admin.links.quick_views import list_quick_views
from links.domain.judging.facts import Delivery
from links.domain.promise.terms import ShownIn
from links.models import ShareLink
from links.queries import link_search
from links.services.link_terms import read_shown
from links.texts import labels
from links.texts.people import name_person
from links.texts.terms import SEARCHED


@admin.register(ShareLink)
class LinkAdmin(HoldfastModelAdmin[ShareLink]):
    list_display = ["shown_state", "what", "for_whom", "shown_promise", "stops_working_on", "seen"]
    list_display_links = None
    list_filter = [
        link_filters.StateFilter,
        link_filters.DeliveryFilter,
        link_filters.EndFilter,
        link_filters.OpenedFilter,
        link_filters.CreatedFilter,
        link_filters.OwnerFilter,
        link_filters.CustomerFilter,
        link_filters.IncidentFilter,
        link_filters.ImportFilter,
        ("bucket", link_filters.BucketFilter),
    ]
    list_select_related = ["bucket", "owner", "customer"]
    search_fields = ["object_key"]  # that there is a search; `link_search` says where
    search_help_text = SEARCHED
    sortable_by = ["what", "shown_promise"]
    actions = [
        validate.validate_selected,
        change_end.change_end_of_selected,
        duplicate.duplicate_selected,
        change_owner.change_owner_of_selected,
        rescue.rescue_selected,
        follow_latest.follow_latest_of_selected,
        revoke.revoke_selected,
    ]
    change_list_template = "admin/links/sharelink/change_list.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[ShareLink]:
        return super().get_queryset(request).seen_by(request.user)  # type: ignore[attr-defined,no-any-return]

    # The list ---------------------------------------------------------------------------------------------------

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        sees_everyone = request.user.has_perm("links.see_every_sharelink")
        views = {"views": list_quick_views(request.GET, sees_everyone=sees_everyone)}
        answer = super().changelist_view(request, {**views, **(extra_context or {})})
        if isinstance(answer, TemplateResponse) and answer.context_data and "cl" in answer.context_data:
            shown = answer.context_data["cl"].result_list
            answer.context_data["validating"] = validating.find_validating(shown, timezone.now())
        return answer

    def get_ordering(self, request: HttpRequest) -> list[str | Combinable]:
        """The newest first; what ends soon by its end, which an index has in order."""
        return ["promised_until", "-pk"] if {"ends", "opened"} & request.GET.keys() else ["-pk"]

    @admin.display(description=_("State"))
    def shown_state(self, link: ShareLink) -> str:
        return validating.show_state(link, timezone.now())

    @admin.display(description=_("Link"), ordering="pk")
    def what(self, link: ShareLink) -> str:
        place, delivery = str(link.bucket or link.host), labels.label(Delivery(link.delivery))
        name = link.object_key or link.host
        terms = [show_text(value) for value in read_shown(link, ShownIn.LIST).values()]
        details = [f"#{link.pk}", show_text(name) if link.title else "", place, delivery, *terms]
        return format_html(
            '<a href="{}">{}</a><br><span class="meta">{}</span><span class="meta on-phones">{}</span>',
            address(ShareLink, "change", link.pk),
            show_text(link.name_for_staff),
            " · ".join(detail for detail in details if detail),
            self._show_for_phones(link),
        )

    def _show_for_phones(self, link: ShareLink) -> str:
        """For whom and until when, whose columns a phone shows only to who scrolls."""
        until = format_html("{} {}", gettext("Promised until"), show_moment(link.promised_until))
        return format_html("{} · {}", show_text(link.customer.name), until) if link.customer else until

    @admin.display(description=_("Customer"))
    def for_whom(self, link: ShareLink) -> str:
        """And whose link it is."""
        return format_html(
            '{}<br><span class="meta">{}</span>',
            show_text(link.customer.name) if link.customer else NOTHING,
            gettext("owner: %(owner)s") % {"owner": name_person(link.owner)} if link.owner else "",
        )

    @admin.display(description=_("Promised until"), ordering="promised_until")
    def shown_promise(self, link: ShareLink) -> str:
        return show_moment(link.promised_until)

    @admin.display(description=_("Stops working"))
    def stops_working_on(self, link: ShareLink) -> str:
        return show_renewable("fails", link, show_failure(link, timezone.now()))

    @admin.display(description=_("Validated"))
    def seen(self, link: ShareLink) -> str:
        return show_renewable("seen", link, show_age(link.validated_at, timezone.now()))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[ShareLink], search_term: str
    ) -> tuple[QuerySet[ShareLink], bool]:
        text = search_term.strip()
        return (queryset.filter(link_search.match(text)) if text else queryset), False

    def has_delete_permission(self, request: HttpRequest, obj: ShareLink | None = None) -> bool:
        """A link is revoked; its history stays."""
        return False

    # Its pages ----------------------------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        return [
            self.page("find/", require_POST(search.search_links), "find"),
            self.page("browse/", browse.browse_bucket, "browse"),
            self.page("validating/", validating.renew_validating, "validating"),
            self.page("customers/", create.suggest_customers, "customers"),
            self.page("watch/", watch.watch_url, "watch"),
            self.page("watch/many/", watch_many.watch_urls, "watch_many"),
            self.page("end/", require_POST(change_end.change_ends), "end_many"),
            self.page("duplicate/", require_POST(duplicate.duplicate_links), "duplicate_many"),
            self.page("owner/", require_POST(change_owner.change_owners), "owner_many"),
            self.page("rescue/", require_POST(rescue.rescue_links), "rescue_many"),
            self.page("revoke/", require_POST(revoke.revoke_links), "revoke_many"),
            self.page("<path:object_id>/url/", url_page.show_url, "url"),
            self.page("<path:object_id>/validate/", require_POST(validate.validate_link), "validate"),
            self.page("<path:object_id>/revoke/", revoke.revoke_link, "revoke"),
            self.page("<path:object_id>/end/", change_end.change_end, "end"),
            self.page("<path:object_id>/edit/", edit.edit_link, "edit"),
            self.page("<path:object_id>/owner/", change_owner.change_owner, "owner"),
            self.page("<path:object_id>/follow/", require_POST(follow_latest.follow_latest), "follow"),
            self.page("<path:object_id>/rescue/", require_POST(rescue.rescue_link), "rescue"),
            *super().get_urls(),
        ]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return create.create_link(request)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        return link_page.show_link(request, object_id)
