"""Version 1 of the API: all its operations, and how they are described."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI

from links.api import problems
from links.api.bodies import JsonParser
from links.api.links.reading import router as reading
from links.api.openapi import describe


class Api(NinjaAPI):
    def on_exception(self, request: HttpRequest, exc: Any) -> HttpResponse:  # noqa: ANN401, ARG002  ninja's own
        answer = problems.answer_exception(exc)
        if answer is None:
            raise exc
        return answer

    def get_openapi_schema(self, **how: Any) -> Any:  # noqa: ANN401  ninja's own
        return describe(super().get_openapi_schema(**how))


api = Api(
    title="Holdfast",
    version="1",
    description="Share links to S3 objects that live as long as you promised.",
    urls_namespace="api",
    parser=JsonParser(),
    # Nothing of it is open to everybody.
    openapi_url=None,
    docs_url=None,
)
api.add_router("/links", reading, tags=["Links"])
