"""Markdown, read as far as the tests of the documents need it: headings and their anchors, links, blocks of code."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
DOCS = ROOT / "docs"
DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted(DOCS.rglob("*.md"))]

_FENCE = re.compile(r"^(?P<indent> *)```(?P<language>\w*)[^\n]*\n(?P<code>.*?)^ *```\s*$", re.MULTILINE | re.DOTALL)
_INLINE_CODE = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_HEADING = re.compile(r"^(#{1,6}) +(.+?)(?: +#+)?$", re.MULTILINE)
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block of code, and the anchor of the heading that it stands below."""

    language: str
    code: str
    section: str


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def find_links(text: str) -> Iterator[str]:
    """Where the document leads to, pictures included, but for what stands in code."""
    prose = _INLINE_CODE.sub("", _COMMENT.sub("", _FENCE.sub("", text)))
    yield from _LINK.findall(prose)


def find_anchors(text: str) -> list[str]:
    """The anchors of all headings, in their order, as GitHub and the site make them."""
    return [make_anchor(heading) for _, heading in _HEADING.findall(_FENCE.sub("", text))]


def make_anchor(heading: str) -> str:
    plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
    return re.sub(r"[^\w\- ]", "", plain).strip().lower().replace(" ", "-")


def find_blocks(text: str, language: str) -> list[Block]:
    """The fenced blocks of this language, in their order."""
    return [
        Block(language, _strip(fence), (find_anchors(text[: fence.start()]) or [""])[-1])
        for fence in _FENCE.finditer(text)
        if fence["language"] == language
    ]


def split_sections(text: str, level: int) -> dict[str, str]:
    """What stands below each heading of this level, by the heading's anchor."""
    bare = _FENCE.sub(lambda fence: re.sub(r"^#", " ", fence[0], flags=re.MULTILINE), text)
    starts = [(match.start(), len(match[1]), make_anchor(match[2])) for match in _HEADING.finditer(bare)]
    ends = [start for start, *_ in starts[1:]] + [len(text)]
    return {anchor: text[start:end] for (start, depth, anchor), end in zip(starts, ends, strict=True) if depth == level}


def _strip(fence: re.Match[str]) -> str:
    return re.sub(rf"^{fence['indent']}", "", fence["code"], flags=re.MULTILINE)
