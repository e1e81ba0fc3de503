from datetime import timedelta

import pytest

from links.domain.findings import Code, Finding, Verdict
from links.domain.judging.facts import Delivery
from links.domain.rotations import CLICKS_LAST, MAX_LABEL_LENGTH, Ending, Plan, due_at, find_fault, name_replaced
from tests.domain.builders import NOW

DAY = timedelta(days=1)


def broken(code: Code) -> Finding:
    return Finding(code, Verdict.BROKEN)


def test_a_key_without_date_or_policy_is_never_due() -> None:
    assert due_at(NOW, None, None) is None


def test_a_key_is_due_on_the_planned_date_or_at_its_age_whichever_comes_first() -> None:
    assert due_at(NOW, NOW + 40 * DAY, None) == NOW + 40 * DAY
    assert due_at(NOW, None, 90) == NOW + 90 * DAY
    assert due_at(NOW, NOW + 40 * DAY, 90) == NOW + 40 * DAY
    assert due_at(NOW, NOW + 400 * DAY, 90) == NOW + 90 * DAY


def test_the_old_key_is_called_by_its_last_day() -> None:
    assert name_replaced("main", NOW, ["main"]) == "main (until 2026-11-24)"


def test_a_name_that_is_taken_is_counted_on() -> None:
    taken = {"main", "main (until 2026-11-24)", "main (until 2026-11-24, 2)"}
    assert name_replaced("main", NOW, taken) == "main (until 2026-11-24, 3)"


def test_a_long_label_is_cut_so_that_its_day_fits() -> None:
    label = "m" * MAX_LABEL_LENGTH
    first = name_replaced(label, NOW, [label])
    second = name_replaced(label, NOW, [label, first])
    assert first.endswith(" (until 2026-11-24)")
    assert second.endswith(" (until 2026-11-24, 2)")
    assert len(first) == len(second) == MAX_LABEL_LENGTH


def test_the_old_key_is_needed_until_the_last_url_that_it_signed_has_ended() -> None:
    assert Plan(last_ends_at=NOW + DAY).harmless_from(NOW) == NOW + DAY


@pytest.mark.parametrize("last", [None, NOW, NOW - DAY])
def test_whoever_clicked_just_before_the_rotation_needs_the_old_key_for_some_minutes(last: None) -> None:
    assert Plan(last_ends_at=last).harmless_from(NOW) == NOW + CLICKS_LAST


def test_what_is_not_listed_is_counted() -> None:
    ending = Ending(1, Delivery.PRESIGNED, "report.pdf", NOW)
    plan = Plan(presigned_count=3, foreign_count=2, endings=(ending, ending))
    assert (plan.dying_count, plan.unshown_count) == (5, 3)


@pytest.mark.parametrize("known_to_serve", [True, False])
def test_a_key_that_reads_all_or_finds_what_is_gone_has_no_fault(known_to_serve: bool) -> None:
    gone = [broken(code) for code in (Code.OBJECT_MISSING, Code.VERSION_MISSING, Code.ARCHIVED)]
    assert find_fault([None, *gone], known_to_serve=known_to_serve) is None
    assert find_fault(gone, known_to_serve=known_to_serve) is None


def test_where_links_served_before_one_that_the_new_key_may_not_read_is_a_fault() -> None:
    lost = broken(Code.PERMISSION_LOST)
    assert find_fault([None, lost, None], known_to_serve=True) is lost


def test_where_links_were_broken_before_one_that_the_new_key_reads_is_enough() -> None:
    lost = broken(Code.PERMISSION_LOST)
    assert find_fault([lost, None, lost], known_to_serve=False) is None
    assert find_fault([lost, lost], known_to_serve=False) is lost


def test_a_store_that_could_not_tell_is_a_fault_that_tells_so() -> None:
    silent = Finding(Code.UNREACHABLE, Verdict.UNKNOWN)
    assert find_fault([silent, silent], known_to_serve=False) is silent
    assert find_fault([None, silent], known_to_serve=True) is silent
