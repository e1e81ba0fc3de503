import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from links.domain.promise.ends import EndChange
from links.texts.pages.histories import Kept, log_end, log_ends, log_message, log_values, render


def read(kept: Kept, language: str) -> str | None:
    with translation.override(language), timezone.override(ZoneInfo("Asia/Tokyo")):
        return render(json.dumps(kept))


def test_what_one_person_did_is_read_by_another_in_their_own_language() -> None:
    kept = log_message("Transferred to %(colleague)s.", colleague="ken")
    assert read(kept, "en") == "Transferred to ken."
    japanese = read(kept, "ja")
    assert japanese
    assert "ken" in japanese
    assert "Transferred" not in japanese


def test_a_new_end_is_told_in_the_zone_of_whoever_reads_it() -> None:
    before, after = datetime(2026, 11, 24, 9, 0, tzinfo=UTC), datetime(2026, 12, 24, 9, 0, tzinfo=UTC)
    told = read(log_end(EndChange.EXTEND, before, after), "en")
    assert told
    assert told.startswith("Extended: 30 days longer: until 24 December 2026, 18:00 JST")


def test_of_many_ends_the_lifetime_is_told() -> None:
    assert read(log_ends(EndChange.SHORTEN, "30 days"), "en") == "Shortened: 30 days"
    assert "30日" in str(read(log_ends(EndChange.SHORTEN, "30 days"), "ja"))


def test_what_was_changed_is_told_with_what_stood_there_before() -> None:
    before = {"key": "Share (AKIAOLD)", "region": "us-east-1", "endpoint": "https://a.example", "addressing": "auto"}
    after = {"key": "Other (AKIANEW)", "region": "us-east-1", "endpoint": "", "addressing": "path"}
    told = read(log_values(before, after), "en")
    assert told == (
        "Signing key: from “Share (AKIAOLD)” to “Other (AKIANEW)”. Endpoint: from “https://a.example” to “AWS”. "
        "Addressing: from “Automatic” to “Bucket in the path”."
    )
    assert "「Share (AKIAOLD)」から「Other (AKIANEW)」" in str(read(log_values(before, after), "ja"))


def test_a_planned_moment_is_told_in_the_zone_of_whoever_reads_it() -> None:
    planned = {"rotates_at": datetime(2026, 12, 24, 9, 0, tzinfo=UTC).isoformat()}
    told = read(log_values({"rotates_at": ""}, planned), "en")
    assert told == "Rotation planned for: from “–” to “24 December 2026, 18:00 JST”."


def test_several_things_that_were_done_at_once_are_told_one_after_another() -> None:
    kept = log_message("Secret corrected.") + log_values({"region": "us-east-1"}, {"region": "eu-west-1"})
    assert read(kept, "en") == "Secret corrected. Region: from “us-east-1” to “eu-west-1”."


@pytest.mark.parametrize(
    "kept",
    [
        "",
        "Revoked.",
        "[]",
        "{}",
        "[1, 2]",
        '[{"changed": {}}]',
        '[{"end": "gone"}]',
        "[3]",
        '[{"field": "gone", "before": "", "after": ""}]',
    ],
)
def test_what_was_not_kept_so_is_not_told(kept: str) -> None:
    assert render(kept) is None
