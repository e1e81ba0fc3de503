import pytest

from tests.api.programs import Program, make_program
from tests.fixtures import OBJECT, Setup, let_share


@pytest.fixture
def program(setup: Setup) -> Program:
    return make_program()


def test_buckets_that_one_may_share_from_are_listed_with_how_they_stand(program: Program, setup: Setup) -> None:
    items = program.get("/buckets").body["items"]
    assert [(each["id"], each["name"], each["region"]) for each in items] == [
        (setup.bucket.pk, "files", "eu-central-1")
    ]
    assert program.get(f"/buckets/{setup.bucket.pk}").body == items[0]
    assert setup.access_key.secret not in str(items)


def test_objects_are_looked_through_a_page_at_a_time(program: Program, setup: Setup) -> None:
    for name in ("reports/a.pdf", "reports/b.pdf", "reports/c.pdf", "reports/old/d.pdf"):
        setup.stored.put(name, b"x" * 10)
    page = f"/buckets/{setup.bucket.pk}/objects?prefix=reports/&limit=2"
    keys, folders, query = [], [], page
    for _ in range(5):
        told = program.get(query).body
        keys += [item["key"] for item in told["items"]]
        folders += told["folders"]
        if told["next"] is None:
            break
        query = f"{page}&after={told['next']}"
    assert [key for key in keys if key != OBJECT] == ["reports/a.pdf", "reports/b.pdf", "reports/c.pdf"]
    assert folders == ["reports/old/"]


def test_what_one_may_not_share_is_not_there(setup: Setup) -> None:
    setup.stored.put("given/a.pdf", b"x")
    program = make_program("Auditor", "ken")
    assert program.get(f"/buckets/{setup.bucket.pk}/objects").status == 403
    stranger = make_program(name="jo")
    stranger.owner.share_permissions.all().delete()
    assert stranger.get("/buckets").body["items"] == []
    assert stranger.get(f"/buckets/{setup.bucket.pk}").status == 404
    assert stranger.get(f"/buckets/{setup.bucket.pk}/objects").status == 404
    let_share(stranger.owner, prefix="given/")
    told = stranger.get(f"/buckets/{setup.bucket.pk}/objects?prefix=").body
    assert (told["folders"], told["items"]) == (["given/"], [])
    shown = stranger.get(f"/buckets/{setup.bucket.pk}/objects?prefix=given/").body
    assert [item["key"] for item in shown["items"]] == ["given/a.pdf"]


@pytest.mark.parametrize("query", ["limit=0", "limit=1001", "limit=x", f"prefix={'x' * 2000}", "prefix=%00"])
def test_a_page_that_nobody_can_have_is_refused(program: Program, setup: Setup, query: str) -> None:
    assert program.get(f"/buckets/{setup.bucket.pk}/objects?{query}").status == 422
