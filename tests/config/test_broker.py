from typing import Any

import pytest
from kombu import Connection

from config.broker import Transport
from demo.servers import Redis


def test_a_channel_whose_connection_was_closed_says_so_in_an_error_that_workers_outlive(redis_server: Redis) -> None:
    connection = Connection(redis_server.url)
    channel: Any = connection.channel()
    assert isinstance(connection.transport, Transport)
    connection.close()
    del channel.__dict__["_pool"]  # as if the broker had died under it
    with pytest.raises(Transport.connection_errors, match="was closed"):
        _ = channel.pool
