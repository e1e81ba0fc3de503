"""How often a program may ask, and what is left to it, which every answer tells: `RateLimit` and `RateLimit-Policy` as
draft-ietf-httpapi-ratelimit-headers-10 has them, and `Retry-After` (RFC 9110) where it asked too often."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse

from links.domain.errors import Refused
from links.domain.people.api_limits import Allowance
from links.domain.reasons import Reason
from links.models import ApiToken
from links.services.people import api_tokens

_ALLOWANCE = "links.api.allowance"


def count_request(request: HttpRequest, token: ApiToken, now: datetime) -> None:
    """Raises `Refused("too-many-requests")`."""
    _keep(request, api_tokens.count_request(token, now))


def count_refused(request: HttpRequest, address: str, now: datetime) -> None:
    """Of a token that opens nothing. Raises `Refused("too-many-requests")`, to whoever tries one after another."""
    _keep(request, api_tokens.count_refused(address, now))


def tell(request: HttpRequest, response: HttpResponse) -> None:
    left: Allowance | None = request.META.get(_ALLOWANCE)
    if left is not None:
        response["RateLimit-Policy"], response["RateLimit"] = left.policy_header, left.limit_header
        if left.is_over:
            response["Retry-After"] = str(max(left.seconds, 1))


def _keep(request: HttpRequest, left: Allowance) -> None:
    request.META[_ALLOWANCE] = left
    if left.is_over:
        raise Refused(Reason.TOO_MANY_REQUESTS)
