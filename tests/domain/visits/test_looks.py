"""What looks at slow stores may cost those who click elsewhere."""

from datetime import UTC, datetime, timedelta

from links.domain.visits.looks import PAUSE, SECONDS_A_PAUSE, SLOW_SECONDS, SlowStores

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)


def test_one_that_kept_us_waiting_is_left_alone_for_a_minute_and_no_longer() -> None:
    slow_stores = SlowStores()
    slow_stores.note("a", SLOW_SECONDS, NOW)
    assert not slow_stores.may_look("a", NOW)
    assert not slow_stores.may_look("a", NOW + PAUSE - MOMENT)
    assert slow_stores.may_look("a", NOW + PAUSE)
    assert slow_stores.may_look("b", NOW)


def test_a_quick_one_is_looked_at_again() -> None:
    slow_stores = SlowStores()
    slow_stores.note("a", SLOW_SECONDS - 0.01, NOW)
    assert slow_stores.may_look("a", NOW)


def test_many_slow_ones_together_cost_no_more_than_so_much_of_a_minute() -> None:
    slow_stores, looked = SlowStores(), 0.0
    for second in range(int(PAUSE.total_seconds())):
        for name in range(20):
            now = NOW + timedelta(seconds=second)
            if slow_stores.may_look(f"store-{name}", now):
                slow_stores.note(f"store-{name}", 1.0, now)
                looked += 1.0
    assert looked == SECONDS_A_PAUSE
    assert slow_stores.may_look("store-0", NOW + PAUSE)


def test_one_that_was_quick_is_looked_at_however_slow_others_are() -> None:
    slow_stores = SlowStores()
    slow_stores.note("quick", SLOW_SECONDS - 0.01, NOW)
    for name in ("a", "b", "c"):
        slow_stores.note(name, SECONDS_A_PAUSE, NOW)
    assert slow_stores.may_look("quick", NOW)
    assert not slow_stores.may_look("stranger", NOW)


def test_one_that_was_quick_and_is_slow_now_is_as_the_other_slow_ones() -> None:
    slow_stores = SlowStores()
    slow_stores.note("a", 0.0, NOW)
    slow_stores.note("a", 1.0, NOW)
    assert not slow_stores.may_look("a", NOW)
    slow_stores.note("b", SECONDS_A_PAUSE, NOW + PAUSE)
    assert not slow_stores.may_look("a", NOW + PAUSE)
    slow_stores.note("a", 0.0, NOW + PAUSE)
    assert slow_stores.may_look("a", NOW + PAUSE)


def test_those_that_were_slow_before_leave_room_for_one_that_nobody_knows() -> None:
    """Else two that are clicked on all the time would keep every other from ever being seen quick."""
    slow_stores = SlowStores()
    for minute in range(2):
        now = NOW + minute * PAUSE
        for name in ("a", "b"):
            if slow_stores.may_look(name, now):
                slow_stores.note(name, 1.0, now)
    assert slow_stores.may_look("stranger", now)


def test_one_that_is_known_to_be_slow_costs_the_others_nothing() -> None:
    slow_stores = SlowStores()
    for name in range(20):
        slow_stores.pause(f"store-{name}", NOW)
    assert not slow_stores.may_look("store-0", NOW)
    assert slow_stores.may_look("another", NOW)


def test_a_pause_that_another_clock_began_is_none() -> None:
    slow_stores = SlowStores()
    slow_stores.pause("a", NOW + MOMENT)
    assert slow_stores.may_look("a", NOW)
