"""What machines ask that watch a process: whether it lives, and whether it can serve."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from links.public.answers import add_privacy_headers
from links.queries.monitoring.readiness import read_readiness


@add_privacy_headers
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """That this process answers. Nothing is asked for it, so that no process is killed for what another lacks."""
    return HttpResponse("ok\n", content_type="text/plain")


@add_privacy_headers
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """200 where this process can serve, 503 where it cannot: no database, or one that was not migrated."""
    found = read_readiness()
    report = {
        "status": "ready" if found.is_ready else "not-ready",
        "database": "reachable" if found.database else "unreachable",
        "migrations": "done" if found.migrations else "missing" if found.database else "unknown",
        "redis": "reachable" if found.redis else "unreachable",
    }
    return JsonResponse(report, status=200 if found.is_ready else 503)
