"""What customers do with a link: follow it, press its button, go on with a download, ask for more time."""

import mimetypes
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from links.channels import is_configured
from links.conf import site
from links.domain.errors import Refused
from links.domain.link_mails import LinkReader
from links.domain.monitoring.metrics import CLICK_TIMES
from links.domain.signed_urls.tokens import derive_address
from links.domain.visits.access import QUESTIONS, Outcome
from links.lib.content_disposition import attachment
from links.models import Grant, ShareLink
from links.public.answers import add_privacy_headers, not_found, read_language, redirect_to_store, show
from links.public.grant_cookies import keep_secret, read_secrets
from links.public.middleware.zones import read_zone
from links.public.visitors import asks_ahead, find_address, read_visitor
from links.queries.click_rows import load_whole
from links.services.links import time_requests
from links.services.mail.link_mails import find_reader
from links.services.monitoring.counting import timed
from links.services.visits.clicks import (
    Visitor,
    VisitResult,
    find_by_slug,
    find_link,
    find_slug_page,
    follow_grant,
    follow_link,
    follow_slug,
    foresee,
    preview_link,
    record_question,
    refuse,
    refuse_granted,
    submit_page,
)
from links.services.visits.grants import find_grant, find_held, holds
from links.services.visits.guesses import count_guess, count_look

RETRY_AFTER = 60
BUSY_SECONDS = 3
ASKABLE = (Outcome.ENDED, Outcome.USED_UP)
ASK_MAX_AGE_SECONDS = 86_400  # seconds for which a page's question may lie open
_ASK_SALT = "links.public.ask"
_STATUSES = {
    Outcome.LOOKED: 200,
    Outcome.PREVIEW: 200,
    Outcome.NOT_YET: 403,
    Outcome.WRONG_PASSWORD: 403,
    Outcome.TOO_MANY_TRIES: 429,
    Outcome.BUSY: 503,
    Outcome.FAILED: 503,
}
GONE = 410
_ON_THE_PAGE = (Outcome.LOOKED, Outcome.PREVIEW, Outcome.WRONG_PASSWORD, Outcome.BUSY)


