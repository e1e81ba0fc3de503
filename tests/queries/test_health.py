"""The watcher is watched: whether somebody still validates and delivers."""

from datetime import UTC, datetime, timedelta

from links.models import Heartbeat, Incident, IncidentNotice
from links.queries.health import STOPPED_AFTER, read_health
from links.services.incidents import notices
from links.services.validation import batches

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
A_SECOND = timedelta(seconds=1)


def test_where_nobody_ever_validated_nobody_watches(db: None) -> None:
    health = read_health(NOW)
    assert (health.is_watching, health.last_validation_at, health.oldest_notice_at) == (False, None, None)


def test_a_validator_that_had_nothing_to_do_watches_until_it_stops(db: None) -> None:
    assert batches.validate_due_links(lambda: NOW) == []
    assert read_health(NOW + STOPPED_AFTER - A_SECOND).is_watching
    stopped = read_health(NOW + STOPPED_AFTER)
    assert (stopped.is_watching, stopped.last_validation_at) == (False, NOW)


def test_a_deliverer_alone_is_no_watcher(db: None) -> None:
    notices.deliver_due(lambda: NOW)
    assert not read_health(NOW).is_watching
    assert Heartbeat.objects.count() == 1


def test_the_oldest_notice_that_still_waits_is_told(db: None) -> None:
    incident = Incident.objects.create(code="key-unknown", subject="A", verdict="broken", opened_at=NOW, changed_at=NOW)
    for age, fields in ((3, {"delivered_at": NOW}), (2, {"given_up_at": NOW}), (1, {}), (0, {})):
        made_at = NOW - timedelta(hours=age)
        IncidentNotice.objects.create(incident=incident, kind="opened", channel="mail", created_at=made_at, **fields)
    assert read_health(NOW).oldest_notice_at == NOW - timedelta(hours=1)
