"""Service accounts: listed, made and disabled; tokens made for them, and revoked."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy

from links.admin.api_tokens.token_rows import FOLDER, TokenRow, read_rows
from links.admin.base.pages import find_row, may_add, may_change, may_view, require, staff_user
from links.admin.sign_in.account_pages import render_account_page
from links.forms.people.api_tokens import ApiTokenForm
from links.forms.people.service_accounts import ServiceAccountForm
from links.models import ApiToken, ServiceAccount
from links.services.people import api_tokens, service_accounts
from links.texts.pages.rights import roles as role_names

_LIST = {"list_url": reverse_lazy("admin:service_accounts"), "list_title": gettext_lazy("Service accounts")}


@dataclass(frozen=True, slots=True)
class AccountRow:
    """`may_give_token`: whoever reads this may make a token for it."""

    account: ServiceAccount
    roles: Sequence[str]
    tokens: Sequence[TokenRow]
    may_give_token: bool


def show_accounts(request: HttpRequest) -> HttpResponse:
    require(may_view(request, ServiceAccount))
    reader, now, changes = staff_user(request), timezone.now(), may_change(request, ServiceAccount)
    rows = [
        AccountRow(
            account,
            [role_names.name(role.name) for role in account.user.groups.order_by("name")],
            read_rows(api_tokens.list_of(account.user), now),
            changes and account.user.is_active and service_accounts.may_give_token(reader, account),
        )
        for account in service_accounts.list_all()
    ]
    return render_account_page(
        request,
        "service_accounts",
        folder=FOLDER,
        title=gettext("Service accounts"),
        accounts=rows,
        may_add=may_add(request, ServiceAccount),
        may_change=changes,
    )


def add_account(request: HttpRequest) -> HttpResponse:
    require(may_add(request, ServiceAccount))
    form = ServiceAccountForm(request.POST or None, by=staff_user(request))
    account = form.save(timezone.now()) if request.method == "POST" and form.is_valid() else None
    if account is None:
        return render_account_page(
            request, "new_service_account", folder=FOLDER, title=gettext("Add a service account"), form=form
        )
    messages.success(request, gettext("“%(name)s” was added. Now make a token for it.") % {"name": account})
    return _go_back()


def make_token(request: HttpRequest, object_id: str) -> HttpResponse:
    """The token is shown once, in the answer to the form."""
    require(may_change(request, ServiceAccount))
    by, account = staff_user(request), _get(object_id)
    require(service_accounts.may_give_token(by, account))
    form = ApiTokenForm(request.POST or None, owner=account.user)
    made = form.save(by, timezone.now()) if request.method == "POST" and form.is_valid() else None
    if made is None:
        title = gettext("Make an API token for %(name)s") % {"name": account}
        return render_account_page(request, "new_token", folder=FOLDER, title=title, form=form, **_LIST)
    title = gettext("The new API token of %(name)s") % {"name": account}
    return render_account_page(
        request, "made_token", folder=FOLDER, title=title, token=made.row, text=made.text, **_LIST
    )


def revoke_token(request: HttpRequest, object_id: str) -> HttpResponse:
    require(may_change(request, ServiceAccount))
    account = _get(object_id)
    token = find_row(ApiToken.objects.filter(owner=account.user), request.POST.get("token", ""))
    if token is not None and api_tokens.revoke(token, timezone.now()):
        messages.success(request, gettext("The API token “%(name)s” was revoked.") % {"name": token.name})
    return _go_back()


def disable_account(request: HttpRequest, object_id: str) -> HttpResponse:
    require(may_change(request, ServiceAccount))
    account = _get(object_id)
    if request.method == "POST":
        service_accounts.disable(account)
        messages.success(request, gettext("“%(name)s” was disabled, and its tokens are revoked.") % {"name": account})
    return _go_back()


def _get(object_id: str) -> ServiceAccount:
    found = find_row(ServiceAccount.objects.select_related("user"), object_id)
    if found is None:
        raise Http404
    return found


def _go_back() -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("admin:service_accounts"))
