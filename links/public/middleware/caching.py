"""Who may keep an answer: nobody, unless it says so itself."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import add_never_cache_headers


class NeverStore:
    """Covers what no view of ours makes: refusals of forms (403), of hosts (400), errors, and redirects to https, whose
    addresses are secrets. Pictures and styles say for themselves how long they may be kept.

    Below the admin's address nothing may be kept, whatever it says. Django says so of most of its views; its pages of
    400, 403 and 404, its redirects and its translations for scripts come without it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path.startswith(reverse("admin:index")):
            add_never_cache_headers(response)
        elif not response.has_header("Cache-Control"):
            response["Cache-Control"] = "no-store"
        return response
