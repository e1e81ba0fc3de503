"""Many foreign URLs at once: each line accepted, or refused with its reason."""

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import TypeAlias

from django.contrib.auth.models import User
from django.db import IntegrityError

from links.domain.errors import HoldfastError, Refused, Unreadable
from links.domain.findings import Finding
from links.domain.pasted.repair import Repair, Repaired, repair
from links.domain.pasted.urls import read_repaired
from links.domain.promise import lifetimes
from links.domain.reasons import Reason
from links.domain.results import ItemResult
from links.domain.sharing import ShareScope
from links.domain.viewers import Operator
from links.models import ShareLink
from links.models.links.share_links import Viewer
from links.queries.bucket_registry import BucketRegistry
from links.queries.link_state import where_live
from links.services import queue
from links.services.pasted import doctor
from links.services.pasted.watch import build_watched, save_watched

MAX_LINES = 1_000
ATTEMPTS = 20  # to save them; each fails only because somebody else has just watched one of their URLs


@dataclass(frozen=True, slots=True)
class PastedLine:
    """One line, by its number from 1 on, and what was repaired in it. Holds no URL."""

    number: int
    repairs: tuple[Repair, ...] = ()


@dataclass(frozen=True, slots=True)
class WatchedUrl:
    """`link` watches it from now on; `findings` were read off the URL."""

    link: ShareLink
    findings: tuple[Finding, ...] = ()


WatchResult: TypeAlias = ItemResult[PastedLine, WatchedUrl]


def watch_many(
    lines: Iterable[str],
    promised_until: datetime | None,
    *,
    owner: User | Operator,
    scope: ShareScope,
    note: str = "",
    zone: tzinfo = UTC,
    now: datetime,
) -> list[WatchResult]:
    """Watch up to `MAX_LINES` URLs, one in each line; one result for each line that is not blank.

    After the URL a line may have a tab, comma or blank, then its own promised end, a date as `lifetimes.parse`
    reads it in `zone`, and after that a note of its own; `promised_until` and `note` are for lines without.
    Raises `Refused`, and watches nothing: `lines-missing`, `lines-too-many`.
    """
    numbered = [(number, line.strip()) for number, line in enumerate(lines, 1) if line.strip()]
    if not numbered:
        raise Refused(Reason.LINES_MISSING)
    if len(numbered) > MAX_LINES:
        raise Refused(Reason.LINES_TOO_MANY, count=len(numbered), most=MAX_LINES)
    register = BucketRegistry.read()
    order = _Order(promised_until, note, zone, owner, scope, now)
    results = _save([_read_line(number, line, order, register) for number, line in numbered], owner, now)
    queue.enqueue("validate_due_links")
    return results


@dataclass(frozen=True, slots=True)
class _Order:
    """What is said once for all lines."""

    promised_until: datetime | None
    note: str
    zone: tzinfo
    owner: User | Operator
    scope: ShareScope
    now: datetime


_DATE = re.compile(rf"(?<=[\s,])(?:{lifetimes.DATE})(?: [0-9]{{1,2}}:[0-9]{{2}})?[^\s,]*", re.IGNORECASE)
_BETWEEN = " \t\r\v\f,"
_NARROW = {0x3000: 0x20} | {
    code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)
}  # letter for letter, so that places stay
_BARE = re.compile(r"https?:", re.IGNORECASE)


def _read_line(number: int, line: str, order: _Order, register: BucketRegistry) -> WatchResult:
    """With its link unsaved, or with the reason why there is none."""
    text, until, note = _take_apart(line)
    repaired = repair(text)
    try:
        if _has_more_than_a_url(text, repaired):
            raise Unreadable(Reason.LINE_UNREADABLE)
        pasted = read_repaired(text, repaired)
        promised_until = _read_until(until, order)
        link = build_watched(
            pasted,
            promised_until,
            register,
            note=note or order.note,
            owner=order.owner,
            scope=order.scope,
            now=order.now,
        )
    except HoldfastError as refused:
        return WatchResult(PastedLine(number), refused=refused)
    found_in = doctor.read_off(pasted.signed, promised_until, order.now)
    return WatchResult(PastedLine(number, pasted.repairs), WatchedUrl(link, found_in.findings))


def _take_apart(line: str) -> tuple[str, str, str]:
    """The URL, its own promised end, and its note. A date can stand in an object key too: where there is a query, what
    belongs to the line comes after it has begun."""
    narrow = line.translate(_NARROW)
    query = narrow.find("?", 0, -1)
    found = _DATE.search(narrow, query + 3)
    if found is None:
        return line, "", ""
    url, note = narrow[: found.start()].rstrip(_BETWEEN), narrow[found.end() :].lstrip(_BETWEEN)
    return line[: len(url)], line[found.start() : found.end()], line[len(line) - len(note) :] if note else ""


def _has_more_than_a_url(text: str, repaired: Repaired) -> bool:
    """A note without a date before it would else be lost, or pass for the end of the signature."""
    is_bare = _BARE.match(text) is not None or Repair.BLANKS in repaired.repairs
    return is_bare and len(text.partition("?")[2].split()) > 1


def _read_until(text: str, order: _Order) -> datetime:
    if not text:
        if order.promised_until is None:
            raise Refused(Reason.PROMISE_MISSING)
        return order.promised_until
    try:
        end = lifetimes.parse(text, zone=order.zone).end
    except Refused as refused:
        if refused.reason is Reason.LIFETIME_DATE_AMBIGUOUS:
            raise
        end = None
    if end is None:
        raise Unreadable(Reason.PROMISE_UNREADABLE, text=text[:40])
    return end


def _save(unsaved: Sequence[WatchResult], viewer: Viewer, now: datetime) -> list[WatchResult]:
    """Save those that are watched by nobody yet; where somebody watched one of them since, look again."""
    for _ in range(ATTEMPTS):
        results = _refuse_known(unsaved, viewer, now)
        with suppress(IntegrityError):
            save_watched([result.done.link for result in results if result.done], now)
            return results
    raise IntegrityError("watched")


def _refuse_known(results: Sequence[WatchResult], viewer: Viewer, now: datetime) -> list[WatchResult]:
    """Nothing is watched twice: not what is watched already, nor what stands in two lines."""
    hashes = {result.item.number: bytes(result.done.link.url_hash or b"") for result in results if result.done}
    watched = _find_watched_ids(list(hashes.values()), viewer, now)
    first: dict[bytes, int] = {}
    for number, known in hashes.items():
        first.setdefault(known, number)
    refused: dict[int, Refused] = {}
    for number, known in hashes.items():
        if known in watched:
            refused[number] = Refused(Reason.URL_WATCHED, link=watched[known])
        elif first[known] != number:
            refused[number] = Refused(Reason.URL_REPEATED, line=first[known])
    return [
        WatchResult(result.item, refused=refused[result.item.number]) if result.item.number in refused else result
        for result in results
    ]


def _find_watched_ids(hashes: Sequence[bytes], viewer: Viewer, now: datetime) -> dict[bytes, int | str]:
    """By hash, the link that watches the URL; "" in place of one that the viewer may not know of."""
    found = ShareLink.objects.filter(where_live(now), url_hash__in=hashes).order_by("-pk")
    seen = set(found.seen_by(viewer).values_list("pk", flat=True))
    watched = found.values_list("url_hash", "pk")
    return {bytes(url_hash): pk if pk in seen else "" for url_hash, pk in watched if url_hash}
