"""What is sent to each operation is made up from the OpenAPI document, well-formed or not: no answer is an error of
ours, and none is another than the document says."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, settings
from schemathesis import CheckFunction
from schemathesis.specs.openapi.checks import positive_data_acceptance

from links.api.v1 import api
from links.models import ShareLink
from links.services.people import api_tokens
from tests.api.programs import Program, make_program
from tests.fixtures import Setup

EXAMPLES = int(os.environ.get("API_EXAMPLES", "8"))  # of each operation
# An object that is made up is not in any bucket, and a lifetime is more than its letters: both are refused with 422.
LEFT_OUT: list[CheckFunction] = [positive_data_acceptance]

application = cache(get_wsgi_application)  # not before there are static files


def serve(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    return application()(environ, start_response)


schema = schemathesis.openapi.from_dict(api.get_openapi_schema(path_prefix="/api/v1/"))
schema.app = serve
pytestmark = pytest.mark.slow


@pytest.fixture
def program(setup: Setup, monkeypatch: pytest.MonkeyPatch) -> Iterator[Program]:
    """Of somebody who may do everything, and there is a link to do it with. More is asked than a token may ask."""
    for limit in ("TOKEN_LIMIT", "BAD_TOKEN_LIMIT"):
        monkeypatch.setattr(api_tokens, limit, replace(getattr(api_tokens, limit), max_count=1_000_000))
    setup.create_link()
    for signal in (request_started, request_finished):  # the test's own connection stays, as with Django's test client
        signal.disconnect(close_old_connections)
    yield make_program("superuser")
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)
    assert ShareLink.objects.exists()


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
    derandomize=True,
)
def test_every_answer_is_one_that_the_document_describes(case: schemathesis.Case[Any], program: Program) -> None:
    case.headers.update({"Authorization": f"Bearer {program.token}", "Host": "testserver"})
    case.call_and_validate(excluded_checks=LEFT_OUT)
