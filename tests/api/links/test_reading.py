from datetime import timedelta

import pytest
from django.utils import timezone

from links.domain.judging.facts import Delivery
from links.models import Customer, ShareLink
from tests.api.programs import Program, make_program
from tests.fixtures import OBJECT, Setup


@pytest.fixture
def program(setup: Setup) -> Program:
    return make_program()


def own(program: Program, link: ShareLink, **values: object) -> ShareLink:
    ShareLink.objects.filter(pk=link.pk).update(owner=program.owner, **values)
    return link


def test_a_link_is_read_with_all_that_staff_keep_of_it_and_without_its_url(program: Program, setup: Setup) -> None:
    made = setup.create_link(note="for the board")
    link = own(program, made.link, customer=Customer.objects.create(name="Ogata", created_at=timezone.now()))
    body = program.get(f"/links/{link.pk}").body
    assert body["object_key"] == OBJECT
    assert (body["note"], body["state"], body["delivery"]) == ("for the board", "new", "stable")
    assert body["customer"]["name"] == "Ogata"
    assert body["owner"] == {"id": program.owner.pk, "name": "mika"}
    assert body["reasons"][0]["code"] == "signed-at-each-click"
    assert made.url not in str(body)
    assert made.url.rpartition("/")[2] not in str(body)


def test_a_link_that_is_somebody_elses_is_not_there(program: Program, setup: Setup) -> None:
    other = setup.create_link()
    assert program.get(f"/links/{other.link.pk}").status == 404
    assert program.get("/links").body == {"items": [], "next": None}
    assert program.post("/links/find", {"url": other.url}).status == 404


def test_a_link_is_found_by_its_url(program: Program, setup: Setup) -> None:
    stable, presigned = setup.create_link(), setup.create_link("1 day", Delivery.PRESIGNED)
    for made in (stable, presigned):
        own(program, made.link)
        assert program.post("/links/find", {"url": f" {made.url}\n"}).body["id"] == made.link.pk


def test_the_list_is_narrowed_by_all_that_is_given(program: Program, setup: Setup) -> None:
    now = timezone.now()
    plain = own(program, setup.create_link().link)
    revoked = own(program, setup.create_link().link, revoked_at=now, title="Yearly report")
    ended = own(program, setup.create_link().link, promised_until=now - timedelta(days=1))
    presigned = own(program, setup.create_link("1 day", Delivery.PRESIGNED).link)
    opened = own(program, setup.create_link().link, visit_count=1)
    bucket, soon = setup.bucket.pk, (now + timedelta(days=2)).isoformat().replace("+", "%2B")
    for query, expected in {
        "": [opened, presigned, ended, revoked, plain],
        "state=revoked": [revoked],
        "delivery=presigned": [presigned],
        "state=new&delivery=stable": [opened, plain],
        "is_unopened=true": [plain],
        f"ends_before={soon}": [presigned, ended],
        f"ends_after={soon}": [opened, revoked, plain],
        f"made_after={soon}": [],
        f"bucket={bucket}&is_mine=true&q=yearly": [revoked],
        f"q=%23{plain.pk}": [plain],
        f"q=s3://files/{OBJECT}&state=ended": [ended],
        "bucket=999999": [],
        "customer=999999": [],
        "incident=999999": [],
        "import_batch=00000000-0000-0000-0000-000000000000": [],
    }.items():
        items = program.get(f"/links?{query}").body["items"]
        assert [item["id"] for item in items] == [link.pk for link in expected], query


def test_staff_who_may_see_no_links_are_refused(setup: Setup) -> None:
    keeper = make_program("Key keeper", "kei")
    program = make_program("Manager", "aoi")
    assert program.get("/links").status == 200
    program.owner.groups.set(keeper.owner.groups.all())
    assert program.get(f"/links/{setup.create_link().link.pk}").status in (403, 404)


def test_a_list_costs_a_fixed_number_of_queries(
    program: Program, setup: Setup, django_assert_max_num_queries: object
) -> None:
    for _ in range(3):
        own(program, setup.create_link().link)
    program.get("/links")
    with django_assert_max_num_queries(6):  # type: ignore[operator]
        assert len(program.get("/links").body["items"]) == 3
