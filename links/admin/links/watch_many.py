"""Watch many URLs that were made elsewhere, one in each line."""

from django.contrib.admin.models import ADDITION
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop

from links.admin.base.pages import log_all, may_add, render_form, require, staff_user
from links.admin.links.watch_results import build_watch_results, list_refused
from links.forms.foreign import WatchManyForm
from links.models import ShareLink
from links.texts.pages.histories import log_message


def watch_urls(request: HttpRequest) -> HttpResponse:
    """The answer says what came of each line; the form keeps those of which nothing came. What the link doctor sends on
    fills the form, and nothing is watched yet."""
    require(may_add(request, ShareLink))
    user = staff_user(request)
    form = WatchManyForm(user, request.POST or None)
    is_sent = request.method == "POST" and "prefill" not in request.POST
    lines = form.register(user, timezone.now()) if is_sent and form.is_valid() else None
    watched = [line.done.link for line in lines or () if line.done]
    log_all(request, ADDITION, watched, log_message(gettext_noop("Added to monitoring together with others.")))
    if lines:
        form.keep_lines(list_refused(lines))
    return render_form(
        request,
        "sharelink/watch/watch_many",
        ShareLink,
        form,
        title=gettext("Watch many URLs"),
        page=build_watch_results(lines) if lines else None,
        zone=timezone.get_current_timezone_name(),
    )
