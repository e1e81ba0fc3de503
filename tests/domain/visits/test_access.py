from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from links.domain.link_state import LinkAccess
from links.domain.visits.access import (
    AN_HOUR,
    FRESH_DOWNLOADS,
    RESUMES,
    TRIES_PER_NETWORK,
    Outcome,
    limit_rows,
    limit_tries,
    refuse_grant,
    why_closed,
)

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def stand(**more: Any) -> LinkAccess:
    return LinkAccess(**{"promised_until": NOW + SECOND, **more})


@pytest.mark.parametrize(
    ("access", "outcome"),
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
def test_the_first_reason_that_matters_to_a_customer_is_named(access: LinkAccess, outcome: Outcome | None) -> None:
    assert why_closed(access, NOW) is outcome


def test_who_holds_a_grant_is_not_stopped_by_the_limit_but_by_all_else() -> None:
    assert why_closed(stand(is_used_up=True), NOW, granted=True) is None
    assert why_closed(stand(is_used_up=True, is_revoked=True), NOW, granted=True) is Outcome.REVOKED
    assert why_closed(stand(promised_until=NOW), NOW, granted=True) is Outcome.ENDED


def test_whoever_is_new_still_has_a_few_tries_where_many_strangers_try() -> None:
    for has_opened in (False, True):
        assert limit_tries(under_attack=False, has_opened=has_opened).max_count == TRIES_PER_NETWORK
    assert limit_tries(under_attack=True, has_opened=True).max_count == TRIES_PER_NETWORK
    assert 1 <= limit_tries(under_attack=True, has_opened=False).max_count < TRIES_PER_NETWORK


def test_only_what_costs_a_download_or_a_hash_makes_a_row_each_time() -> None:
    unbounded = {outcome for outcome in Outcome if limit_rows(outcome) is None}
    assert unbounded == {Outcome.SERVED, Outcome.RESUMED, Outcome.AGAIN, Outcome.WRONG_PASSWORD}
    ended = limit_rows(Outcome.ENDED)
    assert ended
    assert (ended.max_count, ended.window) == (1, AN_HOUR)


def test_a_press_is_followed_a_few_times_from_the_beginning_and_more_often_in_parts() -> None:
    assert refuse_grant(FRESH_DOWNLOADS - 1, RESUMES, goes_on=False) is None
    assert refuse_grant(FRESH_DOWNLOADS, 0, goes_on=False) is Outcome.GRANT_USED
    assert refuse_grant(FRESH_DOWNLOADS, RESUMES - 1, goes_on=True) is None
    assert refuse_grant(0, RESUMES, goes_on=True) is Outcome.GRANT_USED
