"""Signing in at a provider of single sign-on, and back: two addresses and one page for whatever goes wrong.

What a sign-in goes by is in a signed cookie of the browser that began it: nobody else's answer fits, and no row is
written for whoever has not signed in.
"""

import hmac
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import structlog
from django.conf import settings
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext

from links.admin.sign_in import sign_in_steps
from links.admin.sign_in.places import know_browser, read_new_place, read_place
from links.admin.sign_in.session_marks import SIGNED_IN_BY, Voucher, mark_confirmed
from links.admin.sign_in.signed_out import LOST, warn_of_lost_form
from links.conf import site
from links.domain.errors import HoldfastError, Refused, Unavailable
from links.domain.people.claims import ProvenPerson, find_groups, read_person
from links.domain.reasons import Reason
from links.domain.signed_urls.tokens import digest
from links.domain.visits.sign_in_limits import SINGLE_SIGN_ON_LIMITS, SignInKind
from links.domain.visits.throttling import name_network
from links.models.people.accounts import is_account
from links.net import openid
from links.net.openid import Client, Flow
from links.services import throttle
from links.services.people import confirmations, single_sign_on
from links.services.throttle import Key
from links.texts import refusals

log = structlog.get_logger(__name__)

AGAIN = "again"
"""In the address: whoever is signed in says once more who they are."""

ANEW = "anew"
"""In the address: whoever signs in proves to the provider who they are, though they have an open session there."""

ASKED_WITHIN_SECONDS = 30  # not 0: canaille 0.3 would ask for ever
MAX_SECONDS = 600  # for which somebody may be away at the provider
MAX_CODE_LENGTH = 4_096
_SALT = "links.single-sign-on"
_STATUS = {
    Reason.SINGLE_SIGN_ON_NOT_STARTED: 400,
    Reason.SINGLE_SIGN_ON_LATE: 400,
    Reason.SINGLE_SIGN_ON_THROTTLED: 429,
    Reason.SINGLE_SIGN_ON_UNTRUSTED: 502,
    Reason.SINGLE_SIGN_ON_UNREACHABLE: 503,
}


def offer(next_page: str, *, was_lost: bool = False) -> dict[str, str] | None:
    """The button of the sign-in page; None where single sign-on is off."""
    if not single_sign_on.is_on():
        return None
    return {"name": site.OIDC_NAME, "address": _make_address(next_page, *([LOST] if was_lost else []))}


def offer_confirmation(request: HttpRequest, next_page: str) -> dict[str, str] | None:
    """The button of the page that asks again who somebody is; None for whoever did not come by single sign-on."""
    if request.session.get(SIGNED_IN_BY) != SignInKind.SINGLE_SIGN_ON.value or not single_sign_on.is_on():
        return None
    return {"name": site.OIDC_NAME, "address": _make_address(next_page, AGAIN)}


