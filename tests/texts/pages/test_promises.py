from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from links.domain.findings import Code, Finding, Verdict
from links.domain.judging.facts import Delivery
from links.domain.promise.promises import Promise, PromiseCode, PromiseReason
from links.texts.pages.promises import outlook, reason, summary

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
    assert said == "Works until 24 December 2026, 18:00 JST. It is signed again at each click."


@pytest.mark.usefixtures("english")
def test_a_shortened_promise_says_what_was_asked_and_why_it_cannot_be() -> None:
    promise = Promise(
        LATE,
        EARLY,
        (PromiseReason(PromiseCode.SIGNED_AT_EACH_CLICK), PromiseReason(PromiseCode.LIFECYCLE_DELETES, EARLY)),
    )
    said = summary(promise, Delivery.STABLE)
    assert said.startswith("Asked until 24 December 2026, 09:00 UTC, but it will work only until 1 December 2026")
    assert said.endswith("A lifecycle rule deletes the object on 1 December 2026, 00:00 UTC.")


@pytest.mark.parametrize("delivery", Delivery)
def test_every_delivery_is_summed_up(language: str, delivery: Delivery) -> None:
    assert "2026" in summary(Promise(LATE, LATE), delivery)


@pytest.mark.usefixtures("english")
def test_nothing_is_claimed_of_a_foreign_url_but_that_it_was_promised() -> None:
    assert "Works" not in summary(Promise(LATE, LATE), Delivery.FOREIGN)


@pytest.mark.usefixtures("english")
class TestTheRealEndAgainstThePromisedOne:
    RISK = Finding(Code.SIGNATURE_ENDS_EARLY, Verdict.AT_RISK, EARLY)
    SOONER = Finding(Code.LIFECYCLE_DELETES, Verdict.AT_RISK, EARLY - timedelta(days=1))

    def test_the_earliest_end_is_told_with_its_reason(self) -> None:
        said = outlook(LATE, [self.RISK, self.SOONER], EARLY - timedelta(days=2))
        assert said == (
            "Promised until 24 December 2026, 09:00 UTC, but it stops working by 30 November 2026, 00:00 UTC at the "
            "latest: Lifecycle rule deletes the object."
        )

    def test_an_end_that_has_come_while_it_still_works_is_not_told_as_one_to_come(self) -> None:
        said = outlook(LATE, [self.RISK], EARLY)
        assert "but it stops" not in said
        assert "It should have stopped on 1 December 2026, 00:00 UTC" in said

    def test_what_is_broken_died_by_what_broke_it_and_will_not_die_again(self) -> None:
        gone = Finding(Code.OBJECT_MISSING, Verdict.BROKEN)
        assert outlook(LATE, [gone, self.RISK], EARLY) == ""
        ended = Finding(Code.SIGNATURE_ENDED, Verdict.BROKEN, EARLY)
        assert "but it stopped working on 1 December 2026, 00:00 UTC" in outlook(LATE, [ended, self.SOONER], EARLY)

    def test_where_no_end_is_known_nothing_is_claimed(self) -> None:
        assert outlook(LATE, [], EARLY) == ""
        assert outlook(LATE, [Finding(Code.LEGACY_SIGNATURE, Verdict.AT_RISK)], EARLY) == ""
