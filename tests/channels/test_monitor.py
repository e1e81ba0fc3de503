import pytest

from links.channels.monitor import ping
from tests.sinks import WebhookSink, closed_port


def test_a_monitor_that_answers_heard_the_sign_of_life() -> None:
    with WebhookSink() as monitor:
        assert ping(f"http://127.0.0.1:{monitor.port}/ping/abc")


@pytest.mark.parametrize("url", ["nonsense", "http://127.0.0.1:{port}/ping", "ftp://127.0.0.1/x"])
def test_a_monitor_that_is_not_there_disturbs_nobody(url: str) -> None:
    assert not ping(url.format(port=closed_port()))
