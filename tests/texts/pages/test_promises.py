from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from links.domain.judging.facts import Delivery
from links.domain.judging.forecasts import Forecast, ForecastKind
from links.domain.promise.promises import Promise, PromiseCode, PromiseReason
from links.texts.pages.promises import reason, summary

EARLY = datetime(2026, 12, 1, tzinfo=UTC)
LATE = datetime(2026, 12, 24, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize("why", PromiseCode)
@pytest.mark.parametrize("at", [LATE, None])
def test_every_reason_has_words(language: str, why: PromiseCode, at: datetime | None) -> None:
    said = reason(PromiseReason(why, at))
    assert said.endswith("。" if language == "ja" else ".")
    assert "%(" not in said


@pytest.mark.usefixtures("english")
def test_a_kept_promise_says_until_when_and_how() -> None:
    promise = Promise(LATE, LATE, (PromiseReason(PromiseCode.SIGNED_AT_EACH_CLICK),))
    with timezone.override(ZoneInfo("Asia/Tokyo")):
        said = summary(promise, Delivery.STABLE)
    assert said == "Promised until 24 December 2026, 18:00 JST. It is signed again at each click."


@pytest.mark.usefixtures("english")
def test_a_shortened_promise_says_what_was_asked_and_why_it_cannot_be() -> None:
    promise = Promise(
        LATE,
        EARLY,
        (PromiseReason(PromiseCode.SIGNED_AT_EACH_CLICK), PromiseReason(PromiseCode.LIFECYCLE_DELETES, EARLY)),
    )
    said = summary(promise, Delivery.STABLE)
    assert said.startswith("Asked until 24 December 2026, 09:00 UTC, but it can be promised only until 1 December 2026")
    assert said.endswith("A lifecycle rule deletes the object on 1 December 2026, 00:00 UTC.")


@pytest.mark.parametrize("delivery", Delivery)
def test_every_delivery_is_summed_up(language: str, delivery: Delivery) -> None:
    assert "2026" in summary(Promise(LATE, LATE), delivery)


@pytest.mark.usefixtures("english")
def test_nothing_is_claimed_of_a_foreign_url_but_that_it_was_promised() -> None:
    assert "Works" not in summary(Promise(LATE, LATE), Delivery.FOREIGN)


@pytest.mark.usefixtures("english")
def test_that_it_works_is_said_only_where_the_forecast_says_so() -> None:
    for kind in ForecastKind:
        said = summary(Promise(LATE, LATE), Delivery.STABLE, None, Forecast(kind, LATE))
        assert said.startswith("Works until") == (kind is ForecastKind.WORKS)
