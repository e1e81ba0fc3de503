"""What programs send, read strictly: JSON in UTF-8, with known fields alone, and text that every database can keep."""

import json
from typing import Annotated, Any, NoReturn

from django.http import HttpRequest
from ninja import Schema
from ninja.parser import Parser
from pydantic import ConfigDict, StringConstraints

from links.domain.errors import Refused
from links.domain.reasons import Reason

Text = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$")]
"""Without NUL, which PostgreSQL keeps in no text."""


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
