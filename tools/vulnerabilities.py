"""Whether a locked dependency has a known hole: pip-audit asks PyPI about each.

python -m tools.vulnerabilities      fail where one has, and say how many could not be looked up

pip-audit says "No known vulnerabilities found" also where it could look nothing up, as without a network. What was not
audited is therefore counted on a line of its own. That is no failure: a build must not hang on PyPI's answer.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from demo.servers import executable

LOCKED = ("requirements-security.txt",)  # which holds what every other one holds
NAMED = 5  # so many of those that were not audited are told by name
TIMEOUT_SECONDS = 300


@dataclass(frozen=True)
class Audit:
    """What came of asking: how many were audited, the holes found, and the names of what could not be looked up."""

    audited: int
    holes: tuple[str, ...]
    skipped: tuple[str, ...]


def main() -> int:
    audit = ask(LOCKED)
    sys.stdout.writelines(f"{line}\n" for line in describe(audit))
    return 1 if audit.holes else 0


def ask(files: Sequence[str]) -> Audit:
    """Asks about all that these files lock. Where pip-audit itself fails, nothing was audited."""
    named = [argument for file in files for argument in ("--requirement", file)]
    command = [
        executable("pip-audit"),
        *named,
        "--disable-pip",
        "--require-hashes",
        "--progress-spinner=off",
        "--format=json",
    ]
    try:
        asked = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT_SECONDS, check=False)  # noqa: S603
        return read_report(asked.stdout)
    except (subprocess.TimeoutExpired, ValueError):  # it ends with 1 both where it found a hole and where it fell
        return Audit(audited=0, holes=(), skipped=_read_names(files))


def read_report(report: str) -> Audit:
    """What pip-audit found, out of its JSON; raises ValueError where it is none."""
    dependencies: list[dict[str, Any]] = json.loads(report)["dependencies"]
    audited = [each for each in dependencies if "skip_reason" not in each]
    return Audit(
        audited=len(audited),
        holes=tuple(_describe_hole(each, hole) for each in audited for hole in each["vulns"]),
        skipped=tuple(each["name"] for each in dependencies if "skip_reason" in each),
    )


def describe(audit: Audit) -> list[str]:
    """The lines to print: each hole, then how many were audited, and how many were not."""
    lines = [*audit.holes, f"audited: {audit.audited}, with a known hole: {len(audit.holes)}"]
    if audit.skipped:
        more = ", ..." if len(audit.skipped) > NAMED else ""
        lines.append(f"not audited: {len(audit.skipped)} ({', '.join(audit.skipped[:NAMED])}{more})")
    return lines


def _describe_hole(dependency: dict[str, Any], hole: dict[str, Any]) -> str:
    mended = ", ".join(hole["fix_versions"]) or "no version yet"
    return f"{dependency['name']} {dependency['version']}: {hole['id']}, mended in {mended}"


def _read_names(files: Sequence[str]) -> tuple[str, ...]:
    return tuple(name for file in files for name in re.findall(r"^([\w.-]+)==", Path(file).read_text(), re.MULTILINE))


if __name__ == "__main__":
    raise SystemExit(main())
