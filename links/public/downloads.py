"""What customers do with a link: follow it, press its button, go on with a download, ask for more time."""

import mimetypes
from datetime import datetime

from django import forms
from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from links.domain.admission import GRANT_LASTS, TRIES_WITHIN, Outcome
from links.domain.dispositions import attachment
from links.models import ShareLink
from links.public.answers import discreet, not_found, read_language, send_on, show
from links.public.visitors import read_visitor
from links.public.zones import read_zone
from links.services import time_requests
from links.services.grants import find_granted
from links.services.visit import (
    Followed,
    Visitor,
    find_by_slug,
    find_door,
    find_link,
    follow_grant,
    follow_link,
    foresee,
    knock,
    note_question,
    press,
    refuse,
)

RETRY_AFTER = 60
BUSY_FOR = 3
GRANT = "grant"
ASKABLE = (Outcome.ENDED, Outcome.USED_UP)
ASK_WITHIN = 86_400  # seconds for which a page's question may lie open
_ASK_SALT = "links.public.ask"
_STATUSES = {
    Outcome.LOOKED: 200,
    Outcome.NOT_YET: 403,
    Outcome.WRONG_PASSWORD: 403,
    Outcome.TOO_MANY_TRIES: 429,
    Outcome.BUSY: 503,
    Outcome.FAILED: 503,
}
GONE = 410
_ON_THE_PAGE = (Outcome.LOOKED, Outcome.WRONG_PASSWORD, Outcome.BUSY)


