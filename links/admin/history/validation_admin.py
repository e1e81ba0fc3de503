"""The history of validations."""

from django.contrib import admin
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from links.admin.base import badges
from links.admin.base.columns import show_moment
from links.admin.base.finding_views import build_stored_views
from links.admin.base.history_lists import LinkHistoryListAdmin
from links.models import Validation


@admin.register(Validation)
class ValidationAdmin(LinkHistoryListAdmin[Validation]):
    list_display = ["shown_at", "shown_link", "shown_verdict", "shown_findings", "status", "store_code", "took_ms"]

    @admin.display(description=_("At"))
    def shown_at(self, validation: Validation) -> str:
        return show_moment(validation.at)

    @admin.display(description=_("Verdict"))
    def shown_verdict(self, validation: Validation) -> badges.Badge:
        return badges.of_verdict(validation.verdict)

    @admin.display(description=_("Findings"))
    def shown_findings(self, validation: Validation) -> str:
        return gettext(", ").join(view.title for view in build_stored_views(validation.findings))
