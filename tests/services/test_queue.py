import socket
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager

import pytest
from celery import current_app

from demo.servers import Redis
from links.services.queue import enqueue_now


@contextmanager
def broker(url: str) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CELERY_BROKER_URL", url)  # which Celery reads each time, before its settings
        yield


@contextmanager
def closed_port() -> Iterator[int]:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


@contextmanager
def silent_port() -> Iterator[int]:
    """Takes connections, and never answers."""
    with socket.create_server(("127.0.0.1", 0), backlog=50) as listening:
        yield listening.getsockname()[1]


@contextmanager
def full_port() -> Iterator[int]:
    """Does not even take connections: its queue is full, and packets to it are dropped."""
    with ExitStack() as stack:
        listening = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        address = listening.getsockname()
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(address)
        yield address[1]


@pytest.mark.parametrize("trouble", [closed_port, silent_port, full_port])
def test_a_redis_that_is_dead_costs_less_than_a_second_each_time(
    trouble: Callable[[], AbstractContextManager[int]],
) -> None:
    with trouble() as port, broker(f"redis://127.0.0.1:{port}/0"):
        enqueue_now("validate_links", [1])  # the first also loads libraries
        for ids in ([1], None):
            assert any(time_an_attempt(ids) < 1 for _ in range(10))


def time_an_attempt(ids: list[int] | None) -> float:
    began = time.monotonic()
    assert enqueue_now("validate_links", ids) is False
    return time.monotonic() - began


def test_a_redis_address_that_is_none_never_raises() -> None:
    with broker("nonsense://nowhere"):
        assert enqueue_now("validate_due_links") is False


def test_a_redis_that_listens_gets_the_ids_and_keeps_no_connection(redis_server: Redis) -> None:
    with broker(redis_server.url):
        assert enqueue_now("validate_links", [1, 2]) is True
        with current_app.connection_for_read() as connection:
            queue = connection.SimpleQueue("celery")
            message = queue.get(timeout=5)
            message.ack()
            queue.close()
    assert message.headers["task"] == "links.tasks.validate_links"
    assert message.payload[0] == [[1, 2]]
