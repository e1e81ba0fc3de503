"""Stores that do not answer: when their links are asked no more, when it is tried again, and when it is an alarm.

Silence is counted by store, not by link: thousands of links may share one, and each silent answer costs ten seconds.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from links.domain.judging.causes import is_conclusive
from links.domain.stores.answers import OUR_REFUSALS, Answer, Trouble

SILENT_BEFORE_OPEN = 8  # answers in a row
TRIES = 2
TRY_EVERY = timedelta(seconds=30)  # four tries a minute
FAILURES_APART = timedelta(seconds=20)  # failures that are closer together count once
FAILURES_BEFORE_ALARM = 3
SLOW_MS = 3_000

_NOTHING_CAME = frozenset({Trouble.TIMEOUT, Trouble.CONNECT, Trouble.RESET, Trouble.UNRESOLVED})

NOT_ASKED = Answer(trouble=Trouble.NOT_ASKED)


def is_silent(answer: Answer) -> bool:
    """Nothing came: no connection, no byte, no name."""
    return answer.status is None and answer.trouble in _NOTHING_CAME


def is_about_store(answer: Answer) -> bool:
    """Whether the store was asked at all."""
    return answer.trouble not in OUR_REFUSALS


def is_sound(answer: Answer) -> bool:
    """Whether the store answered as a store does, and in good time."""
    return is_conclusive(answer) and answer.took_ms < SLOW_MS


@dataclass(frozen=True, slots=True)
class BreakerState:
    """What is known of one store that was silent, slow, or could not tell, since it last answered as a store does.

    `silent` counts silent answers in a row, `failure_count` the times, apart from each other, at which it could not
    tell anything. `opened_at` is since when its links are not asked; `tried_at` when links were last tried nonetheless.
    """

    silent: int = 0
    failure_count: int = 0
    failed_at: datetime | None = None
    opened_at: datetime | None = None
    tried_at: datetime | None = None
    is_slow: bool = False

    @property
    def is_open(self) -> bool:
        return self.opened_at is not None

    @property
    def is_over(self) -> bool:
        """Nothing is left of it: the store answers, and in good time."""
        return not self.failure_count and not self.is_slow

    @property
    def is_alarming(self) -> bool:
        return self.failure_count >= FAILURES_BEFORE_ALARM

    def may_be_tried(self, now: datetime) -> bool:
        """Whether links that are not due are tried now: while the breaker is open, and until the alarm is sure."""
        is_wanted = self.is_open or 0 < self.failure_count < FAILURES_BEFORE_ALARM
        lately = (moment for moment in (self.failed_at, self.tried_at) if moment is not None)
        return is_wanted and all(now - moment >= TRY_EVERY for moment in lately)

    def add_answer(self, answer: Answer, now: datetime) -> "BreakerState":
        if not is_about_store(answer):
            return self
        if is_conclusive(answer):
            return BreakerState(is_slow=not is_sound(answer))
        is_apart = self.failed_at is None or now - self.failed_at >= FAILURES_APART
        silent = self.silent + 1 if is_silent(answer) else 0
        opened_at = (self.opened_at or now) if silent >= SILENT_BEFORE_OPEN else None
        return replace(
            self,
            silent=silent,
            failure_count=self.failure_count + is_apart,
            failed_at=now if is_apart else self.failed_at,
            opened_at=opened_at,
        )

    def add_answers(self, answers: Iterable[Answer], now: datetime) -> "BreakerState":
        state = self
        for answer in answers:
            state = state.add_answer(answer, now)
        return state
