import pytest

from links.database import limits
from links.database.limits import Breaker, NoAnswer


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(autouse=True)
def _whole_breaker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "breaker", Breaker(5))


def test_after_a_wait_in_vain_nobody_asks_then_one_tries_then_all_may() -> None:
    clock = Clock()
    breaker = Breaker(5, clock)
    assert [breaker.admit(), breaker.admit()] == [True, True]
    breaker.trip()
    clock.now = 4.9
    assert breaker.admit() is False
    clock.now = 5.1
    assert [breaker.admit(), breaker.admit()] == [True, False]  # the second waits for what the first finds
    breaker.reset()
    assert breaker.admit() is True


def test_a_trial_of_which_nothing_is_heard_is_followed_by_another() -> None:
    clock = Clock()
    breaker = Breaker(5, clock)
    breaker.trip()
    clock.now = 6
    assert breaker.admit() is True
    clock.now = 12
    assert breaker.admit() is True


def test_a_request_asks_nothing_once_somebody_has_waited_in_vain() -> None:
    with limits.request(3):
        assert 2 < limits.seconds_left() <= 3
        limits.note_silence()
        with pytest.raises(NoAnswer):
            limits.seconds_left()
    with limits.request(3), pytest.raises(NoAnswer):
        limits.seconds_left()


def test_the_one_who_tries_waits_briefly_and_its_answer_lets_everybody_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "breaker", Breaker(0))
    limits.breaker.trip()
    with limits.request(3):
        assert limits.seconds_left() <= limits.RETRY_SECONDS
        limits.note_answer()
    assert not limits.breaker.is_open


def test_a_request_whose_time_is_up_can_still_roll_back() -> None:
    with limits.request(0):
        assert limits.seconds_left() == limits.MIN_SECONDS


def test_what_is_no_request_is_limited_by_its_process_alone() -> None:
    limits.breaker.trip()
    assert limits.seconds_left() == limits.COMMAND.answer
    assert limits.current() is limits.COMMAND
    with limits.request(3):
        assert limits.current() is limits.WEB
