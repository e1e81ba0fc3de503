"""Each case of `collection.json` as `check_url` answers it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from django.utils import timezone

from links.domain.stores.answers import Answer
from links.management.commands.check_url import Command
from links.services.pasted import doctor
from tests.services.pasted.collected import CASES, Clock, Said, build_answer, build_url, find_missed, read_clock

pytestmark = pytest.mark.django_db


def check(case: Mapping[str, Any], clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Said:
    answer = build_answer(case, clock)

    def answer_at_once(_url: str, **_how: object) -> Answer:
        assert answer is not None
        return replace(answer, asked_at=clock.now)

    monkeypatch.setattr(doctor, "probe", answer_at_once)
    promised: datetime | None = clock.after(case["promised"]) if "promised" in case else None
    options = {"url": build_url(case, clock), "promised_until": promised, "probe": answer is not None}
    with timezone.override("UTC"):
        report = Command().answer(options)
    assert isinstance(report.data, dict)
    return Said(report.data, report.lines)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['kind']}-{case['name']}")
def test_what_people_reported_is_told_rightly(case: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    clock = read_clock()
    assert find_missed(case, check(case, clock, monkeypatch), clock) == []
