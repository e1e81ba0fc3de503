from typing import Any

import pytest
from celery import Celery
from kombu import Connection

from config.broker import Transport
from demo.servers import Redis
from tests.stories.workers import running_worker
from tests.waiting import wait_until


def test_a_channel_whose_connection_was_closed_says_so_in_an_error_that_workers_outlive(redis_server: Redis) -> None:
    connection = Connection(redis_server.url)
    channel: Any = connection.channel()
    assert isinstance(connection.transport, Transport)
    connection.close()
    del channel.__dict__["_pool"]  # as if the broker had died under it
    with pytest.raises(Transport.connection_errors, match="was closed"):
        _ = channel.pool


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_worker_takes_no_orders_from_whoever_can_write_to_redis(redis_server: Redis) -> None:
    with (
        running_worker(redis_server.url, {}, concurrency=1) as worker,
        Celery(broker=redis_server.url, set_as_current=False) as attacker,
    ):
        assert attacker.control.ping(timeout=2) == []
        attacker.control.broadcast("shutdown")
        attacker.send_task("os.system", args=["true"], ignore_result=True)
        wait_until(lambda: "unregistered task" in worker.log(), worker.log)
        assert worker.process.poll() is None
        assert "shutdown" not in worker.log()
