"""Hand links to a colleague, who is their owner from then on."""

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from links.admin.base.link_lookup import get_link_to_change, seen_links
from links.admin.base.model_admin import HoldfastModelAdmin
from links.admin.base.pages import go_to, log_all, log_change, render_form
from links.admin.link_actions.bulk_results import build_owner_change, build_results, list_done, show_results
from links.admin.link_actions.selection import Selection, read_selection, select
from links.forms.changes import ColleagueForm
from links.models import ShareLink
from links.texts.pages.histories import log_message

OWNER_CHANGED = gettext_noop("Transferred to %(colleague)s.")


def change_owner(request: HttpRequest, object_id: str) -> HttpResponse:
    link = get_link_to_change(request, object_id)
    form = ColleagueForm(request.POST or None)
    if request.method != "POST" or not form.is_valid() or not form.change_owner(link):
        return render_form(
            request, "sharelink/actions/owner", ShareLink, form, title=gettext("Transfer to a colleague"), link=link
        )
    colleague = form.cleaned_data["colleague"].get_username()
    log_change(request, link, log_message(OWNER_CHANGED, colleague=colleague))
    messages.success(request, gettext(OWNER_CHANGED) % {"colleague": colleague})
    # It may be out of the giver's sight now.
    is_seen = seen_links(request).filter(pk=link.pk).exists()
    return go_to(ShareLink, "change", link.pk) if is_seen else go_to(ShareLink, "changelist")


@admin.action(description=_("Transfer to a colleague"), permissions=["change"])
def change_owner_of_selected(
    _admin: HoldfastModelAdmin[ShareLink], request: HttpRequest, queryset: QuerySet[ShareLink]
) -> HttpResponse:
    """Asks to whom; the answer goes to `change_owners`."""
    return _ask(request, select(queryset), ColleagueForm())


def change_owners(request: HttpRequest) -> HttpResponse:
    selection, form = read_selection(request), ColleagueForm(request.POST)
    results = form.change_owners(selection.links) if form.is_valid() else None
    if results is None:
        return _ask(request, selection, form)
    colleague = form.cleaned_data["colleague"].get_username()
    log_all(request, CHANGE, list_done(results), log_message(OWNER_CHANGED, colleague=colleague))
    return show_results(request, gettext("Transfer to a colleague"), build_results(results, build_owner_change))


def _ask(request: HttpRequest, selection: Selection, form: ColleagueForm) -> HttpResponse:
    title = gettext("Transfer to a colleague")
    return render_form(request, "sharelink/actions/owner_many", ShareLink, form, title=title, selected=selection)
