"""The answer to many lines that were to be watched."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext

from links.admin.base.badges import Badge, Tone
from links.admin.base.finding_views import build_finding_view
from links.domain.findings import Finding
from links.domain.reasons import Reason
from links.models import ShareLink
from links.services.foreign import Row
from links.words import refusals, repairs

KNOWN = frozenset({Reason.URL_WATCHED, Reason.URL_REPEATED, Reason.URL_OURS})


@dataclass(frozen=True, slots=True)
class Line:
    """One line, ready to be read. Shows no URL; `known` is the number of the link that watches it already."""

    number: int
    badge: Badge
    link: ShareLink | None
    known: int | None
    sentences: list[str]


@dataclass(frozen=True, slots=True)
class WatchResults:
    """`refused` are the numbers of the lines of which nothing came."""

    lines: list[Line]
    accepted: int
    repeated: int
    refused: frozenset[int]


def build_watch_results(rows: Sequence[Row]) -> WatchResults:
    accepted = sum(1 for row in rows if row.link)
    repeated = sum(1 for row in rows if row.refused and row.refused.reason in KNOWN)
    refused = frozenset(row.number for row in rows if row.refused and row.refused.reason not in KNOWN)
    return WatchResults([_build_line(row) for row in rows], accepted, repeated, refused)


def _build_line(row: Row) -> Line:
    told = [refusals.say(row.refused)] if row.refused else []
    mended = [repairs.sentence(repair) for repair in row.repairs]
    seen = [_explain(finding) for finding in row.findings]
    known = row.refused.params.get("link") if row.refused else None
    return Line(row.number, _find_badge(row), row.link, known if isinstance(known, int) else None, told + seen + mended)


def _explain(finding: Finding) -> str:
    told = build_finding_view(finding)
    return gettext("%(name)s: %(value)s") % {"name": told.title, "value": told.sentence}


def _find_badge(row: Row) -> Badge:
    if row.refused is None:
        return Badge(Tone.GOOD, gettext("Watched"))
    if row.refused.reason in KNOWN:
        return Badge(Tone.QUIET, gettext("Known"))
    return Badge(Tone.BAD, gettext("Refused"))
