import json
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import get_args

import pytest

from links.domain.events.kinds import EventKind
from links.domain.events.payloads import (
    PAYLOADS,
    IncidentData,
    IncidentEvent,
    LinkData,
    Payload,
    WebhookTest,
    write_body,
)

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
NEVER_SAID = {"token", "slug", "url", "password", "secret", "note", "mail", "message", "owner", "name", "signature"}


def test_an_event_is_one_line_of_json_with_times_in_utc() -> None:
    tokyo = NOW.astimezone(timezone(timedelta(hours=9)))
    incident = IncidentData(7, "key-inactive", "broken", "AKIA例", 3, tokyo, None)
    body = write_body("evt_1", EventKind.INCIDENT_OPENED, IncidentEvent(incident), tokyo)
    assert "\n" not in body
    assert json.loads(body) == {
        "id": "evt_1",
        "type": "incident.opened",
        "version": 1,
        "timestamp": "2026-03-01T09:00:00Z",
        "data": {
            "incident": {
                "id": 7,
                "code": "key-inactive",
                "verdict": "broken",
                "about": "AKIA例",
                "links": 3,
                "opened_at": "2026-03-01T09:00:00Z",
                "resolved_at": None,
            }
        },
    }


def test_a_test_has_a_type_of_its_own() -> None:
    assert json.loads(write_body("evt_1", None, WebhookTest(), NOW))["type"] == "webhook.test"


def test_every_kind_has_a_payload() -> None:
    assert set(PAYLOADS) == set(EventKind)


@pytest.mark.parametrize(
    "payload", [kind for kind in get_args(Payload) if kind is not WebhookTest] + [LinkData, IncidentData]
)
def test_no_payload_has_room_for_what_opens_a_link_or_tells_of_a_person(payload: type) -> None:
    assert is_dataclass(payload)
    assert not NEVER_SAID & {field.name for field in fields(payload)}