class QuestionForm(forms.Form):
    """Asks for more time. `surname` is for machines, which fill in whatever they find; people do not see it."""

    which = forms.CharField(max_length=200, widget=forms.HiddenInput)
    message = forms.CharField(
        label=_("Message"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
    mail = forms.EmailField(
        label=_("Your mail address"),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("We write to it when the link works again."),
    )
    surname = forms.CharField(max_length=200, required=False)


@discreet
@require_http_methods(["GET", "HEAD", "POST"])
def visit(request: HttpRequest, token: str) -> HttpResponseBase:
    """A stable link's address, which is a secret: who has it may know how the link stands."""
    link = find_link(token)
    return _open(request, link) if link else not_found(request)


@discreet
@require_http_methods(["GET", "HEAD", "POST"])
def visit_slug(request: HttpRequest, slug: str) -> HttpResponseBase:
    """An address of somebody's own choice, which anybody may guess: unless the link is public, the page and its
    status are the same whether or not there is one, until the password was right in this browser."""
    door, granted = find_door(slug), find_granted(request.COOKIES.get(GRANT, ""), timezone.now())
    if granted and granted.pk == door.number:
        return _open(request, granted)
    if door.is_open:
        link = find_by_slug(slug)
        return _open(request, link) if link else not_found(request)
    if request.method != "POST":
        return show(request, "door", 404)
    followed = knock(door, request.POST.get("password", ""), read_visitor(request), timezone.now())
    if followed.outcome is Outcome.BUSY:
        return show(request, "door", _STATUSES[Outcome.BUSY], retry_after=BUSY_FOR, busy=True)
    return _answer(request, followed) if followed.link else show(request, "door", 404, tried=True)


@discreet
@require_safe
def show_grant(request: HttpRequest, token: str) -> HttpResponse:
    """The page after a press. It starts the download by itself, and again whenever it is asked to."""
    link = find_granted(token, timezone.now())
    return show(request, "ready", link=link, file=reverse("grant_file", args=[token])) if link else not_found(request)


@discreet
@require_safe
def fetch_granted(request: HttpRequest, token: str) -> HttpResponseBase:
    now = timezone.now()
    link = find_granted(token, now)
    if link is None:
        return not_found(request)
    if request.method == "HEAD":
        return _look_only(request, link, now, granted=True)
    return _answer(request, follow_grant(link, read_visitor(request), now))


@discreet
@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    """The question of a page that was shown to somebody: which link is meant is signed, and names no token."""
    now, form = timezone.now(), QuestionForm(request.POST)
    link = _read_question(request.POST.get("which", ""))
    if link is None:
        return not_found(request)
    outcome = refuse(link, now)
    if outcome not in ASKABLE:  # it lives again already
        return show(request, "asked", link=link, is_live=outcome is None)
    if not form.is_valid():
        return show(request, outcome.value, GONE, link=link, form=form)
    if not form.cleaned_data["surname"]:
        told = {name: form.cleaned_data[name] for name in ("message", "mail")}
        time_requests.ask(link, now, **told, language=read_language(request), zone=read_zone(request))
        note_question(link, read_visitor(request), now)
    return show(request, "asked", link=link, another=outcome is Outcome.USED_UP)


def _open(request: HttpRequest, link: ShareLink) -> HttpResponseBase:
    now, visitor = timezone.now(), read_visitor(request)
    if request.method == "POST":
        return _press(request, link, visitor, now)
    if request.method == "HEAD":
        return _look_only(request, link, now)
    token = request.COOKIES.get(GRANT, "")
    if link.needs_press and find_granted(token, now) == link and not refuse(link, now, granted=True):
        return show(request, "page", link=link, granted=reverse("grant", args=[token]))
    return _answer(request, follow_link(link, visitor, now))


def _press(request: HttpRequest, link: ShareLink, visitor: Visitor, now: datetime) -> HttpResponse:
    """Who pressed lately and comes again from the same browser has been counted."""
    token = request.COOKIES.get(GRANT, "")
    if find_granted(token, now) == link and not refuse(link, now, granted=True):
        return _lead_to_grant(token)
    return _answer(request, press(link, request.POST.get("password", ""), visitor, now))


def _look_only(request: HttpRequest, link: ShareLink, now: datetime, *, granted: bool = False) -> HttpResponseBase:
    outcome = foresee(link, now, granted=granted)
    return _describe(link) if outcome is Outcome.SERVED else _answer(request, Followed(outcome, link))


def _answer(request: HttpRequest, followed: Followed) -> HttpResponse:
    outcome, link = followed.outcome, followed.link
    if followed.url:
        return send_on(followed.url)
    if followed.grant:
        return _hand_grant(request, followed.grant)
    if link is None:
        return not_found(request)
    name = "page" if outcome in _ON_THE_PAGE else outcome.value
    form = QuestionForm(initial={"which": signing.dumps(link.pk, salt=_ASK_SALT)}) if outcome in ASKABLE else None
    wait = _find_wait(outcome, link)
    status = _STATUSES.get(outcome, GONE)
    told = {"wrong": outcome is Outcome.WRONG_PASSWORD, "busy": outcome is Outcome.BUSY}
    return show(request, name, status, retry_after=wait, link=link, form=form, **told)


def _hand_grant(request: HttpRequest, token: str) -> HttpResponse:
    """On to the page that starts the download: by GET, because a policy for forms also forbids where they lead on
    to. The browser keeps the grant for this one address."""
    response = _lead_to_grant(token)
    response.set_cookie(
        GRANT,
        token,
        max_age=GRANT_LASTS,
        path=request.path,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def _lead_to_grant(token: str) -> HttpResponse:
    return HttpResponse(status=303, headers={"Location": reverse("grant", args=[token])})


def _find_wait(outcome: Outcome, link: ShareLink) -> int:
    """Seconds until it is worth coming again; 0 where it is not known."""
    if outcome is Outcome.NOT_YET and link.starts_at:
        return max(int((link.starts_at - timezone.now()).total_seconds()), 1)
    waits = {Outcome.FAILED: RETRY_AFTER, Outcome.TOO_MANY_TRIES: TRIES_WITHIN.seconds, Outcome.BUSY: BUSY_FOR}
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
        number = signing.loads(which, salt=_ASK_SALT, max_age=ASK_WITHIN)
    except signing.BadSignature:
        return None
    return ShareLink.objects.select_related("owner", "customer", "bucket__key").filter(pk=number).first()
