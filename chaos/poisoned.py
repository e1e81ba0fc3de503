"""The product's own code as a Celery application that fails at certain objects, each in its own way."""

import os
from datetime import datetime

from chaos.poisons import HOWS, name_object
from links.domain.judging.facts import Facts
from links.domain.judging.verdicts import Judgement
from links.domain.stores.answers import Answer
from tests.stories.poisoned import app, fail  # which sets Django up

__all__ = ["app"]


def poison() -> None:
    from links.services.validation import clocks  # noqa: PLC0415  once Django is set up

    judge = clocks.judge  # type: ignore[attr-defined]

    def judge_or_fail(facts: Facts, answer: Answer | None, now: datetime) -> Judgement:
        for how in HOWS:
            if facts.object_key == name_object(how):
                os.environ["POISON"] = how
                fail()
        return judge(facts, answer, now)

    clocks.judge = judge_or_fail  # type: ignore[attr-defined]


poison()
