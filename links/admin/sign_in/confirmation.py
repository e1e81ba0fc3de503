"""Asking again who somebody is, before what an open browser must not give away: secrets, rights, URLs."""

from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from links.admin.base.htmx import read_htmx
from links.admin.sign_in.account_pages import CHALLENGE, make_site, render_account_page
from links.admin.sign_in.login import set_retry_after
from links.admin.sign_in.places import read_place
from links.admin.sign_in.session_marks import CONFIRMED_AT, FULLY_CONFIRMED_AT, LET_IN_UNASKED, mark_confirmed
from links.admin.sign_in.sign_in_steps import read_next_page
from links.admin.sign_in.signed_out import find_way_back
from links.admin.sign_in.single_sign_on import offer_confirmation
from links.domain.people.second_factors import CONFIRMED_FOR, FORM_OPEN_FOR
from links.forms.people.second_factors import ConfirmationForm
from links.models.people.accounts import is_account
from links.services.people import confirmations, passkeys, second_factors

_ALL, _PRESSES = frozenset({"GET", "HEAD", "POST"}), frozenset({"POST"})
ASKED_BEFORE: Mapping[str, frozenset[str]] = {
    # Keys and secrets.
    **dict.fromkeys(
        (
            "links_signingkey_add", "links_signingkey_change", "links_signingkey_secret", "links_signingkey_rotate",
            "links_signingkey_delete",
            "links_bucket_add", "links_bucket_change",  # by which a key is used for another store
        ),
        _ALL,
    ),
    # Where a site's events go, and the secrets by which they are signed.
    **dict.fromkeys(("links_webhook_add", "links_webhook_change", "links_webhook_delete"), _ALL),
    "links_webhook_rotate": _ALL,
    # Who may share from where.
    **dict.fromkeys(("links_bucket_give", "links_sharepermission_delete"), _ALL),
    "links_bucket_withdraw": _PRESSES,
    # Where somebody is signed in.
    "account_sessions": _PRESSES,
    # A link's URL, once more.
    "links_sharelink_url": _PRESSES,
}  # fmt: skip
"""Names of pages, and the methods by which they are asked for."""
FULLY_ASKED_BEFORE: Mapping[str, frozenset[str]] = {
    # What somebody signs in with.
    **dict.fromkeys(("account_app", "account_passkey"), _ALL),
    **dict.fromkeys(("account_recovery_codes", "account_remove"), _PRESSES),
    # By a token somebody's programs do what they may, for as long as a year.
    **dict.fromkeys(("account_new_token", "service_account_add", "service_account_token"), _ALL),
    # Who may do what: by these a superuser gives themselves another password, no factor, or a second account.
    **dict.fromkeys(
        (
            "auth_user_add", "auth_user_change", "auth_user_delete", "auth_user_password_change",
            "auth_group_add", "auth_group_change", "auth_group_delete",
        ),
        _ALL,
    ),
    **dict.fromkeys(("auth_user_changelist", "auth_group_changelist"), _PRESSES),
}  # fmt: skip
"""Changed by whoever has all that they sign in with."""
_SETS_UP_FACTOR = {"account_app", "account_passkey"}
"""By a first factor of their own, whoever sits before an open browser would be that person from then on."""
_READ_ALSO = {
    "links_signingkey_change": "links.change_signingkey",
    "links_bucket_change": "links.change_bucket",
    "links_webhook_change": "links.change_webhook",
}
"""Pages that show others what only some may change: who only reads is not asked."""


def must_confirm(request: HttpRequest) -> bool:
    """A form that was opened in time may be sent some minutes later."""
    name = request.resolver_match.url_name or "" if request.resolver_match else ""
    fully = name in FULLY_ASKED_BEFORE
    methods = (FULLY_ASKED_BEFORE if fully else ASKED_BEFORE).get(name, frozenset())
    if request.method not in methods or (name in _READ_ALSO and not request.user.has_perm(_READ_ALSO[name])):
        return False
    if name in _SETS_UP_FACTOR and request.session.get(LET_IN_UNASKED):
        return True
    at = request.session.get(FULLY_CONFIRMED_AT if fully else CONFIRMED_AT, 0)
    is_form = request.method == "POST" and methods != _PRESSES
    good_for = FORM_OPEN_FOR if is_form else CONFIRMED_FOR
    return datetime.fromtimestamp(at, UTC) + good_for < timezone.now()


def lead_to_confirmation(request: HttpRequest) -> HttpResponse:
    """And back to the page, or to the one whose form was sent: what stood in that was not taken, and they are told."""
    name = request.resolver_match.url_name if request.resolver_match else ""
    query = {"next": find_way_back(request), **({"fully": 1} if name in FULLY_ASKED_BEFORE else {})}
    address = f"{reverse('admin:confirm')}?{urlencode(query)}"
    if read_htmx(request):
        return render(request, "admin/links/account/confirm_first.html", {"confirm": address})
    if request.method == "POST":
        messages.warning(request, gettext("Nothing was changed. Confirm who you are, and do it again."))
    return HttpResponseRedirect(address)


def confirm(request: HttpRequest) -> HttpResponse:
    """The page that asks."""
    user = request.user
    assert is_account(user)  # noqa: S101  the site lets nobody else in
    fully, site = "fully" in request.GET, make_site(request)
    factors = second_factors.list_factors(user)
    options, challenge = passkeys.ask(user, site) if factors.passkeys and site.takes_passkeys else ("", None)
    form = ConfirmationForm(
        request.POST or None,
        person=user,
        place=read_place(request),
        site=site,
        challenge=request.session.pop(CHALLENGE, None),
        fully=fully,
    )
    if request.method == "POST" and form.is_valid():
        confirmations.record_confirmed(user)
        mark_confirmed(request, fully=fully or not form.needs_both)
        return HttpResponseRedirect(read_next_page(request))
    if challenge:
        request.session[CHALLENGE] = challenge
    return set_retry_after(
        render_account_page(
            request,
            "confirm",
            title=gettext("Confirm who you are"),
            form=form,
            options=options,
            next=read_next_page(request),
            needs_password=fully and LET_IN_UNASKED in request.session,
            single_sign_on=offer_confirmation(request, read_next_page(request)),
        )
    )
