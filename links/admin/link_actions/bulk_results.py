"""What an action on many did, row by row: one page for every such action, whatever came of it."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext, gettext_noop, pgettext

from links.admin.base.badges import Badge, Tone, of_verdict
from links.admin.base.pages import render_page
from links.admin.base.refusal_views import Reader, explain_refusal
from links.admin.base.validating import Validating
from links.admin.handover.new_urls import NewUrls
from links.admin.link_actions.selection import MAX_SELECTED
from links.domain.errors import HoldfastError
from links.domain.promise.ends import EndChange
from links.domain.reasons import Reason
from links.domain.results import ItemResult
from links.models import ShareLink
from links.services.links.changes import NewEnd
from links.services.links.remake import Remade
from links.services.validation.on_demand import ValidationQueued
from links.texts.pages import ends

Done = TypeVar("Done")

_NOTHING_TO_DO = {
    Reason.REVOKED_ALREADY: gettext_noop("Unchanged"),
    Reason.OWNED_ALREADY: gettext_noop("Unchanged"),
    Reason.NOT_STOPPED: gettext_noop("Unchanged"),
    Reason.VALIDATION_LEFT_OUT: gettext_noop("Left out"),
}


@dataclass(frozen=True, slots=True)
class BulkResult:
    """One link, ready to be read. Of lines that were pasted, `line` is the number, `link` what was made of it, and
    `known` the number of the link that there was before."""

    link: ShareLink | None
    badge: Badge
    reason: str = ""
    line: int | None = None
    known: int | None = None


@dataclass(frozen=True, slots=True)
class BulkResults:
    """`sentences` say what came of it all, `nothing` that there was nothing to do; `new_urls` are shown this once."""

    rows: list[BulkResult]
    sentences: tuple[str, ...] = ()
    nothing: str = ""
    new_urls: NewUrls | None = None

    @property
    def counts(self) -> list[tuple[int, Badge]]:
        """How often each outcome came, the most frequent first."""
        counted = Counter((row.badge.tone, row.badge.word) for row in self.rows)
        return [(count, Badge(tone, word)) for (tone, word), count in counted.most_common()]

    @property
    def has_lines(self) -> bool:
        return any(row.line is not None for row in self.rows)


def show_results(
    request: HttpRequest,
    title: str,
    results: BulkResults,
    *,
    has_more: bool = False,
    validating: Validating | None = None,
) -> HttpResponse:
    """`has_more`: others were ticked, and left. `validating` are those whose states come by and by."""
    return render_page(
        request,
        "sharelink/actions/outcomes",
        ShareLink,
        title=title,
        page=results,
        has_more=has_more,
        at_once=MAX_SELECTED,
        validating=validating,
    )


def list_done(results: Sequence[ItemResult[ShareLink, object]]) -> list[ShareLink]:
    return [result.item for result in results if result.refused is None]


def build_results(
    reader: Reader,
    results: Sequence[ItemResult[ShareLink, Done]],
    build: Callable[[ShareLink, Done | None], BulkResult],
) -> BulkResults:
    """`build` says what was done with a link, and what came of it. `reader` is led to what a refusal asks for."""
    return BulkResults(
        [
            _build_refused(reader, result.item, result.refused) if result.refused else build(result.item, result.done)
            for result in results
        ]
    )


def build_remade(
    reader: Reader, results: Sequence[Remade], done: str, new_urls: NewUrls, sentence: str, *, nothing: str = ""
) -> BulkResults:
    """`done` is what was done with each link of which a new one was made."""
    rows = build_results(reader, results, lambda link, _new: BulkResult(link, Badge(Tone.GOOD, done))).rows
    return BulkResults(rows, (sentence,) if rows else (), nothing, new_urls if new_urls.count else None)


def build_revoked(link: ShareLink, _done: None) -> BulkResult:
    return BulkResult(link, Badge(Tone.GOOD, gettext("Revoked")))


def build_followed(link: ShareLink, _done: None) -> BulkResult:
    return BulkResult(link, Badge(Tone.GOOD, gettext("Follows the latest file")))


def build_owner_change(link: ShareLink, _done: None) -> BulkResult:
    return BulkResult(link, Badge(Tone.GOOD, gettext("Transferred")))


def build_new_end(link: ShareLink, end: NewEnd | None) -> BulkResult:
    return _build_end(link, end, ends.word)


def build_foreseen_end(link: ShareLink, end: NewEnd | None) -> BulkResult:
    return _build_end(link, end, ends.word_ahead)


def _build_end(link: ShareLink, end: NewEnd | None, word: Callable[[EndChange], str]) -> BulkResult:
    if end is None:
        return BulkResult(link, Badge(Tone.QUIET, gettext("Unchanged")))
    tone = Tone.WARN if end.promise.is_shortened else Tone.GOOD
    sentence = ends.sentence(end.change, end.before, end.promise.promised_until)
    return BulkResult(link, Badge(tone, word(end.change)), sentence)


def build_validated(link: ShareLink, queued: ValidationQueued | None) -> BulkResult:
    if queued and queued.verdict:
        badge = of_verdict(queued.verdict.value)
        return BulkResult(link, badge, badge.hint)
    if queued and queued.is_queued:
        return BulkResult(
            link, Badge(Tone.GOOD, gettext("Being validated")), gettext("Its page will show the result soon.")
        )
    return BulkResult(
        link,
        Badge(Tone.UNSURE, pgettext("a link to be validated", "Waiting")),
        gettext("It could not be checked immediately. It will be checked automatically."),
    )


def _build_refused(reader: Reader, link: ShareLink, refused: HoldfastError) -> BulkResult:
    as_before = _NOTHING_TO_DO.get(refused.reason)
    badge = Badge(Tone.QUIET, gettext(as_before)) if as_before else Badge(Tone.BAD, gettext("Refused"))
    return BulkResult(link, badge, explain_refusal(refused, reader, link.bucket))
