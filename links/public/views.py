"""Customers' pages: the redirect, and honest words where there is none."""

import mimetypes
from collections.abc import Callable
from datetime import datetime
from functools import wraps

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils import timezone
from django.views.decorators.http import require_safe

from links.domain.dispositions import attachment
from links.models import ShareLink
from links.public.visitors import find_address
from links.services.pulse import Health, take_pulse
from links.services.visit import Followed, Outcome, find_link, follow, refuse

RETRY_AFTER = 60

View = Callable[..., HttpResponse]


def _discreet(view: View) -> View:
    """Nobody keeps the answer and no search engine lists it."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        response["X-Robots-Tag"] = "noindex"
        return response

    return wrapped


@_discreet
@require_safe
def visit(request: HttpRequest, token: str) -> HttpResponse:
    """A customer's click. HEAD tells name and size, and neither counts nor signs."""
    now = timezone.now()
    if request.method == "HEAD":
        return _describe(request, find_link(token), now)
    return _answer(request, follow(token, address=find_address(request), now=now))


def _answer(request: HttpRequest, followed: Followed) -> HttpResponse:
    if followed.outcome is Outcome.SERVED:
        # Byte for byte: Django's own redirect would rewrite the URL, which is signed.
        response = HttpResponse(status=302, headers={"Location": followed.url})
        # The store need not know who linked; and a bare redirect has no form that could miss its origin.
        response["Referrer-Policy"] = "no-referrer"
        return response
    if followed.outcome is Outcome.FAILED:
        return _page(request, "failed", 503, retry_after=RETRY_AFTER)
    if followed.link is None:
        return not_found(request)
    return _page(request, followed.outcome.value, 410, link=followed.link)


def _describe(request: HttpRequest, link: ShareLink | None, now: datetime) -> HttpResponse:
    if link is None:
        return not_found(request)
    if refused := refuse(link, now):
        return _page(request, refused.value, 410, link=link)
    response = HttpResponse(content_type=mimetypes.guess_type(link.filename)[0] or "application/octet-stream")
    response["Content-Disposition"] = attachment(link.filename)
    if link.size is not None:
        response["Content-Length"] = str(link.size)
    return response


def _page(
    request: HttpRequest, name: str, status: int, *, link: ShareLink | None = None, retry_after: int = 0
) -> HttpResponse:
    response = render(request, f"public/{name}.html", {"link": link}, status=status)
    if retry_after:
        response["Retry-After"] = str(retry_after)
    return response


@_discreet
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """One page for everything that is not there: it gives nothing away."""
    return render(request, "404.html", status=404)


def home(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    return redirect("admin:index")


def favicon(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    return redirect(static("holdfast/logo.svg"))


@_discreet
@require_safe
def health(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """For monitors: 200 while somebody validates, 503 otherwise; ages in whole seconds, null where there is none."""
    now = timezone.now()
    try:
        pulse = take_pulse(now)
    except DatabaseError:
        return JsonResponse({"status": "database-unavailable"}, status=503)
    return JsonResponse(_report(pulse, now), status=200 if pulse.is_watching else 503)


def _report(pulse: Health, now: datetime) -> dict[str, object]:
    return {
        "status": "watching" if pulse.is_watching else "watch-stopped",
        "last_validation_age": _age(pulse.last_validation_at, now),
        "oldest_undelivered_notice_age": _age(pulse.oldest_notice_at, now),
    }


def _age(since: datetime | None, now: datetime) -> int | None:
    return None if since is None else max(int((now - since).total_seconds()), 0)
