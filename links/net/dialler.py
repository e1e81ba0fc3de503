"""The one way to a host whose name came out of a row or a paste.

Its name is resolved once, every address is judged, and the connection is made to a judged address: no second
resolution, by which a name could lead elsewhere meanwhile.
"""

import socket
from contextlib import suppress
from time import monotonic

from links.domain.stores.answers import Trouble
from links.net.addresses import require_allowed
from links.net.dns import resolve_all
from links.net.limits import LimitedSocket

MIN_SECONDS = 2.0  # for each of several addresses, however little time is left for all of them


def dial(host: str, port: int, *, seconds: float, trusted: bool = False) -> LimitedSocket:
    """A connection to the first of the host's addresses that takes one, within so many seconds altogether.

    `trusted` hosts, which the operator's own settings name, may be private without further leave.
    Raises `Refused`: endpoint-private, endpoint-forbidden; `socket.gaierror` for a name that does not resolve;
    TimeoutError, OSError.
    """
    ends = monotonic() + seconds
    addresses = find_addresses(host, port, seconds=seconds, trusted=trusted)
    failure: OSError = TimeoutError("timed out")
    for position, address in enumerate(addresses):
        left = ends - monotonic()
        if left <= 0:
            break
        wait = min(left, max(MIN_SECONDS, left / (len(addresses) - position)))
        try:
            return _connect(address, port, wait)
        except OSError as error:
            failure = error
    raise failure


def find_addresses(host: str, port: int, *, seconds: float, trusted: bool = False) -> list[str]:
    """The host's addresses, all of which may be connected to. Raises as `dial` does."""
    found = resolve_all([(host, port)], seconds)[host, port]
    if isinstance(found, Trouble):
        raise TimeoutError("timed out") if found is Trouble.TIMEOUT else socket.gaierror(f"{host} does not resolve")
    require_allowed(host, port, found, trusted=trusted)
    return found


def refuse_forbidden(host: str, port: int, *, seconds: float) -> None:
    """Say beforehand what `dial` will refuse: endpoint-private, endpoint-forbidden. A name that does not resolve now
    may do so later."""
    with suppress(OSError):
        find_addresses(host, port, seconds=seconds)


def _connect(address: str, port: int, seconds: float) -> LimitedSocket:
    connection = LimitedSocket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
    try:
        connection.settimeout(seconds)
        connection.connect((address, port))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except BaseException:
        connection.close()
        raise
    return connection
