"""Files below folders, and their bytes, block by block: as much memory for a huge file as for a small one."""

import codecs
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import BufferedIOBase, RawIOBase
from pathlib import Path
from typing import BinaryIO

NOT_ENTERED = frozenset({".git", ".hg", ".svn"})
BLOCK_BYTES, OVERLAP_BYTES, LEAD_BYTES = 1 << 20, 1 << 16, 1 << 14
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A path that could not be read, and why, in the operating system's word."""

    path: Path
    reason: str


@dataclass(frozen=True, slots=True)
class Block:
    """What begins before `since` was in the block before, and what begins at `until` or later will be in the next.
    `lines_before` are the lines of the file before it."""

    data: bytes = field(repr=False)
    lines_before: int
    since: int
    until: int


def list_files(paths: Iterable[Path]) -> Iterator[Path | Unreadable]:
    """The files themselves and those below the folders, by name. What is found on the way is followed by no link, and
    is a plain file: a pipe would be waited for without end."""
    waiting = list(reversed(list(paths)))
    while waiting:
        path = waiting.pop()
        try:
            if path.is_dir():
                waiting += reversed(_list_folder(path))
            elif stat.S_ISREG(path.stat().st_mode):
                yield path
        except OSError as error:
            yield Unreadable(path, error.strerror or type(error).__name__)


def _list_folder(folder: Path) -> list[Path]:
    with os.scandir(folder) as entries:
        found = [
            entry.name
            for entry in entries
            if entry.is_file(follow_symlinks=False)
            or (entry.is_dir(follow_symlinks=False) and entry.name not in NOT_ENTERED)
        ]
    return [folder / name for name in sorted(found)]


def read_blocks(stream: BinaryIO | RawIOBase | BufferedIOBase) -> Iterator[Block]:
    """UTF-16 is turned into UTF-8. Raises OSError."""
    kept, lines, since, decoder = b"", 0, 0, None
    while True:
        read = stream.read(BLOCK_BYTES) or b""
        if not kept and decoder is None and (encoding := _find_utf_16(read)):
            decoder = codecs.getincrementaldecoder(encoding)("replace")
        is_last = not read
        data = kept + (decoder.decode(read, is_last).encode("utf-8", "replace") if decoder else read)
        until = len(data) if is_last else max(len(data) - OVERLAP_BYTES, since)
        yield Block(data, lines, since, until)
        if is_last:
            return
        begin = max(until - LEAD_BYTES, 0)
        lines, kept, since = lines + data.count(b"\n", 0, begin), data[begin:], until - begin


def _find_utf_16(begin: bytes) -> str:
    """By what its first bytes say, or by its letters, of which every other byte is empty."""
    if begin.startswith(_UTF_16):
        return "utf-16"
    for encoding, empty in (("utf-16-le", begin[1:400:2]), ("utf-16-be", begin[:400:2])):
        other = begin[0:400:2] if encoding == "utf-16-le" else begin[1:400:2]
        if len(empty) > 8 and empty.count(0) > 0.8 * len(empty) and other.count(0) < 0.1 * len(other):
            return encoding
    return ""
