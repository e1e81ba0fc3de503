"""What people reported in public trackers of signed URLs that died or were doubted (`collection.json`), made again: no
host, key or signature in it is anybody's. The URLs' times count from now; what a store answered is read as if it came.

In a case's URL `{name:argument|filter}` is one of `_MAKERS`, or one of its `parts`, through one of `_FILTERS`. What is
expected was written down before the product was asked. A case of which nobody reported names no source.
"""

import base64
import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

from links.domain.pasted.urls import read_pasted
from links.domain.stores.answers import Answer
from links.s3.responses import read_answer
from tests.domain.session_records import make_signed

CASES: Sequence[Mapping[str, Any]] = json.loads(Path(__file__).with_name("collection.json").read_text())
HOST = "store.example.com"
_QUOTED = "The store answered"  # whose words are none of ours
_TOLERANCE = timedelta(minutes=2)
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_GAP = re.compile(r"\{(?P<name>[a-z0-9]+)(?::(?P<argument>[+-]?\w+))?(?:\|(?P<filter>\w+))?\}")


@dataclass(frozen=True)
class Clock:
    now: datetime

    def after(self, offset: str) -> datetime:
        sign, number, unit = offset[0], offset[1:-1], offset[-1]
        return self.now + timedelta(seconds=int(sign + number) * _UNITS[unit])


@dataclass(frozen=True)
class Said:
    """The command's document, all that it prints for people, and its exit code."""

    data: Mapping[str, Any]
    lines: Sequence[str]


def build_url(case: Mapping[str, Any], clock: Clock) -> str:
    return _expand(case["url"], case.get("parts", {}), clock)


def _expand(text: str, parts: Mapping[str, str], clock: Clock) -> str:
    def fill(gap: re.Match[str]) -> str:
        name, argument, chosen = gap["name"], gap["argument"], gap["filter"]
        if name in parts:
            value = _expand(parts[name], parts, clock)
        elif name == "host":
            value = HOST
        elif name in _MAKERS:
            value = _MAKERS[name](argument, clock)
        else:
            return gap[0]
        return _FILTERS[chosen](value) if chosen else value

    return _GAP.sub(fill, text)


def build_answer(case: Mapping[str, Any], clock: Clock) -> Answer | None:
    answer = case.get("answer")
    if answer is None:
        return None
    date = f"{clock.now:%a, %d %b %Y %H:%M:%S} GMT"
    headers = {"date": date, "content-type": "application/xml"}
    headers |= {name.lower(): value for name, value in answer.get("headers", {}).items()}
    return read_answer(answer["status"], headers, _expand(answer["body"], {}, clock).encode())


def _seal(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _make_jwt(offset: str, clock: Clock) -> str:
    claims = {"url": "files/a.png", "exp": int(clock.after(offset).timestamp())}
    return ".".join((_seal(b'{"alg":"HS512","typ":"JWT"}'), _seal(json.dumps(claims).encode()), _seal(b"none" * 12)))


_MAKERS: Mapping[str, Callable[[str, Clock], str]] = {
    "amzdate": lambda offset, clock: f"{clock.after(offset):%Y%m%dT%H%M%SZ}",
    "day": lambda offset, clock: f"{clock.after(offset):%Y%m%d}",
    "b2stamp": lambda offset, clock: f"{clock.after(offset):%Y%m%d%H%M%S}",
    "epoch": lambda offset, clock: f"{clock.after(offset).timestamp():.0f}",
    "hexepoch": lambda offset, clock: f"{int(clock.after(offset).timestamp()):x}",
    "isoq": lambda offset, clock: quote(f"{clock.after(offset):%Y-%m-%dT%H:%M:%SZ}", safe=""),
    "jwt": _make_jwt,
    "ststoken": lambda offset, clock: quote(make_signed(clock.after(offset or "-5m")), safe=""),
    "hex": lambda length, _: hashlib.sha512(f"case {length}".encode()).hexdigest()[: int(length)],
    "long": lambda length, _: base64.b64encode(hashlib.sha512(b"token").digest() * 40).decode()[: int(length)]
    .replace("+", "%2B")
    .replace("/", "%2F"),
}  # fmt: skip
_FILTERS: Mapping[str, Callable[[str], str]] = {
    "q": lambda text: quote(text, safe=""),
    "b64q": lambda text: quote(base64.b64encode(text.encode()).decode(), safe=""),
    "cf": lambda text: base64.b64encode(text.encode()).decode().translate(str.maketrans("+=/", "-_~")),
    "break998": lambda text: text[:998] + "\r\n" + text[998:],
}


def find_missed(case: Mapping[str, Any], said: Said, clock: Clock) -> list[str]:
    """The names of the expectations that do not hold, each with what there was instead."""
    data = said.data
    certain = {finding["code"]: finding["certain"] for finding in data["findings"]}
    failures = [datetime.fromisoformat(found["fails_at"]) for found in data["findings"] if found["fails_at"]]
    parameters = read_pasted(build_url(case, clock)).signed.parameters if "parameter" in case["expect"] else {}
    codes = {finding["code"] for finding in data["findings"]}
    own = [line for line in said.lines if not line.lstrip().startswith(_QUOTED)]
    words = "\n".join(own)
    ends = datetime.fromisoformat(data["expires_at"]) if data["expires_at"] else None
    checks: Mapping[str, tuple[Callable[[Any], bool], object]] = {
        "style": (lambda want: data["style"] in want, data["style"]),
        "kind": (lambda want: data["credential_kind"] in want, data["credential_kind"]),
        "key": (lambda want: data["access_key_id"] == want, data["access_key_id"]),
        "verdict": (lambda want: data["verdict"] in want, data["verdict"]),
        "codes_any": (lambda want: bool(codes & set(want)), codes),
        "codes_none": (lambda want: not codes & set(want), codes),
        "repairs_any": (lambda want: bool(set(data["repairs"]) & set(want)), data["repairs"]),
        "repairs_none": (lambda _: not data["repairs"], data["repairs"]),
        "expires": (lambda want: ends is not None and abs(ends - clock.after(want)) <= _TOLERANCE, ends),
        "certain": (lambda want: all(certain.get(code, sure) == sure for code, sure in want.items()), certain),
        "fails": (lambda want: any(abs(each - clock.after(want)) <= _TOLERANCE for each in failures), failures),
        "parameter": (lambda want: want.items() <= parameters.items(), parameters),
        "says_any": (lambda want: any(re.search(each, words, re.IGNORECASE) for each in want), words),
        "says_none": (lambda want: not any(re.search(each, words, re.IGNORECASE) for each in want), words),
    }
    return [f"{name} {want}: {checks[name][1]}" for name, want in case["expect"].items() if not checks[name][0](want)]


def read_clock() -> Clock:
    return Clock(datetime.now(UTC).replace(microsecond=0))
