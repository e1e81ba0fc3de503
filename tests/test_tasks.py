"""Tasks, in this process and in real workers that are killed, doubled and out of hearing."""

from datetime import timedelta

import pytest
from celery import current_app
from django.conf import settings
from django.contrib.auth.models import User
from django.core import mail

from demo.servers import Redis
from links import tasks
from links.models import Incident, IncidentNotice, LinkMail, ShareLink, Validation
from links.services.mail import outbox
from links.services.validation import batches
from links.services.validation.batches import LEASE
from tests.fixtures import World
from tests.site_settings import SiteSettings
from tests.stories.workers import running_worker
from tests.strict_s3 import Answer, StrictS3
from tests.waiting import wait_until

NO_ALERTS = {"ALERT_MAILS": "", "ALERT_URLS": ""}


@pytest.fixture
def world(transactional_db: None, strict_s3: StrictS3) -> World:
    return World.build(strict_s3)


def create_link(world: World, count: int) -> None:
    """Copies of one link, due now."""
    first = world.create_link().link
    copies = [ShareLink.objects.get(pk=first.pk) for _ in range(count - 1)]
    for copy in copies:
        copy.pk, copy.token_hash = None, None
    ShareLink.objects.bulk_create(copies)


# In this process ------------------------------------------------------------------------------------------------


TASKS = (
    *("validate_due_links", "deliver_notices", "deliver_link_mails", "remind_of_endings", "prove_due_keys"),
    *("read_due_configurations", "watch_clocks", "ping_monitor", "delete_expired", "maintain_audit_trail"),
    *("deliver_webhooks", "count_links"),
)


def test_everything_that_beat_asks_for_is_there(db: None) -> None:  # which a check asks, where it is there
    current_app.loader.import_default_modules()
    asked = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert asked == {f"links.tasks.{name}" for name in TASKS}
    assert asked <= set(current_app.tasks)


def test_a_task_ends_before_a_lease_that_it_holds() -> None:
    """Nobody else claims a row while its worker is still at it."""
    held = {"validate_due_links": LEASE, "validate_links": LEASE}
    held |= dict.fromkeys(("deliver_notices", "deliver_link_mails", "deliver_webhooks"), outbox.LEASE)
    for name, lease in held.items():
        task = getattr(tasks, name)
        assert task.soft_time_limit < task.time_limit < lease.total_seconds()
    assert (tasks.deliver_notices.soft_time_limit or 0) > outbox.ROUND_SECONDS
    assert settings.CELERY_TASK_SOFT_TIME_LIMIT < settings.CELERY_TASK_TIME_LIMIT


def test_a_task_for_many_links_leaves_to_the_next_tick_what_it_has_no_time_for(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    create_link(world, 2)
    ids = list(ShareLink.objects.values_list("pk", flat=True))
    monkeypatch.setattr(tasks, "BEGIN_SECONDS", 0.0)
    assert tasks.validate_links(ids) == 0
    monkeypatch.undo()
    assert tasks.validate_links(ids) == 2


def test_a_tick_validates_batch_by_batch_all_that_is_due(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "BATCH_SIZE", 3)
    create_link(world, 7)
    assert tasks.validate_due_links() == 7
    assert tasks.validate_due_links() == 0
    assert Validation.objects.count() == 7


def test_a_tick_that_has_worked_long_enough_leaves_the_rest_to_the_next(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    create_link(world, 2)
    monkeypatch.setattr(tasks, "BEGIN_SECONDS", 0.0)
    assert tasks.validate_due_links() == 0
    assert ShareLink.objects.due(world.clock()).count() == 2


def test_every_task_twice_does_no_harm(world: World, site_settings: SiteSettings) -> None:
    site_settings.ALERT_MAILS = ["ops@example.com"]
    link = world.create_link(owner=User.objects.create_user("mika", "mika@example.com")).link
    ShareLink.objects.update(remind_at=world.clock())
    world.store.delete("report.pdf")
    for _ in range(2):
        tasks.validate_links([link.pk])
        tasks.validate_due_links()
        tasks.prove_due_keys()
        tasks.deliver_notices()
        tasks.remind_of_endings()
        tasks.deliver_link_mails()
        tasks.delete_expired()
    assert Incident.objects.get().link_count == 1
    assert IncidentNotice.objects.count() == 1
    assert LinkMail.objects.get().attempts == len(mail.outbox) == 1
    assert Validation.objects.count() == 2


def test_a_task_for_links_that_are_gone_does_nothing(world: World) -> None:
    assert tasks.validate_links([]) == 0
    assert tasks.validate_links([4711]) == 0


# In real workers ------------------------------------------------------------------------------------------------


def test_two_workers_and_two_beats_validate_each_link_once(world: World, redis_server: Redis) -> None:
    create_link(world, 500)
    asked = len(world.s3.requests)
    with running_worker(redis_server.url, NO_ALERTS) as one, running_worker(redis_server.url, NO_ALERTS) as other:
        for worker in (one, other, one, other, one, other):
            worker.enqueue("validate_due_links")
        wait_until(lambda: not ShareLink.objects.filter(validated_at=None).exists())
    assert Validation.objects.count() == Validation.objects.values("link").distinct().count() == 500
    assert [one.operation for one in world.s3.requests[asked:]].count("GetObject") == 500
    assert not ShareLink.objects.exclude(lease_id=None).exists()


def test_the_work_of_a_killed_worker_is_done_when_its_lease_has_run_out(world: World, redis_server: Redis) -> None:
    create_link(world, 5)
    asked = len(world.s3.requests)
    world.s3.answer = Answer(wait=8)
    with running_worker(redis_server.url, NO_ALERTS) as worker:
        worker.enqueue("validate_due_links")
        wait_until(lambda: len(world.s3.requests) > asked or ShareLink.objects.exclude(lease_id=None).count() == 5)
        worker.kill()
    world.s3.answer = None
    assert not Validation.objects.exists()
    assert batches.validate_due_links(world.clock) == []
    world.wait(LEASE + timedelta(minutes=1))
    assert len(batches.validate_due_links(world.clock)) == 5
    assert set(ShareLink.objects.values_list("verdict", flat=True)) == {"healthy"}
