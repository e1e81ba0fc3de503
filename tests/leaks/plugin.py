"""No secret in logs, rows, tasks, sessions, errors, mails and chats: asked after each test, of all that it did."""

from collections.abc import Iterator

import pytest

from tests.leaks.detector import Detector, listening

detector = Detector()


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtestloop(session: pytest.Session) -> Iterator[None]:
    if session.config.option.collectonly:
        return (yield)
    with listening(detector):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    answer = yield
    leaks = detector.find_leaks()
    assert not leaks, f"{leaks}: see tests/leaks/detector.py"
    return answer


@pytest.hookimpl(trylast=True)
def pytest_runtest_logfinish() -> None:
    detector.told.clear()
    if len(detector.known) > 2_000:
        detector.known.clear()
