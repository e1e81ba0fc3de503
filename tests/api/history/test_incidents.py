from datetime import timedelta

import pytest
from django.utils import timezone

from links.models import Incident, ShareLink
from tests.api.programs import Program, make_program
from tests.fixtures import Setup


@pytest.fixture
def program(setup: Setup) -> Program:
    return make_program("Key keeper", "kei")


def open_incident(subject: str, *links: ShareLink, **values: object) -> Incident:
    now = timezone.now()
    times = {"opened_at": now, "changed_at": now}
    incident = Incident.objects.create(code="key-unknown", subject=subject, verdict="broken", **{**times, **values})
    for link in links:
        incident.incident_links.create(link=link, since=now)
    return incident


def test_incidents_are_told_in_words_and_narrowed(program: Program) -> None:
    now = timezone.now()
    over = open_incident("AKIA1", resolved_at=now)
    running = open_incident("AKIA2", fails_at=now + timedelta(days=1))
    assert [each["id"] for each in program.get("/incidents").body["items"]] == [running.pk, over.pk]
    assert [each["id"] for each in program.get("/incidents?is_open=true").body["items"]] == [running.pk]
    assert [each["id"] for each in program.get("/incidents?is_open=false").body["items"]] == [over.pk]
    assert program.get("/incidents?code=object-missing").body["items"] == []
    told = program.get(f"/incidents/{running.pk}").body
    assert (told["code"], told["subject"], told["verdict"]) == ("key-unknown", "AKIA2", "broken")
    assert told["title"]
    assert told["cure"]
    assert program.get("/incidents/999999").status == 404


def test_of_its_links_those_are_told_that_one_may_see(program: Program, setup: Setup) -> None:
    link = setup.create_link().link
    incident = open_incident("AKIA1", link)
    assert program.get(f"/incidents/{incident.pk}").body["links"] == []
    told = make_program("Manager", "aoi").get(f"/incidents/{incident.pk}").body["links"]
    assert [each["link"] for each in told] == [link.pk]


def test_one_that_an_older_version_named_is_told_by_its_code(program: Program) -> None:
    incident = open_incident("AKIA1")
    Incident.objects.filter(pk=incident.pk).update(code="of-another-time")
    assert program.get(f"/incidents/{incident.pk}").body["title"] == "of-another-time"
