"""From the first proof of who somebody is to being signed in. Whoever has a second factor, or must have one, is not
signed in by the password: their session keeps who they said they are, for ten minutes, and nothing is open to them but
the page of the second step."""

from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme

from links.admin.sign_in.places import know_browser
from links.admin.sign_in.session_marks import HAS_FACTOR, SIGNED_IN_BY, Voucher, mark_confirmed, mark_vouched
from links.admin.sign_in.signed_out import LOST, answer_signed_out, warn_of_lost_form
from links.domain.people.second_factors import CONFIRMED_FOR, SECOND_STEP_WITHIN
from links.domain.visits.sign_in_limits import SignInKind
from links.models.people.accounts import is_account, list_accounts
from links.services.people import second_factors
from links.services.people.sign_in import SignInSource, may_use_password

FIRST_STEP = "first-step"
"""In the session: who has taken the first step, and when."""


@dataclass(frozen=True, slots=True)
class FirstStep:
    """Who has taken it. They are to prove their second factor, or to set one up where they have none. `voucher` is None
    where it was a password."""

    user: User
    has_factor: bool
    voucher: Voucher | None


def enter(
    request: HttpRequest, user: User, next_page: str, place: SignInSource, voucher: Voucher | None = None
) -> HttpResponse:
    """On from the first proof: to the second step, or signed in to `next_page`."""
    if not second_factors.is_asked_for_factor(user):
        response = HttpResponseRedirect(next_page)
        sign_in(request, user, voucher=voucher)
        know_browser(response, place)
        return response
    return lead_to_second_step(request, user, next_page, voucher)


def sets_up_unproved(user: User, voucher: Voucher) -> bool:
    """Whether they would set up their first factor in a session that the voucher asked nobody for lately, as far as it
    says: whoever sits before an open browser would set up one of their own."""
    if second_factors.has_factor(user) or not second_factors.is_required(user):
        return False
    return voucher.asked_at is None or datetime.fromtimestamp(voucher.asked_at, UTC) + CONFIRMED_FOR < timezone.now()


def sign_in(request: HttpRequest, user: User, *, has_factor: bool = False, voucher: Voucher | None = None) -> None:
    """Begins a session of their own. `has_factor`: the second was proved, here or by whoever vouches for them."""
    request.session.pop(FIRST_STEP, None)
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    request.session[HAS_FACTOR] = has_factor
    if voucher:
        mark_vouched(request, voucher, can_confirm=user.has_usable_password() or second_factors.has_factor(user))
    else:
        request.session.pop(SIGNED_IN_BY, None)
    warn_of_lost_form(request)


def sign_in_by_factor(request: HttpRequest, user: User, voucher: Voucher | None) -> None:
    """The second step was taken. Where the first was none of ours, the factor alone was proved just now."""
    sign_in(request, user, has_factor=True, voucher=voucher)
    mark_confirmed(request, fully=not user.has_usable_password())


def lead_to_second_step(
    request: HttpRequest, user: User, next_page: str, voucher: Voucher | None = None
) -> HttpResponse:
    request.session.flush()
    request.session[FIRST_STEP] = {
        "user": str(user.pk),
        "hash": user.get_session_auth_hash(),
        "at": timezone.now().timestamp(),
        "voucher": (voucher.kind.value, voucher.asked_at) if voucher else None,
    }
    page = "second_step" if second_factors.has_factor(user) else "account"
    query = {"next": next_page, **({LOST: 1} if LOST in request.GET else {})}
    return HttpResponseRedirect(f"{reverse(f'admin:{page}')}?{urlencode(query)}")


def read_first_step(request: HttpRequest) -> FirstStep | None:
    """None for whoever has taken none, or too long ago; or whose password was changed or account closed since, or who
    is no longer let in by a password."""
    kept = request.session.get(FIRST_STEP)
    if not kept or request.user.is_authenticated:
        return None
    if datetime.fromtimestamp(kept["at"], UTC) + SECOND_STEP_WITHIN < timezone.now():
        return None
    user = list_accounts().filter(pk=kept["user"], is_active=True, is_staff=True).first()
    if user is None or not constant_time_compare(kept["hash"], user.get_session_auth_hash()):
        return None
    kind, asked_at = kept.get("voucher") or ("", None)
    if not (kind or may_use_password(user)):
        return None
    return FirstStep(user, second_factors.has_factor(user), Voucher(SignInKind(kind), asked_at) if kind else None)


def lacks_factor(request: HttpRequest) -> bool:
    """Whether somebody is signed in who must have proved a second factor and has not: it was required since, or their
    role is new."""
    user = request.user
    return is_account(user) and not request.session.get(HAS_FACTOR) and second_factors.is_required(user)


def ask_for_factor(request: HttpRequest) -> HttpResponse:
    """Whoever is signed in without the factor that they must have is so no longer. They sign in anew: an open browser
    alone is no first step, by which anybody would set up a factor of their own."""
    logout(request)
    return answer_signed_out(request)


def read_next_page(request: HttpRequest) -> str:
    """Where they were going: a page of this site, or the front page."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return asked if is_ours else reverse("admin:index")
