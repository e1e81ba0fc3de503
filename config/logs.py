"""What a log line may hold. Whatever any library logs passes here too."""

import re
from collections.abc import MutableMapping
from typing import Any

from config.log_records import mask
from links.lib.redaction import LOOKED_AT, cut_between_words, redact

_FRAME = re.compile(r"\s*File \"[\w./ +-]+\", line \d+, in \S+")
_MAX_LINE_LENGTH = 2_000
_MAX_LINES = 400


def scrub(_logger: object, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A structlog processor: no URL, signature, session token or link token leaves with a line."""
    return {name: _clean(value) for name, value in event.items()}


def _clean(value: object) -> object:
    if isinstance(value, str):
        return "\n".join(_clean_line(line) for line in _cut(value.splitlines()))
    if isinstance(value, dict):
        return {name: _clean(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple | set):
        return [_clean(inner) for inner in value]
    return value


def _cut(lines: list[str]) -> list[str]:
    """A traceback says at its beginning and at its end what was wrong."""
    half = _MAX_LINES // 2
    return lines if len(lines) <= _MAX_LINES else [*lines[:half], "…", *lines[-half:]]


def _clean_line(line: str) -> str:
    """A traceback's long paths look like secrets and are none: without them a line says nothing."""
    if not line or _FRAME.fullmatch(line):
        return line
    indent = line[: len(line) - len(line.lstrip())]
    return indent + redact(mask(cut_between_words(line, LOOKED_AT * _MAX_LINE_LENGTH)), longest=_MAX_LINE_LENGTH)
