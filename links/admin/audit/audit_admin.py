"""The list of the audit trail: who did what, when, from where, by which way, about what."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from links.admin.audit import access_page
from links.admin.audit.export import export_records
from links.admin.audit.record_views import list_changes, mark_seen, name_object
from links.admin.base.change_lists import AllowedFilter, NumberFilter
from links.admin.base.columns import NOTHING, show_moment
from links.admin.base.history_lists import HistoryListAdmin, LinkFilter
from links.admin.base.pages import require, staff_user
from links.domain.audit.acts import Act, Way
from links.models import AuditRecord
from links.queries.audit import audit_trail
from links.queries.audit.audit_trail import find_address
from links.texts.audit import explain_act, name_way


class ActorFilter(NumberFilter):
    title = _("account")
    parameter_name = "actor"

    def narrow(self, queryset: QuerySet[Any], number: int) -> QuerySet[Any]:
        return queryset.filter(actor=number)


class CustomerFilter(NumberFilter):
    title = _("customer")
    parameter_name = "customer"

    def narrow(self, queryset: QuerySet[Any], number: int) -> QuerySet[Any]:
        return queryset.filter(customer=number)


class BucketFilter(NumberFilter):
    title = _("bucket")
    parameter_name = "bucket"

    def narrow(self, queryset: QuerySet[Any], number: int) -> QuerySet[Any]:
        return queryset.filter(bucket=number)


class ActFilter(AllowedFilter):
    title = _("what was done")
    parameter_name = "act"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[str, str]]:
        return [(act.value, explain_act(act.value)) for act in Act]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(act=self.value()) if self.value() else queryset


class WayFilter(AllowedFilter):
    title = _("way")
    parameter_name = "way"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[str, str]]:
        return [(way.value, name_way(way.value)) for way in Way]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(way=self.value()) if self.value() else queryset


class FromFilter(AllowedFilter):
    """The day, in the reader's zone, of the first records that are shown; entered above the list."""

    title = _("first day")
    parameter_name = "from"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[str, str]]:
        chosen = request.GET.get(str(self.parameter_name), "")
        return [] if read_day(chosen) is None else [(chosen, chosen)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        day = read_day(self.value() or "")
        return queryset if day is None else queryset.filter(at__gte=begin(day))


class UntilFilter(FromFilter):
    title = _("last day")
    parameter_name = "until"

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        day = read_day(self.value() or "")
        return queryset if day is None else queryset.filter(at__lt=begin(day + timedelta(days=1)))


def read_day(text: str) -> date | None:
    """As browsers send one; None for anything else, and for the ends of the calendar."""
    try:
        day = datetime.strptime(text, "%Y-%m-%d").date() if len(text) == 10 else None  # noqa: DTZ007  a day alone
    except ValueError:
        return None
    return day if day is not None and 2000 <= day.year < 9999 else None


def begin(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


_FILTERS: tuple[type[AllowedFilter], ...] = (
    *(ActFilter, WayFilter, ActorFilter, LinkFilter, CustomerFilter, BucketFilter, FromFilter, UntilFilter),
)


@admin.register(AuditRecord)
class AuditRecordAdmin(HistoryListAdmin[AuditRecord]):
    list_display = [
        "shown_at",
        "shown_actor",
        "shown_act",
        "shown_object",
        "shown_values",
        "shown_way",
        "shown_address",
    ]
    list_filter = _FILTERS
    search_fields = ["actor_text"]
    search_help_text = _("User name, customer, API token (hf_…), or # and the number of a link.")
    change_list_template = "admin/links/auditrecord/change_list.html"
    explained = _("Everything that was done, by whom, when and from where. Nobody can change or delete it.")

    def get_queryset(self, request: HttpRequest) -> QuerySet[AuditRecord]:
        return mark_seen(super().get_queryset(request), staff_user(request)).prefetch_related("details")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[AuditRecord], search_term: str
    ) -> tuple[QuerySet[AuditRecord], bool]:
        return audit_trail.search(queryset, search_term), False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if request.method == "POST" and "export" in request.POST:
            require(self.has_view_permission(request))
            rows = self.get_changelist_instance(request).get_queryset(request)
            return export_records(request, rows, [str(one.parameter_name) for one in _FILTERS])
        asked = request.GET
        period = {"first_day": asked.get("from", ""), "last_day": asked.get("until", "")}
        kept = [(name, value) for name, value in asked.items() if name not in ("from", "until", "p")]
        context = {**period, "kept": kept}
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def get_urls(self) -> list[URLPattern]:
        return [
            self.page("access/<str:kind>/<str:object_id>/", access_page.show_access, "access"),
            *super().get_urls(),
        ]

    @admin.display(description=_("At"))
    def shown_at(self, row: AuditRecord) -> str:
        return format_html('{} <span class="meta">#{}</span>', show_moment(row.at), row.number or NOTHING)

    @admin.display(description=_("Who"))
    def shown_actor(self, row: AuditRecord) -> str:
        if row.actor is None:
            return row.actor_text or NOTHING
        return format_html('<a href="?actor={}">{}</a>', row.actor, row.actor_text)

    @admin.display(description=_("What was done"))
    def shown_act(self, row: AuditRecord) -> str:
        return explain_act(row.act)

    @admin.display(description=_("About"))
    def shown_object(self, row: AuditRecord) -> str:
        return name_object(row)

    @admin.display(description=_("Details"))
    def shown_values(self, row: AuditRecord) -> str:
        return format_html_join("", "<div>{}</div>", ((line,) for line in list_changes(row))) or NOTHING

    @admin.display(description=_("Way"))
    def shown_way(self, row: AuditRecord) -> str:
        return name_way(row.way)

    @admin.display(description=_("Network"))
    def shown_address(self, row: AuditRecord) -> str:
        return find_address(row) or NOTHING
