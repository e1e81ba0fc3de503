from datetime import UTC, datetime, timedelta

import pytest

from links.domain.judging.breaker import (
    FAILURES_APART,
    FAILURES_BEFORE_ALARM,
    NOT_ASKED,
    SILENT_BEFORE_OPEN,
    SLOW_MS,
    TRY_EVERY,
    BreakerState,
    is_silent,
)
from links.domain.stores.answers import Answer, Trouble

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
SILENT, SERVED = Answer(trouble=Trouble.TIMEOUT), Answer(206, served=True, took_ms=5)
BUSY = Answer(503, code="SlowDown")


@pytest.mark.parametrize("trouble", [Trouble.TIMEOUT, Trouble.CONNECT, Trouble.RESET, Trouble.UNRESOLVED])
def test_eight_silent_answers_in_a_row_open_it_and_one_answer_closes_it(trouble: Trouble) -> None:
    silent = Answer(trouble=trouble)
    state = BreakerState().add_answers([silent] * (SILENT_BEFORE_OPEN - 1), NOW)
    assert not state.is_open
    assert not state.add_answer(SERVED, NOW).add_answers([silent] * (SILENT_BEFORE_OPEN - 1), NOW).is_open
    opened = state.add_answer(silent, NOW)
    assert (opened.is_open, opened.opened_at) == (True, NOW)
    assert opened.add_answer(SERVED, NOW).is_over
    assert not opened.add_answer(BUSY, NOW).is_open


def test_what_our_own_guards_refused_tells_nothing_of_the_store() -> None:
    state = BreakerState().add_answer(SILENT, NOW)
    assert state.add_answer(NOT_ASKED, NOW) == state.add_answer(Answer(trouble=Trouble.FORBIDDEN), NOW) == state
    assert not is_silent(NOT_ASKED)


def test_what_is_heard_at_once_is_one_look_and_three_apart_are_an_alarm() -> None:
    state = BreakerState().add_answers([SILENT] * 1000, NOW)
    assert (state.failure_count, state.is_alarming) == (1, False)
    for look in range(1, FAILURES_BEFORE_ALARM):
        state = state.add_answers([BUSY, SILENT], NOW + look * FAILURES_APART)
    assert state.is_alarming
    assert not state.add_answer(SERVED, NOW).is_alarming


def test_an_open_one_is_tried_twice_in_thirty_seconds_and_one_that_has_alarmed_waits_for_its_links() -> None:
    opened = BreakerState(silent=9, failure_count=5, opened_at=NOW, tried_at=NOW)
    assert not opened.may_be_tried(NOW + TRY_EVERY - timedelta(seconds=1))
    assert opened.may_be_tried(NOW + TRY_EVERY)
    assert BreakerState(silent=1, failure_count=1).may_be_tried(NOW)
    assert not BreakerState(silent=1, failure_count=FAILURES_BEFORE_ALARM).may_be_tried(NOW)
    assert not BreakerState().may_be_tried(NOW)


def test_a_store_that_answers_slowly_is_slow_until_it_answers_in_good_time() -> None:
    slow = BreakerState().add_answer(Answer(206, served=True, took_ms=SLOW_MS), NOW)
    assert (slow.is_slow, slow.is_over, slow.is_open) == (True, False, False)
    assert slow.add_answer(SERVED, NOW).is_over
