"""A digest: many notices in one message, a line for each, the new ones first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext, ngettext

from links.domain.findings import Finding
from links.domain.incidents import NoticeKind
from links.domain.judging.forecasts import Forecast
from links.texts.formatting import group_digits, plain
from links.texts.mail.incident_notices import name_subject
from links.texts.mail.templates import render_subject, render_text
from links.texts.pages import forecasts
from links.texts.pages.findings import title

LISTED = 100


@dataclass(frozen=True, slots=True)
class Entry:
    """One notice. `finding` is None where this version does not know the cause, and `code` is all that can be said;
    `url` is the incident's page in the admin."""

    kind: NoticeKind
    finding: Finding | None
    code: str
    about: str
    link_count: int
    forecast: Forecast | None
    url: str


def subject(entries: Sequence[Entry]) -> str:
    """One line: how many, and of what kind."""
    return render_subject("digest", {"what": gettext(", ").join(_count_kinds(entries))})


def body(entries: Sequence[Entry], per_hour: int, list_url: str) -> str:
    """The whole message in plain text; `per_hour` is how many messages an hour may be sent."""
    listed = sorted(entries, key=lambda entry: list(NoticeKind).index(entry.kind))[:LISTED]
    lead = ngettext(
        "%(count)s alert in one message, because this site sends at most %(limit)s messages an hour.",
        "%(count)s alerts in one message, because this site sends at most %(limit)s messages an hour.",
        len(entries),
    ) % {"count": group_digits(len(entries)), "limit": group_digits(per_hour)}
    return render_text(
        "digest",
        {
            "lead": lead,
            "groups": [
                {"heading": _count(kind, entries), "incidents": [_describe(one) for one in listed if one.kind is kind]}
                for kind in NoticeKind
                if any(one.kind is kind for one in listed)
            ],
            "list_url": list_url,
        },
    )


def _count_kinds(entries: Sequence[Entry]) -> Iterator[str]:
    for kind in NoticeKind:
        if any(entry.kind is kind for entry in entries):
            yield _count(kind, entries)


def _count(kind: NoticeKind, entries: Sequence[Entry]) -> str:
    count = sum(entry.kind is kind for entry in entries)
    words = {
        NoticeKind.OPENED: ngettext("%(count)s new incident", "%(count)s new incidents", count),
        NoticeKind.REMINDER: ngettext("%(count)s incident goes on", "%(count)s incidents go on", count),
        NoticeKind.GREW: ngettext("%(count)s incident with more links", "%(count)s incidents with more links", count),
        NoticeKind.FLAPPING: ngettext("%(count)s comes and goes", "%(count)s come and go", count),
        NoticeKind.RESOLVED: ngettext("%(count)s resolved", "%(count)s resolved", count),
    }
    return words[kind] % {"count": group_digits(count)}


def _describe(entry: Entry) -> dict[str, str]:
    what, about = entry.code, plain(entry.about, 120)
    if entry.finding is not None:
        what, about = title(entry.finding.code), name_subject(entry.finding, entry.about)
    if about:
        what = gettext("%(title)s: %(about)s") % {"title": what, "about": about}
    details = [
        ngettext("%(count)s link", "%(count)s links", entry.link_count) % {"count": group_digits(entry.link_count)}
        if entry.link_count
        else "",
        forecasts.brief(entry.forecast) if entry.forecast and entry.kind is not NoticeKind.RESOLVED else "",
    ]
    return {"what": what, "details": gettext(", ").join(detail for detail in details if detail), "url": entry.url}
