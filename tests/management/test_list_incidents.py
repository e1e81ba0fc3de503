from datetime import datetime

from django.test.utils import override_settings

from links.models import IncidentNotice
from tests.fixtures import CONTENT, World
from tests.management.running import Runner


def test_no_incidents_is_an_empty_list(run: Runner) -> None:
    assert run("list_incidents", "--json").json == []
    assert run("list_incidents").out == "No incidents.\n"


@override_settings(HOLDFAST={"ALERT_MAILS": ["ops@example.com"]})
def test_an_incident_is_listed_with_its_notices(run: Runner, world: World) -> None:
    for _ in range(3):
        world.create_link()
    world.s3.delete_key(world.access.id)
    world.validate()
    ran = run("list_incidents", "--open", "--json")
    assert ran.code == 0
    (incident,) = ran.json
    assert set(incident) == {"id", "code", "subject", "opened_at", "resolved_at", "link_count", "notices"}
    assert (incident["code"], incident["subject"], incident["link_count"]) == ("key-unknown", world.access.id, 3)
    assert datetime.fromisoformat(incident["opened_at"]).tzinfo is not None
    assert incident["resolved_at"] is None
    assert incident["notices"] == [
        {"kind": "opened", "channel": "mail", "delivered_at": None, "attempts": 0, "given_up_at": None}
    ]


def test_people_read_cause_subject_count_and_since_when(run: Runner, world: World) -> None:
    world.create_link()
    world.s3.delete_key(world.access.id)
    world.validate()
    (line,) = run("list_incidents").out.splitlines()
    assert world.access.id in line
    assert "1 link, since " in line
    assert "UTC, open" in line
    assert "0 notices delivered" in line


@override_settings(HOLDFAST={"ALERT_MAILS": ["ops@example.com"]})
def test_one_notice_is_called_one_notice(run: Runner, world: World) -> None:
    world.create_link()
    world.s3.delete_key(world.access.id)
    world.validate()
    IncidentNotice.objects.update(delivered_at=world.clock())
    assert ", 1 notice delivered" in run("list_incidents").out


def test_open_leaves_out_what_is_resolved(run: Runner, world: World) -> None:
    world.create_link()
    world.store.delete("report.pdf")
    world.validate()
    world.store.put("report.pdf", CONTENT)
    world.validate()
    assert run("list_incidents", "--open", "--json").json == []
    (incident,) = run("list_incidents", "--json").json
    assert incident["code"] == "object-missing"
    assert incident["resolved_at"] is not None
