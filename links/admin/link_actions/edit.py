"""Edit the terms of a link."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext

from links.admin.base.link_lookup import get_link_to_change
from links.admin.base.pages import go_to, log_change, render_form, staff_user
from links.forms.changes.terms import TermsForm
from links.models import ShareLink
from links.services.links import sharing


def edit_link(request: HttpRequest, object_id: str) -> HttpResponse:
    link, user = get_link_to_change(request, object_id), staff_user(request)
    form = TermsForm(link, sharing.find_scope(user), request.POST or None, reader=user)
    if request.method == "POST" and form.is_valid() and form.change(timezone.now(), user):
        # In the source's language: histories are translated when they are read.
        with translation.override(None):
            changed = [str(form.fields[name].label) for name in form.changed_data]
        log_change(request, link, [{"changed": {"fields": changed}}])
        messages.success(request, gettext("Saved."))
        if form.given_up:
            warning = gettext("%(address)s no longer works. Send the customer the link's current URL.")
            messages.warning(request, warning % {"address": form.given_up})
        return go_to(ShareLink, "change", link.pk)
    return render_form(
        request,
        "sharelink/actions/edit",
        ShareLink,
        form,
        title=gettext("Edit this link"),
        link=link,
        zone=timezone.get_current_timezone_name(),
    )
