import pytest
from django.contrib.admin.models import LogEntry
from django.utils import timezone

from links.models import AuditRecord, ShareLink, TimeRequest
from links.services.links import time_requests
from tests.api.programs import Program, make_program
from tests.fixtures import Setup


@pytest.fixture
def program(setup: Setup) -> Program:
    return make_program()


def ask(setup: Setup, program: Program | None = None) -> TimeRequest:
    link = setup.create_link("1 day").link
    if program:
        link.owner = program.owner
        link.save()
    return time_requests.ask(link, timezone.now(), message="A week more, please", mail="o@example.com")


def test_a_request_is_granted_and_whoever_asked_is_written_to(program: Program, setup: Setup) -> None:
    asked = ask(setup, program)
    told = program.get(f"/time-requests/{asked.pk}").body
    assert (told["link"], told["answered_at"]) == (asked.link_id, None)
    assert [said["message"] for said in told["messages"]] == ["A week more, please"]
    granted = program.post(f"/time-requests/{asked.pk}/grant", {"lifetime": "9 days"})
    assert (granted.status, granted.body["answered_by"]) == (200, "mika")
    link = ShareLink.objects.get(pk=asked.link_id)
    assert (link.promised_until - timezone.now()).days == 8
    assert list(time_requests.list_written(TimeRequest.objects.get())) == ["o@example.com"]
    assert AuditRecord.objects.get(act="time-granted").way == "api"
    logged = LogEntry.objects.filter(user=program.owner).values_list("content_type__model", flat=True)
    assert sorted(logged) == ["sharelink", "timerequest"]
    again = program.post(f"/time-requests/{asked.pk}/grant", {"lifetime": "9 days"})
    assert (again.status, again.code) == (409, "time-answered")


def test_a_request_is_declined_once(program: Program, setup: Setup) -> None:
    asked = ask(setup, program)
    assert program.post(f"/time-requests/{asked.pk}/decline").body["granted_until"] is None
    assert program.post(f"/time-requests/{asked.pk}/decline").code == "time-answered"


def test_a_lifetime_that_says_nothing_answers_nothing(program: Program, setup: Setup) -> None:
    asked = ask(setup, program)
    refused = program.post(f"/time-requests/{asked.pk}/grant", {"lifetime": "soon"})
    assert (refused.status, refused.body["errors"][0]["field"]) == (422, "lifetime")
    assert TimeRequest.objects.get().is_open


def test_requests_about_strangers_links_are_not_there(program: Program, setup: Setup) -> None:
    own, other = ask(setup, program), ask(setup)
    assert [each["id"] for each in program.get("/time-requests?is_open=true").body["items"]] == [own.pk]
    assert program.get("/time-requests?is_open=false").body["items"] == []
    assert program.get(f"/time-requests?link={other.link_id}").body["items"] == []
    assert program.get(f"/time-requests/{other.pk}").status == 404
    for deed, body in (("grant", {"lifetime": "9 days"}), ("decline", None)):
        assert program.post(f"/time-requests/{other.pk}/{deed}", body).status == 404
    assert TimeRequest.objects.get(pk=other.pk).is_open
