"""The table of rights, as docs/rights.md says it: written by people, and read here."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PATH = Path(__file__).resolve().parents[2] / "docs" / "rights.md"
COLUMNS = ("anonymous", "customer", "staff", "maker", "manager", "keeper", "auditor", "superuser")
METHODS = ("GET", "POST")
SITE, API = "text", "api"  # the blocks of the document: what people are asked for, and what programs send a token to


@dataclass(frozen=True)
class Right:
    """What somebody meets who sends `method` to `route`, the resolver's own words, about a row that is whose."""

    method: str
    route: str
    query: str
    whose: str
    answers: dict[str, str]

    def __str__(self) -> str:
        return f"{self.method} {self.route}{'?' if self.query else ''}{self.query} ({self.whose})"


def read_table(blocks: str = SITE) -> list[Right]:
    """Each row of the document's blocks of this kind; one that names two methods, or two kinds of rows, is as many."""
    return [right for line in _list_lines(PATH.read_text(), blocks) for right in _read(line)]


def _list_lines(text: str, blocks: str) -> Iterator[str]:
    for block in text.split("```")[1::2]:
        kind, *lines = block.splitlines()
        if kind == blocks:
            yield from (line for line in lines if line.strip() and not line.startswith("#"))


def _read(line: str) -> Iterator[Right]:
    methods, route, kinds, *answers = line.split()
    if len(answers) != len(COLUMNS):
        raise ValueError(f"A row has {len(COLUMNS)} answers: {line}")
    path, _, query = (route, "", "") if "(?P" in route else route.partition("?")
    for method in methods.split("+"):
        for whose in kinds.split("+"):
            yield Right(method, "" if path == "/" else path, query, whose, dict(zip(COLUMNS, answers, strict=True)))
