"""Counts by which strangers are slowed down."""

from datetime import datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection, transaction

from links.domain.visits.throttling import Limit
from links.models import Throttle
from links.services import heartbeat, throttle
from links.services.throttle import Key

MINUTE = timedelta(minutes=1)
LIMIT = Limit(3, 15 * MINUTE)
KEY = Key("password", ("203.0.113.0/24",))


def test_as_many_are_let_through_as_the_limit_says_and_more_when_its_time_is_over(db: None, now: datetime) -> None:
    assert [throttle.take(KEY, LIMIT, now + number * MINUTE) for number in range(5)] == [True] * 3 + [False] * 2
    assert throttle.find_wait(KEY, now + MINUTE) == 14 * 60
    assert throttle.take(Key("password", ("198.51.100.0/24",)), LIMIT, now)
    assert not throttle.take(KEY, LIMIT, now + 15 * MINUTE - timedelta(microseconds=1))
    assert [throttle.take(KEY, LIMIT, now + 15 * MINUTE) for _ in range(4)] == [True] * 3 + [False]


def test_what_is_taken_back_was_never_counted(db: None, now: datetime) -> None:
    for _ in range(10):
        assert throttle.take(KEY, LIMIT, now)
        throttle.take_back(KEY, now)
    throttle.take_back(KEY, now)
    assert throttle.count(KEY, now) == 0


def test_what_is_rolled_back_was_never_counted(db: None, now: datetime) -> None:
    for _ in range(10):
        with transaction.atomic():
            assert throttle.take(KEY, LIMIT, now)
            transaction.set_rollback(True)
    assert throttle.count(KEY, now) is None


def test_a_time_that_is_begun_is_counted_from_nothing_and_can_be_forgotten(db: None, now: datetime) -> None:
    assert throttle.count(KEY, now) is None
    for _ in range(2):
        throttle.begin(KEY, now + MINUTE)
        assert throttle.count(KEY, now) == 0
        assert throttle.take(KEY, LIMIT, now)
    assert throttle.count(KEY, now + MINUTE) is None
    throttle.forget(KEY)
    assert not Throttle.objects.exists()
    assert throttle.find_wait(KEY, now) == 0


def test_no_row_tells_whom_it_counts_and_none_outlives_its_time(db: None, now: datetime) -> None:
    throttle.take(KEY, LIMIT, now)
    assert "203.0.113" not in str(Throttle.objects.values().get())
    assert bytes(Throttle.objects.get().key) == KEY.digest
    assert heartbeat.delete_expired(now + LIMIT.window) == 0
    assert heartbeat.delete_expired(now + LIMIT.window + MINUTE) == 1


@pytest.mark.parametrize("known", [False, True])
def test_of_many_at_once_just_as_many_are_let_through(transactional_db: None, now: datetime, known: bool) -> None:
    if known:
        throttle.begin(KEY, now)
    together, taken = Barrier(12), list[bool]()

    def work() -> None:
        together.wait()
        taken.append(throttle.take(KEY, LIMIT, now))
        connection.close()

    threads = [Thread(target=work) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == [False] * 9 + [True] * 3
