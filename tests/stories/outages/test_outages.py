"""The broker dies, refuses and stays away: workers come back to it, and meanwhile rows are seen to all the same."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import override_settings
from redis import Redis as Client

from config.processes.ports import free_port
from demo.servers import Redis
from links.models import IncidentNotice, LinkMail, ShareLink, SigningKey, Validation
from tests.fixtures import World
from tests.stories.workers import Worker, running_worker
from tests.strict_s3 import Answer, StrictS3
from tests.waiting import wait_until

NO_ALERTS = {"ALERT_MAILS": "", "ALERT_URLS": ""}


@pytest.fixture
def world(transactional_db: None, strict_s3: StrictS3) -> World:
    return World.build(strict_s3)


@contextmanager
def running_redis(folder: Path, port: int) -> Iterator[Redis]:
    with Redis(folder, port=port) as server:
        yield server


def kill(server: Redis) -> None:
    assert server.pid
    os.kill(server.pid, signal.SIGKILL)


def wait_for(worker: Worker, reached: Callable[[], bool]) -> None:
    def is_reached() -> bool:
        assert worker.process.poll() is None, worker.log()[-3000:]
        return reached()

    wait_until(is_reached, lambda: worker.log()[-3000:])


def is_idle(link: ShareLink) -> bool:
    link.refresh_from_db()
    return link.validated_at is not None and link.lease_id is None


def test_a_worker_outlives_a_broker_that_dies_twice_while_a_task_is_under_way(world: World, tmp_path: Path) -> None:
    first, second = world.create_link().link, world.create_link().link
    ShareLink.objects.filter(pk=first.pk).update(validated_at=None)
    port, asked = free_port(), len(world.s3.requests)
    world.s3.answer = Answer(wait=4)
    with running_redis(tmp_path, port) as server, running_worker(server.url, NO_ALERTS) as worker:
        worker.enqueue("validate_links", [first.pk])
        wait_for(worker, lambda: len(world.s3.requests) > asked)
        kill(server)
        time.sleep(0.5)
        with running_redis(tmp_path, port) as again:
            time.sleep(1.5)
            kill(again)
        time.sleep(0.5)
        with running_redis(tmp_path, port):
            wait_for(worker, lambda: is_idle(first))
            world.s3.answer = None
            worker.enqueue("validate_links", [second.pk])
            wait_for(worker, lambda: is_idle(second))


def refuse(server: Redis, setting: str, value: str) -> None:
    """Set it, and have everybody connect anew, who then meets it; afterwards take it back."""
    password = value if setting == "requirepass" else None
    with Client.from_url(server.url) as client:
        before = client.config_get(setting)[setting]
        client.config_set(setting, value)
    with Client.from_url(server.url, password=password) as client:
        client.client_kill_filter(_type="normal", skipme=True)
        time.sleep(2.5)
        client.config_set(setting, before)


def test_a_worker_outlives_a_broker_that_refuses_it(world: World, tmp_path: Path) -> None:
    link = world.create_link().link
    with Redis(tmp_path) as server, running_worker(server.url, NO_ALERTS) as worker:
        refuse(server, "min-replicas-to-write", "1")
        refuse(server, "maxmemory", "1")
        refuse(server, "requirepass", "another")
        worker.enqueue("validate_links", [link.pk])
        wait_for(worker, lambda: is_idle(link))


def test_all_that_is_due_is_done_without_broker_and_beat(world: World, tmp_path: Path) -> None:
    owner = User.objects.create_user("mika", "mika@example.com")
    link = world.create_link(owner=owner).link
    world.store.delete("report.pdf")
    with override_settings(HOLDFAST={"ALERT_MAILS": ["ops@example.com"]}):
        world.validate()
    since = world.clock() - timedelta(minutes=3)
    IncidentNotice.objects.update(due_at=since)
    ShareLink.objects.update(remind_at=since, due_at=since, validated_at=None)
    SigningKey.objects.update(check_due_at=since, proved_at=None)
    told = {"ALERT_MAILS": "ops@example.com", "EMAIL_URL": f"filemail:///{tmp_path}"}
    nowhere = f"redis://127.0.0.1:{free_port()}/0"
    with running_worker(nowhere, told, wait=False) as worker:
        wait_for(worker, lambda: is_idle(link))
        wait_for(worker, lambda: IncidentNotice.objects.filter(delivered_at__isnull=False).exists())
        wait_for(worker, lambda: LinkMail.objects.filter(delivered_at__isnull=False).exists())
        wait_for(worker, lambda: SigningKey.objects.filter(proved_at__isnull=False).exists())
    assert Validation.objects.count() == 2
    assert "ops@example.com" in "".join(path.read_text() for path in tmp_path.glob("*.log"))
