from datetime import UTC, datetime, timedelta

import pytest

from links.domain.promise.ends import EndChange, cut, name_change
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
