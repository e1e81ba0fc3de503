"""The answer to a rescue, or to a press that made links once more: the new links' URLs, this once."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC

from links.models import ShareLink
from links.services.rescue import Row
from links.words import refusals

# What spreadsheets take for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Remade:
    """One link, ready to be read: the `url` of the link that was made from it, or why none was."""

    old: ShareLink
    new: ShareLink | None
    url: str = field(repr=False)
    refusal: str


@dataclass(frozen=True, slots=True)
class RemadePage:
    """`table` is what can be copied into a spreadsheet."""

    rows: list[Remade] = field(repr=False)
    table: str = field(repr=False)
    count: int


def tell_remade(rows: Sequence[Row], old: str) -> RemadePage:
    """`old` names the table's column of the links from which the new ones were made."""
    told = [_tell(row) for row in rows]
    return RemadePage(told, _tabulate(told, old), sum(1 for row in rows if row.issued))


def _tell(row: Row) -> Remade:
    new, url = (row.issued.link, row.issued.url) if row.issued else (None, "")
    return Remade(row.link, new, url, refusals.say(row.refused) if row.refused else "")


def _tabulate(rows: Sequence[Remade], old: str) -> str:
    """CSV; the names of its columns are for machines too, and stay as they are in every language."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["link", old, "object", "note", "promised_until", "url"])
    for row in rows:
        if row.new:
            until = row.new.promised_until.astimezone(UTC).isoformat().replace("+00:00", "Z")
            texts = [_disarm(row.new.object_key), _disarm(row.new.note)]
            table.writerow([row.new.pk, row.old.pk, *texts, until, row.url])
    return text.getvalue()


def _disarm(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
