"""Machines that watch this process ask by its address, not by the site's name, and by http."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from links.public.monitoring import healthz, metrics, readyz


class Monitoring:
    """Answers them before anything looks at hosts, schemes, cookies or the database. Without this middleware their
    addresses answer too, to whoever asks by the site's name."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self._views = {"healthz": healthz, "readyz": readyz, "metrics": metrics}

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        name = request.path.rpartition("/")[2]
        if name in self._views and request.method in ("GET", "HEAD") and request.path == reverse(name):
            return self._views[name](request)
        return self.get_response(request)
