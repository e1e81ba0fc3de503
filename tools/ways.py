"""`docs/ways-links-die.md`, made from the code: one row for each finding.

python -m tools.ways            write it
python -m tools.ways --check    fail where it is stale, or a finding has no test, no Japanese or no cure

A test proves a finding by `@pytest.mark.proves("code", ...)`; it is found in the source, never run.
"""

from __future__ import annotations

import ast
import os
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("SECRET_KEY", "only to read the words")
django.setup()

from django.utils import translation

from links.domain.findings import FINDING_KINDS, Code, Finding, Handling, Verdict
from links.texts.findings.evidence import evidence
from links.texts.pages import findings

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "ways-links-die.md"
HEADING = """# The ways a share link dies early

Made by `make docs` from the code; do not edit. Every finding has a code, a sentence and a cure in English and
Japanese, and a test with the true behaviour behind it. The number is the row of the catalogue that the product
began with.

| # | code | what it is | what is done about it | how it is known | cure | proved by |
|---|---|---|---|---|---|---|
"""
REFUSALS = """
Three ways to die have no finding, because nothing that dies so is ever handed out: an empty key that falls through
to ambient credentials (6), an object key that the library rewrites (31), and a host taken from the environment (32).
They are refused by `links/s3/storage.py` and `links/domain/signed_urls/gate.py`; `tests/s3/test_matrix.py`,
`tests/s3/test_storage.py` and `tests/domain/signed_urls/test_gate.py` prove it.
"""
HANDLINGS = {Handling.PREVENTED: "prevented", Handling.FORESEEN: "foreseen", Handling.DETECTED: "detected"}

Proofs = Mapping[str, list[str]]


def main() -> int:
    proofs = find_proofs(ROOT / "tests")
    page = render(proofs)
    if "--check" not in sys.argv:
        PAGE.parent.mkdir(exist_ok=True)
        PAGE.write_text(page, encoding="utf-8")
        return 0
    wrong = [*find_gaps(proofs), *_find_staleness(page)]
    sys.stderr.writelines(f"{line}\n" for line in wrong)
    return bool(wrong)


def find_proofs(folder: Path) -> Proofs:
    """For each code the tests that are marked as its proof, as pytest's node ids."""
    proofs: dict[str, list[str]] = defaultdict(list)
    for path in sorted(folder.rglob("test_*.py")):
        for name, code in _read_marks(ast.parse(path.read_text(encoding="utf-8"))):
            proofs[code].append(f"{path.relative_to(ROOT).as_posix()}::{name}")
    return proofs


def find_gaps(proofs: Proofs) -> Iterator[str]:
    for code in proofs.keys() - {code.value for code in Code}:
        yield f"{proofs[code][0]} proves {code!r}, which is no finding."
    for code in Code:
        if code.value not in proofs:
            yield f"{code} has no test marked as its proof."
        yield from _find_missing_words(code)


def render(proofs: Proofs) -> str:
    with translation.override("en"):
        ordered = sorted(FINDING_KINDS, key=lambda code: (FINDING_KINDS[code].row, list(Code).index(code)))
        return HEADING + "".join(_row(code, proofs.get(code.value, [])) for code in ordered) + REFUSALS


def _row(code: Code, tests: list[str]) -> str:
    kind, plain = FINDING_KINDS[code], Finding(code, Verdict.BROKEN)
    done = ", ".join(word for handling, word in HANDLINGS.items() if handling in kind.handling)
    cells = (
        str(kind.row),
        f"`{code.value}`",
        findings.sentence(plain),
        done,
        evidence(code),
        findings.cure(plain),
        " ".join(f"`{test}`" for test in tests[:2]),
    )
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |\n"


def _find_missing_words(code: Code) -> Iterator[str]:
    english, japanese = _read_words(code, "en"), _read_words(code, "ja")
    for name, text in english.items():
        if not text:
            yield f"{code} has no {name}."
        if japanese[name] == text:
            yield f"{code} has no Japanese {name}."


def _read_words(code: Code, language: str) -> dict[str, str]:
    plain = Finding(code, Verdict.BROKEN)
    with translation.override(language):
        return {"sentence": findings.sentence(plain), "cure": findings.cure(plain), "evidence": evidence(code)}


def _find_staleness(page: str) -> Iterator[str]:
    if not PAGE.is_file() or PAGE.read_text(encoding="utf-8") != page:
        yield f"{PAGE.relative_to(ROOT)} is stale: run `make docs`."


def _read_marks(tree: ast.AST) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            for mark in node.decorator_list:
                yield from ((node.name, code) for code in _read_mark(mark))


def _read_mark(mark: ast.expr) -> list[str]:
    if not isinstance(mark, ast.Call) or not ast.unparse(mark.func).endswith("mark.proves"):
        return []
    return [str(argument.value) for argument in mark.args if isinstance(argument, ast.Constant)]


if __name__ == "__main__":
    sys.exit(main())
