"""What pip-audit found is told, and what it could not look up is never told as passed."""

import json
import re
from pathlib import Path

import pytest

from tools.vulnerabilities import Audit, ask, describe, read_report

ROOT = Path(__file__).resolve().parents[2]
LOCKS = sorted(path.name for path in ROOT.glob("requirements*.txt"))
SKIPPED = {"name": "amqp", "skip_reason": "Dependency not found on PyPI and could not be audited: amqp (5.4.2)"}
SOUND = {"name": "django", "version": "5.2.19", "vulns": []}
HOLED = {
    "name": "urllib3",
    "version": "2.6.0",
    "vulns": [{"id": "CVE-2026-21441", "fix_versions": ["2.6.3"], "aliases": [], "description": "A bomb."}],
}


def _report(*dependencies: object) -> str:
    return json.dumps({"dependencies": dependencies, "fixes": []})


def test_a_hole_is_told_with_the_version_that_mends_it() -> None:
    audit = read_report(_report(SOUND, HOLED))
    assert audit.holes == ("urllib3 2.6.0: CVE-2026-21441, mended in 2.6.3",)
    assert describe(audit) == [*audit.holes, "audited: 2, with a known hole: 1"]


def test_what_could_not_be_looked_up_is_counted_apart() -> None:
    audit = read_report(_report(SOUND, SKIPPED))
    assert audit == Audit(audited=1, holes=(), skipped=("amqp",))
    assert describe(audit)[-1] == "not audited: 1 (amqp)"


def test_many_that_were_not_audited_are_a_number() -> None:
    audit = Audit(audited=0, holes=(), skipped=tuple("abcdefg"))
    assert describe(audit) == ["audited: 0, with a known hole: 0", "not audited: 7 (a, b, c, d, e, ...)"]


def test_what_is_no_report_is_no_pass() -> None:
    with pytest.raises(ValueError, match="Expecting value"):
        read_report("")


def test_where_pip_audit_falls_nothing_was_audited(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    locked = tmp_path / "requirements.txt"
    locked.write_text("amqp==5.4.2 \\\n    --hash=sha256:00\ndjango==5.2.19 \\\n    --hash=sha256:00\n")
    monkeypatch.setattr("tools.vulnerabilities.executable", lambda _: "false")
    assert ask([str(locked)]) == Audit(audited=0, holes=(), skipped=("amqp", "django"))


@pytest.mark.parametrize("name", [name for name in LOCKS if name != "requirements-next.txt"])
def test_every_locked_dependency_has_its_version_and_hashes(name: str) -> None:
    text = (ROOT / name).read_text().replace("\\\n", " ")
    locked = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    assert locked
    assert [line for line in locked if not re.match(r"^[\w.\[\]-]+==\S+ .*--hash=sha256:[0-9a-f]{64}", line)] == []


def test_nothing_that_only_tests_or_the_demo_need_is_locked_for_production() -> None:
    production = (ROOT / "requirements.txt").read_text()
    wanted = set(re.findall(r"^([\w-]+)", (ROOT / "requirements.in").read_text(), re.MULTILINE))
    others = [ROOT / f"requirements-{name}.in" for name in ("dev", "demo", "demo-postgres", "security")]
    named = {name for path in others for name in re.findall(r"^([\w-]+)", path.read_text(), re.MULTILINE)}
    assert named >= {"pytest", "ruff"}
    assert [name for name in sorted(named - wanted) if re.search(rf"^{name}==", production, re.MULTILINE)] == []
