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


class Waits:
    """The seconds that somebody is prepared to wait, asleep or at a socket: the machine may be as busy as it likes."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.seconds: list[float] = []
        patch.setattr(time, "sleep", self.seconds.append)
        for name in ("connect", "recv", "recv_into", "send", "sendall"):
            patch.setattr(socket.socket, name, self._note(getattr(socket.socket, name)))

    def _note(self, use: Callable[..., object]) -> Callable[..., object]:
        def use_and_note(used: socket.socket, *arguments: object) -> object:
            limit = used.gettimeout()
            assert limit is not None, "it may wait for ever"
            try:
                return use(used, *arguments)
            except TimeoutError:
                self.seconds.append(limit)
                raise

        return use_and_note


@pytest.mark.parametrize("trouble", [closed_port, silent_port, full_port])
@pytest.mark.parametrize("ids", [[1], None], ids=["links", "all that are due"])
def test_a_redis_that_is_dead_costs_less_than_a_second_each_time(
    trouble: Callable[[], AbstractContextManager[int]], ids: list[int] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with trouble() as port, broker(f"redis://127.0.0.1:{port}/0"):
        for _ in range(2):
            with monkeypatch.context() as patch:
                waits = Waits(patch)
                assert enqueue_now("validate_links", ids) is False
            assert sum(waits.seconds) < 1
            assert bool(waits.seconds) is (trouble is not closed_port)


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