class QuestionForm(forms.Form):
    """Asks for more time. `left_empty` is for machines, which fill in whatever they find. People do not see it, unless
    something of theirs, as a password manager, filled it in: then they are asked to empty it, and nothing is lost."""

    which = forms.CharField(max_length=200, widget=forms.HiddenInput)
    message = forms.CharField(
        label=_("Message"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
    mail = forms.EmailField(
        label=_("Your mail address"),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("We write to this address when the link works again."),
    )
    left_empty = forms.CharField(label=_("Leave this field empty"), required=False, max_length=2_000)

    def clean_left_empty(self) -> str:
        if self.cleaned_data["left_empty"]:
            raise forms.ValidationError(_("This field was filled in automatically. Empty it, then send again."))
        return ""


@add_privacy_headers
@require_http_methods(["GET", "HEAD", "POST"])
@timed(CLICK_TIMES)
def visit(request: HttpRequest, token: str) -> HttpResponseBase:
    """A stable link's address, which is a secret: who has it may know how the link stands."""
    link = find_link(token)
    return _open(request, link) if link else _nowhere(request)


@add_privacy_headers
@require_http_methods(["GET", "HEAD", "POST"])
@timed(CLICK_TIMES)
def visit_slug(request: HttpRequest, slug: str) -> HttpResponseBase:
    """An address of somebody's own choice, which anybody may guess: unless the link is public, the page and its
    status are the same whether or not there is one, until the password was right in this browser."""
    now, slug_page = timezone.now(), find_slug_page(slug)
    held = find_held(read_secrets(request), slug_page.number, now)
    if slug_page.is_open or held:
        link = find_by_slug(slug)
        return _open(request, link) if link else not_found(request)
    if request.method != "POST":
        # The form is there all the same: who has the password is not locked out by others of their network.
        wait = count_look(find_address(request), now)
        return show(request, "slug", 429 if wait else 404, retry_after=wait)
    followed = follow_slug(slug_page, request.POST.get("password", ""), read_visitor(request), now)
    if followed.outcome is Outcome.BUSY:
        return show(request, "slug", _STATUSES[Outcome.BUSY], retry_after=BUSY_SECONDS, busy=True)
    return _answer(request, followed, knows_password=True) if followed.link else show(request, "slug", 404, tried=True)


@add_privacy_headers
@require_safe
def show_grant(request: HttpRequest, token: str) -> HttpResponse:
    """The page after a press. It starts the download by itself, and again whenever it is asked to."""
    now = timezone.now()
    grant = _find_granted(request, token, now)
    if not isinstance(grant, Grant):
        return grant
    if refused := refuse_granted(grant, now):
        return _answer(request, VisitResult(refused, grant.link), knows_password=True)
    return _show_link(request, "ready", grant.link, file=reverse("grant_file", args=[token]))


@add_privacy_headers
@require_safe
@timed(CLICK_TIMES)
def fetch_granted(request: HttpRequest, token: str) -> HttpResponseBase:
    """The file itself, for the browser that pressed: who has the address alone gets nothing."""
    now = timezone.now()
    grant = _find_granted(request, token, now)
    if not isinstance(grant, Grant):
        return grant
    if request.method == "HEAD":
        return _look_only(request, grant.link, now, grant)
    return _answer(request, follow_grant(grant, read_visitor(request), now), knows_password=True)


@add_privacy_headers
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """The question of a page that was shown to somebody: which link is meant is signed, and names no token. The answer
    is a page of its own, which can be loaded again without asking again."""
    if request.method != "POST":
        return show(request, "questions/ask")
    now, form = timezone.now(), QuestionForm(request.POST)
    link = _read_question(request.POST.get("which", ""))
    if link is None:
        return _nowhere(request)
    outcome = refuse(link, now)
    if outcome not in ASKABLE:
        return _answer(request, VisitResult(outcome, link)) if outcome else _lead_to_asked(request, "again", link)
    if not form.is_valid():
        return _show_link(request, f"outcomes/{outcome.value}", link, GONE, hides_file=bool(link.password), form=form)
    if refused := _ask(request, link, form, now):
        return refused
    return _lead_to_asked(request, "download" if outcome is Outcome.USED_UP else "time", link)


@add_privacy_headers
@require_safe
def show_asked(request: HttpRequest, what: str, reader: str) -> HttpResponse:
    """What was asked for: "time" or another "download"; "again" where the link worked again already. It tells of no
    link, but who is written to."""
    is_ours = what in ("time", "download", "again") and reader in set(LinkReader)
    return show(request, "questions/asked", what=what, reader=reader) if is_ours else not_found(request)


def _nowhere(request: HttpRequest) -> HttpResponse:
    """A secret that is nobody's: the one page, and for who tries many of them it is said to programs when to come
    back."""
    response = not_found(request)
    if wait := count_guess(find_address(request), timezone.now()):
        response.status_code = 429
        response["Retry-After"] = str(wait)
    return response


def _find_granted(request: HttpRequest, token: str, now: datetime) -> Grant | HttpResponse:
    """The grant of this token, or the page that says why not: only the browser that pressed has it."""
    grant = find_grant(token, now)
    if grant is None:
        return _nowhere(request)
    return grant if holds(read_secrets(request), token) else show(request, "elsewhere", 403)


def _open(request: HttpRequest, link: ShareLink) -> HttpResponseBase:
    now, visitor = timezone.now(), read_visitor(request)
    has_page = link.needs_press or visitor.is_preview
    held = find_held(read_secrets(request), link.pk, now) if has_page else None
    if visitor.is_preview and request.method != "POST" and not held:  # a program presses nothing
        return _show_preview(request, link, visitor, now)
    if request.method == "HEAD":
        return _look_only(request, link, now)
    if held and not refuse(link, now, granted=True):  # who pressed lately in this browser has been counted
        if request.method == "POST":
            return _lead_to_grant(held)
        return _show_link(request, "page", link, granted=reverse("grant", args=[held]))
    if request.method == "POST":
        return _answer(request, submit_page(link, request.POST.get("password", ""), visitor, now))
    return _answer(request, follow_link(link, visitor, now))


def _show_preview(request: HttpRequest, link: ShareLink, visitor: Visitor, now: datetime) -> HttpResponse:
    """A browser that prefetches throws away what is a 503, and asks again when its person comes. For a monitor's GET
    the store is asked; mail scanners and chats ask by HEAD, for every link that they meet."""
    preview = preview_link(link, visitor, now, looks=request.method != "HEAD")
    response = _answer(request, preview, is_preview=True)
    if asks_ahead(request):
        response.status_code = 503
    return response


def _look_only(request: HttpRequest, link: ShareLink, now: datetime, grant: Grant | None = None) -> HttpResponseBase:
    refused = refuse_granted(grant, now) if grant else None
    outcome = refused or foresee(link, now, granted=grant is not None)
    return _describe(link) if outcome is Outcome.SERVED else _answer(request, VisitResult(outcome, link))


def _answer(
    request: HttpRequest, followed: VisitResult, *, knows_password: bool = False, is_preview: bool = False
) -> HttpResponse:
    outcome, link = followed.outcome, followed.link
    if followed.url:
        return redirect_to_store(followed.url)
    if followed.grant:
        # On to the page that starts the download: by GET, because a policy for forms also forbids where they lead on
        # to.
        response = _lead_to_grant(derive_address(followed.grant))
        keep_secret(request, response, followed.grant)
        return response
    if link is None:
        return not_found(request)
    name = "page" if outcome in _ON_THE_PAGE else f"outcomes/{outcome.value}"
    form = QuestionForm(initial={"which": signing.dumps(link.pk, salt=_ASK_SALT)}) if outcome in ASKABLE else None
    wait = followed.wait or _find_wait(outcome, link)
    opens_at = timezone.now() + timedelta(seconds=wait)
    status = _STATUSES.get(outcome, GONE)
    state = {"wrong": outcome is Outcome.WRONG_PASSWORD, "busy": outcome is Outcome.BUSY, "opens_at": opens_at}
    hides_file = is_preview or (bool(link.password) and not knows_password)
    return _show_link(request, name, link, status, hides_file=hides_file, retry_after=wait, form=form, **state)


def _show_link(
    request: HttpRequest, name: str, link: ShareLink, status: int = 200, *, hides_file: bool = False, **context: Any
) -> HttpResponse:
    """A page about a link. `hides_file` from those who have not given its password: they learn how it stands, and who
    shares it where the site wants that, and nothing of the file, nor of what was promised."""
    link = load_whole(link)
    asked = link.time_requests.open().first() if context.get("form") else None
    shared = {"hides_file": hides_file, "shows_sender": site.SENDER_BEFORE_PASSWORD, "alerts": is_configured()}
    reader = find_reader(link.owner).value
    return show(request, name, status, link=link, reader=reader, asked=asked, **shared, **context)


def _lead_to_grant(token: str) -> HttpResponse:
    return HttpResponse(status=303, headers={"Location": reverse("grant", args=[token])})


def _ask(request: HttpRequest, link: ShareLink, form: QuestionForm, now: datetime) -> HttpResponse | None:
    """Why the question was not kept, as a page; None where it was."""
    visitor, reader = read_visitor(request), find_reader(link.owner).value
    answers = {name: form.cleaned_data[name] for name in ("message", "mail")}
    if not time_requests.may_ask(link, visitor.address, now):
        return show(request, "questions/too-many-questions", 429, reader=reader, retry_after=QUESTIONS.window.seconds)
    try:
        time_requests.ask(link, now, **answers, language=read_language(request), zone=read_zone(request))
    except Refused:
        return show(request, "questions/too-many-askers", 429, reader=reader)
    record_question(link, visitor, now)
    return None


def _lead_to_asked(request: HttpRequest, what: str, link: ShareLink) -> HttpResponse:
    """In the language in which it was asked."""
    address = f"{reverse('asked', args=[what, find_reader(link.owner).value])}?lang={read_language(request)}"
    return HttpResponseRedirect(address, status=303)


def _find_wait(outcome: Outcome, link: ShareLink) -> int:
    """Seconds until it is worth coming again; 0 where it is not known."""
    if outcome is Outcome.NOT_YET and link.starts_at:
        return max(int((link.starts_at - timezone.now()).total_seconds()), 1)
    waits = {Outcome.FAILED: RETRY_AFTER, Outcome.BUSY: BUSY_SECONDS}
    return waits.get(outcome, 0)


def _describe(link: ShareLink) -> StreamingHttpResponse:
    """Name, type, size, and that a download can go on, as the store would tell them. The size is that of the file that
    was shared: where the link follows the latest, another may have taken its place a moment ago."""
    kind = mimetypes.guess_type(link.filename)[0] or "application/octet-stream"
    response = StreamingHttpResponse((), content_type=kind)  # of any other Django tells the length of its body: 0
    response["Content-Disposition"] = attachment(link.filename)
    response["Accept-Ranges"] = "bytes"
    if link.size is not None and not link.follows_latest:
        response["Content-Length"] = str(link.size)
    return response


def _read_question(which: str) -> ShareLink | None:
    try:
        number = signing.loads(which, salt=_ASK_SALT, max_age=ASK_MAX_AGE_SECONDS)
    except signing.BadSignature:
        return None
    return ShareLink.objects.select_related("owner", "customer", "bucket__key").filter(pk=number).first()
