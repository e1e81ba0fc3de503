from datetime import timedelta

import pytest
from django.utils import timezone

from links.domain.judging.facts import Delivery
from links.models import AuditRecord, Customer, ShareLink, SharePermission
from links.queries.audit.link_acts import list_acts
from tests.api.programs import Program, make_program
from tests.fixtures import OBJECT, Setup, fetch


@pytest.fixture
def program(setup: Setup) -> Program:
    return make_program()


def ask_for(setup: Setup, **more: object) -> dict[str, object]:
    return {"bucket": setup.bucket.pk, "object_key": OBJECT, "lifetime": "30 days", **more}


def test_a_link_is_made_and_its_url_told_once(program: Program, setup: Setup) -> None:
    terms = {"customer": "Ogata", "title": "Report", "download_limit": 3, "password": "harbour at dusk"}
    reply = program.post("/links", ask_for(setup, **terms))
    link = ShareLink.objects.get()
    assert (reply.status, reply.headers["location"]) == (201, f"/api/v1/links/{link.pk}")
    assert reply.body["url"].startswith("http://holdfast.test/s/")
    assert link.owner == program.owner
    assert (link.title, link.download_limit, bool(link.password)) == ("Report", 3, True)
    assert link.customer == Customer.objects.get(name="Ogata")
    read = program.get(f"/links/{link.pk}")
    assert read.body == reply.body["link"]
    assert read.headers["etag"] == reply.headers["etag"]
    record = AuditRecord.objects.filter(act="link-created").get()
    assert (record.way, record.actor) == ("api", program.owner.pk)
    assert [entry.user for entry in list_acts([link.pk])] == [program.owner]


def test_a_presigned_link_leads_to_the_file(program: Program, setup: Setup) -> None:
    reply = program.post("/links", ask_for(setup, lifetime="1 day", delivery="presigned"))
    assert fetch(reply.body["url"]) == b"x" * 1234


def test_the_address_of_an_object_says_which_bucket_is_meant(program: Program) -> None:
    reply = program.post("/links", {"object_key": f"s3://files/{OBJECT}", "lifetime": "1 day"})
    assert (reply.status, reply.body["link"]["object_key"]) == (201, OBJECT)


def test_a_preview_says_until_when_and_makes_nothing(program: Program, setup: Setup) -> None:
    reply = program.post("/links/preview", ask_for(setup))
    assert (reply.status, reply.body["is_shortened"]) == (200, False)
    assert reply.body["reasons"][0]["code"] == "signed-at-each-click"
    assert not ShareLink.objects.exists()


@pytest.mark.parametrize(
    ("more", "status", "code", "field"),
    [
        ({"lifetime": "soon"}, 422, "lifetime-unreadable", "lifetime"),
        ({"lifetime": "8 days", "delivery": "presigned"}, 422, "promise-presigned-too-long", "delivery"),
        ({"object_key": "missing.pdf"}, 422, "object-missing", "object_key"),
        ({"slug": "report"}, 422, "slug-unprotected", "slug"),
        ({"starts_at": "2020-01-01T00:00:00Z"}, 422, "starts-past", "starts_at"),
        ({"starts_at": "2030-01-01T00:00:00"}, 422, "request-fields", "starts_at"),
        ({"password": "secret"}, 422, "password-too-short", "password"),
        ({"download_limit": 0}, 422, "request-fields", "download_limit"),
        ({"delivery": "foreign"}, 422, "request-fields", "delivery"),
        ({"bucket": None}, 403, "share-not-permitted", "object_key"),
    ],
)
def test_what_is_refused_is_said_at_the_field_that_is_to_blame(
    more: dict[str, object], status: int, code: str, field: str, program: Program, setup: Setup
) -> None:
    reply = program.post("/links", ask_for(setup, **more))
    assert (reply.status, reply.code, reply.body["errors"][0]["field"]) == (status, code, field)
    assert not ShareLink.objects.exists()
    assert not Customer.objects.exists()


def test_who_may_not_share_the_object_is_refused_before_the_store_is_asked(program: Program, setup: Setup) -> None:
    SharePermission.objects.all().delete()
    asked = len(setup.s3.requests)
    reply = program.post("/links", ask_for(setup))
    assert (reply.status, reply.code) == (403, "share-not-permitted")
    assert len(setup.s3.requests) == asked


def test_a_bucket_that_is_not_there_is_named_to_whoever_may_share_everything(setup: Setup) -> None:
    reply = make_program("Manager", "aoi").post("/links", ask_for(setup, bucket=4040))
    assert (reply.status, reply.code) == (422, "bucket-unregistered")


def test_a_store_that_is_silent_is_asked_again_later(program: Program, setup: Setup) -> None:
    setup.s3.stop()
    reply = program.post("/links", ask_for(setup))
    assert (reply.status, reply.code, reply.headers["retry-after"]) == (503, "store-unanswered", "10")


def test_a_copy_stands_beside_its_link(program: Program, setup: Setup) -> None:
    first = program.post("/links", ask_for(setup, title="Report")).body
    reply = program.post(f"/links/{first['link']['id']}/duplicate", {})
    assert reply.status == 201
    assert reply.body["link"]["title"] == "Report"
    assert reply.body["url"] != first["url"]


def test_a_rescue_takes_over_the_promise_of_a_url_that_was_signed(program: Program, setup: Setup) -> None:
    old = setup.create_link("1 day", Delivery.PRESIGNED).link
    ShareLink.objects.filter(pk=old.pk).update(owner=program.owner)
    reply = program.post(f"/links/{old.pk}/rescue")
    assert (reply.status, reply.body["link"]["delivery"]) == (201, "stable")
    assert program.get(f"/links/{old.pk}").body["rescued_by"] == reply.body["link"]["id"]
    again = program.post(f"/links/{old.pk}/rescue")
    assert (again.status, again.code) == (409, "already-rescued")
    assert [entry.user for entry in list_acts([old.pk])] == [program.owner]


def test_a_link_of_somebody_else_is_neither_copied_nor_rescued(program: Program, setup: Setup) -> None:
    other = setup.create_link("1 day", Delivery.PRESIGNED).link
    assert program.post(f"/links/{other.pk}/rescue").status == 404
    assert program.post(f"/links/{other.pk}/duplicate", {}).status == 404
    assert ShareLink.objects.count() == 1


def test_a_link_that_begins_later_says_so(program: Program, setup: Setup) -> None:
    begins = (timezone.now() + timedelta(days=1)).replace(microsecond=0)
    reply = program.post("/links", ask_for(setup, starts_at=begins.isoformat()))
    assert reply.body["link"]["starts_at"] == begins.isoformat().replace("+00:00", "Z")
