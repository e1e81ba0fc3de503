"""What an action on many links did, row by row."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from links.admin.base.badges import Badge, Tone, of_verdict
from links.admin.base.pages import render_page
from links.admin.link_actions.selection import MAX_SELECTED
from links.domain.ends import EndChange
from links.domain.errors import HoldfastError
from links.domain.reasons import Reason
from links.domain.results import ItemResult
from links.models import ShareLink
from links.queries.link_state import read_state
from links.services.changes import NewEnd
from links.services.on_demand import Asked
from links.words import ends, refusals

Done = TypeVar("Done")

# Nothing had to be done.
_AS_BEFORE = frozenset({Reason.REVOKED_ALREADY, Reason.HANDED_ALREADY})


@dataclass(frozen=True, slots=True)
class BulkResult:
    """One link, ready to be read."""

    link: ShareLink
    badge: Badge
    reason: str = ""


@dataclass(frozen=True, slots=True)
class BulkResults:
    rows: list[BulkResult]

    @property
    def counts(self) -> list[tuple[int, Badge]]:
        """How often each outcome came, the most frequent first."""
        counted = Counter((row.badge.tone, row.badge.word) for row in self.rows)
        return [(count, Badge(tone, word)) for (tone, word), count in counted.most_common()]


def show_results(request: HttpRequest, title: str, results: BulkResults, *, has_more: bool = False) -> HttpResponse:
    """`has_more`: others were ticked, and left."""
    return render_page(
        request, "sharelink/outcomes", ShareLink, title=title, page=results, has_more=has_more, at_once=MAX_SELECTED
    )


def list_done(results: Sequence[ItemResult[ShareLink, object]]) -> list[ShareLink]:
    return [result.item for result in results if result.refused is None]


def build_results(
    results: Sequence[ItemResult[ShareLink, Done]], build: Callable[[ShareLink, Done | None], BulkResult]
) -> BulkResults:
    """`build` says what was done with a link, and what came of it."""
    return BulkResults(
        [
            _build_refused(result.item, result.refused) if result.refused else build(result.item, result.done)
            for result in results
        ]
    )


def build_revoked(link: ShareLink, _done: None) -> BulkResult:
    return BulkResult(link, Badge(Tone.GOOD, gettext("Revoked")))


def build_handed_over(link: ShareLink, _done: None) -> BulkResult:
    return BulkResult(link, Badge(Tone.GOOD, gettext("Handed over")))


def build_new_end(link: ShareLink, end: NewEnd | None) -> BulkResult:
    return _build_end(link, end, ends.word)


def build_foreseen_end(link: ShareLink, end: NewEnd | None) -> BulkResult:
    return _build_end(link, end, ends.word_ahead)


def _build_end(link: ShareLink, end: NewEnd | None, word: Callable[[EndChange], str]) -> BulkResult:
    if end is None:
        return BulkResult(link, Badge(Tone.QUIET, gettext("As before")))
    tone = Tone.WARN if end.promise.is_shortened else Tone.GOOD
    told = ends.sentence(end.change, end.before, end.promise.promised_until)
    return BulkResult(link, Badge(tone, word(end.change)), told)


def build_validated(links: Sequence[ShareLink], asked: Asked) -> BulkResults:
    judged = {one.link.pk: of_verdict(one.judgement.verdict.value) for one in asked.judged}
    return BulkResults([_build_asked(link, asked.heard, judged.get(link.pk)) for link in links])


def _build_asked(link: ShareLink, heard: bool, verdict: Badge | None) -> BulkResult:
    if read_state(link, timezone.now()).is_withdrawn:
        return BulkResult(
            link, Badge(Tone.QUIET, gettext("Left out")), gettext("It was revoked or rescued, and is watched no more.")
        )
    if verdict is not None:
        return BulkResult(link, verdict, verdict.hint)
    if heard:
        return BulkResult(
            link, Badge(Tone.GOOD, gettext("Being validated")), gettext("Its page shows the answer soon.")
        )
    return BulkResult(
        link, Badge(Tone.UNSURE, gettext("Due")), gettext("Nobody could be told at once; its turn will come.")
    )


def _build_refused(link: ShareLink, refused: HoldfastError) -> BulkResult:
    as_before = refused.reason in _AS_BEFORE
    badge = Badge(Tone.QUIET, gettext("As before")) if as_before else Badge(Tone.BAD, gettext("Refused"))
    return BulkResult(link, badge, refusals.say(refused))
