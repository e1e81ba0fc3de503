from enum import StrEnum

import pytest
from django.utils import translation

from links.domain.buckets.endpoints import Addressing
from links.domain.buckets.s3_objects import Step
from links.domain.credentials import KeyState
from links.domain.findings import Subject, Verdict
from links.domain.incidents import NoticeKind
from links.domain.judging.facts import Delivery
from links.domain.link_mails import LinkMailKind
from links.domain.visits.access import Outcome
from links.texts.labels import label, meaning, visit_label, visit_meaning

FINDING_KINDS: list[type[StrEnum]] = [Verdict, KeyState, Delivery, NoticeKind, LinkMailKind, Addressing, Subject, Step]


@pytest.mark.parametrize("state", [state for kind in FINDING_KINDS for state in kind], ids=repr)
def test_every_state_has_a_short_label_in_both_languages(state: StrEnum) -> None:
    with translation.override("en"):
        english = label(state)
    with translation.override("ja"):
        japanese = label(state)
    assert 1 <= len(english.split()) <= 5
    assert japanese
    assert japanese != english


@pytest.mark.parametrize("state", [*Verdict, *KeyState, *Delivery], ids=repr)
def test_verdicts_keys_and_deliveries_are_explained(language: str, state: Verdict | KeyState | Delivery) -> None:
    assert meaning(state).endswith("。" if language == "ja" else ".")


@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_of_a_visit_has_words(language: str, outcome: Outcome) -> None:
    assert visit_label(outcome) != outcome
    assert visit_meaning(outcome).endswith("。" if language == "ja" else ".")


def test_an_outcome_of_old_is_shown_as_it_stands() -> None:
    assert visit_label("bygone") == "bygone"
    assert visit_meaning("bygone") == ""


def test_what_a_tile_of_the_front_page_says_is_said_nowhere_else() -> None:
    """In Japanese its figures are called "of which": a badge that says so says nothing."""
    with translation.override("ja"):
        assert [label(verdict) for verdict in (Verdict.AT_RISK, Verdict.BROKEN)] == ["要注意", "使用不可"]
