"""The answer to many lines that were to be watched."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext

from links.admin.base.badges import Badge, Tone
from links.admin.base.finding_views import build_finding_view
from links.domain.errors import HoldfastError
from links.domain.findings import Finding
from links.domain.reasons import Reason
from links.models import ShareLink
from links.services.pasted.watch_many import WatchResult
from links.texts import refusals
from links.texts.pages import repairs

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


def build_watch_results(results: Sequence[WatchResult]) -> WatchResults:
    refused = {result.item.number: result.refused.reason for result in results if result.refused}
    return WatchResults(
        [_build_line(result) for result in results],
        accepted=len(results) - len(refused),
        repeated=sum(reason in KNOWN for reason in refused.values()),
        refused=frozenset(number for number, reason in refused.items() if reason not in KNOWN),
    )


def _build_line(result: WatchResult) -> Line:
    link, findings = (result.done.link, result.done.findings) if result.done else (None, ())
    told = [refusals.explain(result.refused)] if result.refused else []
    mended = [repairs.sentence(repair) for repair in result.item.repairs]
    seen = [_explain(finding) for finding in findings]
    known = result.refused.params.get("link") if result.refused else None
    known = known if isinstance(known, int) else None
    return Line(result.item.number, _find_badge(result.refused), link, known, told + seen + mended)


def _explain(finding: Finding) -> str:
    told = build_finding_view(finding)
    return gettext("%(name)s: %(value)s") % {"name": told.title, "value": told.sentence}


def _find_badge(refused: HoldfastError | None) -> Badge:
    if refused is None:
        return Badge(Tone.GOOD, gettext("Watched"))
    if refused.reason in KNOWN:
        return Badge(Tone.QUIET, gettext("Known"))
    return Badge(Tone.BAD, gettext("Refused"))
