import pytest
from django.db import OperationalError
from django.test import Client

from links.api.links import reading
from links.api.problems import find_status
from links.domain.errors import Refused, Unavailable
from links.domain.people.scopes import Scope
from links.domain.reasons import Reason
from tests.api.programs import Program, make_program


@pytest.fixture
def program(db: None) -> Program:
    return make_program()


def test_what_is_wrong_with_a_field_is_said_at_the_field(program: Program) -> None:
    reply = program.get("/links?limit=0&state=merry")
    assert (reply.status, reply.code) == (422, "request-fields")
    assert [each["field"] for each in reply.body["errors"]] == ["limit", "state"]
    assert reply.body["errors"][0]["detail"] == "The smallest value is 1."


def test_a_problem_is_written_in_the_readers_language(program: Program) -> None:
    english, japanese = program.get("/links/404"), program.get("/links/404", Accept_Language="ja")
    assert english.code == japanese.code == "request-not-found"
    assert english.body["detail"].isascii()
    assert not japanese.body["detail"].isascii()
    assert japanese.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("body", "media_type", "status", "code"),
    [
        ("{", "application/json", 400, "request-not-json"),
        ('{"url": NaN}', "application/json", 400, "request-not-json"),
        ('{"url": "x"}'.encode("utf-16"), "application/json", 400, "request-not-json"),
        ("[" * 100_000, "application/json", 400, "request-not-json"),
        ("url=x", "application/x-www-form-urlencoded", 415, "request-media-type"),
        ('{"url": "x", "uri": "y"}', "application/json", 422, "request-fields"),
        ('{"url": "\\u0000"}', "application/json", 422, "request-fields"),
        ('{"url": "\\ud800"}', "application/json", 422, "request-fields"),
        ("x" * 6_000_000, "application/json", 413, "request-too-large"),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(
    body: str, media_type: str, status: int, code: str, program: Program
) -> None:
    answer = program.client.post(
        "/api/v1/links/find", body, media_type, headers={"Authorization": f"Bearer {program.token}"}
    )
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_request_without_a_valid_token_is_told_how_to_send_one(db: None) -> None:
    for headers in ({}, {"Authorization": "Bearer hf_nobodys"}, {"Authorization": "Basic bWlrYTp4"}):
        answer = Client().get("/api/v1/links", headers=headers)
        assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
        assert answer.json()["code"] == "token-not-accepted"


def test_a_token_opens_what_its_scopes_say_and_no_more(db: None) -> None:
    program = make_program(scopes=[Scope.BUCKETS_READ])
    reply = program.get("/links")
    assert (reply.status, reply.code) == (403, "token-scope-missing")
    assert "links:read" in reply.body["detail"]


def test_a_session_of_the_admin_opens_nothing_here(db: None) -> None:
    program = make_program()
    program.client.force_login(program.owner)
    assert program.client.get("/admin/").status_code == 200
    assert program.client.get("/api/v1/links").status_code == 401


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nowhere", 404), ("GET", "/", 404), ("DELETE", "/links", 405), ("GET", "/links/4" + "0" * 30, 404)],
)
def test_what_is_answered_before_any_operation_is_a_problem_too(
    method: str, path: str, status: int, program: Program
) -> None:
    reply = program.ask(method, path)
    assert (reply.status, reply.body["status"]) == (status, status)
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.headers["cache-control"] == "no-store"


def test_an_unknown_host_is_answered_with_a_problem(program: Program) -> None:
    answer = program.client.get("/api/v1/links", headers={"Host": "elsewhere.example"})
    assert (answer.status_code, answer.json()["code"]) == (400, "request-unreadable")


def test_an_error_of_ours_tells_nothing_of_itself(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("a secret of ours")

    monkeypatch.setattr(reading, "narrow", fail)
    reply = program.get("/links")
    assert (reply.status, reply.code) == (500, "server-error")
    assert "secret" not in str(reply.body)


def test_a_database_that_is_away_is_asked_again_later(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(reading, "narrow", fail)
    reply = program.get("/links", Accept_Language="ja")
    assert (reply.status, reply.code, reply.headers["retry-after"]) == (503, "database-unavailable", "10")
    assert not reply.body["detail"].isascii()


def test_head_is_answered_as_get_is(program: Program) -> None:
    assert program.ask("HEAD", "/links").status == 200


def test_a_store_that_is_silent_is_not_available_and_any_other_refusal_is_unprocessable() -> None:
    assert find_status(Unavailable(Reason.STORE_UNANSWERED)) == 503
    assert find_status(Refused(Reason.LIFETIME_TOO_LONG)) == 422
    assert find_status(Refused(Reason.SLUG_TAKEN)) == 409
