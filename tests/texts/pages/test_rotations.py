from datetime import UTC, datetime, timedelta

import pytest

from links.domain.rotations import Plan
from links.texts.pages.rotations import explain_deletion, explain_last_end, list_consequences

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
PLAN = Plan(("files",), stable_count=12, presigned_count=3, foreign_count=1, last_ends_at=NOW + timedelta(days=3))


def test_every_sentence_is_whole_in_both_languages(language: str) -> None:
    said = [
        *list_consequences(PLAN),
        *list_consequences(Plan(foreign_count=2)),
        explain_last_end(PLAN),
        explain_deletion("AKIAOLD", NOW + timedelta(days=1), NOW),
        explain_deletion("AKIAOLD", NOW, NOW),
    ]
    end = "。" if language == "ja" else "."
    assert [sentence for sentence in said if not sentence.endswith(end) or "%(" in sentence] == []


@pytest.mark.usefixtures("english")
def test_each_kind_of_link_is_counted() -> None:
    stable, presigned, foreign = list_consequences(PLAN)
    assert stable.startswith("12 stable links are not affected")
    assert presigned.startswith("3 presigned links were signed by the old key")
    assert foreign.startswith("1 external URL that is monitored here was signed")


@pytest.mark.usefixtures("english")
def test_what_there_is_none_of_is_said_where_it_matters() -> None:
    assert [sentence[:8] for sentence in list_consequences(Plan())] == ["0 stable", "No URL t"]
    assert len(list_consequences(Plan(foreign_count=1))) == 2


@pytest.mark.usefixtures("english")
def test_the_last_end_is_named_and_what_to_do_until_then() -> None:
    assert "27 November 2026, 12:00 UTC" in explain_last_end(PLAN)


@pytest.mark.usefixtures("english")
def test_that_nothing_ends_with_the_key_is_said_once() -> None:
    said = [*list_consequences(Plan(stable_count=1)), explain_last_end(Plan(stable_count=1))]
    assert len([sentence for sentence in said if "signed by the old key" in sentence]) == 1


@pytest.mark.usefixtures("english")
def test_deletion_is_forbidden_first_and_then_allowed() -> None:
    early = explain_deletion("AKIAOLD", NOW + timedelta(days=3), NOW)
    assert early.startswith("Do not delete the old key AKIAOLD at its store before 27 November 2026, 12:00 UTC")
    assert "can be deleted at its store" in explain_deletion("AKIAOLD", NOW, NOW)
