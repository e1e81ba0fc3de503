"""The second step of signing in: a code, or a passkey."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext, ngettext

from links.admin.sign_in.account_pages import CHALLENGE, make_site, render_account_page
from links.admin.sign_in.login import set_retry_after
from links.admin.sign_in.places import know_browser, read_new_place
from links.admin.sign_in.sign_in_steps import read_first_step, read_next_page, sign_in_by_factor
from links.admin.sign_in.signed_out import answer_signed_out
from links.domain.people.second_factors import Factor
from links.forms.people.second_factors import SecondStepForm
from links.services.people import passkeys, second_factors


def take_second_step(request: HttpRequest) -> HttpResponse:
    step = read_first_step(request)
    if request.user.is_authenticated:
        return HttpResponseRedirect(read_next_page(request))
    if step is None or not step.has_factor:
        return answer_signed_out(request)
    person, place, site = step.user, read_new_place(request), make_site(request)
    form = SecondStepForm(
        request.POST or None,
        person=person,
        place=place,
        site=site,
        # Good for one answer, whatever that is.
        challenge=request.session.pop(CHALLENGE, None),
    )
    if request.method == "POST" and form.is_valid():
        next_page = read_next_page(request)
        sign_in_by_factor(request, person, step.voucher)
        _tell_of_codes(request, form.factor)
        response = HttpResponseRedirect(next_page)
        know_browser(response, place)
        return response
    factors, options = second_factors.list_factors(person), ""
    if factors.passkeys and site.takes_passkeys:
        options, request.session[CHALLENGE] = passkeys.ask(person, site)
    return set_retry_after(
        render_account_page(
            request,
            "second_step",
            title=gettext("Second step"),
            form=form,
            factors=factors,
            options=options,
            next=read_next_page(request),
        )
    )


def _tell_of_codes(request: HttpRequest, factor: Factor | None) -> None:
    """Whoever used a recovery code may have lost their phone."""
    if factor is not Factor.RECOVERY_CODE:
        return
    assert request.user.is_authenticated  # noqa: S101  they just were
    left = second_factors.list_factors(request.user).codes_left
    text = ngettext(
        "You have %(count)s recovery code left. Set up a new app, or make new codes, under “Your account”.",
        "You have %(count)s recovery codes left. Set up a new app, or make new codes, under “Your account”.",
        left,
    )
    messages.warning(request, text % {"count": left})
