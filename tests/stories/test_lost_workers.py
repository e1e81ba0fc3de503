"""One link that kills whoever validates it: with real processes that really die, on the test's own database."""

import os
import signal
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from demo.servers import Redis
from links.domain.findings import Code, read_findings
from links.domain.judging.claims import SET_ASIDE_AFTER, TRY_SET_ASIDE_EVERY
from links.models import Heartbeat, Incident, IncidentNotice, ShareLink, Validation
from links.queries.health import DELIVER, SILENT_AFTER, STOPPED_AFTER, VALIDATE, WatchState, read_health
from links.services.validation import batches
from links.services.validation.batches import LEASE
from tests.fixtures import World
from tests.processes.running import start
from tests.site_settings import SiteSettings
from tests.stories.poisoned import POISON
from tests.stories.workers import Worker, database_url, running_worker
from tests.strict_s3 import Answer, StrictS3
from tests.waiting import wait_until

SOUND = 4


@pytest.fixture
def world(transactional_db: None, strict_s3: StrictS3, site_settings: SiteSettings) -> World:
    site_settings.ALERT_MAILS = ["ops@example.com"]
    return World.build(strict_s3, "files", "report.pdf", POISON)


@pytest.fixture
def links(world: World) -> tuple[ShareLink, list[ShareLink]]:
    """One that kills, and sound ones; the one that kills is in the midst of their batch."""
    before = [world.create_link().link for _ in range(SOUND // 2)]
    bad = world.create_link(POISON).link
    return bad, before + [world.create_link().link for _ in range(SOUND - len(before))]


def name_holder(link_id: int) -> str:
    """The process that has leased this link, as its signs are called."""
    lease = ShareLink.objects.values_list("lease_id", flat=True).get(pk=link_id)
    return Heartbeat.HOLDER + (lease.hex[:16] if lease else "")


def kill_children(parent: int) -> None:
    for child in Path(f"/proc/{parent}/task/{parent}/children").read_text().split():
        os.kill(int(child), signal.SIGKILL)


def enqueue_until_validated(worker: Worker) -> None:
    def enqueue() -> bool:
        worker.enqueue("validate_due_links")
        return not ShareLink.objects.exclude(verdict="healthy").exists()

    wait_until(enqueue, worker.log, every=0.5)


Tick = Callable[[str], int]


@pytest.fixture
def run_tick(world: World) -> Iterator[Tick]:
    """One tick in a process of its own, that fails as told; its exit code, negative for a signal."""
    environment = {**os.environ, "DATABASE_URL": database_url(), "ALERT_MAILS": "ops@example.com"}
    (reading, into), (out, writing) = os.pipe(), os.pipe()
    with os.fdopen(into, "w") as asked, os.fdopen(out) as told:
        process = start("-m", "tests.stories.poisoned", environment=environment, files=(reading, writing, None))
        os.close(reading)
        os.close(writing)

        def run(how: str) -> int:
            print(how, world.ahead.total_seconds(), file=asked, flush=True)
            return int(told.readline())

        yield run
        asked.close()
        process.wait()


@pytest.mark.proves("validation-fails")
def test_a_link_that_kills_its_worker_is_set_aside_and_keeps_nobody_waiting(
    world: World, links: tuple[ShareLink, list[ShareLink]], run_tick: Tick
) -> None:
    bad, sound = links
    assert run_tick("abort") == -signal.SIGABRT
    assert not Validation.objects.exists()
    assert set(ShareLink.objects.values_list("claim_count", flat=True)) == {1}
    for _alone in range(SET_ASIDE_AFTER - 1):
        world.wait(LEASE + timedelta(seconds=30))
        while run_tick("abort") == -signal.SIGABRT:
            assert ShareLink.objects.get(pk=bad.pk).claim_count <= SET_ASIDE_AFTER
    for link in sound:
        link.refresh_from_db()
        assert (link.verdict, link.claim_count, link.validations.count()) == ("healthy", 0, 1)

    world.wait(LEASE + timedelta(seconds=30))
    assert run_tick("abort") == 0
    bad.refresh_from_db()
    assert (bad.verdict, [finding.code for finding in read_findings(bad.findings)]) == (
        "unknown",
        [Code.VALIDATION_FAILS],
    )
    assert bad.due_at is not None
    assert timedelta(minutes=59) < bad.due_at - world.clock() < timedelta(minutes=61)
    assert read_health(world.clock()).state is WatchState.WATCHING

    world.wait(TRY_SET_ASIDE_EVERY)  # it is tried again, alone, and nothing is said again
    assert run_tick("abort") == -signal.SIGABRT
    world.wait(LEASE + timedelta(seconds=30))
    assert run_tick("abort") == 0
    incident = Incident.objects.get()
    assert (incident.code, incident.subject, incident.is_open) == ("validation-fails", "files", True)
    assert [harmed.link_id for harmed in incident.incident_links.all()] == [bad.pk]
    assert list(IncidentNotice.objects.values_list("kind", flat=True)) == ["opened"]

    world.wait(TRY_SET_ASIDE_EVERY)
    assert run_tick("none") == 0
    bad.refresh_from_db()
    incident.refresh_from_db()
    assert (bad.verdict, bad.claim_count, incident.is_open) == ("healthy", 0, False)


@pytest.mark.parametrize(
    ("how", "limits"),
    [
        pytest.param("loop", "2 30 40", id="the soft time limit ends a loop"),
        pytest.param("deaf", "4 6 9", id="the hard time limit ends a loop that hears nothing"),
        pytest.param("memory", "30 40 50", id="the memory of a child is bounded"),
    ],
)
def test_a_real_worker_validates_all_others_within_the_limits_of_its_tasks(
    world: World, links: tuple[ShareLink, list[ShareLink]], redis_server: Redis, how: str, limits: str
) -> None:
    bad, sound = links
    poisoned = {"ALERT_MAILS": "", "ALERT_URLS": "", "POISON": how, "LIMITS": limits}
    others = ShareLink.objects.filter(pk__in=[link.pk for link in sound])
    with running_worker(redis_server.url, poisoned, concurrency=1, app="tests.stories.poisoned") as worker:

        def enqueue_until_validated() -> bool:
            worker.enqueue("validate_due_links")
            return not others.exclude(verdict="healthy").exists()

        wait_until(enqueue_until_validated, worker.log, every=0.5)
    assert Validation.objects.filter(link__in=others).count() == len(sound)
    bad.refresh_from_db()
    # Nobody has judged it. Where children start slowly it has been claimed in vain often enough to be set aside.
    judged = {finding.code for one in bad.validations.all() for finding in read_findings(one.findings)}
    assert (judged <= {Code.VALIDATION_FAILS}, bad.claim_count > 0) == (True, True)


def test_a_tick_that_is_killed_between_two_links_forgets_neither(world: World, run_tick: Tick) -> None:
    """A worker that was merely restarted blames nobody."""
    world.create_link(POISON)
    world.create_link()
    assert run_tick("abort") == -signal.SIGABRT
    world.wait(LEASE + timedelta(seconds=30))
    assert len(batches.validate_due_links(world.clock)) == 2
    assert set(ShareLink.objects.values_list("verdict", "claim_count")) == {("healthy", 0)}
    assert not Incident.objects.exists()


def test_a_worker_gives_signs_of_life_during_a_batch_and_none_once_it_is_killed(
    world: World, redis_server: Redis
) -> None:
    link = world.create_link(POISON).link
    endless = {"ALERT_MAILS": "", "ALERT_URLS": "", "POISON": "loop", "LIMITS": "60 70 80"}

    def find_last_sign() -> datetime:
        return Heartbeat.objects.filter(name__startswith="worker ").latest("at").at

    with running_worker(redis_server.url, endless, concurrency=1, app="tests.stories.poisoned") as worker:
        worker.enqueue("validate_due_links")
        wait_until(lambda: ShareLink.objects.filter(pk=link.pk, claim_count=1).exists(), worker.log)
        at_work_since = world.clock()
        wait_until(lambda: find_last_sign() > at_work_since + timedelta(seconds=1), worker.log)
        assert not Validation.objects.exists()
        worker.kill()
    last = find_last_sign()
    Heartbeat.record(VALIDATE, last)
    states = [read_health(last + since).state for since in (timedelta(), SILENT_AFTER, STOPPED_AFTER)]
    assert states == [WatchState.WATCHING, WatchState.SILENT, WatchState.STOPPED]


@pytest.mark.slow
@pytest.mark.parametrize("whole", [False, True], ids=["a child", "the whole worker"])
def test_what_was_killed_in_the_midst_of_a_batch_is_done_within_a_minute(
    world: World, redis_server: Redis, whole: bool
) -> None:
    """Killed alone, a child is found gone by its own worker; a whole worker by one that starts after it."""
    links = [world.create_link().link.pk for _ in range(SOUND)]
    ShareLink.objects.update(validated_at=None)
    silent = {"ALERT_MAILS": "", "ALERT_URLS": ""}
    world.s3.answer = Answer(wait=30)
    with running_worker(redis_server.url, silent, concurrency=1) as first:
        first.enqueue("validate_due_links")
        wait_until(lambda: ShareLink.objects.exclude(lease_id=None).count() == SOUND, first.log)
        wait_until(lambda: Heartbeat.objects.filter(name__startswith=name_holder(links[0])).exists(), first.log)
        killed_at, world.s3.answer = world.clock(), None
        if whole:
            first.kill()
            with running_worker(redis_server.url, silent, concurrency=1) as second:
                enqueue_until_validated(second)
        else:
            kill_children(first.process.pid)
            enqueue_until_validated(first)
    assert world.clock() - killed_at < timedelta(seconds=60)
    assert set(ShareLink.objects.values_list("verdict", "claim_count")) == {("healthy", 0)}
    assert Validation.objects.count() == SOUND


def test_a_worker_that_ends_in_good_order_leaves_no_row_behind(world: World, redis_server: Redis) -> None:
    with running_worker(redis_server.url, {"ALERT_MAILS": "", "ALERT_URLS": ""}, concurrency=1) as worker:
        wait_until(Heartbeat.objects.filter(name__startswith="worker ").exists, worker.log)
    assert not Heartbeat.objects.exclude(name__in=[VALIDATE, DELIVER]).exists()
