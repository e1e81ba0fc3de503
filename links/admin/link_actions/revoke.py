"""Revoke links, after a question that says who is affected."""

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from links.admin.base.link_lookup import get_link_to_change
from links.admin.base.model_admin import HoldfastModelAdmin
from links.admin.base.pages import address, go_to, log_all, log_change, render_page
from links.admin.link_actions.bulk_results import build_results, build_revoked, list_done, show_results
from links.admin.link_actions.revoke_preview import build_revoke_preview
from links.admin.link_actions.selection import read_selection, select
from links.models import ShareLink
from links.services.links import bulk, changes
from links.texts.pages.histories import REVOKED, log_message


def revoke_link(request: HttpRequest, object_id: str) -> HttpResponse:
    link = get_link_to_change(request, object_id)
    if request.method != "POST":
        return render_page(
            request,
            "sharelink/actions/revoke",
            ShareLink,
            title=gettext("Are you sure?"),
            page=build_revoke_preview([link], timezone.now()),
            cancel=address(ShareLink, "change", link.pk),
        )
    if changes.revoke(link, timezone.now()):
        log_change(request, link, log_message(REVOKED))
        messages.success(request, gettext("The link was revoked."))
    return go_to(ShareLink, "change", link.pk)


@admin.action(description=_("Revoke"), permissions=["change"])
def revoke_selected(
    _admin: HoldfastModelAdmin[ShareLink], request: HttpRequest, queryset: QuerySet[ShareLink]
) -> HttpResponse:
    """Asks first; the answer goes to `revoke_links`."""
    selection = select(queryset)
    return render_page(
        request,
        "sharelink/actions/revoke",
        ShareLink,
        title=gettext("Are you sure?"),
        page=build_revoke_preview(selection.links, timezone.now()),
        selected=selection,
        action=address(ShareLink, "revoke_many"),
        cancel=address(ShareLink, "changelist"),
    )


def revoke_links(request: HttpRequest) -> HttpResponse:
    results = bulk.revoke_links(read_selection(request).links, timezone.now())
    log_all(request, CHANGE, list_done(results), log_message(REVOKED))
    return show_results(request, gettext("Revoke"), build_results(request.user, results, build_revoked))
