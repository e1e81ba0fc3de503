"""One's own account: the second factor, recovery codes, and where one is signed in. Whoever must have a factor and has
none comes here from the password, and is signed in once they have one."""

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from links.admin.handover import qr
from links.admin.sign_in.account_pages import BEGUN_APP, CHALLENGE, make_site, render_account_page
from links.admin.sign_in.login import set_retry_after
from links.admin.sign_in.places import know_browser, read_new_place
from links.admin.sign_in.session_marks import HAS_FACTOR, mark_confirmed
from links.admin.sign_in.sign_in_steps import read_first_step, read_next_page, sign_in_by_factor
from links.admin.sign_in.signed_out import answer_signed_out
from links.domain.people.second_factors import write_seed
from links.domain.row_numbers import read_number
from links.domain.visits.sign_in_limits import SignInKind
from links.forms.people.second_factors import AppForm, PasskeyForm
from links.models import Session
from links.models.people.accounts import is_account
from links.services.people import passkeys, second_factors, sessions
from links.services.people.second_factors import LastFactor
from links.services.people.sign_in import record_sign_in


def find_person(request: HttpRequest) -> User | None:
    """Who is signed in; or who is to set up the factor that they must have, after the password."""
    if is_account(request.user):
        return request.user
    step = read_first_step(request)
    return step.user if step and not step.has_factor else None


def show_account(request: HttpRequest) -> HttpResponse:
    person = find_person(request)
    if person is None:
        return answer_signed_out(request)
    own = sessions.list_own(person) if request.user.is_authenticated else []
    this = Session.objects.with_key(request.session.session_key).values_list("pk", flat=True).first()
    must = second_factors.is_required(person)
    return render_account_page(
        request,
        "account",
        title=gettext("Your account") if request.user.is_authenticated else gettext("Set up a second factor"),
        factors=second_factors.list_factors(person),
        is_required=must,
        takes_passkeys=make_site(request).takes_passkeys,
        sessions=own,
        this_session=this,
        next=read_next_page(request),
    )


def set_up_app(request: HttpRequest) -> HttpResponse:
    person = find_person(request)
    if person is None:
        return answer_signed_out(request)
    place, now = read_new_place(request), timezone.now()
    form = AppForm(request.POST or None, person=person, place=place, number=request.session.get(BEGUN_APP))
    if request.method == "POST" and form.is_valid():
        return _finish_setup(request, person, gettext("The authenticator app is set up."))
    begun = second_factors.begin_app(person, request.session.get(BEGUN_APP), now)
    request.session[BEGUN_APP] = begun.number
    address = second_factors.write_app_address(person, begun.seed, make_site(request).name)
    return set_retry_after(
        render_account_page(
            request,
            "app",
            title=gettext("Set up an authenticator app"),
            form=form,
            code=qr.draw(address),
            address=address,
            seed=write_seed(begun.seed),
            next=read_next_page(request),
        )
    )


def add_passkey(request: HttpRequest) -> HttpResponse:
    person, site = find_person(request), make_site(request)
    if person is None:
        return answer_signed_out(request)
    if not site.takes_passkeys:
        messages.error(request, gettext("Passkeys need a site with https and a name. Set up an authenticator app."))
        return HttpResponseRedirect(reverse("admin:account"))
    form = PasskeyForm(request.POST or None, person=person, site=site, challenge=request.session.pop(CHALLENGE, None))
    if request.method == "POST" and form.is_valid():
        record_sign_in(person.get_username(), read_new_place(request), SignInKind.SECOND_FACTOR, timezone.now())
        return _finish_setup(request, person, gettext("The passkey was added."))
    options, request.session[CHALLENGE] = passkeys.offer(person, site)
    return render_account_page(
        request,
        "passkey",
        title=gettext("Add a passkey"),
        form=form,
        options=options,
        next=read_next_page(request),
    )


def _finish_setup(request: HttpRequest, person: User, message: str) -> HttpResponse:
    """Whoever came from the password is signed in by it. Other sessions, which were begun without it, are over."""
    if request.user.is_authenticated:
        request.session[HAS_FACTOR] = True
        mark_confirmed(request, fully=True)
    else:
        step = read_first_step(request)
        sign_in_by_factor(request, person, step.voucher if step else None)
    sessions.end_others(person, request.session.session_key)
    messages.success(request, message)
    next_page = read_next_page(request)
    if second_factors.list_factors(person).codes_left:
        response: HttpResponse = HttpResponseRedirect(reverse("admin:account"))
    else:
        response = _show_codes(request, person, next_page)
    know_browser(response, read_new_place(request))
    return response


def make_recovery_codes(request: HttpRequest) -> HttpResponse:
    person = find_person(request)
    if request.method != "POST" or person is None or not second_factors.has_factor(person):
        return HttpResponseRedirect(reverse("admin:account"))
    return _show_codes(request, person, reverse("admin:account"))


def _show_codes(request: HttpRequest, person: User, next_page: str) -> HttpResponse:
    """Once: of what is kept nobody can read them."""
    codes = second_factors.make_recovery_codes(person, timezone.now())
    title = gettext("Your recovery codes")
    return render_account_page(request, "recovery_codes", title=title, codes=codes, next=next_page)


def remove_factor(request: HttpRequest) -> HttpResponse:
    """The app, or one passkey; not the last, of whoever must have one."""
    person = find_person(request)
    page = HttpResponseRedirect(reverse("admin:account"))
    if request.method != "POST" or not request.user.is_authenticated or person is None:
        return page
    factors, number = second_factors.list_factors(person), read_number(request.POST.get("passkey", ""))
    try:
        if "app" in request.POST and factors.app:
            second_factors.remove_app(person)
            message = gettext("The authenticator app was removed.")
        elif number is not None and (name := second_factors.remove_passkey(person, number)):
            message = gettext("The passkey “%(name)s” was removed.") % {"name": name}
        else:
            return page
    except LastFactor:
        messages.error(
            request, gettext("Your role requires a second factor. Set up another one before you remove this.")
        )
        return page
    sessions.end_others(person, request.session.session_key)
    messages.success(request, message)
    return page


def end_sessions(request: HttpRequest) -> HttpResponse:
    """One of one's own, or all but this one."""
    person = find_person(request)
    page = HttpResponseRedirect(reverse("admin:account"))
    if request.method != "POST" or not request.user.is_authenticated or person is None:
        return page
    number = read_number(request.POST.get("session", ""))
    key = request.session.session_key
    count = sessions.end_others(person, key) if number is None else sessions.end(person, number)
    text = ngettext("%(count)s session was ended.", "%(count)s sessions were ended.", count)
    messages.success(request, text % {"count": count})
    return page
