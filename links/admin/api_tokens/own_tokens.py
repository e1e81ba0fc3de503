"""One's own API tokens: listed, made, revoked."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy

from links.admin.api_tokens.token_rows import FOLDER, read_rows
from links.admin.base.pages import find_row, staff_user
from links.admin.sign_in.account_pages import render_account_page
from links.forms.people.api_tokens import ApiTokenForm
from links.models import ApiToken
from links.services.people import api_tokens

_LIST = {"list_url": reverse_lazy("admin:account_tokens"), "list_title": gettext_lazy("Your API tokens")}


def show_tokens(request: HttpRequest) -> HttpResponse:
    person = staff_user(request)
    rows = read_rows(api_tokens.list_of(person), timezone.now())
    return render_account_page(request, "tokens", folder=FOLDER, title=gettext("Your API tokens"), rows=rows)


def make_token(request: HttpRequest) -> HttpResponse:
    """The token is shown once, in the answer to the form: nobody can read it off the row."""
    person = staff_user(request)
    form = ApiTokenForm(request.POST or None, owner=person)
    made = form.save(person, timezone.now()) if request.method == "POST" and form.is_valid() else None
    if made is None:
        title = gettext("Make an API token")
        return render_account_page(request, "new_token", folder=FOLDER, title=title, form=form, **_LIST)
    title = gettext("Your new API token")
    return render_account_page(
        request, "made_token", folder=FOLDER, title=title, token=made.row, text=made.text, **_LIST
    )


def revoke_token(request: HttpRequest) -> HttpResponse:
    person = staff_user(request)
    token = find_row(ApiToken.objects.filter(owner=person), request.POST.get("token", ""))
    if token is not None and api_tokens.revoke(token, timezone.now()):
        messages.success(request, gettext("The API token “%(name)s” was revoked.") % {"name": token.name})
    return HttpResponseRedirect(reverse("admin:account_tokens"))
