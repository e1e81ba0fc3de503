from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from links.domain.facts import Delivery
from links.domain.promises import Promise, Reason, Why
from links.words.promises import reason, summary

EARLY = datetime(2026, 12, 1, tzinfo=UTC)
LATE = datetime(2026, 12, 24, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize("why", Why)
@pytest.mark.parametrize("at", [LATE, None])
def test_every_reason_has_words(language: str, why: Why, at: datetime | None) -> None:
    said = reason(Reason(why, at))
    assert said.endswith("。" if language == "ja" else ".")
    assert "%(" not in said


@pytest.mark.usefixtures("english")
def test_a_kept_promise_says_until_when_and_how() -> None:
    promise = Promise(LATE, LATE, (Reason(Why.SIGNED_AT_EACH_CLICK),))
    with timezone.override(ZoneInfo("Asia/Tokyo")):
        said = summary(promise, Delivery.STABLE)
    assert said == "Works until 24 December 2026, 18:00 JST. It is signed afresh at each click."


@pytest.mark.usefixtures("english")
def test_a_shortened_promise_says_what_was_asked_and_why_it_cannot_be() -> None:
    promise = Promise(LATE, EARLY, (Reason(Why.SIGNED_AT_EACH_CLICK), Reason(Why.LIFECYCLE_DELETES, EARLY)))
    said = summary(promise, Delivery.STABLE)
    assert said.startswith("Asked until 24 December 2026, 09:00 UTC, but it will work only until 1 December 2026")
    assert said.endswith("A lifecycle rule deletes the object on 1 December 2026, 00:00 UTC.")


@pytest.mark.parametrize("delivery", Delivery)
def test_every_delivery_is_summed_up(language: str, delivery: Delivery) -> None:
    assert "2026" in summary(Promise(LATE, LATE), delivery)


@pytest.mark.usefixtures("english")
def test_nothing_is_claimed_of_a_foreign_url_but_that_it_was_promised() -> None:
    assert "Works" not in summary(Promise(LATE, LATE), Delivery.FOREIGN)
