import socket
from threading import Event

import pytest

from links.domain.stores.answers import Trouble
from links.net.dns import resolve_all
from tests.waiting import TIMEOUT_SECONDS


def test_a_name_is_resolved_and_a_name_that_is_none_is_not() -> None:
    answers = resolve_all([("localhost", 80), ("no-such-host.invalid", 80)], 5)
    assert "127.0.0.1" in answers["localhost", 80]
    assert answers["no-such-host.invalid", 80] is Trouble.UNRESOLVED


@pytest.mark.parametrize("spelling", ["2130706433", "0x7f.1", "127.1"])
def test_numbers_resolve_to_what_they_mean(spelling: str) -> None:
    assert resolve_all([(spelling, 80)], 5)[spelling, 80] == ["127.0.0.1"]


def test_a_resolver_that_hangs_holds_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    over = Event()

    def resolve(host: str, *_: object, **__: object) -> list[tuple[int, int, int, str, tuple[str, int]]]:
        if host == "slow":
            over.wait(TIMEOUT_SECONDS)
        return [(2, 1, 6, "", ("192.0.2.1", 80))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    answers = resolve_all([("slow", 80), ("quick", 80)], 1)
    assert not over.is_set()
    over.set()
    assert answers == {("slow", 80): Trouble.TIMEOUT, ("quick", 80): ["192.0.2.1"]}
