"""Many links made once more at one press: asked about, and answered row by row."""

from django.contrib import admin
from django.contrib.admin.models import ADDITION
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from links.admin.base.model_admin import log_all, who
from links.admin.link_actions.bulk import BulkDesk, Selection, choose
from links.admin.link_actions.change import list_presets
from links.admin.link_actions.new_urls import build_new_urls
from links.forms.changes import DuplicateForm
from links.models import ShareLink
from links.words.histories import keep


class DuplicatingDesk(BulkDesk):
    @admin.action(description=_("Duplicate"), permissions=["change", "add"])
    def duplicate_selected(self, request: HttpRequest, queryset: QuerySet[ShareLink]) -> HttpResponse:
        return self._ask_for_lifetime(request, choose(queryset), DuplicateForm())

    def duplicate_many_view(self, request: HttpRequest) -> HttpResponse:
        self.require(self.has_add_permission(request))
        chosen, form = self.read_chosen(request), DuplicateForm(request.POST)
        rows = form.duplicate_all(chosen.links, who(request), timezone.now()) if form.is_valid() else None
        if rows is None:
            return self._ask_for_lifetime(request, chosen, form)
        made = [row.issued.link for row in rows if row.issued]
        log_all(request, ADDITION, made, keep(gettext_noop("Made as a copy of another link.")))
        page = build_new_urls(rows, "copied_link", who(request))
        return self.render(request, "sharelink/duplicated", title=gettext("Duplicate"), page=page)

    def _ask_for_lifetime(self, request: HttpRequest, chosen: Selection, form: DuplicateForm) -> HttpResponse:
        return self.render_form(
            request,
            "sharelink/duplicate_many",
            form,
            title=gettext("Duplicate"),
            chosen=chosen,
            presets=list_presets(),
            zone=timezone.get_current_timezone_name(),
        )
