"""Probes whose answers are handed on as they come, so that a store that is silent holds up none that answers."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from queue import Empty, SimpleQueue
from threading import Event, Thread
from time import monotonic

from links.domain.stores.answers import Answer
from links.s3.probe import ProbeListener, ProbePolicy, ProbeRequest, run_probes

PORTION_SECONDS = 1.0

Portion = list[tuple[int, Answer]]


def probe_in_portions(
    requests: Sequence[ProbeRequest], listener: ProbeListener, *, policy: ProbePolicy, now: Callable[[], datetime]
) -> Iterator[Portion]:
    """Each request's place in the list and its answer; what comes within `PORTION_SECONDS` is one portion.

    The probes run in a thread of their own: however long the caller takes over a portion, no probe that is under way
    is late for it. Raises what they raise; who stops asking ends them.
    """
    relay = _Relay(listener)
    Thread(target=relay.run, args=(requests, policy, now), daemon=True).start()
    try:
        while portion := relay.collect():
            yield portion
    finally:
        relay.stopped.set()
    if relay.failure is not None:
        raise relay.failure


class _Stopped(Exception):
    """Nobody waits for the answers any more."""


class _Relay:
    """Hands the answers from the thread that probes to the one that asked."""

    def __init__(self, listener: ProbeListener) -> None:
        self.stopped = Event()
        self.failure: Exception | None = None
        self._listener = listener
        self._answers: SimpleQueue[tuple[int, Answer] | None] = SimpleQueue()
        self._ended = False

    def run(self, requests: Sequence[ProbeRequest], policy: ProbePolicy, now: Callable[[], datetime]) -> None:
        try:
            run_probes(requests, self, policy=policy, now=now)
        except _Stopped:
            pass
        except Exception as failure:  # noqa: BLE001  raised again by whoever asked
            self.failure = failure
        finally:
            self._answers.put(None)

    def wants(self, index: int) -> bool:
        if self.stopped.is_set():
            raise _Stopped
        return self._listener.wants(index)

    def take(self, index: int, answer: Answer) -> None:
        self._listener.take(index, answer)
        self._answers.put((index, answer))

    def collect(self) -> Portion:
        """The next portion; empty at the end."""
        portion: Portion = []
        until: float | None = None
        while not self._ended:
            try:
                came = self._answers.get(timeout=None if until is None else max(until - monotonic(), 0.0))
            except Empty:
                break
            if came is None:
                self._ended = True
            else:
                portion.append(came)
                until = until or monotonic() + PORTION_SECONDS
        return portion
