from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from links.domain.policies.lifecycles import ForeseenChange, foresee_changes, read_kept_rules, read_rules

MADE = datetime(2026, 11, 24, 12, 30, tzinfo=UTC)


def foreseen(rule: Mapping[str, object], key: str = "reports/a.pdf", size: int | None = 10) -> list[ForeseenChange]:
    rules = read_rules({"Rules": [{"ID": "tidy", "Status": "Enabled", **rule}]})
    assert rules is not None
    return foresee_changes(rules, key, size, MADE)


def test_days_are_counted_from_creation_and_rounded_up_to_midnight() -> None:
    assert foreseen({"Filter": {"Prefix": ""}, "Expiration": {"Days": 1}}) == [
        ForeseenChange(datetime(2026, 11, 26, tzinfo=UTC), "tidy")
    ]


def test_a_rule_may_name_a_date() -> None:
    on = datetime(2027, 1, 1, tzinfo=UTC)
    assert foreseen({"Prefix": "", "Expiration": {"Date": on}}) == [ForeseenChange(on, "tidy")]
    assert foreseen({"Prefix": "", "Expiration": {"Date": on.isoformat()}}) == [ForeseenChange(on, "tidy")]


def test_only_a_move_into_an_archive_kills_a_link() -> None:
    moves = [{"Days": 10, "StorageClass": "STANDARD_IA"}, {"Days": 30, "StorageClass": "DEEP_ARCHIVE"}]
    assert [change.to for change in foreseen({"Filter": {}, "Transitions": moves})] == ["DEEP_ARCHIVE"]


@pytest.mark.parametrize(
    ("where", "applies"),
    [
        ({"Prefix": "reports/"}, True),
        ({"Prefix": "photos/"}, False),
        ({"And": {"Prefix": "reports/", "ObjectSizeGreaterThan": 5}}, True),
        ({"ObjectSizeGreaterThan": 10}, False),
        ({"ObjectSizeLessThan": 11}, True),
        ({"Tag": {"Key": "keep", "Value": "no"}}, False),
        ({}, True),
    ],
)
def test_a_rule_speaks_of_the_objects_that_its_filter_names(where: Mapping[str, object], applies: bool) -> None:
    assert bool(foreseen({"Filter": where, "Expiration": {"Days": 1}})) is applies


def test_a_size_that_is_not_known_is_not_guessed() -> None:
    assert foreseen({"Filter": {"ObjectSizeLessThan": 11}, "Expiration": {"Days": 1}}, size=None) == []


HIDING = {"ID": "hide", "Status": "Enabled", "Prefix": "", "Expiration": {"Days": 1}}


@pytest.mark.parametrize(
    ("hidden", "at"),
    [
        (None, None),
        ({"NoncurrentDays": 30}, datetime(2026, 12, 26, tzinfo=UTC)),
        ({"NoncurrentDays": 30, "NewerNoncurrentVersions": 3}, None),
        ({"NoncurrentDays": "soon"}, None),
    ],
)
def test_an_expiration_hides_a_version_that_is_pinned_and_another_rule_may_delete_it(
    hidden: object, at: datetime | None
) -> None:
    """S3 user guide, "Lifecycle configuration elements": in a versioned bucket it only adds a delete marker."""
    tidy = {"ID": "tidy", "Status": "Enabled", "Prefix": "reports/", "NoncurrentVersionExpiration": hidden}
    rules = read_rules({"Rules": [HIDING, tidy]})
    assert rules is not None
    found = foresee_changes(rules, "reports/a.pdf", 10, MADE, pinned=True)
    assert [(each.at, each.rule) for each in found] == ([(at, "hide")] if at else [])


def test_an_archive_takes_a_version_that_is_pinned_too() -> None:
    rules = read_rules({"Rules": [{**HIDING, "Transitions": [{"Days": 3, "StorageClass": "GLACIER"}]}]})
    assert rules is not None
    assert [each.to for each in foresee_changes(rules, "a", 10, MADE, pinned=True)] == ["GLACIER"]


def test_the_earliest_change_comes_first() -> None:
    moves = [{"Days": 3, "StorageClass": "GLACIER"}]
    found = foreseen({"Filter": {}, "Expiration": {"Days": 9}, "Transitions": moves})
    assert [change.to for change in found] == ["GLACIER", ""]


def test_a_rule_that_is_switched_off_does_nothing() -> None:
    assert read_rules({"Rules": [{"ID": "x", "Status": "Disabled", "Expiration": {"Days": 1}}]}) == ()


@pytest.mark.parametrize("document", [None, "", [], {}, {"ListBucketResult": {}}, {"Rules": "none"}])
def test_a_document_of_another_shape_is_not_checked(document: object) -> None:
    assert read_rules(document) is None


def test_nonsense_within_a_rule_is_passed_over() -> None:
    odd = {"Filter": "all", "Expiration": {"Days": "soon"}, "Transitions": "none"}
    assert foreseen(odd) == []


@pytest.mark.parametrize("text", ["", "nonsense", "[" * 100_000, '{"Rules": ' + "9" * 5_000 + "}", '{"Rules": "none"}'])
def test_what_was_kept_and_is_no_document_is_not_checked(text: str) -> None:
    assert read_kept_rules(text) is None


@pytest.mark.parametrize("days", [(datetime(9999, 12, 31, tzinfo=UTC) - MADE).days, 2_147_483_647, 10**4_000])
def test_a_rule_beyond_the_end_of_all_calendars_changes_nothing(days: int) -> None:
    assert foreseen({"Filter": {}, "Expiration": {"Days": days + 1}}) == []
