import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.utils import translation

import links
from links.domain.errors import GateRefused, HoldfastError, KeyRefused, PromiseRefused, Refused, Unreadable
from links.domain.reasons import Reason
from links.texts.formatting import choose
from links.texts.refusals import _GENERAL, _SENTENCES, explain, explain_stored

SOURCE = Path(links.__file__).parent
# What commands say in words of their own.
WORDLESS = {Reason.ARGUMENT_UNUSABLE, Reason.DATABASE_NOT_READY}


def find_named_reasons() -> set[str]:
    """The reasons that the code names, other than where they are declared and where they are put into words."""
    homes = {SOURCE / "domain" / "reasons.py", *(SOURCE / "texts" / "refusals").glob("*.py")}
    sources = [path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py") if path not in homes]
    return {found for source in sources for found in re.findall(r"\bReason\.([A-Z][A-Z0-9_]+)\b", source)}


def test_every_reason_has_a_sentence() -> None:
    assert set(Reason) - _SENTENCES.keys() == WORDLESS


def test_no_reason_is_kept_that_nothing_gives() -> None:
    assert not sorted({reason.name for reason in Reason} - find_named_reasons())


@pytest.mark.parametrize("reason", list(_SENTENCES))
def test_every_line_can_be_heard_and_the_last_needs_nothing(reason: Reason) -> None:
    lines = _SENTENCES[reason]
    assert not lines[-1].gaps
    assert not lines[-1].conditions
    with translation.override("en"):
        for line in lines:
            values = {**dict.fromkeys(line.gaps, "x"), **line.conditions}
            assert choose(lines, values) is line


@pytest.mark.parametrize("reason", list(_SENTENCES))
def test_every_reason_has_a_whole_sentence_in_both_languages(reason: Reason) -> None:
    with translation.override("en"):
        english = explain(HoldfastError(reason))
    with translation.override("ja"):
        japanese = explain(HoldfastError(reason))
    assert english.endswith(".")
    assert japanese.endswith("。")
    assert not re.search(r"%\(|[][|]", english + japanese)


@pytest.mark.usefixtures("english")
class TestTheWordsThemselves:
    def test_a_stored_code_reads_as_its_error_does(self) -> None:
        error = KeyRefused(Reason.KEY_TEMPORARY, access_key_id="ASIAIOSFODNN7EXAMPLE")
        assert explain_stored("key-temporary", access_key_id="ASIAIOSFODNN7EXAMPLE") == explain(error)

    def test_a_stored_code_that_this_version_does_not_know_is_named(self) -> None:
        assert explain_stored("quite-new") == _GENERAL[0].text % {"code": "quite-new"}

    def test_a_presigned_link_past_seven_days_is_offered_a_stable_one(self) -> None:
        said = explain(
            PromiseRefused(
                Reason.PROMISE_PRESIGNED_TOO_LONG, asked_until=datetime(2026, 12, 24, tzinfo=UTC), offer="stable"
            )
        )
        assert "until 24 December 2026, 00:00 UTC" in said
        assert "Make a stable link" in said

    def test_an_end_in_iso_is_read(self) -> None:
        assert "20 November 2026, 09:00 UTC" in explain(Refused(Reason.LIFETIME_PAST, end="2026-11-20T09:00:00+00:00"))

    def test_seconds_are_told_as_a_span(self) -> None:
        assert "at least 1 minute" in explain(Refused(Reason.LIFETIME_TOO_SHORT, shortest=60))

    def test_a_finding_behind_a_refusal_is_put_into_words(self) -> None:
        said = explain(Refused(Reason.OBJECT_UNREADABLE, object_key="a", bucket="b", reason="key-inactive"))
        assert "(Access key is inactive)" in said

    def test_a_refusal_with_an_odd_reason_is_still_a_sentence(self) -> None:
        assert "%(" not in explain(Refused(Reason.LISTING_REFUSED, bucket="b", reason=object()))

    def test_a_lifetime_of_zero_seconds_is_not_lost(self) -> None:
        assert "not 0" in explain(GateRefused(Reason.GATE_LIFETIME, seconds=0, longest=604800))


def test_a_day_that_no_calendar_has_is_not_called_badly_written() -> None:
    told = explain(Unreadable(Reason.LIFETIME_UNREADABLE, text="2027-02-30", kind="no-such-day"))
    assert told == "There is no day “2027-02-30” in the calendar. Check the day and the month."


def test_who_was_deactivated_is_told_from_who_may_not_make_links() -> None:
    told = explain(Refused(Reason.OWNER_UNFIT, owner="sato", kind="inactive"))
    assert told == "sato is no longer active. --owner must name somebody who is."
