"""What holds for every request to the API and every answer of it, whoever gives it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation

from links.api import problems, rate_limits


class ApiRequests:
    """Stands outside of all that knows sessions and languages. A browser that is signed in brings its cookies here as
    well, and another site's page can make it do so: they are taken away before anybody looks.

    What Django or other middleware answers by itself (no such address, a host that is not ours, a database that is
    away, an error of ours) becomes a problem like any other. HEAD is answered as GET is, by whoever serves.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(reverse("api:api-root")):
            return self.get_response(request)
        request.META.pop("HTTP_COOKIE", None)
        request.COOKIES = {}
        is_head = request.method == "HEAD"
        if is_head:
            request.method = "GET"
        response = self.get_response(request)
        if is_head:
            request.method = "HEAD"
        if response.status_code >= 400 and not response.get("Content-Type", "").startswith(problems.MEDIA_TYPE):
            with translation.override(translation.get_language_from_request(request)):
                response = problems.answer_again(response)
        rate_limits.tell(request, response)
        return response
