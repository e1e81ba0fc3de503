from datetime import UTC, datetime, timedelta

import pytest

from links.domain.alert_limits import DAY, AlertPlan, SentNotice, find_turn, plan_alerts

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)


def plan(
    count: int, *, per_hour: int = 10, sent_alone: int = 0, last_digest_at: datetime | None = None
) -> AlertPlan[int]:
    planned = plan_alerts(
        list(range(count)), per_hour=per_hour, sent_alone=sent_alone, last_digest_at=last_digest_at, now=NOW
    )
    return AlertPlan(list(planned.alone), list(planned.together), list(planned.later), planned.later_at)


def test_a_few_are_sent_one_by_one() -> None:
    assert plan(5) == AlertPlan([0, 1, 2, 3, 4], [], [])


def test_the_first_of_many_are_sent_alone_and_the_others_together_at_once() -> None:
    assert plan(40) == AlertPlan([0, 1, 2, 3, 4], list(range(5, 40)), [])


def test_what_was_sent_within_the_hour_counts() -> None:
    assert plan(3, sent_alone=4) == AlertPlan([0], [1, 2], [])
    assert plan(1, sent_alone=9) == AlertPlan([], [0], [])


def test_after_a_digest_the_next_waits_for_its_share_of_the_hour() -> None:
    minutes = timedelta(minutes=12)
    just_now = NOW - timedelta(minutes=1)
    assert plan(2, sent_alone=5, last_digest_at=just_now) == AlertPlan([], [], [0, 1], just_now + minutes)
    assert plan(2, sent_alone=5, last_digest_at=NOW - minutes) == AlertPlan([], [0, 1], [])


def test_a_digest_that_a_clock_ahead_wrote_holds_nothing_back() -> None:
    assert plan(2, sent_alone=5, last_digest_at=NOW + timedelta(days=1)) == AlertPlan([], [0, 1], [])


@pytest.mark.parametrize("per_hour", [1, 2, 3, 10, 60])
def test_no_hour_of_a_storm_has_more_messages_than_the_limit(per_hour: int) -> None:
    """One more each half minute for five hours, looked at each half minute."""
    alone: list[datetime] = []
    digests: list[datetime] = []
    waiting: list[tuple[datetime, int]] = []
    told: set[int] = set()
    for step in range(600):
        now = NOW + step * timedelta(seconds=30)
        waiting.append((now, step))
        due = [item for item in waiting if item[0] <= now]
        decided = plan_alerts(
            due,
            per_hour=per_hour,
            sent_alone=sum(at > now - timedelta(hours=1) for at in alone),
            last_digest_at=digests[-1] if digests else None,
            now=now,
        )
        alone += [now for _ in decided.alone]
        digests += [now] if decided.together else []
        gone = [*decided.alone, *decided.together]
        told |= {number for _due, number in gone}
        later = [(decided.later_at or now, number) for _due, number in decided.later]
        waiting = [item for item in waiting if item not in due] + later
        sent = [at for at in [*alone, *digests] if at > now - timedelta(hours=1)]
        assert len(sent) <= per_hour
        assert step in told or now > NOW, "the first is told at once"
    assert len(told) > 600 - 130, "what waits is told within the hour"


def begin(at: datetime) -> SentNotice:
    return SentNotice(at, is_end=False)


def end(at: datetime) -> SentNotice:
    return SentNotice(at, is_end=True)


def test_no_day_has_more_messages_about_one_cause_than_are_allowed() -> None:
    minutes = [timedelta(minutes=each) for each in (90, 10, 5)]
    told = [begin(NOW - each) for each in minutes]
    assert find_turn(told, 3, NOW, is_end=True) == NOW - minutes[0] + DAY
    assert find_turn(told, 4, NOW, is_end=True) is None
    assert find_turn([begin(NOW - DAY), *told[1:]], 3, NOW, is_end=True) is None
    assert find_turn([*told, begin(NOW + DAY)], 3, NOW, is_end=False) == NOW - minutes[1] + DAY
    ahead = [begin(NOW + 2 * DAY)] * 3
    assert find_turn(ahead, 3, NOW, is_end=False) == NOW + DAY, "a clock that was ahead silences nobody for longer"


def test_what_is_back_after_its_end_was_told_never_waits() -> None:
    hours = [NOW - timedelta(hours=each) for each in (3, 2, 1)]
    told = [begin(hours[0]), begin(hours[1]), end(hours[2])]
    assert find_turn(told, 3, NOW, is_end=False) is None
    assert find_turn(told, 3, NOW, is_end=True) == hours[1] + DAY


def test_an_end_leaves_room_for_the_next_beginning() -> None:
    hours = [NOW - timedelta(hours=each) for each in (3, 2, 1)]
    told = [begin(hours[0]), end(hours[1]), begin(hours[2])]
    assert find_turn(told, 3, NOW, is_end=True) == hours[1] + DAY
    assert find_turn(told[1:], 3, NOW, is_end=True) == hours[1] + DAY
    assert find_turn(told[:1], 3, NOW, is_end=True) is None


def test_a_cause_that_comes_and_goes_all_day_long_is_told_three_times_and_no_end_was_false() -> None:
    told: list[SentNotice] = []
    for step in range(2_000):
        now, is_end = NOW + step * timedelta(minutes=17), step % 2 == 1
        if is_end is bool(told and not told[-1].is_end) and find_turn(told, 3, now, is_end=is_end) is None:
            told.append(SentNotice(now, is_end))
        assert is_end or not told[-1].is_end, "it is here, and the last word says so"
        assert sum(each.at > now - DAY for each in told) <= 3
