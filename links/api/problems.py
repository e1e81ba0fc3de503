"""Errors as problem details (RFC 9457): with the same codes and sentences as everywhere else, in the reader's language.

`code` is what a program decides by, and never changes; `detail` is for people. `errors` names the fields to blame.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, JsonResponse
from ninja import Schema
from ninja.errors import HttpError, ValidationError

from links.domain.errors import HoldfastError, Refused, Unavailable
from links.domain.reasons import Reason
from links.queries.staff import explain_to_staff
from links.texts import problems

MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = 10
"""After which something that is not available is asked for again."""

_STATUSES: Mapping[Reason, int] = {
    Reason.REQUEST_UNREADABLE: 400,
    Reason.REQUEST_NOT_JSON: 400,
    Reason.TOKEN_NOT_ACCEPTED: 401,
    Reason.TOKEN_SCOPE_MISSING: 403,
    Reason.REQUEST_NOT_PERMITTED: 403,
    Reason.SHARE_NOT_PERMITTED: 403,
    Reason.REQUEST_NOT_FOUND: 404,
    Reason.REQUEST_METHOD: 405,
    Reason.ALREADY_RESCUED: 409,
    Reason.CUSTOMER_KNOWN: 409,
    Reason.LINK_CHANGED: 409,
    Reason.OWNED_ALREADY: 409,
    Reason.PURPOSE_TAKEN: 409,
    Reason.REVOKED_ALREADY: 409,
    Reason.SLUG_TAKEN: 409,
    Reason.TIME_ANSWERED: 409,
    Reason.URL_WATCHED: 409,
    Reason.IDEMPOTENCY_KEY_BUSY: 409,
    Reason.IDEMPOTENCY_KEY_UNFINISHED: 409,
    Reason.IF_MATCH_STALE: 412,
    Reason.REQUEST_TOO_LARGE: 413,
    Reason.REQUEST_MEDIA_TYPE: 415,
    Reason.IF_MATCH_MISSING: 428,
    Reason.TOO_MANY_REQUESTS: 429,
    Reason.SERVER_ERROR: 500,
    Reason.DATABASE_UNAVAILABLE: 503,
}
# What Django, a middleware or a library answered by itself, by its status.
_REASONS = {
    400: Reason.REQUEST_UNREADABLE,
    401: Reason.TOKEN_NOT_ACCEPTED,
    403: Reason.REQUEST_NOT_PERMITTED,
    404: Reason.REQUEST_NOT_FOUND,
    405: Reason.REQUEST_METHOD,
    413: Reason.REQUEST_TOO_LARGE,
    429: Reason.TOO_MANY_REQUESTS,
    503: Reason.DATABASE_UNAVAILABLE,
}


class FieldError(Schema):
    """One field that cannot be used: `field` is its way in the request, as in `lifetime` or `items.3.object_key`."""

    field: str
    detail: str


class Problem(Schema):
    """What went wrong, as RFC 9457 says it: `code` for programs, `detail` for people."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    errors: list[FieldError] = []


class InvalidFields(Exception):
    """A form of the admin's did not take what was sent."""

    def __init__(self, fields: Iterable[FieldError]) -> None:
        super().__init__()
        self.fields = list(fields)


def find_status(error: HoldfastError) -> int:
    """Whatever was refused and has no status of its own is 422: the request was understood, and is not done."""
    return _STATUSES.get(error.reason, 503 if isinstance(error, Unavailable) else 422)


def describe(error: HoldfastError, fields: Iterable[FieldError] = ()) -> Problem:
    """The problem that this error is, in the active language. Without other `fields`, the nearest that is to blame is
    named with the sentence of the whole."""
    status, detail = find_status(error), explain_to_staff(error)
    errors = list(fields) or [FieldError(field=name, detail=detail) for name in error.reason.fields[:1]]
    return Problem(
        # No page stands behind it: what a code means is told by the detail.
        type=f"urn:holdfast:problem:{error.code}",
        title=problems.title(status),
        status=status,
        code=error.code,
        detail=detail,
        errors=errors,
    )


def answer(error: HoldfastError, fields: Iterable[FieldError] = ()) -> HttpResponse:
    problem = describe(error, fields)
    response = JsonResponse(problem.model_dump(), status=problem.status, content_type=MEDIA_TYPE)
    if problem.status == 401:
        response["WWW-Authenticate"] = "Bearer"
    if problem.status == 503:
        response["Retry-After"] = str(RETRY_SECONDS)
    if error.reason is Reason.TOO_MANY_REQUESTS:
        response["Retry-After"] = str(RETRY_SECONDS)
    if error.reason is Reason.IDEMPOTENCY_KEY_BUSY:
        response["Retry-After"] = "1"
    return response


def answer_again(given: HttpResponse) -> HttpResponse:
    """What somebody else answered with an error's status, as a problem, with the headers that it had."""
    response = answer(Refused(_REASONS.get(given.status_code, _find_general(given.status_code))))
    for name, value in given.items():
        if name.lower() not in ("content-type", "content-length", "content-language"):
            response[name] = value
    response.status_code = given.status_code
    return response


def _find_general(status: int) -> Reason:
    return Reason.SERVER_ERROR if status >= 500 else Reason.REQUEST_UNREADABLE


def answer_exception(error: Exception) -> HttpResponse | None:
    """What an operation raised, as a problem. None for what nobody foresaw: that is raised on, so that Django logs it,
    and `DatabaseOutage` meets a database that is away."""
    if isinstance(error, HttpError) and isinstance(error.__cause__, HoldfastError):
        error = error.__cause__  # ninja takes whatever its parser raises for a body that it cannot read
    if isinstance(error, HoldfastError):
        return answer(error)
    if isinstance(error, InvalidFields | ValidationError):
        fields = error.fields if isinstance(error, InvalidFields) else _list_wrong(error.errors)
        return answer(Refused(Reason.REQUEST_FIELDS), fields)
    if isinstance(error, HttpError):
        return answer(Refused(_REASONS.get(error.status_code, _find_general(error.status_code))))
    if isinstance(error, Http404):
        return answer(Refused(Reason.REQUEST_NOT_FOUND))
    if isinstance(error, PermissionDenied):
        return answer(Refused(Reason.REQUEST_NOT_PERMITTED))
    return None


def _list_wrong(errors: Iterable[Mapping[str, Any]]) -> list[FieldError]:
    return [
        FieldError(field=_name_field(each["loc"]), detail=problems.explain_field(each["type"], each.get("ctx", {})))
        for each in errors
    ]


def _name_field(way: tuple[str | int, ...]) -> str:
    """Without where it stands, and without the name of the function's argument that a body becomes."""
    place, *names = way
    return ".".join(str(name) for name in (names[1:] or names if place == "body" else names))
