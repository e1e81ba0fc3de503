"""Who may keep the staff's pages: nobody."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import add_never_cache_headers


class NeverStoreStaffPages:
    """Every answer below the admin's address, refusals and errors among them. Django says so of most of its views; its
    pages of 400, 403 and 404, its redirects and its translations for scripts come without it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path.startswith(reverse("admin:index")):
            add_never_cache_headers(response)
        return response
