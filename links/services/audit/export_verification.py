"""Whether an export of the audit trail (JSON lines) is what the trail said: each record by its own hash, and chained to
the one before where that is in the file too. It needs no database."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from links.domain.audit.chain import BEGINNING, hash_record
from links.models.audit.records import COVERED
from links.services.audit.verification import FaultKind, Verified

Told = Mapping[str, Any]


def verify_export(lines: Iterable[str], expected: tuple[int, str] | None = None) -> Verified:
    """Records that a filter left out are no fault. What may be forgotten (names, addresses) is not verified: the digest
    of it is salted. Raises `ValueError` for a line that is no record of an export."""
    found, hashes, previous = Verified(), dict[int, str](), dict[int, str]()
    for place, line in enumerate(lines, 1):
        told, number = _read_record(line, place)
        found.records += 1
        if not number:
            found.add(FaultKind.NOT_CHAINED)
            continue
        if number in hashes or not _is_as_hashed(told, number):
            found.add(FaultKind.RECORD_CHANGED, number)
        hashes[number], previous[number] = told["hash"], told["previous"]
    for number, before in sorted(previous.items()):
        if before != (BEGINNING.hex() if number == 1 else hashes.get(number - 1, before)):
            found.add(FaultKind.CHAIN_BROKEN, number)
    found.number = max(hashes, default=0)
    found.head = hashes.get(found.number, found.head)
    if expected is not None and hashes.get(expected[0], "") != expected[1].lower():
        found.add(FaultKind.END_MISSING, expected[0])
    return found


def _read_record(line: str, place: int) -> tuple[Told, int]:
    try:
        told = json.loads(line)
        number = told["number"] or 0
        is_read = isinstance(number, int) and {*_NEEDED} <= set(told) and datetime.fromisoformat(told["at"]).tzinfo
    except (ValueError, TypeError, KeyError, RecursionError):
        is_read = None
    if not is_read:
        raise ValueError(f"Line {place} is no record of an export as JSON lines.")
    return told, number


_NEEDED = ("number", "at", *COVERED, "before", "after", "place_digest", "personal_digest", "previous", "hash")


def _is_as_hashed(told: Told, number: int) -> bool:
    contents = {
        **{name: told[name] for name in (*COVERED, "place_digest", "personal_digest")},
        "at": datetime.fromisoformat(told["at"]).astimezone(UTC).isoformat(timespec="microseconds"),
    }
    try:
        is_hashed = hash_record(number, bytes.fromhex(told["previous"]), contents).hex() == told["hash"]
        # What people read of the values is what was hashed; beside it stands what may be forgotten.
        values = json.loads(told["values"] or "{}")
        return is_hashed and all({**told[part], **values.get(part, {})} == told[part] for part in ("before", "after"))
    except (ValueError, TypeError, AttributeError):
        return False
