"""Make many links once more: asked about, and answered row by row. One link is copied on the page that makes links."""

from django.contrib import admin
from django.contrib.admin.models import ADDITION
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from links.admin.base.model_admin import HoldfastModelAdmin
from links.admin.base.pages import log_all, may_add, render_form, require, staff_user
from links.admin.handover.new_urls import build_new_urls
from links.admin.link_actions.bulk_results import build_remade, show_results
from links.admin.link_actions.selection import Selection, read_selection, select
from links.forms.changes.copies import DuplicateForm
from links.models import ShareLink
from links.texts.lifetimes import list_presets
from links.texts.pages.histories import COPIED, log_message


@admin.action(description=_("Duplicate"), permissions=["change", "add"])
def duplicate_selected(
    _admin: HoldfastModelAdmin[ShareLink], request: HttpRequest, queryset: QuerySet[ShareLink]
) -> HttpResponse:
    """Asks for how long; the answer goes to `duplicate_links`."""
    return _ask(request, select(queryset), DuplicateForm())


def duplicate_links(request: HttpRequest) -> HttpResponse:
    """The one page that shows the new links' URLs; it is the answer to the request that made them."""
    require(may_add(request, ShareLink))
    selection, form, user = read_selection(request), DuplicateForm(request.POST), staff_user(request)
    now = timezone.now()
    results = form.duplicate_all(selection.links, user, now) if form.is_valid() else None
    if results is None:
        return _ask(request, selection, form)
    made = [result.done.link for result in results if result.done]
    log_all(request, ADDITION, made, log_message(COPIED))
    advice = gettext("Anyone who has such a URL can download the file. The links that were copied stay as they are.")
    new_urls = build_new_urls(results, "copied_link", user, now, made_from=gettext("Copy of:"), advice=advice)
    sentence = ngettext(
        "%(count)s link was made. Its page can show its URL again.",
        "%(count)s links were made. Their pages can show their URLs again.",
        len(made),
    )
    page = build_remade(
        request.user,
        results,
        gettext("Duplicated"),
        new_urls,
        sentence % {"count": len(made)} if made else gettext("No link was made. The reasons are below, row by row."),
    )
    return show_results(request, gettext("Duplicate"), page)


def _ask(request: HttpRequest, selection: Selection, form: DuplicateForm) -> HttpResponse:
    return render_form(
        request,
        "sharelink/actions/duplicate_many",
        ShareLink,
        form,
        title=gettext("Duplicate"),
        selected=selection,
        presets=list_presets(),
        zone=timezone.get_current_timezone_name(),
    )
