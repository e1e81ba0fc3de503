"""The OpenAPI document says of each kind of event what is sent."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from links.api.v1 import api
from links.domain.events.kinds import EventKind
from links.domain.events.payloads import (
    FindingData,
    IncidentData,
    IncidentEvent,
    LinkChanged,
    LinkData,
    LinkEvent,
    LinkJudged,
    LinkMade,
    Payload,
    TimeAsked,
    write_body,
)

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
LINK = LinkData(1, "stable", "files", "a.pdf", "", "PO-1", None, NOW, NOW, None, 0, 3, "healthy")
EXAMPLES: dict[EventKind, Payload] = {
    **dict.fromkeys(EventKind, LinkEvent(LINK)),
    EventKind.LINK_MADE: LinkMade(LINK, "copied", 7),
    EventKind.LINK_CHANGED: LinkChanged(LINK, ("title",)),
    **dict.fromkeys(
        (EventKind.LINK_AT_RISK, EventKind.LINK_BROKEN, EventKind.LINK_HEALTHY),
        LinkJudged(LINK, "healthy", (FindingData("object-missing", "broken", NOW),)),
    ),
    EventKind.TIME_ASKED: TimeAsked(LINK, 4),
    **dict.fromkeys(
        (EventKind.INCIDENT_OPENED, EventKind.INCIDENT_RESOLVED),
        IncidentEvent(IncidentData(7, "key-inactive", "broken", "AKIA", 3, NOW, None)),
    ),
}


@pytest.mark.parametrize("kind", EventKind)
def test_what_is_sent_is_what_the_document_says(kind: EventKind) -> None:
    document: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema(path_prefix="/api/v1/")))
    message = document["webhooks"][kind.value]["post"]["requestBody"]["content"]["application/json"]["schema"]
    validator = Draft202012Validator({**message, "components": document["components"]})
    body = json.loads(write_body("evt_1", kind, EXAMPLES[kind], NOW))
    assert list(validator.iter_errors(body)) == []
    assert list(validator.iter_errors({**body, "type": "something.else"}))
