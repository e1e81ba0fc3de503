"""Rows that were written while a clock was ahead do not stop the watch once it is set."""

from datetime import UTC, datetime, timedelta

from links.models import Heartbeat, Incident, IncidentNotice, LinkMail, ShareLink, SigningKey
from links.queries.health import VALIDATE, read_health
from links.services import future_rows
from links.services.validation import batches, site_clock
from tests.fixtures import World

DAYS = timedelta(days=10)


def now() -> datetime:
    return datetime.now(UTC)


def test_a_link_that_is_due_in_days_and_leased_for_days_is_validated_now(world: World) -> None:
    world.create_link()
    ShareLink.objects.update(due_at=now() + DAYS, leased_until=now() + DAYS, lease_id="12345678" * 4)
    assert batches.validate_due_links(now) == []
    assert future_rows.watch_clocks(now()) > 0
    assert len(batches.validate_due_links(now)) == 1
    assert future_rows.watch_clocks(now()) == 0


def test_what_waits_as_planned_goes_on_waiting(world: World) -> None:
    world.create_link()
    world.validate()
    SigningKey.objects.update(check_due_at=now() + timedelta(hours=6))
    before = ShareLink.objects.values("due_at", "leased_until").get()
    assert future_rows.watch_clocks(now()) == 0
    assert ShareLink.objects.values("due_at", "leased_until").get() == before


def test_messages_keys_and_buckets_are_seen_to_again(world: World) -> None:
    link, later = world.create_link().link, now() + DAYS
    incident = Incident.objects.create(
        code="key-unknown", subject="A", verdict="broken", opened_at=later, changed_at=later
    )
    IncidentNotice.objects.create(incident=incident, kind="opened", channel="mail", created_at=later, due_at=later)
    LinkMail.objects.create(link=link, kind="ending", to="a@example.com", created_at=later, due_at=later)
    SigningKey.objects.update(check_due_at=later)
    type(world.bucket).objects.update(configuration_at=later)
    assert future_rows.mend_future_rows(now()) == 5
    assert IncidentNotice.objects.due(now()).count() == LinkMail.objects.due(now()).count() == 1
    assert SigningKey.objects.due(now()).count() == 1
    assert Incident.objects.get().opened_at <= now()


def test_nothing_is_mended_by_a_clock_that_is_itself_wrong(world: World) -> None:
    world.create_link()
    Incident.objects.create(code="clock-skew", subject="site", verdict="broken", opened_at=now(), changed_at=now())
    due_at = now() + DAYS
    ShareLink.objects.update(due_at=due_at)
    future_rows.watch_clocks(now())
    assert ShareLink.objects.get().due_at == due_at or site_clock.compare_with_database() is not None


def test_a_sign_of_life_from_the_future_is_none(db: None) -> None:
    Heartbeat.record(VALIDATE, now() + DAYS)
    assert not read_health(now()).is_watching
