"""A store that hangs holds up no other, is told of soon, and is asked again by few."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from links.domain.findings import Verdict
from links.domain.judging.breaker import SILENT_BEFORE_OPEN, TRIES, TRY_EVERY
from links.models import Incident, IncidentNotice, ShareLink, StoreBreaker
from links.queries import bucket_registry
from links.services.validation import batches
from tests.fixtures import World
from tests.site_settings import SiteSettings
from tests.strict_s3 import Answer, StrictS3
from tests.timing import find_slowness

pytestmark = pytest.mark.slow

HANGING = Answer(wait=60)
DEADLINE = 0.5


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch, site_settings: SiteSettings) -> None:
    """A probe waits for half a second, as in earnest for ten; on a busy machine, where a store that does answer takes
    longer too, as much longer."""
    deadline = DEADLINE * min(find_slowness(), 20)
    monkeypatch.setattr(batches, "make_policy", lambda: replace(bucket_registry.make_policy(), deadline=deadline))
    site_settings.ALERT_MAILS = ["ops@example.com"]


@pytest.fixture
def other(world: World, impatient: None) -> Iterator[World]:
    """A second store, which hangs."""
    with StrictS3() as s3:
        other = World.build(s3, "others")
        s3.answer = HANGING
        yield other


def make(world: World, count: int) -> list[int]:
    """Copies of one link, due now; it is made while the store still answers."""
    kept, world.s3.answer = world.s3.answer, None
    first = world.create_link().link
    world.s3.answer = kept
    copies = [ShareLink.objects.get(pk=first.pk) for _ in range(count - 1)]
    for copy in copies:
        copy.pk, copy.token_hash = None, None
    made = ShareLink.objects.bulk_create(copies)
    return [first.pk, *(link.pk for link in made)]


def wait(time: timedelta, *worlds: World) -> None:
    for world in worlds:
        world.wait(time)


def store_of(world: World) -> str:
    return f"127.0.0.1:{world.s3.port}"


def test_links_of_a_store_that_hangs_are_said_to_be_unknown_at_once_and_hold_up_no_other(
    world: World, other: World
) -> None:
    hanging, healthy = make(other, 60), make(world, 60)
    asked = len(other.s3.requests)
    while batches.validate_due_links(world.clock):
        pass
    assert set(ShareLink.objects.filter(pk__in=healthy).values_list("verdict", flat=True)) == {"healthy"}
    told = ShareLink.objects.filter(pk__in=hanging)
    assert set(told.values_list("verdict", flat=True)) == {"unknown"}
    assert len(other.s3.requests) - asked <= 16 + TRIES
    closed = StoreBreaker.objects.filter(opened_at__isnull=False)
    assert list(closed.values_list("pk", flat=True)) == [store_of(other)]


def test_an_outage_is_told_after_three_looks_at_the_store_and_few_links_are_tried(world: World, other: World) -> None:
    make(other, 40)
    began = world.clock()
    asked = []
    while not Incident.objects.exists():
        before = len(other.s3.requests)
        batches.validate_due_links(world.clock)
        asked.append(len(other.s3.requests) - before)
        world.wait(timedelta(seconds=10))
        assert world.clock() - began < timedelta(minutes=2)
    assert all(count <= TRIES for count in asked[1:])
    incident = Incident.objects.get()
    assert (incident.subject, incident.verdict) == (store_of(other), Verdict.UNKNOWN)
    for _ in range(12):
        batches.validate_due_links(world.clock)
        world.wait(timedelta(seconds=10))
    assert Incident.objects.count() == IncidentNotice.objects.count() == 1
    assert not ShareLink.objects.filter(verdict="broken").exists()


def test_a_store_that_answers_again_is_asked_about_all_its_links(world: World, other: World) -> None:
    links = make(other, 30)
    while batches.validate_due_links(world.clock):
        pass
    other.s3.answer = None
    wait(TRY_EVERY, world, other)
    while batches.validate_due_links(world.clock):
        pass
    assert not StoreBreaker.objects.exists()
    wait(timedelta(minutes=2), world, other)
    while batches.validate_due_links(world.clock):
        pass
    assert set(ShareLink.objects.filter(pk__in=links).values_list("verdict", flat=True)) == {"healthy"}


def test_who_asks_for_a_link_of_a_silent_store_has_it_asked(world: World, other: World) -> None:
    links = make(other, 2 * SILENT_BEFORE_OPEN)
    batches.validate_due_links(world.clock)
    other.s3.answer = None
    (judged,) = batches.validate_links(links[:1], world.clock)
    assert judged.judgement.verdict is Verdict.HEALTHY
    assert not StoreBreaker.objects.exists()


def test_a_store_of_few_links_is_told_of_as_soon(world: World, other: World) -> None:
    make(other, 2)
    began = world.clock()
    while not Incident.objects.exists():
        batches.validate_due_links(world.clock)
        world.wait(timedelta(seconds=10))
        assert world.clock() - began < timedelta(minutes=2)


def test_a_slow_store_is_asked_apart_from_the_others(
    world: World, other: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("links.domain.judging.breaker.SLOW_MS", 100)
    other.s3.answer = Answer(404, b"", wait=0.2)
    slow, healthy = make(other, 40), make(world, 10)
    batches.validate_links(slow[:1], world.clock)
    assert StoreBreaker.objects.get().is_slow
    judged = [one.link.pk for one in batches.validate_due_links(world.clock)]
    assert set(judged[: len(healthy)]) == set(healthy)
    assert len(judged) == len(healthy) + 16


def test_of_a_slow_store_no_more_are_claimed_than_this_process_asks_at_once(
    world: World, other: World, monkeypatch: pytest.MonkeyPatch, site_settings: SiteSettings
) -> None:
    """Its share is smaller where more processes work; the whole must take no longer for it."""
    monkeypatch.setattr("links.domain.judging.breaker.SLOW_MS", 100)
    site_settings.PROBES_PER_STORE = 3
    other.s3.answer = Answer(404, b"", wait=0.2)
    slow = make(other, 20)
    batches.validate_links(slow[:1], world.clock)
    assert len(batches.validate_due_links(world.clock)) == 3
