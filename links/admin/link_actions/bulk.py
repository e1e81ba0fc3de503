"""Many links at one press. Each ends on a page that says what was done, row by row."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import admin
from django.contrib.admin.models import CHANGE
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from links.admin.base.model_admin import AT_ONCE, HoldfastModelAdmin, log_all, who
from links.admin.link_actions import bulk_results
from links.admin.link_actions.bulk_results import BulkResults, build_results
from links.admin.link_actions.change import HANDED, list_presets
from links.admin.link_actions.revoke_preview import build_revoke_preview
from links.domain.row_numbers import read_number
from links.forms.changes import ColleagueForm, EndForm
from links.models import ShareLink
from links.queries.link_state import read_state
from links.services import bulk, sharing
from links.services.bulk import Row
from links.services.on_demand import ask_for_validation
from links.words.histories import keep, keep_ends


@dataclass(frozen=True, slots=True)
class Selection:
    """What was ticked in the list, `AT_ONCE` links at most; `has_more` where others are left."""

    links: list[ShareLink]
    has_more: bool = False

    @property
    def numbers(self) -> str:
        """All in one field: a form of a thousand fields is taken for an attack."""
        return ",".join(str(link.pk) for link in self.links)


class BulkDesk(HoldfastModelAdmin[ShareLink]):
    # What stands in the list's menu -------------------------------------------------------------------------------

    @admin.action(description=_("Validate now"), permissions=["change"])
    def validate_selected(self, request: HttpRequest, queryset: QuerySet[ShareLink]) -> HttpResponse:
        chosen = choose(queryset)
        lasting = [link.pk for link in chosen.links if not read_state(link, timezone.now()).is_withdrawn]
        page = bulk_results.build_validated(chosen.links, ask_for_validation(lasting, timezone.now))
        return self._show_outcomes(request, gettext("Validate now"), page, has_more=chosen.has_more)

    @admin.action(description=_("Change the end"), permissions=["change"])
    def change_ends_of_selected(self, request: HttpRequest, queryset: QuerySet[ShareLink]) -> HttpResponse:
        return self._ask_for_end(request, choose(queryset), EndForm(sharing.find_scope(who(request))))

    @admin.action(description=_("Hand to a colleague"), permissions=["change"])
    def hand_selected(self, request: HttpRequest, queryset: QuerySet[ShareLink]) -> HttpResponse:
        return self._ask_for_colleague(request, choose(queryset), ColleagueForm())

    @admin.action(description=_("Revoke"), permissions=["change"])
    def revoke_selected(self, request: HttpRequest, queryset: QuerySet[ShareLink]) -> HttpResponse:
        chosen = choose(queryset)
        return self.render(
            request,
            "sharelink/revoke",
            title=gettext("Are you sure?"),
            page=build_revoke_preview(chosen.links, timezone.now()),
            chosen=chosen,
            action=self.address("revoke_many"),
            cancel=self.address("changelist"),
        )

    # What the answers to their questions are posted to ------------------------------------------------------------

    def end_many_view(self, request: HttpRequest) -> HttpResponse:
        chosen, form = self.read_chosen(request), EndForm(sharing.find_scope(who(request)), request.POST)
        foresees = "preview" in request.POST
        act = form.foresee_all if foresees else form.change_all
        rows = act(chosen.links, timezone.now()) if form.is_valid() else None
        if rows is None or foresees:
            foreseen = build_results(rows, bulk_results.build_foreseen_end) if rows else None
            return self._ask_for_end(request, chosen, form, foreseen)
        _log_ends(request, rows, form.cleaned_data["lifetime"])
        return self._show_outcomes(request, gettext("Change the end"), build_results(rows, bulk_results.build_new_end))

    def hand_many_view(self, request: HttpRequest) -> HttpResponse:
        chosen, form = self.read_chosen(request), ColleagueForm(request.POST)
        rows = form.hand_all(chosen.links) if form.is_valid() else None
        if rows is None:
            return self._ask_for_colleague(request, chosen, form)
        colleague = form.cleaned_data["colleague"].get_username()
        log_all(request, CHANGE, _list_done(rows), keep(HANDED, colleague=colleague))
        return self._show_outcomes(
            request, gettext("Hand to a colleague"), build_results(rows, bulk_results.build_handed_over)
        )

    def revoke_many_view(self, request: HttpRequest) -> HttpResponse:
        rows = bulk.revoke_links(self.read_chosen(request).links, timezone.now())
        log_all(request, CHANGE, _list_done(rows), keep(gettext_noop("Revoked.")))
        return self._show_outcomes(request, gettext("Revoke"), build_results(rows, bulk_results.build_revoked))

    def read_chosen(self, request: HttpRequest) -> Selection:
        self.require(self.has_change_permission(request))
        named = map(read_number, request.POST.get("chosen", "").split(","))
        numbers = [number for number in named if number is not None]
        return choose(self.get_queryset(request).filter(pk__in=numbers[:AT_ONCE]))

    def _ask_for_end(
        self, request: HttpRequest, chosen: Selection, form: EndForm, foreseen: BulkResults | None = None
    ) -> HttpResponse:
        return self.render_form(
            request,
            "sharelink/end_many",
            form,
            title=gettext("Change the end"),
            chosen=chosen,
            foreseen=foreseen,
            presets=list_presets(),
            zone=timezone.get_current_timezone_name(),
        )

    def _ask_for_colleague(self, request: HttpRequest, chosen: Selection, form: ColleagueForm) -> HttpResponse:
        return self.render_form(
            request, "sharelink/hand_many", form, title=gettext("Hand to a colleague"), chosen=chosen
        )

    def _show_outcomes(
        self, request: HttpRequest, title: str, page: BulkResults, *, has_more: bool = False
    ) -> HttpResponse:
        return self.render(request, "sharelink/outcomes", title=title, page=page, has_more=has_more, at_once=AT_ONCE)


def choose(queryset: QuerySet[ShareLink]) -> Selection:
    """The first of these, with all that a row shows and a store is asked for."""
    found = list(queryset.select_related("bucket__key", "customer", "owner")[: AT_ONCE + 1])
    return Selection(found[:AT_ONCE], has_more=len(found) > AT_ONCE)


def _list_done(rows: Sequence[Row]) -> list[ShareLink]:
    return [row.link for row in rows if row.refused is None]


def _log_ends(request: HttpRequest, rows: Sequence[Row], lifetime: str) -> None:
    for change in {row.end.change for row in rows if row.end}:
        done = [row.link for row in rows if row.end and row.end.change is change]
        log_all(request, CHANGE, done, keep_ends(change, lifetime))
