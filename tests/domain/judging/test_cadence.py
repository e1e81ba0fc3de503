from datetime import UTC, datetime, timedelta

from links.domain.findings import Code, Finding, Verdict
from links.domain.judging.cadence import plan_next
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
) -> timedelta:
    due = plan_next(
        judgement, made_at=NOW - age, ends=(end,), streak=streak, since_broken=since_broken, jitter=0.5, now=NOW
    )
    assert due is not None
    return due - NOW


def test_a_new_link_is_seen_again_within_its_first_hour_and_then_by_policy() -> None:
    assert planned(HEALTHY, age=timedelta(0)) < HOUR
    assert planned(HEALTHY) == 6 * HOUR


def test_jitter_spreads_links_over_a_tenth_of_the_interval() -> None:
    dues = [
        plan_next(HEALTHY, made_at=NOW - 48 * HOUR, ends=(), streak=0, since_broken=None, jitter=jitter, now=NOW)
        for jitter in (0.0, 1.0)
    ]
    assert dues == [NOW + 0.95 * 6 * HOUR, NOW + 1.05 * 6 * HOUR]


def test_a_link_in_danger_is_watched_closer() -> None:
    assert planned(Judgement(Verdict.AT_RISK)) == HOUR


def test_a_mended_cause_is_noticed_within_minutes_and_a_lasting_one_asked_about_less_and_less() -> None:
    waits: list[float] = []
    since = None
    while sum(waits) < 24 * 60:
        since = planned(BROKEN, since_broken=since)
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
    minutes = [planned(UNKNOWN, streak=streak).total_seconds() / 60 for streak in (1, 2, 3, 4, 100)]
    assert minutes == [1, 2, 4, 8, 60]


def test_a_promise_that_is_over_is_looked_at_no_more() -> None:
    ended = Judgement(Verdict.ENDED)
    assert plan_next(ended, made_at=NOW, ends=(), streak=0, since_broken=None, jitter=0, now=NOW) is None


def test_an_end_at_the_end_of_the_calendar_is_no_boundary() -> None:
    assert planned(HEALTHY, end=datetime.max.replace(tzinfo=UTC)) == 6 * HOUR
