"""The history of validations."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from links.admin import badges
from links.admin.columns import show_link, show_moment
from links.admin.pages import ReadOnlyDesk
from links.admin.told import tell_stored
from links.models import Validation


@admin.register(Validation)
class ValidationDesk(ReadOnlyDesk[Validation]):
    # Rows are appended as time goes: the primary key orders them without a sort.
    ordering = ["-pk"]
    sortable_by = ()
    list_display = ["shown_at", "shown_link", "shown_verdict", "shown_findings", "status", "store_code", "took_ms"]
    list_display_links = None
    list_select_related = ["link"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Validation]:
        return super().get_queryset(request).seen_by(request.user)  # type: ignore[attr-defined,no-any-return]

    @admin.display(description=_("At"))
    def shown_at(self, validation: Validation) -> str:
        return show_moment(validation.at)

    @admin.display(description=_("Link"))
    def shown_link(self, validation: Validation) -> str:
        return show_link(validation.link)

    @admin.display(description=_("Verdict"))
    def shown_verdict(self, validation: Validation) -> badges.Badge:
        return badges.of_verdict(validation.verdict)

    @admin.display(description=_("Findings"))
    def shown_findings(self, validation: Validation) -> str:
        return gettext(", ").join(told.title for told in tell_stored(validation.findings))
