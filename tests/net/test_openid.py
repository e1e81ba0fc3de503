"""Asking a provider what it says of itself."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from time import monotonic

import pytest

from links.domain.errors import HoldfastError
from links.domain.reasons import Reason
from links.net import openid
from tests.providers.identity_provider import CLIENT_ID
from tests.providers.lying_provider import Answer, LyingProvider

DISCOVERY = "/.well-known/openid-configuration"


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[LyingProvider]:
    monkeypatch.setattr(openid, "_known", {})
    with LyingProvider(CLIENT_ID) as provider:
        yield provider


def ask(issuer: str) -> Reason | str:
    try:
        return openid.discover(issuer).token_url
    except HoldfastError as error:
        return error.reason


def hang(provider: LyingProvider) -> tuple[Event, Event]:
    """Its next answers wait for the second event, and the first says that it was asked."""
    asked, may_answer = Event(), Event()

    def answer() -> Answer:
        asked.set()
        may_answer.wait(10)
        return provider.answer(DISCOVERY)

    provider.answers[DISCOVERY] = answer
    return asked, may_answer


def test_a_provider_that_hangs_is_asked_once_and_keeps_one_thread(provider: LyingProvider) -> None:
    asked, may_answer = hang(provider)
    with ThreadPoolExecutor(9) as pool:
        first = pool.submit(ask, provider.url)
        assert asked.wait(5)
        began = monotonic()
        others = list(pool.map(ask, [provider.url] * 8))
        assert monotonic() - began < 2
        may_answer.set()
        assert others == [Reason.SINGLE_SIGN_ON_UNREACHABLE] * 8
        assert first.result() == f"{provider.url}/token"
    assert len(provider.asked) == 1
    assert ask(provider.url) == f"{provider.url}/token"


def test_who_comes_while_a_quick_provider_is_asked_waits_for_it(provider: LyingProvider) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(ask, [provider.url] * 8)) == {f"{provider.url}/token"}
    assert len(provider.asked) == 1


def test_while_a_provider_is_asked_anew_its_last_answer_holds(
    provider: LyingProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ask(provider.url) == f"{provider.url}/token"
    asked, may_answer = hang(provider)
    later = monotonic() + openid.KEPT_SECONDS + 1
    monkeypatch.setattr(openid, "monotonic", lambda: later)
    with ThreadPoolExecutor(1) as pool:
        renewing = pool.submit(ask, provider.url)
        assert asked.wait(5)
        assert ask(provider.url) == f"{provider.url}/token"
        may_answer.set()
        assert renewing.result() == f"{provider.url}/token"
    assert len(provider.asked) == 2


def test_one_providers_silence_is_none_of_anothers(provider: LyingProvider) -> None:
    asked, may_answer = hang(provider)
    with LyingProvider(CLIENT_ID) as other, ThreadPoolExecutor(1) as pool:
        pool.submit(ask, provider.url)
        assert asked.wait(5)
        assert ask(other.url) == f"{other.url}/token"
        may_answer.set()
