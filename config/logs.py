"""What a log line may hold. Whatever any library logs passes here too."""

import json
import re
from collections.abc import MutableMapping
from typing import Any

from links.lib.redaction import LOOKED_AT, cut_between_words, redact
from links.lib.request_ids import read_request_id

from .log_records import mask

_FRAME = re.compile(r"\s*File \"[\w./ +-]+\", line \d+, in [\w.<>]+")
_MAX_LINE_LENGTH = 2_000
_MAX_LINES = 400
_TRACES = ("exception", "stack")
_INDENT = "  "
_IS_QUOTED = re.compile(r"[\s=\"']")


def scrub(_logger: object, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A structlog processor: no URL, signature, session token or link token leaves with a line, and no value makes
    lines or fields of its own. A traceback, and what other libraries say, may have several lines; they are indented, so
    that only an event stands at the beginning of a line."""
    return {name: value if _is_request_id(name, value) else _clean_field(name, value) for name, value in event.items()}


def scrub_for_json(_logger: object, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """As `scrub`, for what is written as JSON, which quotes and escapes by itself: one line for each event."""
    return {name: value if _is_request_id(name, value) else _clean_json(name, value) for name, value in event.items()}


def clean_text(value: object) -> str:
    """What JSON has no form for, as text."""
    return str(_clean(str(value)))


def _is_request_id(name: str, value: object) -> bool:
    """Which looks like a digest, and is looked for as it is."""
    return name == "request_id" and isinstance(value, str) and bool(read_request_id(value))


def _clean_json(name: str, value: object) -> object:
    return _clean_lines(value) if isinstance(value, str) and name in ("event", *_TRACES) else _clean(value)


def _clean_lines(text: str) -> str:
    return "\n".join(_clean_line(line) for line in _cut(text.splitlines()))


def _clean_field(name: str, value: object) -> object:
    if not isinstance(value, str):
        return _clean(value)
    if name in ("event", *_TRACES):
        lines = f"\n{_INDENT}".join(_clean_line(line) for line in _cut(value.splitlines()))
        return f"{_INDENT}{lines}" if name in _TRACES and lines else lines
    text = str(_clean(value))
    return json.dumps(text, ensure_ascii=False) if _IS_QUOTED.search(text) and name != "timestamp" else text


def _clean(value: object) -> object:
    if isinstance(value, str):
        return " ".join(_clean_line(line) for line in _cut(value.splitlines()))
    if isinstance(value, dict):
        return {_clean(name): _clean(inner) for name, inner in value.items()}
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
