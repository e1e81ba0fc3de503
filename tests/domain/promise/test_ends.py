from datetime import UTC, datetime, timedelta

import pytest

from links.domain.errors import Unreadable
from links.domain.promise.ends import EndChange, count_from_end, cut, is_date, name_change
from links.domain.promise.promises import PromiseCode, PromiseReason

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("asked", "promised", "is_revoked", "change"),
    [
        (3, 2, False, EndChange.EXTEND),
        (2, 2, False, EndChange.EXTEND),
        (1, 2, False, EndChange.SHORTEN),
        (1, 0, False, EndChange.REVIVE),
        (1, 2, True, EndChange.REVIVE),
    ],
)
def test_a_new_end_extends_shortens_or_revives(asked: int, promised: int, is_revoked: bool, change: EndChange) -> None:
    found = name_change(NOW + asked * DAY, NOW + promised * DAY, is_revoked=is_revoked, now=NOW)
    assert found is change


def test_what_would_only_bite_after_the_cut_is_no_reason_any_more() -> None:
    stays, goes = (
        PromiseReason(PromiseCode.SIGNED_AT_EACH_CLICK),
        PromiseReason(PromiseCode.LIFECYCLE_DELETES, NOW + 5 * DAY),
    )
    promise = cut(NOW + 5 * DAY, (stays, goes), NOW + 2 * DAY)
    assert (promise.asked_until, promise.promised_until, promise.reasons) == (NOW + 2 * DAY, NOW + 2 * DAY, (stays,))


@pytest.mark.parametrize("text", ["+7 days", " + 7 days", "＋７日", "+1w"])
def test_what_is_added_is_counted_from_the_present_end(text: str) -> None:
    assert count_from_end(text, NOW + 20 * DAY, zone=UTC, now=NOW) == "2026-12-21T09:00:00Z"


def test_what_is_added_to_an_end_that_is_past_is_counted_from_now() -> None:
    assert count_from_end("+7 days", NOW - 20 * DAY, zone=UTC, now=NOW) == "2026-12-01T09:00:00Z"


@pytest.mark.parametrize("text", ["7 days", "2030-12-24", "a while"])
def test_what_is_not_added_stays_as_it_was_entered(text: str) -> None:
    assert count_from_end(text, NOW + 20 * DAY, zone=UTC, now=NOW) == text


def test_what_cannot_be_read_cannot_be_added() -> None:
    with pytest.raises(Unreadable):
        count_from_end("+a while", NOW, zone=UTC, now=NOW)


def test_a_date_is_told_from_a_duration() -> None:
    assert is_date("2030-12-24 18:00", zone=UTC)
    assert not is_date("30 days", zone=UTC)
