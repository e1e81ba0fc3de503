"""The page on security says of every requirement how it is met, and what proves it."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "security.md"
REQUIREMENTS = (Path(__file__).parent / "asvs_level_2.txt").read_text().split()
"""Those of levels 1 and 2 of OWASP's ASVS 5.0.0."""
ROW = re.compile(r"^\| (V\d[^|]*) \| ([^|]*) \| ([^|]*) \| ([^|]*) \|$", re.MULTILINE)
STATES = {"met", "met where set", "by the operator", "deviation", "not yet", "does not apply"}
PROOF = re.compile(r"`([\w./-]+)`|\]\(([\w./-]+)")


def read_rows() -> list[tuple[list[str], str, str, str]]:
    page = PAGE.read_text(encoding="utf-8")
    return [(row[1].split(", "), row[2].strip(), row[3].strip(), row[4].strip()) for row in ROW.finditer(page)]


def test_every_requirement_has_one_row() -> None:
    told = [number for numbers, *_ in read_rows() for number in numbers]
    assert sorted(told) == sorted(REQUIREMENTS)


def test_each_row_has_a_state_and_says_how() -> None:
    assert {state for _, state, _, _ in read_rows()} <= STATES
    assert [numbers for numbers, _, how, _ in read_rows() if not how] == []


def test_what_is_met_names_what_proves_it() -> None:
    """That it is there, `test_citations` holds."""
    unproved = [numbers for numbers, state, _, proof in read_rows() if state == "met" and not PROOF.search(proof)]
    assert unproved == []
