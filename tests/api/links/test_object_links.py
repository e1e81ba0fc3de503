"""The one link of each object for a purpose, over the API: found or made, and on record."""

from typing import Any

import pytest
from django.utils import timezone

from links.domain.people.scopes import Scope
from links.models import AuditRecord, Customer, ShareLink, SharePermission
from tests.api.programs import Program, Reply, make_program
from tests.fixtures import OBJECT, Setup


@pytest.fixture
def program(setup: Setup) -> Program:
    return make_program()


def ask(program: Program, setup: Setup, *keys: str, **more: Any) -> Reply:
    place = {"bucket": setup.bucket.name, "endpoint": setup.bucket.endpoint, "region": setup.bucket.region}
    body = {**place, "object_keys": keys or [OBJECT], "purpose": "shop", "lifetime": "1 year", **more}
    return program.post("/links/for-objects", body)


def test_links_are_made_once_and_found_again(program: Program, setup: Setup) -> None:
    made = ask(program, setup, OBJECT, "missing", OBJECT)
    first, missing, again = made.body["results"]
    assert first["url"].startswith("http://holdfast.test/s/")
    assert (first, first["is_new"], first["problem"]) == (again, True, None)
    assert (missing["object_key"], missing["url"], missing["problem"]["code"]) == ("missing", None, "object-missing")
    link = ShareLink.objects.get()
    assert (link.owner, link.purpose, link.follows_latest) == (program.owner, "shop", True)
    found = ask(program, setup).body["results"]
    assert found == [{"object_key": OBJECT, "url": first["url"], "is_new": False, "problem": None}]


def test_what_was_there_before_is_told_on_the_record(program: Program, setup: Setup) -> None:
    url = ask(program, setup).body["results"][0]["url"]
    revealed = AuditRecord.objects.filter(act="urls-revealed")
    assert not revealed.exists()
    ask(program, setup)
    record = revealed.get()
    assert (record.way, record.actor, record.object_text) == ("api", program.owner.pk, setup.bucket.name)
    assert f'"links":[{ShareLink.objects.get().pk}]' in record.values
    assert url.rpartition("/")[2] not in record.values


def test_what_has_ended_is_not_revived(program: Program, setup: Setup) -> None:
    first = ask(program, setup).body["results"][0]["url"]
    ShareLink.objects.update(revoked_at=timezone.now())
    assert ask(program, setup, lifetime="2 years").body["results"][0]["url"] == first
    assert ShareLink.objects.get().is_revoked


def test_somebody_elses_link_is_not_told(program: Program, setup: Setup) -> None:
    ask(program, setup)
    setup.stored.put("second", b"x")
    other = make_program(name="ken")
    theirs, own = ask(other, setup, OBJECT, "second", customer="Newcomer").body["results"]
    assert (theirs["url"], theirs["problem"]["status"], theirs["problem"]["code"]) == (None, 409, "purpose-taken")
    assert own["url"]
    assert ShareLink.objects.get(object_key="second").customer == Customer.objects.get()
    assert ask(make_program("Manager", "mia"), setup).body["results"][0]["url"]


def test_links_without_a_purpose_are_not_told(program: Program, setup: Setup) -> None:
    link = setup.create_link().link
    ShareLink.objects.filter(pk=link.pk).update(owner=program.owner)
    assert ask(program, setup).body["results"][0]["is_new"]
    assert ask(program, setup, purpose="").status == 422


def test_only_what_the_owner_may_share_is_shared(program: Program, setup: Setup) -> None:
    SharePermission.objects.update(prefix="reports/", max_days=7)
    others, own = ask(program, setup, "private", OBJECT).body["results"]
    assert [others["problem"]["code"], own["problem"]["code"]] == ["share-not-permitted", "share-lifetime-too-long"]
    SharePermission.objects.all().delete()
    refused = ask(program, setup)
    assert (refused.status, refused.code) == (403, "share-not-permitted")
    assert ask(program, setup, bucket="nobodys").code == "share-not-permitted"


@pytest.mark.parametrize(
    ("more", "status", "code"),
    [
        ({"lifetime": "soon"}, 422, "lifetime-unreadable"),
        ({"bucket": "nobodys"}, 422, "bucket-unregistered"),
        ({"endpoint": "ftp://x"}, 422, "endpoint-malformed"),
        ({"object_keys": []}, 422, "request-fields"),
        ({"object_keys": ["a"] * 1001}, 422, "request-fields"),
        ({"object_keys": ["a" * 1025]}, 422, "request-fields"),
        ({"purpose": "x" * 61}, 422, "request-fields"),
    ],
)
def test_a_request_that_cannot_be_is_refused_as_a_whole(
    setup: Setup, more: dict[str, Any], status: int, code: str
) -> None:
    program, asked = make_program("superuser"), len(setup.s3.requests)
    refused = ask(program, setup, **more)
    assert (refused.status, refused.code) == (status, code)
    assert len(setup.s3.requests) == asked


def test_a_token_that_may_only_read_is_told_nothing(setup: Setup) -> None:
    reader = make_program(scopes=[Scope.LINKS_READ, Scope.LINKS_REVEAL])
    assert ask(reader, setup).code == "token-scope-missing"
