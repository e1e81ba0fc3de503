from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from django.db import connection

from links.models import AuditRecord, IdempotencyKey, ShareLink
from tests.api.programs import Program, Reply, make_program
from tests.fixtures import OBJECT, Setup

AT_ONCE = 50


@pytest.fixture
def program(setup: Setup) -> Program:
    return make_program()


@pytest.fixture
def make(program: Program, setup: Setup) -> Callable[..., Reply]:
    body = {"bucket": setup.bucket.pk, "object_key": OBJECT, "lifetime": "1 day"}

    def make_link(**more: object) -> Reply:
        return program.post("/links", {**body, **more}, Idempotency_Key="order 17")

    return make_link


def test_the_same_request_is_answered_the_same_and_done_once(make: Callable[..., Reply]) -> None:
    first, again = make(), make()
    assert first.status == again.status == 201
    assert first.body == again.body
    assert [reply.headers["location"] for reply in (first, again)] == [first.headers["location"]] * 2
    assert again.headers["etag"] == first.headers["etag"]
    assert (first.headers.get("idempotency-replayed"), again.headers["idempotency-replayed"]) == (None, "true")
    assert ShareLink.objects.count() == 1


def test_a_url_that_is_told_again_is_on_record(make: Callable[..., Reply], program: Program, setup: Setup) -> None:
    revealed = AuditRecord.objects.filter(act="url-revealed")
    made = make().body["link"]
    assert not revealed.exists()
    make()
    assert list(revealed.values_list("link", flat=True)) == [made["id"]]
    one = {"bucket": setup.bucket.pk, "object_key": OBJECT, "lifetime": "1 day"}
    many = {"items": [one, {**one, "object_key": "missing"}, one]}
    first, again = (program.post("/links/bulk/create", many, Idempotency_Key="order 18") for _ in range(2))
    assert (first.status, first.body) == (200, again.body)
    assert again.headers["idempotency-replayed"] == "true"
    assert revealed.count() == 3


@pytest.mark.parametrize("path", ["/links", "/links/bulk/create"])
def test_a_url_is_not_told_again_to_whoever_handed_the_link_away(program: Program, setup: Setup, path: str) -> None:
    one = {"bucket": setup.bucket.pk, "object_key": OBJECT, "lifetime": "1 day"}
    body = {"items": [one, one]} if path.endswith("create") else one
    program.post(path, body, Idempotency_Key="order 17")
    make_program(name="ken")
    handed = ShareLink.objects.latest("pk").pk
    assert program.post(f"/links/{handed}/transfer", {"colleague": "ken"}).status == 200
    again = program.post(path, body, Idempotency_Key="order 17")
    assert (again.status, again.code) == (404, "request-not-found")
    assert not AuditRecord.objects.filter(act="url-revealed").exists()


def test_the_answer_is_the_one_that_it_is_without_a_key(make: Callable[..., Reply], program: Program) -> None:
    made = make().body["link"]
    assert program.get(f"/links/{made['id']}").body == made


def test_another_request_with_the_same_key_is_refused(make: Callable[..., Reply]) -> None:
    make()
    other = make(title="Another")
    assert (other.status, other.code) == (422, "idempotency-key-used")


def test_a_refusal_is_answered_again_and_a_store_that_was_silent_asked_again(
    make: Callable[..., Reply], setup: Setup
) -> None:
    setup.stored.delete(OBJECT)
    assert make().code == "object-missing"
    setup.stored.put(OBJECT, b"x")
    assert make().code == "object-missing"
    IdempotencyKey.objects.all().delete()
    setup.s3.stop()
    assert make().status == 503
    assert not IdempotencyKey.objects.exists()


def test_a_key_belongs_to_one_token(make: Callable[..., Reply], setup: Setup) -> None:
    make()
    other = make_program(name="ken")
    body = {"bucket": setup.bucket.pk, "object_key": OBJECT, "lifetime": "1 day"}
    assert other.post("/links", body, Idempotency_Key="order 17").headers.get("idempotency-replayed") is None
    assert ShareLink.objects.count() == 2


@pytest.mark.parametrize("key", ["", "x" * 201])
def test_a_key_has_a_length(key: str, program: Program) -> None:
    reply = program.post("/links", {"object_key": "s3://files/x", "lifetime": "1 day"}, Idempotency_Key=key)
    assert (reply.status, reply.code) == (422, "idempotency-key-length")


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_of_fifty_at_once_one_is_done_and_all_are_told_the_same(make: Callable[..., Reply], program: Program) -> None:
    begin, answers = Barrier(AT_ONCE), list[Reply]()

    def ask() -> None:
        begin.wait()
        try:
            reply = make()
            while reply.status == 409:  # it is being done
                assert (reply.code, reply.headers["retry-after"]) == ("idempotency-key-busy", "1")
                reply = make()
            answers.append(reply)
        finally:
            connection.close()

    threads = [Thread(target=ask) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == AT_ONCE
    assert {reply.status for reply in answers} == {201}
    assert len({reply.body["url"] for reply in answers}) == 1
    assert ShareLink.objects.count() == 1
