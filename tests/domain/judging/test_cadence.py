from collections import Counter
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from links.domain.findings import Code, Finding, Verdict
from links.domain.judging.cadence import find_phase, plan_next
from links.domain.judging.verdicts import Judgement
from tests.domain.builders import NOW

HOUR = timedelta(hours=1)
HEALTHY = Judgement(Verdict.HEALTHY)
BROKEN = Judgement(Verdict.BROKEN, (Finding(Code.OBJECT_REPLACED, Verdict.BROKEN),))
UNKNOWN = Judgement(Verdict.UNKNOWN, (Finding(Code.UNREACHABLE, Verdict.UNKNOWN),))


def planned(
    judgement: Judgement,
    *,
    age: timedelta = 48 * HOUR,
    end: datetime | None = None,
    streak: int = 0,
    since_broken: timedelta | None = None,
    phase: float | None = None,
) -> timedelta:
    """A link whose turn is now, where nothing else is said."""
    due = plan_next(
        judgement,
        made_at=NOW - age,
        ends=(end,),
        streak=streak,
        since_broken=since_broken,
        phase=NOW.timestamp() / (6 * HOUR).total_seconds() % 1 if phase is None else phase,
        now=NOW,
    )
    assert due is not None
    return due - NOW


def test_a_new_link_is_seen_again_within_its_first_hour_and_then_by_policy() -> None:
    assert planned(HEALTHY, age=timedelta(0)) < HOUR
    assert planned(HEALTHY) == 6 * HOUR


def test_turns_spread_links_over_a_tenth_of_a_shorter_wait() -> None:
    waits = [planned(HEALTHY, age=timedelta(0), phase=phase) for phase in (0.0, 1.0)]
    assert waits == [0.95 * timedelta(minutes=40), 1.05 * timedelta(minutes=40)]
    assert planned(BROKEN, phase=1.0) / planned(BROKEN, phase=0.0) == 1.05 / 0.95


@given(phase=st.floats(0, 1, exclude_max=True), late=st.lists(st.floats(0, 600), min_size=5, max_size=5))
def test_a_link_comes_to_its_turn_within_a_day_and_is_never_seen_much_later_than_by_policy(
    phase: float, late: list[float]
) -> None:
    now = NOW
    for seconds in late:  # by which a worker comes after its time
        due = plan_next(HEALTHY, made_at=NOW - 48 * HOUR, ends=(), streak=0, since_broken=None, phase=phase, now=now)
        assert due is not None
        assert 0.75 * 6 * HOUR <= due - now <= 1.05 * 6 * HOUR
        now = due + timedelta(seconds=seconds)
    assert due is not None
    off = (due.timestamp() / (6 * HOUR).total_seconds() - phase) % 1
    assert min(off, 1 - off) < 1e-6


def test_links_made_in_one_second_are_seen_evenly_once_they_had_their_first_turn() -> None:
    """As when a thousand are taken in at once: the busiest ten minutes of the second day, to their mean."""
    counts = Counter[int]()
    for number in range(20_000, 30_000):
        now = NOW
        while now < NOW + 48 * HOUR:
            due = plan_next(
                HEALTHY,
                made_at=NOW,
                ends=(),
                streak=0,
                since_broken=None,
                phase=find_phase(number),
                now=now,
            )
            assert due is not None
            now = due
            if now >= NOW + 24 * HOUR:
                counts[int((now - NOW).total_seconds() // 600)] += 1
    whole = [counts[number] for number in range(6 * 24, 6 * 48)]
    assert max(whole) <= 1.1 * sum(whole) / len(whole)


def test_a_link_in_danger_is_watched_closer() -> None:
    assert planned(Judgement(Verdict.AT_RISK), phase=NOW.timestamp() / HOUR.total_seconds() % 1) == HOUR


def test_a_mended_cause_is_noticed_within_minutes_and_a_lasting_one_asked_about_less_and_less() -> None:
    waits: list[float] = []
    since = None
    while sum(waits) < 24 * 60:
        since = planned(BROKEN, since_broken=since, phase=0.5)
        waits.append(since.total_seconds() / 60)
    assert waits[:4] == [2, 2.5, 3.125, 3.90625]
    assert max(waits[:8]) < 10
    assert len(waits) < 30
    assert planned(BROKEN, since_broken=20 * HOUR) == 6 * HOUR


def test_the_end_that_is_known_is_looked_at_when_it_comes() -> None:
    assert planned(HEALTHY, end=NOW + HOUR) == HOUR + timedelta(seconds=5)
    assert planned(HEALTHY, end=NOW - HOUR) == 6 * HOUR
    biting = Judgement(Verdict.AT_RISK, (Finding(Code.LIFECYCLE_DELETES, Verdict.AT_RISK, NOW + HOUR / 2),))
    assert planned(biting) == HOUR / 2 + timedelta(seconds=5)


def test_a_silent_store_is_asked_less_and_less_often() -> None:
    minutes = [planned(UNKNOWN, streak=streak, phase=0.5).total_seconds() / 60 for streak in (1, 2, 3, 4)]
    assert minutes == [1, 2, 4, 8]
    assert planned(UNKNOWN, streak=100, phase=NOW.timestamp() / HOUR.total_seconds() % 1) == HOUR


def test_a_promise_that_is_over_is_looked_at_no_more() -> None:
    ended = Judgement(Verdict.ENDED)
    assert plan_next(ended, made_at=NOW, ends=(), streak=0, since_broken=None, phase=0, now=NOW) is None


def test_an_end_at_the_end_of_the_calendar_is_no_boundary() -> None:
    assert planned(HEALTHY, end=datetime.max.replace(tzinfo=UTC)) == 6 * HOUR
