"""No page lets strangers' text hide or turn around: `report\\u202efdp.exe` is a "reportexe.pdf" to nobody."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from links.lib.safe_text.visible import make_page_visible


class VisibleText:
    """Covers every page, whichever template wrote it: templates escape markup, and let pass what nobody sees."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if isinstance(response, HttpResponse) and response.get("Content-Type", "").startswith("text/html"):
            html = response.content.decode(response.charset)
            if (shown := make_page_visible(html)) != html:
                response.content = shown
        return response
