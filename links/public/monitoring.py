"""What machines ask that watch a process: whether it lives, whether it can serve, and figures."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from links.conf import site
from links.database import limits
from links.database.outages import means_not_now
from links.public.answers import add_privacy_headers, not_found
from links.queries.monitoring.exposition import write_metrics
from links.queries.monitoring.readiness import RecentReadiness
from links.services.monitoring import metrics_tokens

METRICS_SECONDS = 5.0
"""For how long figures are waited for: Prometheus gives up after ten, unless it is told otherwise."""
_METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"
readiness = RecentReadiness()


@add_privacy_headers
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """That this process answers. Nothing is asked for it, so that no process is killed for what another lacks."""
    return HttpResponse("ok\n", content_type="text/plain")


@add_privacy_headers
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """200 where this process can serve, 503 where it cannot: no database, or one that was not migrated."""
    found = readiness.read()
    report = {
        "status": "ready" if found.is_ready else "not-ready",
        "database": "reachable" if found.database else "unreachable",
        "migrations": "done" if found.migrations else "missing" if found.database else "unknown",
        "redis": "reachable" if found.redis else "unreachable",
    }
    return JsonResponse(report, status=200 if found.is_ready else 503)


@add_privacy_headers
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Figures for Prometheus, for whoever has the token of `METRICS_TOKEN`. Without that setting there is no such
    page."""
    if not site.METRICS_TOKEN:
        return not_found(request)
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    now = timezone.now()
    try:
        with limits.request(METRICS_SECONDS):
            tried = metrics_tokens.try_token(token.strip(), str(request.META.get("REMOTE_ADDR", "")), now)
            if tried.wait:
                return HttpResponse(status=429, headers={"Retry-After": str(tried.wait)})
            if not tried.is_right:
                return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
            text = write_metrics(now)
    except Exception as error:
        if not means_not_now(error):
            raise
        return HttpResponse("database-unavailable\n", status=503, content_type="text/plain")
    return HttpResponse(text, content_type=_METRICS_TYPE)
