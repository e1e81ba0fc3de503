"""Which requests begin a download, and which go on with one that was begun before."""

import re
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime

MEBIBYTE = 1_048_576
_ONE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PartAsked:
    """The headers `Range` and `If-Range` of a request, "" where there is none."""

    span: str = ""
    unless_changed: str = ""


WHOLE = PartAsked()


@dataclass(frozen=True, slots=True)
class SharedFile:
    """The file as it was shared; None and "" where that is not known, or not kept. `size` in bytes."""

    size: int | None = None
    etag: str = ""
    made_at: datetime | None = None


def goes_on(span: str, unless_changed: str, file: SharedFile) -> bool:
    """Whether a request goes on with a download. Whatever a store may answer with the whole file, or with all but
    nothing of it, begins one: no range, several (S3 knows one, and sends the whole file otherwise), one that cannot be
    read, one from the file's first bytes, the last so many bytes where those are all, and one that holds only for
    another file (RFC 9110, sections 13.1.5 and 14.2)."""
    found = _ONE.fullmatch(span[:60].replace(" ", ""))
    if found is None or len(span) > 60 or not _is_same(unless_changed, file):
        return False
    first, last = found.groups()
    if not first:
        return bool(last) and file.size is not None and not _is_all(file.size - int(last), file.size)
    if last and int(last) < int(first):
        return False
    return not _is_all(int(first), file.size)


def _is_all(start: int, size: int | None) -> bool:
    """Whether so little is left out that the rest is as good as the whole file."""
    return start <= 0 or (size is not None and start < min(size // 100, MEBIBYTE))


def _is_same(unless_changed: str, file: SharedFile) -> bool:
    """Whether `If-Range` lets the range hold: it names the file by its strong ETag, or by its date to the second."""
    asked = unless_changed.strip()[:200]
    if not asked or not (file.etag or file.made_at):
        return True
    if asked.endswith('"'):
        return bool(file.etag) and asked.strip('"') == file.etag.strip('"')
    try:
        date = parsedate_to_datetime(asked)
    except (ValueError, OverflowError):
        return False
    return file.made_at is not None and date.tzinfo is not None and date == file.made_at.replace(microsecond=0)
