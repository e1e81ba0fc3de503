"""Hand links to a colleague, who is their owner from then on."""

from dataclasses import replace

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from links.admin.base.link_lookup import get_link_to_change, seen_links
from links.admin.base.model_admin import HoldfastModelAdmin
from links.admin.base.pages import go_to, log_all, log_change, render_form, staff_user
from links.admin.link_actions.bulk_results import build_owner_change, build_results, list_done, show_results
from links.admin.link_actions.selection import Selection, read_selection, select
from links.forms.changes.owners import ColleagueForm
from links.models import ShareLink
from links.services.links.transfers import Transfer
from links.services.mail.link_mails import find_reader
from links.services.mail.senders import reaches_by_mail
from links.texts.formatting import join
from links.texts.pages.histories import OWNER_CHANGED, log_message
from links.texts.people import name_person
from links.texts.readers import warn_maker, warn_of_transfer


def change_owner(request: HttpRequest, object_id: str) -> HttpResponse:
    link = get_link_to_change(request, object_id)
    form = ColleagueForm(request.POST or None)
    sender, done = staff_user(request), None
    if request.method == "POST" and form.is_valid():
        done = form.transfer_one(link, sender, timezone.now())
    if done is None:
        return render_form(
            request, "sharelink/actions/owner", ShareLink, form, title=gettext("Transfer to a colleague"), link=link
        )
    person = form.cleaned_data["colleague"]
    colleague = name_person(person)
    log_change(request, link, log_message(OWNER_CHANGED, colleague=colleague))
    level = messages.SUCCESS if reaches_by_mail(person) else messages.WARNING
    sentences = [gettext(OWNER_CHANGED) % {"colleague": colleague}, _explain_mail(done, person, sender)]
    messages.add_message(request, level, join(filter(None, sentences)))
    # It may be out of the sender's sight now.
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
    sender = staff_user(request)
    done = form.transfer(selection.links, sender, timezone.now()) if form.is_valid() else None
    if done is None:
        return _ask(request, selection, form)
    person = form.cleaned_data["colleague"]
    transferred = list_done(done.results)
    log_all(request, CHANGE, transferred, log_message(OWNER_CHANGED, colleague=name_person(person)))
    sentence = _explain_mail(done, person, sender) if transferred else ""
    shown = replace(
        build_results(request.user, done.results, build_owner_change), sentences=(sentence,) if sentence else ()
    )
    return show_results(request, gettext("Transfer to a colleague"), shown)


def _explain_mail(done: Transfer, colleague: User, sender: User) -> str:
    """Whether the colleague learns of it, and who of what is written to them from then on; "" where they did it
    themselves and mail reaches them."""
    reader = find_reader(colleague)
    if colleague == sender:
        return warn_maker(reader)
    values = {"colleague": name_person(colleague), "mail": colleague.email}
    if done.is_written:
        return gettext("A mail about it goes to %(colleague)s (%(mail)s).") % values
    unmailed = (
        gettext("%(colleague)s has no mail address, so no mail about it is sent: please tell them yourself.") % values
    )
    return join([unmailed, warn_of_transfer(reader)])


def _ask(request: HttpRequest, selection: Selection, form: ColleagueForm) -> HttpResponse:
    title = gettext("Transfer to a colleague")
    return render_form(request, "sharelink/actions/owner_many", ShareLink, form, title=title, selected=selection)
