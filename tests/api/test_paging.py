import pytest

from links.domain.judging.facts import Delivery
from tests.api.programs import Program, make_program
from tests.fixtures import Setup


@pytest.fixture
def program(setup: Setup) -> Program:
    for _ in range(5):
        setup.create_link(delivery=Delivery.STABLE)
    return make_program("superuser")


def test_pages_follow_each_other_without_a_gap_while_links_are_added(program: Program, setup: Setup) -> None:
    seen, page = [], program.get("/links?limit=2")
    while page.body["next"]:
        seen += [link["id"] for link in page.body["items"]]
        setup.create_link()
        assert page.headers["link"] == f'<http://testserver/api/v1/links?limit=2&after={page.body["next"]}>; rel="next"'
        page = program.get(f"/links?limit=2&after={page.body['next']}")
    seen += [link["id"] for link in page.body["items"]]
    assert seen == sorted(seen, reverse=True)
    assert len(seen) == 5
    assert "link" not in page.headers


@pytest.mark.parametrize("cursor", ["x", "MTp4", "MTo", "2", "日本", "MTo5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk", "-"])
def test_a_cursor_that_nobody_gave_is_refused(cursor: str, program: Program) -> None:
    reply = program.get(f"/links?after={cursor}")
    assert (reply.status, reply.code) == (422, "cursor-unreadable")
