"""Whom a request comes from, for pages that stand beside the customers'."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from links.public.visitors import find_address


class ClientAddress:
    """Write the client's address, behind trusted proxies too, to `request.client_address`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.client_address = find_address(request)  # type: ignore[attr-defined]
        return self.get_response(request)
