from collections.abc import Sequence
from datetime import datetime

import pytest
from django.contrib.auth.models import Group, User
from django.utils import timezone

from links.domain.judging.facts import Delivery
from links.models import ApiToken, ShareLink
from links.services.links import bulk
from links.services.links.bulk import Changed
from links.services.people import api_tokens
from tests.api.programs import Program, Reply, make_program
from tests.fixtures import OBJECT, Setup, let_share


@pytest.fixture
def program(setup: Setup) -> Program:
    return make_program()


@pytest.fixture
def numbers(program: Program, setup: Setup) -> list[int]:
    """Two links of the program's owner, one of somebody else, and one that is not there."""
    made = [setup.create_link().link.pk for _ in range(3)]
    ShareLink.objects.filter(pk__in=made[:2]).update(owner=program.owner)
    return [*made, 999_999]


def outcomes(reply: Reply) -> list[str]:
    """The code of each problem, or "done"."""
    assert reply.status == 200, reply.body
    return [each["problem"]["code"] if each["problem"] else "done" for each in reply.body["results"]]


OTHERS = ["request-not-found", "request-not-found"]


def test_each_has_a_result_in_the_order_in_which_they_were_sent(program: Program, numbers: list[int]) -> None:
    ShareLink.objects.filter(pk=numbers[1]).update(revoked_at=ShareLink.objects.get(pk=numbers[0]).created_at)
    reply = program.post("/links/bulk/revoke", {"links": [*reversed(numbers), numbers[0]]})
    assert [each["id"] for each in reply.body["results"]] == [*reversed(numbers), numbers[0]]
    assert outcomes(reply) == [*OTHERS, "revoked-already", "done", "done"]
    assert reply.body["results"][3]["link"]["state"] == "revoked"
    assert ShareLink.objects.get(pk=numbers[2]).revoked_at is None


def test_many_are_extended_and_none_is_shortened(program: Program, numbers: list[int]) -> None:
    ShareLink.objects.filter(pk=numbers[1]).update(revoked_at=ShareLink.objects.get(pk=numbers[0]).created_at)
    assert outcomes(program.post("/links/bulk/extend", {"links": numbers, "lifetime": "60 days"})) == [
        "done",
        "revive-first",
        *OTHERS,
    ]
    shorter = program.post("/links/bulk/extend", {"links": numbers[:1], "lifetime": "1 day"})
    assert outcomes(shorter) == ["would-shorten"]
    assert program.post("/links/bulk/extend", {"links": numbers, "lifetime": "soon"}).code == "lifetime-unreadable"


def test_many_are_made_and_one_that_is_refused_keeps_no_other_from_it(program: Program, setup: Setup) -> None:
    one = {"bucket": setup.bucket.pk, "object_key": OBJECT, "lifetime": "1 day"}
    reply = program.post("/links/bulk/create", {"items": [one, {**one, "object_key": "missing"}, one]})
    assert outcomes(reply) == ["done", "object-missing", "done"]
    urls = [each["new_link"]["url"] for each in reply.body["results"] if each["new_link"]]
    assert len(set(urls)) == 2 == ShareLink.objects.filter(owner=program.owner).count()


def test_many_are_copied_rescued_validated_and_handed_over(program: Program, numbers: list[int], setup: Setup) -> None:
    presigned = setup.create_link("1 day", Delivery.PRESIGNED).link.pk
    ShareLink.objects.filter(pk=presigned).update(owner=program.owner)
    chosen = {"links": [*numbers, presigned]}
    copied = program.post("/links/bulk/duplicate", chosen)
    assert outcomes(copied) == ["done", "done", *OTHERS, "done"]
    assert copied.body["results"][0]["new_link"]["url"].startswith("http://holdfast.test/s/")
    assert outcomes(program.post("/links/bulk/rescue", chosen)) == ["rescue-stable", "rescue-stable", *OTHERS, "done"]
    validated = program.post("/links/bulk/validate", chosen)
    assert outcomes(validated) == ["done", "done", *OTHERS, "validation-left-out"]
    assert validated.body["results"][0]["validation"]["verdict"] == "healthy"
    ken = User.objects.create_user("ken", is_staff=True)
    ken.groups.add(Group.objects.get(name="Link maker"))
    let_share(ken)
    handed = program.post("/links/bulk/transfer", {**chosen, "colleague": "ken"})
    assert outcomes(handed) == ["done", "done", *OTHERS, "done"]
    assert handed.body["results"][0]["link"] is None


def test_a_hundred_are_the_most(program: Program) -> None:
    reply = program.post("/links/bulk/revoke", {"links": list(range(1, 102))})
    assert (reply.status, reply.body["errors"]) == (
        422,
        [{"field": "links", "detail": "At most 100 entries are allowed."}],
    )


def test_a_token_has_one_bulk_request_at_a_time(
    program: Program, numbers: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    meanwhile = list[Reply]()

    def revoke(links: Sequence[ShareLink], now: datetime) -> list[Changed]:
        meanwhile.append(program.post("/links/bulk/revoke", {"links": numbers}))
        meanwhile.append(make_program(name="ken").post("/links/bulk/extend", {"links": numbers, "lifetime": "9 days"}))
        return revoke_links(links, now)

    revoke_links = bulk.revoke_links
    monkeypatch.setattr(bulk, "revoke_links", revoke)
    assert outcomes(program.post("/links/bulk/revoke", {"links": numbers}))[0] == "done"
    assert [(reply.status, reply.body.get("code")) for reply in meanwhile] == [(429, "too-many-requests"), (200, None)]
    assert meanwhile[0].headers["retry-after"] == "10"
    monkeypatch.undo()
    assert program.post("/links/bulk/revoke", {"links": numbers}).status == 200


def test_a_request_that_found_another_under_way_is_done_when_it_is_sent_again_with_its_key(
    program: Program, numbers: list[int]
) -> None:
    token, now = ApiToken.objects.get(owner=program.owner), timezone.now()
    with api_tokens.hold_bulk_slot(token, now):
        assert program.post("/links/bulk/duplicate", {"links": numbers}, Idempotency_Key="order 17").status == 429
    assert program.post("/links/bulk/duplicate", {"links": numbers}, Idempotency_Key="order 17").status == 200
