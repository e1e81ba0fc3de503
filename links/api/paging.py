"""Long lists, a page at a time: the newest first, and each page begins where the one before it ended, however many rows
are added meanwhile."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Annotated, Generic, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Schema
from pydantic import Field

from links.api.bodies import Text
from links.domain.errors import Unreadable
from links.domain.reasons import Reason
from links.domain.row_numbers import read_number

MAX_LIMIT = 200
_VERSION = b"1:"

Row = TypeVar("Row", bound=Model)


class PageRequest(Schema):
    """Which page of a list: `after` is the `next` of the page before."""

    after: Text = Field("", max_length=200, description="`next` of the page before; empty for the first page.")
    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT, description="How many entries a page has at most.")] = 100


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """`next` begins the page after this one; None where this is the last."""

    rows: list[Row]
    next: str | None


def find_page(rows: QuerySet[Row], asked: PageRequest) -> Page[Row]:
    """By number, the highest first, whatever order the rows had. Raises `Unreadable("cursor-unreadable")`."""
    if asked.after:
        rows = rows.filter(pk__lt=_read_cursor(asked.after))
    found = list(rows.order_by("-pk")[: asked.limit + 1])
    shown = found[: asked.limit]
    return Page(shown, _write_cursor(shown[-1].pk) if len(found) > asked.limit else None)


def add_next(request: HttpRequest, response: HttpResponse, page: Page[Row]) -> None:
    """The address of the next page, as RFC 8288 names it: `Link: <...>; rel="next"`."""
    if page.next is not None:
        query = request.GET.copy()
        query["after"] = page.next
        response["Link"] = f'<{request.build_absolute_uri(f"{request.path}?{query.urlencode()}")}>; rel="next"'


def _write_cursor(number: int) -> str:
    return urlsafe_b64encode(_VERSION + str(number).encode()).decode().rstrip("=")


def _read_cursor(text: str) -> int:
    try:
        read = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        read = b""
    number = read_number(read.removeprefix(_VERSION).decode("ascii", "replace")) if read.startswith(_VERSION) else None
    if number is None:
        raise Unreadable(Reason.CURSOR_UNREADABLE)
    return number
