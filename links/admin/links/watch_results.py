"""The answer to many lines that were to be watched."""

from collections.abc import Sequence

from django.utils.translation import gettext, ngettext

from links.admin.base.badges import Badge, Tone, of_watched
from links.admin.base.finding_views import build_finding_view
from links.admin.link_actions.bulk_results import BulkResult, BulkResults
from links.domain.errors import HoldfastError
from links.domain.findings import Finding
from links.domain.reasons import Reason
from links.queries.staff import explain_to_staff
from links.services.pasted.watch_many import WatchResult
from links.texts.formatting import join
from links.texts.pages import repairs

KNOWN = frozenset({Reason.URL_WATCHED, Reason.URL_REPEATED, Reason.URL_OURS})


def build_watch_results(results: Sequence[WatchResult]) -> BulkResults:
    """Shows no URL."""
    taken, refused = sum(result.done is not None for result in results), len(list_refused(results))
    repeated = len(results) - taken - refused
    watched = ngettext("%(count)s URL is now monitored", "%(count)s URLs are now monitored", taken)
    repeats = ngettext("%(count)s line is already monitored", "%(count)s lines are already monitored", repeated)
    untaken = ngettext("%(count)s line was not accepted", "%(count)s lines were not accepted", refused)
    sentences = [
        watched % {"count": taken} if taken else gettext("No new URLs to monitor"),
        repeats % {"count": repeated} if repeated else "",
        untaken % {"count": refused} if refused else "",
        gettext("Lines that were not accepted are still in the field below. Correct them and try again.")
        if refused
        else "",
    ]
    return BulkResults([_build_line(result) for result in results], tuple(filter(None, sentences)))


def list_refused(results: Sequence[WatchResult]) -> frozenset[int]:
    """The numbers of the lines of which nothing came."""
    return frozenset(result.item.number for result in results if result.refused and result.refused.reason not in KNOWN)


def _build_line(result: WatchResult) -> BulkResult:
    link, findings = (result.done.link, result.done.findings) if result.done else (None, ())
    refused = [explain_to_staff(result.refused)] if result.refused else []
    mended = [repairs.sentence(repair) for repair in result.item.repairs]
    seen = [_explain(finding) for finding in findings]
    known = result.refused.params.get("link") if result.refused else None
    known = known if isinstance(known, int) else None
    sentences = join(said) if (said := refused + seen + mended) else ""
    badge = _find_badge(result.refused) if result.refused else of_watched(findings)
    return BulkResult(link, badge, sentences, line=result.item.number, known=known)


def _explain(finding: Finding) -> str:
    view = build_finding_view(finding)
    return gettext("%(name)s: %(value)s") % {"name": view.title, "value": view.sentence}


def _find_badge(refused: HoldfastError) -> Badge:
    if refused.reason in KNOWN:
        return Badge(Tone.QUIET, gettext("Known"))
    return Badge(Tone.BAD, gettext("Refused"))
