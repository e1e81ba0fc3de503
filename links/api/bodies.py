"""What programs send, read strictly: JSON in UTF-8, with known fields alone, and text that every database can keep."""

import json
import re
from typing import Annotated, Any, NoReturn

from django.http import HttpRequest
from ninja import Schema
from ninja.parser import Parser
from pydantic import AwareDatetime, BeforeValidator, ConfigDict, Field, Strict, StringConstraints
from pydantic_core import PydanticCustomError

from links.domain.errors import Refused
from links.domain.reasons import Reason

Text = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$")]
"""Without NUL, which PostgreSQL keeps in no text."""
Whole = Annotated[int, Strict()]
YesNo = Annotated[bool, Strict()]
"""In JSON, "3" is no number and "yes" no truth. In an address everything is text."""

MAX_ROW_NUMBER = 2**63 - 1
RowNumber = Annotated[Whole, Field(ge=1, le=MAX_ROW_NUMBER)]
"""The number of a row, in a body."""

_ISO = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d")


def _require_iso(value: object) -> object:
    """Pydantic would read a number as the seconds since 1970."""
    if not isinstance(value, str) or not _ISO.match(value):
        raise PydanticCustomError("datetime_parsing", "no date and time of ISO 8601")
    return value


Moment = Annotated[AwareDatetime, BeforeValidator(_require_iso)]


class Body(Schema):
    """A misspelt field is refused: left out silently, a link would be made without the limit that was meant."""

    model_config = ConfigDict(extra="forbid")


class JsonParser(Parser):
    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        """Raises `Refused`: request-media-type, request-not-json."""
        if request.content_type != "application/json":
            raise Refused(Reason.REQUEST_MEDIA_TYPE)
        try:
            body: dict[str, Any] = json.loads(request.body.decode(), parse_constant=_refuse_constant)
        except (ValueError, RecursionError):
            raise Refused(Reason.REQUEST_NOT_JSON) from None
        return body


def _refuse_constant(name: str) -> NoReturn:
    """Python reads NaN and Infinity, which are no JSON."""
    raise ValueError(name)
