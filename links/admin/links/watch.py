"""Watch URLs that were made elsewhere: one, or many at once."""

from django.contrib import messages
from django.contrib.admin.models import ADDITION
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop

from links.admin.base import badges
from links.admin.base.finding_views import build_finding_view
from links.admin.base.model_admin import HoldfastModelAdmin, log_all, who
from links.admin.links.watch_results import build_watch_results
from links.forms.foreign import WatchForm, WatchManyForm
from links.models import ShareLink
from links.words.histories import keep


class WatchingDesk(HoldfastModelAdmin[ShareLink]):
    def watch_view(self, request: HttpRequest) -> HttpResponse:
        self.require(self.has_add_permission(request))
        form = WatchForm(who(request), request.POST or None)
        diagnosis = None
        if request.method == "POST" and form.is_valid():
            if "preview" in request.POST:
                diagnosis = form.examine(timezone.now())
            elif issued := form.register(who(request), timezone.now()):
                self.log_addition(request, issued.link, [{"added": {}}])
                messages.success(request, gettext("It is watched from now on; its first validation comes at once."))
                return self.go_to("change", issued.link.pk)
        form.hide_secrets()
        return self.render_form(
            request,
            "sharelink/watch",
            form,
            title=gettext("Watch a URL"),
            diagnosis=diagnosis,
            badge=badges.of_verdict(diagnosis.judgement.verdict.value) if diagnosis else None,
            findings=[build_finding_view(finding) for finding in diagnosis.judgement.findings] if diagnosis else [],
            zone=timezone.get_current_timezone_name(),
        )

    def watch_many_view(self, request: HttpRequest) -> HttpResponse:
        self.require(self.has_add_permission(request))
        form = WatchManyForm(who(request), request.POST or None)
        rows = form.register(who(request), timezone.now()) if request.method == "POST" and form.is_valid() else None
        log_all(
            request, ADDITION, [row.link for row in rows or () if row.link], keep(gettext_noop("Watched, one of many."))
        )
        page = build_watch_results(rows) if rows else None
        if page:
            form.keep_lines(page.refused)
        form.hide_secrets()
        return self.render_form(
            request,
            "sharelink/watch_many",
            form,
            title=gettext("Watch many URLs"),
            page=page,
            zone=timezone.get_current_timezone_name(),
        )
