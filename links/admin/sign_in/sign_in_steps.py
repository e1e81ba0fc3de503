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
from links.admin.sign_in.session_marks import HAS_FACTOR
from links.admin.sign_in.signed_out import LOST, answer_signed_out, warn_of_lost_form
from links.domain.people.second_factors import SECOND_STEP_WITHIN
from links.services.people import second_factors
from links.services.people.sign_in import SignInSource

FIRST_STEP = "first-step"
"""In the session: who has taken the first step, and when."""


@dataclass(frozen=True, slots=True)
class FirstStep:
    """Who has taken it. They are to prove their second factor, or to set one up where they have none."""

    user: User
    has_factor: bool


def enter(request: HttpRequest, user: User, next_page: str, place: SignInSource) -> HttpResponse:
    """On from the first proof: to the second step, or signed in to `next_page`."""
    if not second_factors.is_asked_for_factor(user):
        response = HttpResponseRedirect(next_page)
        sign_in(request, user)
        know_browser(response, place)
        return response
    return lead_to_second_step(request, user, next_page)


def sign_in(request: HttpRequest, user: User, *, has_factor: bool = False) -> None:
    """Begins a session of their own. `has_factor`: the second was proved, here or by whoever vouches for them."""
    request.session.pop(FIRST_STEP, None)
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    request.session[HAS_FACTOR] = has_factor
    warn_of_lost_form(request)


def lead_to_second_step(request: HttpRequest, user: User, next_page: str) -> HttpResponse:
    request.session.flush()
    request.session[FIRST_STEP] = {
        "user": user.pk,
        "hash": user.get_session_auth_hash(),
        "at": timezone.now().timestamp(),
    }
    page = "second_step" if second_factors.has_factor(user) else "account"
    query = {"next": next_page, **({LOST: 1} if LOST in request.GET else {})}
    return HttpResponseRedirect(f"{reverse(f'admin:{page}')}?{urlencode(query)}")


def read_first_step(request: HttpRequest) -> FirstStep | None:
    """None for whoever has taken none, or too long ago, or whose password was changed or account closed since."""
    kept = request.session.get(FIRST_STEP)
    if not kept or request.user.is_authenticated:
        return None
    if datetime.fromtimestamp(kept["at"], UTC) + SECOND_STEP_WITHIN < timezone.now():
        return None
    user = User.objects.filter(pk=kept["user"], is_active=True, is_staff=True).first()
    if user is None or not constant_time_compare(kept["hash"], user.get_session_auth_hash()):
        return None
    return FirstStep(user, second_factors.has_factor(user))


def lacks_factor(request: HttpRequest) -> bool:
    """Whether somebody is signed in who must have proved a second factor and has not: it was required since, or their
    role is new."""
    user = request.user
    return isinstance(user, User) and not request.session.get(HAS_FACTOR) and second_factors.is_required(user)


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
