"""Host names to addresses, in threads and against a deadline: `getaddrinfo` knows no time-out."""

import queue
import socket
import threading
import time
from collections.abc import Iterable

from links.domain.stores.answers import Trouble

Endpoint = tuple[str, int]
Resolved = list[str] | Trouble
_THREADS = 16


def resolve_all(endpoints: Iterable[Endpoint], seconds: float) -> dict[Endpoint, Resolved]:
    """The addresses of every (host, port), or why there are none; what took longer than `seconds` is a TIMEOUT.

    The threads are daemons: one that hangs in the resolver is left behind, and holds up nobody's exit.
    """
    todo: queue.SimpleQueue[Endpoint] = queue.SimpleQueue()
    done: queue.SimpleQueue[tuple[Endpoint, Resolved]] = queue.SimpleQueue()
    answers: dict[Endpoint, Resolved] = dict.fromkeys(endpoints, Trouble.TIMEOUT)
    for endpoint in answers:
        todo.put(endpoint)
    for _ in range(min(_THREADS, len(answers))):
        threading.Thread(target=_work, args=(todo, done), daemon=True).start()
    ends = time.monotonic() + seconds
    for _ in range(len(answers)):
        try:
            endpoint, resolved = done.get(timeout=max(0.0, ends - time.monotonic()))
        except queue.Empty:
            break
        answers[endpoint] = resolved
    return answers


def _work(todo: queue.SimpleQueue[Endpoint], done: queue.SimpleQueue[tuple[Endpoint, Resolved]]) -> None:
    while True:
        try:
            endpoint = todo.get_nowait()
        except queue.Empty:
            return
        done.put((endpoint, _resolve(endpoint)))


def _resolve(endpoint: Endpoint) -> Resolved:
    host, port = endpoint
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, ValueError, OverflowError):  # what cannot even be a name or a port
        return Trouble.UNRESOLVED
    return list(dict.fromkeys(str(entry[4][0]) for entry in found)) or Trouble.UNRESOLVED
