"""Everything that reads what strangers write, fed with bytes: it answers, or refuses in our own words. Needs no Django.

What the fuzzer found worth keeping is in `tests/fuzzing/corpus/`, a folder for each reader.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from links.domain.errors import HoldfastError
from links.domain.pasted.repair import repair
from links.domain.pasted.urls import read_all, read_pasted
from links.domain.policies.lifecycles import foresee_changes, read_kept_rules
from links.domain.policies.statements import read_policy
from links.domain.promise import lifetimes
from links.domain.scanning import url_texts
from links.domain.signed_urls.reading import read
from links.s3.refusals.bodies import read_refusal
from links.s3.responses import read_answer
from links.s3.targets import read_target

CORPUS = Path(__file__).parent / "corpus"
NOW = datetime(2026, 11, 28, tzinfo=UTC)
MAX_LENGTH = 8_192
_HEADERS = ("date", "etag", "x-amz-expiration", "x-amz-restore", "location", "server", "content-type", "content-range")


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def read_url(data: bytes) -> object:
    return read(_text(data)), read_target(_text(data))


def mend(data: bytes) -> object:
    """What is repaired, and then whatever is read of it."""
    once = repair(_text(data))
    with suppress(HoldfastError):
        read_pasted(_text(data))
        read_all(_text(data))
    return once


def read_bucket_policy(data: bytes) -> object:
    policy = read_policy(_text(data))
    statements = [*policy.denials, *policy.grants] if policy else []
    return [
        (one.matches("s3:GetObject", "files", "a"), one.applies_to("arn:aws:iam::123456789012:user/share"))
        for one in statements
    ]


def read_lifecycle(data: bytes) -> object:
    rules = read_kept_rules(_text(data))
    return foresee_changes(rules or (), "a/b.pdf", 1234, NOW), foresee_changes(rules or (), "a", None, NOW, pinned=True)


def read_store(data: bytes) -> object:
    """The first byte chooses the status, the first line is every header, all is the body."""
    status = (200, 206, 301, 307, 400, 403, 404, 416, 500, 503)[data[0] % 10] if data else 403
    line = data.split(b"\n", 1)[0].decode("latin-1")
    return read_answer(status, dict.fromkeys(_HEADERS, line), data), read_refusal(data)


def scan(data: bytes) -> object:
    return list(url_texts.find_texts(data, 4_096))


def read_lifetime(data: bytes) -> object:
    return lifetimes.parse(_text(data), zone=UTC)


READERS: Mapping[str, Callable[[bytes], object]] = {
    "url": read_url,
    "mender": mend,
    "policy": read_bucket_policy,
    "lifecycle": read_lifecycle,
    "answer": read_store,
    "scan": scan,
    "lifetime": read_lifetime,
}


def feed(name: str, data: bytes) -> None:
    """Raises what is no refusal of ours."""
    with suppress(HoldfastError):
        READERS[name](data)


def list_corpus(name: str) -> list[Path]:
    return sorted(path for path in (CORPUS / name).iterdir() if path.is_file())
