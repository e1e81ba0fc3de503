"""Rescue: a foreign or presigned link becomes a stable one, after a question."""

from collections.abc import Sequence
from functools import partial

from django.contrib import admin
from django.contrib.admin.models import ADDITION, CHANGE
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from links.admin.base.link_lookup import get_link
from links.admin.base.model_admin import HoldfastModelAdmin
from links.admin.base.pages import address, log_all, may_add, may_change, render_page, require, staff_user
from links.admin.handover.new_urls import NewUrl, build_new_urls
from links.admin.handover.url_page import to_handover
from links.admin.link_actions.bulk_results import build_remade, show_results
from links.admin.link_actions.rescue_preview import build_rescue_preview
from links.admin.link_actions.selection import Selection, read_selection, select
from links.models import ShareLink
from links.services.links import remake, sharing
from links.texts.mail import handover
from links.texts.mail.handover import Message
from links.texts.pages.histories import MADE_INSTEAD, REPLACED, log_message


def rescue_link(request: HttpRequest, object_id: str) -> HttpResponse:
    link = get_link(request, object_id)
    return ask_and_rescue(request, Selection([link]), cancel=address(ShareLink, "change", link.pk))


@admin.action(description=_("Replace with stable links"), permissions=["change", "add"])
def rescue_selected(
    _admin: HoldfastModelAdmin[ShareLink], request: HttpRequest, queryset: QuerySet[ShareLink]
) -> HttpResponse:
    """Asks first; the answer goes to `rescue_links`."""
    return _ask(request, select(queryset), action=address(ShareLink, "rescue_many"))


def rescue_links(request: HttpRequest) -> HttpResponse:
    return ask_and_rescue(request, read_selection(request), cancel=address(ShareLink, "changelist"))


def may_rescue(request: HttpRequest) -> bool:
    return may_change(request, ShareLink) and may_add(request, ShareLink)


def ask_and_rescue(request: HttpRequest, selection: Selection, *, cancel: str) -> HttpResponse:
    """Ask first; rescue where the answer is posted back. That page alone shows the new links' URLs: it is the answer
    to the request that made them. `cancel` is where a no leads. Raises `PermissionDenied`."""
    require(may_rescue(request))
    if "confirm" not in request.POST:
        return _ask(request, selection, cancel=cancel)
    user, now = staff_user(request), timezone.now()
    results = remake.rescue_links(selection.links, user, sharing.find_scope(user), now)
    made = [result.done.link for result in results if result.done]
    log_all(request, ADDITION, made, log_message(MADE_INSTEAD))
    log_all(
        request,
        CHANGE,
        [result.item for result in results if result.done],
        log_message(REPLACED),
    )
    new_urls = build_new_urls(
        results,
        "rescued_link",
        user,
        now,
        made_from=gettext("In place of:"),
        advice=gettext(
            "Anyone who has such a URL can download the file. The links that were replaced are no longer "
            "monitored. Those of their URLs that still work do so at the store until they expire there."
        ),
        invite=partial(_write_message, user),
    )
    sentence = ngettext(
        "%(count)s stable link was made. Send its URL to the customer now; its page can show it again.",
        "%(count)s stable links were made. Send their URLs to the customers now; their pages can show them again.",
        len(made),
    )
    page = build_remade(
        request.user,
        results,
        gettext("Replaced"),
        new_urls,
        sentence % {"count": len(made)}
        if made
        else gettext("No stable link was made. The reasons are below, row by row."),
        nothing=gettext(
            "There was nothing to replace: a stable link is signed at each click and needs no replacement."
        ),
    )
    return show_results(request, gettext("Replace with a stable link"), page, has_more=selection.has_more)


def _ask(request: HttpRequest, selection: Selection, *, action: str = "", cancel: str = "") -> HttpResponse:
    foreseen = remake.foresee_rescue(selection.links, sharing.find_scope(staff_user(request)), timezone.now())
    return render_page(
        request,
        "sharelink/actions/rescue",
        ShareLink,
        title=gettext("Are you sure?"),
        page=build_rescue_preview(request.user, foreseen),
        selected=selection if action else None,
        has_more=selection.has_more,
        action=action,
        cancel=cancel or address(ShareLink, "changelist"),
    )


def _write_message(sender: User, rows: Sequence[NewUrl]) -> Message:
    """In the customer's language, or the sender's where no customer is named."""
    customer = rows[0].new.customer
    handovers = [to_handover(row.new, row.url, sender) for row in rows]
    return handover.write_anew(handovers, customer.language if customer else get_language() or "")
