from datetime import UTC, datetime, timedelta

from links.domain.stores.answers import Answer

ASKED_AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def test_the_skew_is_how_far_the_stores_clock_is_ahead_of_ours() -> None:
    ahead = Answer(asked_at=ASKED_AT, date=ASKED_AT + timedelta(minutes=5))
    behind = Answer(asked_at=ASKED_AT, date=ASKED_AT - timedelta(seconds=3))
    assert (ahead.skew, behind.skew) == (timedelta(minutes=5), timedelta(seconds=-3))


def test_without_a_date_nobody_knows_the_skew() -> None:
    assert Answer(asked_at=ASKED_AT).skew is None
    assert Answer(date=ASKED_AT).skew is None


def test_an_answer_says_a_phrase_in_any_letter_case_and_anywhere() -> None:
    answer = Answer(status=403, message="Request Has Expired.")
    assert answer.says("not yet valid", "has expired")
    assert not answer.says("not yet valid")
    assert not Answer().says("has expired")
