"""Kombu's Redis transport, in which a connection that was closed says so."""

from typing import Any

from kombu.transport import TRANSPORT_ALIASES, redis
from redis.exceptions import ConnectionError as BrokerUnreachable


class Channel(redis.Channel):
    """A task that ends once its broker has died is acknowledged on the channel of before, whose connection knows no
    address any more. Kombu raises AttributeError then (celery/kombu, issue 582), which ends the worker; an error of the
    connection is logged, and the worker goes on."""

    def _connparams(self, asynchronous: bool = False) -> dict[str, Any]:
        if getattr(self.connection, "client", None) is None:
            raise BrokerUnreachable("The connection to the broker was closed.")
        parameters: dict[str, Any] = super()._connparams(asynchronous)  # type: ignore[misc]  # not in its stubs
        return parameters


class Transport(redis.Transport):
    Channel = Channel


def use() -> None:
    """For every URL of Redis, from the next connection on."""
    for scheme in ("redis", "rediss"):
        TRANSPORT_ALIASES[scheme] = f"{__name__}:Transport"
