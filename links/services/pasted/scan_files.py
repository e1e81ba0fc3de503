"""Signed URLs and calls that sign, in files of any kind: found and judged without asking anybody.

A file is read block by block, and of what is found no more is kept than can be told, so that neither time nor memory
grows with what somebody wrote into a file. No URL is kept: of each only what may be shown.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from links.domain.errors import Unreadable as UnreadableUrl
from links.domain.findings import Finding, Verdict
from links.domain.pasted.extract import STARTS
from links.domain.pasted.repair import Repaired
from links.domain.pasted.urls import PastedUrl, read_pasted, read_repaired
from links.domain.scanning import javascript_calls, python_calls
from links.domain.scanning.notebooks import find_calls_in_notebook
from links.domain.scanning.placeholders import has_placeholder, is_placeholder
from links.domain.scanning.presign_calls import PresignCall
from links.domain.scanning.url_texts import find_texts, find_transfer_encodings, unfold
from links.domain.signed_urls.reading import SignedUrl, Style
from links.lib.file_walks import Block, Unreadable, list_files, read_blocks
from links.services.pasted import doctor

MAX_TEXTS_PER_FILE = 5_000
MAX_URLS = 50_000
MAX_SOURCE_BYTES = 1_000_000  # what is longer was written by no person, and a syntax tree takes a hundred times as much
STANDARD_INPUT = Path("-")
_PYTHON, _NOTEBOOK = frozenset({".py", ".pyi"}), ".ipynb"
_JAVASCRIPT = frozenset({".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx", ".vue", ".svelte", ".html"})
# A URL in one piece, with nothing around or inside it that a repair might undo.
_PLAIN = re.compile(r"https?://[A-Za-z0-9.:-]+/[\w/.~$%-]*\?[\w.~=&%/-]*[\w=%]", re.ASCII)
_CARRIES = re.compile(r"%25|=3D|%3A(?:%2F|/)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FoundUrl:
    """What may be shown of a signed URL; `times` is how often the same stands in the file."""

    path: Path
    line: int
    style: Style
    flavour: str
    host: str
    access_key_id: str
    expires_at: datetime | None
    verdict: Verdict
    findings: tuple[Finding, ...]
    times: int = 1


@dataclass(frozen=True, slots=True)
class FoundCall:
    path: Path
    call: PresignCall


@dataclass(slots=True)
class FileScan:
    """What is in the files. `left_out` are URLs that were not judged, because a file had too many."""

    files: int = 0
    urls: list[FoundUrl] = field(default_factory=list)
    calls: list[FoundCall] = field(default_factory=list)
    unread: list[Unreadable] = field(default_factory=list)
    left_out: int = 0

    @property
    def has_findings(self) -> bool:
        """Also where something could not be looked at."""
        is_dead = any(url.verdict in (Verdict.AT_RISK, Verdict.BROKEN) for url in self.urls)
        return is_dead or any(found.call.is_refused for found in self.calls) or bool(self.unread or self.left_out)


def scan_files(paths: Iterable[Path], standard_input: BinaryIO, now: datetime) -> FileScan:
    """Scan files, whole folders, and what is on standard input for the path `-`."""
    scan = FileScan()
    for path in paths:
        if path == STANDARD_INPUT:
            scan.files += 1
            _scan_stream(standard_input, path, scan, now)
            continue
        for found in list_files([path]):
            if isinstance(found, Unreadable):
                scan.unread.append(found)
            else:
                _scan_file(found, scan, now)
    return scan


def _scan_file(path: Path, scan: FileScan, now: datetime) -> None:
    try:
        with path.open("rb") as stream:
            scan.files += 1
            _scan_stream(stream, path, scan, now)
        scan.calls += (FoundCall(path, call) for call in _find_calls(path))
    except OSError as error:
        scan.unread.append(Unreadable(path, error.strerror or type(error).__name__))


def _scan_stream(stream: BinaryIO, path: Path, scan: FileScan, now: datetime) -> None:
    """The same text again is counted; it is looked at once, also where it turns out to be no signed URL."""
    encodings, places, counts = frozenset[str](), dict[bytes, int | None](), Counter[int]()
    for block in read_blocks(stream):
        encodings |= find_transfer_encodings(block.data)
        for line, text in _find_in_block(block, encodings):
            digest = hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=16).digest()
            if digest in places:
                counts.update(place for place in [places[digest]] if place is not None)
            elif len(places) >= MAX_TEXTS_PER_FILE or len(scan.urls) >= MAX_URLS:
                scan.left_out += 1
            else:
                found = _judge(text, path, line, now)
                places[digest] = len(scan.urls) if found else None
                scan.urls += [found] if found else []
    for place, more in counts.items():
        scan.urls[place] = replace(scan.urls[place], times=1 + more)


def _find_in_block(block: Block, encodings: frozenset[str]) -> Iterator[tuple[int, str]]:
    """Each with its line, the first of which is 1."""
    unfolded = unfold(block.data, encodings)
    since, until = block.since, block.until
    if encodings:
        since, until = (len(unfold(block.data[:end], encodings).data) for end in (since, until))
    line, counted = block.lines_before + 1, 0
    found = [each for each in find_texts(unfolded.data, until) if each.offset >= since]
    for each in sorted(found, key=lambda text: text.offset):
        line, counted = line + unfolded.data.count(b"\n", counted, each.offset), each.offset
        yield line + unfolded.count_breaks(each.offset), each.text


def _judge(text: str, path: Path, line: int, now: datetime) -> FoundUrl | None:
    """None for what is not signed after all, in no way that is known here, or a pattern for URLs."""
    if is_placeholder(text):
        return None
    try:
        pasted = _read(text)
    except UnreadableUrl:
        return None
    url = pasted.signed
    if not _is_signed(url) or has_placeholder(url):
        return None
    judgement = doctor.read_off(url, None, now)
    return FoundUrl(
        path=path,
        line=line,
        style=url.style,
        flavour=url.flavour,
        host=url.host,
        access_key_id=url.access_key_id,
        expires_at=url.expires_at,
        verdict=judgement.verdict,
        findings=tuple(judgement.findings),
    )


def _read(text: str) -> PastedUrl:
    """What stands there in one piece need not be repaired, which takes longer than all the rest. Where nobody signed
    the URL itself, another one may be inside, whoever put it there."""
    if _PLAIN.fullmatch(text) and not _CARRIES.search(text):
        pasted = read_repaired(text, Repaired(text))
        if _is_signed(pasted.signed):
            return pasted
    pasted = read_pasted(text)
    inner = max((found.start() for found in STARTS.finditer(text)), default=0)
    return pasted if _is_signed(pasted.signed) or not inner else read_pasted(text[inner:])


def _is_signed(url: SignedUrl) -> bool:
    """In a way that is known: most of what only looks signed in a log is a visitor's own token."""
    return url.style is not Style.UNSIGNED and not (url.style is Style.OTHER and not url.flavour)


def _find_calls(path: Path) -> Iterator[PresignCall]:
    kind = path.suffix.lower()
    if kind not in _PYTHON | _JAVASCRIPT | {_NOTEBOOK}:
        return
    with path.open("rb") as stream:
        written = stream.read(MAX_SOURCE_BYTES + 1)
    if len(written) > MAX_SOURCE_BYTES:
        return
    source = written.decode("utf-8-sig", "replace")
    if kind == _NOTEBOOK:
        yield from find_calls_in_notebook(source)
    elif kind in _PYTHON:
        yield from python_calls.find_calls(source)
    else:
        yield from javascript_calls.find_calls(source)
