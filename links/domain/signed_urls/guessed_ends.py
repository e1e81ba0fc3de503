"""When a URL that is signed in a way nobody here knows seems to end: by a parameter that is named after an end, a
moment before a digest, or a token that states one. It is said as a guess, and judges nothing.
"""

import re
from collections.abc import Iterator
from datetime import datetime

from links.domain.signed_urls.url_parts import Query
from links.domain.signed_urls.values import parse_epoch, parse_iso, read_end_of_token

_NAMED = re.compile(r"expir|(?:^|[_-])(?:exp|e|deadline|until|endtime)$|(?:valid.?(?:to|until)|endtime)$")
_EPOCH = re.compile(r"(?P<seconds>[0-9]{10})(?:[0-9]{3})?")  # or milliseconds
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}.{0,30}")
_BEFORE_DIGEST = re.compile(r"(?P<seconds>[0-9]{10})_[0-9a-f]{40,64}")
_IN_PATH = re.compile(r"(?:^|[/~&;])(?:exp|expires|expiry)=(?P<seconds>[0-9]{10})(?![0-9])", re.IGNORECASE)
_LONGEST_VALUE = 4_096  # of a token that states an end


def guess_end(query: Query, path: str) -> datetime | None:
    """The earliest moment that may be meant; None where nothing looks like one."""
    return min(_list_ends(query, path), default=None)


def _list_ends(query: Query, path: str) -> Iterator[datetime]:
    for name, value in query.parameters.items():
        if _NAMED.search(name) and (end := _read_moment(value)):
            yield end
        if (found := _BEFORE_DIGEST.fullmatch(value)) and (end := parse_epoch(found["seconds"])):
            yield end
        if len(value) <= _LONGEST_VALUE and (end := read_end_of_token(value)):
            yield end
    for found in _IN_PATH.finditer(path):
        if end := parse_epoch(found["seconds"]):
            yield end
    for part in path.split("/"):
        if part.startswith("eyJ") and len(part) <= _LONGEST_VALUE and (end := read_end_of_token(part)):
            yield end


def _read_moment(text: str) -> datetime | None:
    if found := _EPOCH.fullmatch(text):
        return parse_epoch(found["seconds"])
    return parse_iso(text) if _DATE.fullmatch(text) else None
