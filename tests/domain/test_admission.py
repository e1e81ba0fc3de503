from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from links.domain.admission import (
    TRIES_PER_NETWORK,
    Outcome,
    Standing,
    begins_midway,
    limit_tries,
    refuse,
)

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def stand(**more: Any) -> Standing:
    return Standing(**{"promised_until": NOW + SECOND, **more})


@pytest.mark.parametrize(
    ("standing", "outcome"),
    [
        (stand(), None),
        (stand(promised_until=NOW), Outcome.ENDED),
        (stand(starts_at=NOW), None),
        (stand(starts_at=NOW + SECOND), Outcome.NOT_YET),
        (stand(is_used_up=True), Outcome.USED_UP),
        (stand(is_stopped=True), Outcome.REPLACED),
        (stand(is_revoked=True), Outcome.REVOKED),
        (stand(is_revoked=True, promised_until=NOW - SECOND), Outcome.REVOKED),
        (stand(is_stopped=True, promised_until=NOW - SECOND), Outcome.ENDED),
        (stand(is_used_up=True, starts_at=NOW + SECOND), Outcome.NOT_YET),
    ],
)
def test_the_first_reason_that_matters_to_a_customer_is_named(standing: Standing, outcome: Outcome | None) -> None:
    assert refuse(standing, NOW) is outcome


def test_who_holds_a_grant_is_not_stopped_by_the_limit_but_by_all_else() -> None:
    assert refuse(stand(is_used_up=True), NOW, granted=True) is None
    assert refuse(stand(is_used_up=True, is_revoked=True), NOW, granted=True) is Outcome.REVOKED
    assert refuse(stand(promised_until=NOW), NOW, granted=True) is Outcome.ENDED


def test_whoever_is_new_still_has_a_few_tries_where_many_strangers_try() -> None:
    for has_opened in (False, True):
        assert limit_tries(under_attack=False, has_opened=has_opened).most == TRIES_PER_NETWORK
    assert limit_tries(under_attack=True, has_opened=True).most == TRIES_PER_NETWORK
    assert 1 <= limit_tries(under_attack=True, has_opened=False).most < TRIES_PER_NETWORK


@pytest.mark.parametrize(
    ("header", "midway"),
    [
        ("", False),
        ("bytes=0-", False),
        ("bytes=0-0", False),
        ("bytes=1-", True),
        ("Bytes = 500-999", True),
        ("bytes=-500", False),
        ("bytes=5-9,20-29", False),
        ("items=5-", False),
        ("bytes=x-", False),
        ("bytes=" + "9" * 5_000 + "-", True),
    ],
)
def test_a_range_that_does_not_begin_at_the_beginning_goes_on_with_a_download(header: str, midway: bool) -> None:
    assert begins_midway(header) is midway
