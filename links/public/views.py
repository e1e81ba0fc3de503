"""The site's front door, and its health for monitors."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.utils import timezone
from django.views.decorators.http import require_safe

from links.public.answers import add_privacy_headers
from links.queries.health import Health, read_health


def home(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    return redirect("admin:index")


def favicon(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    return redirect(static("holdfast/logo.svg"))


@add_privacy_headers
@require_safe
def health(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """For monitors: 200 while somebody validates and no due work waits for too long, 503 otherwise; ages in whole
    seconds, null where there is none. A database that is away is a 503 like that of every other page."""
    now = timezone.now()
    found = read_health(now)
    return JsonResponse(_report(found, now), status=200 if found.is_watching else 503)


def _report(found: Health, now: datetime) -> dict[str, object]:
    return {
        "status": found.state.value,
        "last_sign_of_life_age": _age(found.seen_at, now),
        "last_validation_age": _age(found.last_validation_at, now),
        "oldest_due_age": _age(found.oldest_due_at, now),
        "oldest_undelivered_notice_age": _age(found.oldest_notice_at, now),
        "oldest_undelivered_mail_age": _age(found.oldest_mail_at, now),
        "oldest_undelivered_webhook_age": _age(found.oldest_webhook_at, now),
    }


def _age(since: datetime | None, now: datetime) -> int | None:
    return None if since is None else max(int((now - since).total_seconds()), 0)
