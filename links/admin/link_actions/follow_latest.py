"""Let a link lead to the file that is there now, and to whatever replaces it."""

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from links.admin.base.link_lookup import get_link_to_change
from links.admin.base.model_admin import HoldfastModelAdmin
from links.admin.base.pages import go_to, log_all, log_change, staff_user
from links.admin.base.refusal_views import explain_refusal
from links.admin.link_actions.bulk_results import build_followed, build_results, list_done, show_results
from links.admin.link_actions.selection import select
from links.domain.errors import HoldfastError
from links.models import ShareLink
from links.services.links import bulk, changes, sharing
from links.texts.pages.histories import log_message


def follow_latest(request: HttpRequest, object_id: str) -> HttpResponse:
    link = get_link_to_change(request, object_id)
    try:
        done = changes.follow_latest(link, sharing.find_scope(staff_user(request)), timezone.now())
    except HoldfastError as error:
        messages.error(request, explain_refusal(error, request.user, link.bucket))
        return go_to(ShareLink, "change", link.pk)
    if done:
        log_change(request, link, log_message(gettext_noop("Follows the latest file.")))
        text = gettext("The link now points to the latest file, and will follow it when it is replaced.")
        messages.success(request, text)
    return go_to(ShareLink, "change", link.pk)


@admin.action(description=_("Follow the latest file"), permissions=["change"])
def follow_latest_of_selected(
    _admin: HoldfastModelAdmin[ShareLink], request: HttpRequest, queryset: QuerySet[ShareLink]
) -> HttpResponse:
    selection = select(queryset)
    results = bulk.follow_latest(selection.links, sharing.find_scope(staff_user(request)), timezone.now())
    log_all(request, CHANGE, list_done(results), log_message(gettext_noop("Follows the latest file.")))
    shown = build_results(request.user, results, build_followed)
    return show_results(request, gettext("Follow the latest file"), shown, has_more=selection.has_more)
