"""Each request has an id, which every line of the log about it tells, and its answer."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from structlog.contextvars import bound_contextvars

from links.lib.request_ids import HEADER, make_request_id, read_request_id


class RequestId:
    """Takes the id that a trusted proxy told (`ProxyHeaders` has taken away what anybody else says), else makes one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request_id = read_request_id(request.META.get("HTTP_X_REQUEST_ID", "")) or make_request_id()
        with bound_contextvars(request_id=request_id):
            response = self.get_response(request)
        response[HEADER] = request_id
        return response