def begin(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """By a link, not a button: a form that leads to another site is stopped by the CSP. What it does, harms nobody."""
    if not single_sign_on.is_on():
        raise Http404
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET"])
    flow = Flow(secrets.token_urlsafe(32), settings.SECRET_KEY)
    again = AGAIN in request.GET and request.user.is_authenticated
    anew = again or ANEW in request.GET
    try:
        # Not counted: other sites can lead any browser here, and so use up a network's share. What it costs us is one
        # request in some minutes, of all that come.
        provider = openid.discover(site.OIDC_ISSUER)
        # The first asks a provider to ask its user again, the second to say when it did.
        asked = {"prompt": "login"} if anew else {}
        within = ASKED_WITHIN_SECONDS if anew else settings.SESSION_COOKIE_AGE
        address = openid.make_address(provider, _make_client(), flow, site.OIDC_SCOPES, **asked, max_age=str(within))
    except HoldfastError as error:
        return _answer_refused(request, error, context)
    response = HttpResponseRedirect(address)
    kept = {
        "state": digest(flow.state).hex(),
        "next": read_next(request.GET.get("next", "")),
        "lost": LOST in request.GET,
        "again": str(request.user.pk) if again else None,
        "anew": anew,
        "at": int(timezone.now().timestamp()),
    }
    response.set_cookie(
        _name_cookie(),
        signing.dumps(kept, salt=_SALT),
        max_age=MAX_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",  # it has to come along when the provider sends the browser back
    )
    return response


def finish(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    if not single_sign_on.is_on():
        raise Http404
    if request.method != "GET":
        return HttpResponseNotAllowed(["GET"])
    try:
        kept = _read_kept(request)
        _count(request)
        person = _prove(request)
        response = _confirm(request, person, kept) if kept["again"] else _sign_in(request, person, kept)
    except HoldfastError as error:
        response = _answer_refused(request, error, context)
    response.delete_cookie(_name_cookie(), samesite="Lax")
    return response


def _sign_in(request: HttpRequest, person: ProvenPerson, kept: Mapping[str, Any]) -> HttpResponse:
    place, next_page = read_new_place(request), read_next(kept["next"])
    user = single_sign_on.admit(person, place, timezone.now())
    voucher = Voucher(SignInKind.SINGLE_SIGN_ON, _read_asked_at(person))
    if site.OIDC_SECOND_FACTOR and sign_in_steps.sets_up_unproved(user, voucher):
        if kept["anew"]:
            raise Refused(Reason.SINGLE_SIGN_ON_NOT_ASKED)
        return HttpResponseRedirect(_make_address(next_page, ANEW, *([LOST] if kept["lost"] else [])))
    if site.OIDC_SECOND_FACTOR:
        response = sign_in_steps.enter(request, user, next_page, place, voucher)
    else:
        # The provider asks for a second one, or does not: its rules hold.
        sign_in_steps.sign_in(request, user, has_factor=True, voucher=voucher)
        response = HttpResponseRedirect(next_page)
        know_browser(response, place)
    if kept["lost"]:
        warn_of_lost_form(request)
    return response


def _confirm(request: HttpRequest, person: ProvenPerson, kept: Mapping[str, Any]) -> HttpResponse:
    """Whoever is signed in proved again who they are. A provider that did not ask them has proved nothing."""
    user = request.user
    if not is_account(user) or str(user.pk) != kept["again"] or user != single_sign_on.find_account(person):
        raise Refused(Reason.SINGLE_SIGN_ON_OTHER_PERSON)
    asked_at = _read_asked_at(person)
    if asked_at is None or asked_at < kept["at"] - openid.LEEWAY.total_seconds():
        raise Refused(Reason.SINGLE_SIGN_ON_NOT_ASKED)
    confirmations.record_confirmed(user)
    mark_confirmed(request, fully=True)
    return HttpResponseRedirect(read_next(kept["next"]))


def _read_asked_at(person: ProvenPerson) -> float | None:
    """When the provider had them prove who they are; None where it says nothing, or no time that can have been."""
    latest = (timezone.now() + openid.LEEWAY).timestamp()
    return person.asked_at if person.asked_at is not None and 0 <= person.asked_at <= latest else None


def find_end_address(request: HttpRequest) -> str:
    """Where whoever signs out here is led, so that they are signed out at the provider, too; "" where nowhere."""
    if request.session.get(SIGNED_IN_BY) != SignInKind.SINGLE_SIGN_ON.value or not single_sign_on.is_on():
        return ""
    try:
        provider = openid.discover(site.OIDC_ISSUER)
    except HoldfastError:
        return ""
    return openid.make_end_address(provider, _make_client(), f"{site.BASE_URL}{reverse('admin:login')}")


def _prove(request: HttpRequest) -> ProvenPerson:
    """Whom the provider proves, who is asked what the code stands for."""
    try:
        return _ask_provider(request.GET)
    except HoldfastError as error:
        single_sign_on.record_failure(error, read_place(request), timezone.now())
        raise


def _ask_provider(asked: QueryDict) -> ProvenPerson:
    if "error" in asked:
        raise _read_denial(asked.get("error", ""))
    code = asked.get("code", "")
    if not 0 < len(code) <= MAX_CODE_LENGTH:
        raise Refused(Reason.SINGLE_SIGN_ON_NOT_STARTED)
    provider, client = openid.discover(site.OIDC_ISSUER), _make_client()
    if asked.get("iss", "" if provider.tells_issuer else client.issuer) != client.issuer:
        raise Refused(Reason.SINGLE_SIGN_ON_UNTRUSTED, detail="answer: iss")
    flow = Flow(asked.get("state", ""), settings.SECRET_KEY)
    tokens = openid.redeem(provider, client, flow, code)
    claims = openid.verify(provider, client, flow, tokens.id_token)
    has_all = find_groups(claims, site.OIDC_GROUPS_CLAIM) is not None and "email" in claims
    profile = {} if has_all else openid.read_profile(provider, tokens, claims["sub"])
    return read_person(client.issuer, claims, profile, site.OIDC_GROUPS_CLAIM)


def _read_kept(request: HttpRequest) -> dict[str, Any]:
    """What this browser was given when it began, and that the answer is to it."""
    try:
        kept = signing.loads(request.COOKIES.get(_name_cookie(), ""), salt=_SALT, max_age=MAX_SECONDS)
    except signing.BadSignature:
        raise Refused(Reason.SINGLE_SIGN_ON_NOT_STARTED) from None
    if not hmac.compare_digest(digest(request.GET.get("state", "")).hex(), kept["state"]):
        raise Refused(Reason.SINGLE_SIGN_ON_NOT_STARTED)
    return dict(kept)


def _read_denial(error: str) -> HoldfastError:
    """RFC 6749, 4.1.2.1. Nothing else that stands there is shown: anybody may write it into a link."""
    if error in ("server_error", "temporarily_unavailable"):
        return Unavailable(Reason.SINGLE_SIGN_ON_UNREACHABLE, detail=error)
    if error == "access_denied":
        return Refused(Reason.SINGLE_SIGN_ON_DENIED)
    return Refused(Reason.SINGLE_SIGN_ON_UNTRUSTED, detail="answer: an error")


def _count(request: HttpRequest) -> None:
    """Each answer to us has us ask the provider, which takes time and is another's server; or is kept in a row."""
    network, now = name_network(read_place(request).address), timezone.now()
    for limit in SINGLE_SIGN_ON_LIMITS:
        if not throttle.take(Key("single-sign-on", (network, limit.window)), limit, now):
            raise Refused(Reason.SINGLE_SIGN_ON_THROTTLED)


def _answer_refused(request: HttpRequest, error: HoldfastError, context: dict[str, Any]) -> HttpResponse:
    """A page that says what to do. The log says which check failed, and nothing that was sent."""
    log.warning("single sign-on failed", reason=error.code, detail=error.params.get("detail", ""))
    title = gettext("Nothing was confirmed") if request.user.is_authenticated else gettext("You are not signed in")
    shown = {
        **context,
        "title": title,
        "sentence": refusals.explain_stored(error.code, **{**error.params, "provider": site.OIDC_NAME}),
        "again": offer(reverse("admin:index")),
        "language_next": reverse("admin:login"),  # this page's own address has a code in it
    }
    status = _STATUS.get(error.reason, 403)
    return TemplateResponse(request, "admin/single_sign_on.html", shown, status=status)


def _make_address(next_page: str, *asked: str) -> str:
    """Where a sign-in begins that leads to this page."""
    return f"{reverse('admin:single_sign_on')}?{urlencode({'next': next_page, **dict.fromkeys(asked, 1)})}"


def _make_client() -> Client:
    redirect_uri = f"{site.BASE_URL}{reverse('admin:single_sign_on_answer')}"
    return Client(site.OIDC_ISSUER, site.OIDC_CLIENT_ID, site.OIDC_CLIENT_SECRET, redirect_uri)


def read_next(page: str) -> str:
    """Only a page of ours, by its path: whatever else a link may say."""
    is_ours = page.startswith("/") and url_has_allowed_host_and_scheme(page, allowed_hosts=None)
    return page if is_ours else reverse("admin:index")


def _name_cookie() -> str:
    return "__Host-single-sign-on" if settings.SESSION_COOKIE_SECURE else "single-sign-on"
