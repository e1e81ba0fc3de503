"""A database that is away, or does not answer: an honest 503 that says when to come again."""

import sys
from collections.abc import Callable, Iterator
from itertools import chain
from typing import cast

import structlog
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.signals import got_request_exception
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from links.conf import site
from links.conf.languages import LANGUAGES
from links.database import limits
from links.database.outages import blocks_everybody, means_not_now, misses_table
from links.domain.reasons import Reason
from links.public.answers import add_privacy_headers
from links.public.branding import brand

log = structlog.get_logger(__name__)

RETRY_AFTER = 10
STAFF_SECONDS = 30
"""What a page of staff's, or a request to the API, may wait in all, for its many statements; for a single one as long
as anybody."""
HEALTH_SECONDS = 1.5
"""A monitor that asks again wants its answer within three seconds, whichever process it meets."""
UNMIGRATED = "table or column missing: run manage.py migrate"
_NOTED = "noted_outage"


class DatabaseOutage:
    """Stands outside of everything that needs the database, and inside of what gives every answer its headers.

    Django makes a 500 of an exception at each middleware that it passes. What a view raised is met before that, by
    `process_exception`; what sessions, other middleware and the pages for errors raise is noted as Django tells of it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        got_request_exception.connect(_note, dispatch_uid=__name__)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        seconds = _find_seconds(request)
        with limits.request(seconds):
            try:
                response = self.get_response(request)
                error = getattr(request, _NOTED, None)
                if error is None:
                    return _watch_stream(response, seconds)
            except Exception as raised:
                if not means_not_now(raised):
                    raise
                error = raised
            return _answer(request, error)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return _answer(request, exception) if means_not_now(exception) else None


def _note(request: HttpRequest | None = None, **_signal: object) -> None:
    error = sys.exc_info()[1]
    if request is not None and means_not_now(error):
        setattr(request, _NOTED, error)


def _find_seconds(request: HttpRequest) -> float:
    if request.path == reverse("health"):
        return HEALTH_SECONDS
    return float(STAFF_SECONDS if _is_for_staff(request) or _is_for_api(request) else site.DATABASE_SECONDS)


def _watch_stream(response: HttpResponseBase, seconds: float) -> HttpResponseBase:
    """A stream reads rows while it is sent. Its first part is made before the status is out, so that it can still
    become a 503; each further part waits no longer than a page does."""
    if isinstance(response, StreamingHttpResponse) and not isinstance(response, FileResponse) and not response.is_async:
        parts = cast("Iterator[bytes]", response.streaming_content)
        first = next(parts, None)
        limited = _limit(parts, seconds)
        response.streaming_content = limited if first is None else chain((first,), limited)
    return response


def _limit(parts: Iterator[bytes], seconds: float) -> Iterator[bytes]:
    while True:
        with limits.request(seconds):
            part = next(parts, None)
        if part is None:
            return
        yield part


@add_privacy_headers
def _answer(request: HttpRequest, error: BaseException) -> HttpResponse:
    """Without a query, in the language of whoever asks. The error itself stays in the log, by its kind alone: its
    text may hold a value."""
    if blocks_everybody(error):
        limits.note_silence()
    cause = error.__cause__ or error
    state = getattr(cause, "sqlstate", None) or getattr(cause, "sqlite_errorname", None)
    unmigrated = misses_table(error)
    fields = {"reason": UNMIGRATED} if unmigrated else {}
    log.error("database unavailable", error=type(cause).__name__, state=state, **fields)
    response = _render(request, unmigrated=unmigrated)
    response["Retry-After"] = str(RETRY_AFTER)
    response["X-Frame-Options"] = settings.X_FRAME_OPTIONS
    return response


def _render(request: HttpRequest, *, unmigrated: bool) -> HttpResponse:
    if _is_for_programs(request):
        return JsonResponse({"status": Reason.DATABASE_UNAVAILABLE.code}, status=503)
    chosen = request.GET.get("lang", "")
    language = chosen if chosen in dict(LANGUAGES) else translation.get_language_from_request(request)
    template = "admin/503.html" if _is_for_staff(request) else "503.html"
    # Not with `request`: whoever renders with it may ask who that is, which is a query.
    context = {**brand(request), "user": AnonymousUser(), "retry_after": RETRY_AFTER, "unmigrated": unmigrated}
    with translation.override(language):
        return HttpResponse(render_to_string(template, context), status=503)


def _is_for_programs(request: HttpRequest) -> bool:
    if request.path == reverse("health") or _is_for_api(request):
        return True
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def _is_for_api(request: HttpRequest) -> bool:
    return request.path.startswith(reverse("api:api-root"))


def _is_for_staff(request: HttpRequest) -> bool:
    return request.path.startswith(reverse("admin:index"))
