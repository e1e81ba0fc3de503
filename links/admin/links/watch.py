"""Watch one URL that was made elsewhere."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from links.admin.base import badges
from links.admin.base.finding_views import build_finding_view
from links.admin.base.pages import go_to, log_addition, may_add, render_form, require, staff_user
from links.forms.foreign import WatchForm
from links.models import ShareLink


def watch_url(request: HttpRequest) -> HttpResponse:
    require(may_add(request, ShareLink))
    user = staff_user(request)
    form = WatchForm(user, request.POST or None)
    diagnosis = None
    if request.method == "POST" and form.is_valid():
        if "preview" in request.POST:
            diagnosis = form.examine(timezone.now())
        elif new_link := form.register(user, timezone.now()):
            log_addition(request, new_link.link)
            messages.success(request, gettext("Monitoring has started. The first check follows immediately."))
            return go_to(ShareLink, "change", new_link.link.pk)
    return render_form(
        request,
        "sharelink/watch/watch",
        ShareLink,
        form,
        title=gettext("Watch a URL"),
        diagnosis=diagnosis,
        badge=badges.of_diagnosis(diagnosis) if diagnosis else None,
        findings=[build_finding_view(finding) for finding in diagnosis.judgement.findings] if diagnosis else [],
        zone=timezone.get_current_timezone_name(),
    )
