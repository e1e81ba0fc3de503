"""A notice's text: what happened, since when, which links and whose, when it fails, and what to do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext

from links.domain.findings import Finding, Subject
from links.domain.incidents import FLAPPING_WITHIN, NoticeKind
from links.domain.stores.clocks import is_about_our_clock
from links.texts.formatting import plain
from links.texts.mail.templates import render_subject, render_text
from links.texts.pages.findings import cure, sentence, title
from links.texts.terms import LABELS
from links.texts.times import moment, span

LISTED = 20
_LONGEST_ABOUT = 120


@dataclass(frozen=True, slots=True)
class HarmedLink:
    """One link as staff know it. `url` is its page in the admin, never the link itself; `terms` are those that
    `links.domain.promise.terms` shows in notices, with their values."""

    label: str
    url: str
    owner: str = ""
    promised_until: datetime | None = None
    fails_at: datetime | None = None
    terms: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Report:
    """All that a notice says. `about` is the root cause's subject; `links` are the first of `link_count`; times are
    aware; `told_at` is when the notice is written; `list_url` is the incident's page in the admin; `unasked_since` is
    set where none of the links can be asked about it at present."""

    kind: NoticeKind
    finding: Finding
    about: str
    opened_at: datetime
    told_at: datetime
    resolved_at: datetime | None = None
    link_count: int = 0
    links: tuple[HarmedLink, ...] = ()
    fails_at: datetime | None = None
    list_url: str = ""
    unasked_since: datetime | None = None


def subject(report: Report) -> str:
    """One line: the kind, the cause, what it is about and how many links."""
    what, about = title(report.finding.code), name_subject(report.finding, report.about)
    if about:
        what = gettext("%(title)s: %(about)s") % {"title": what, "about": about}
    if report.link_count:
        what = gettext("%(what)s (%(links)s)") % {"what": what, "links": _count_links(report.link_count)}
    return render_subject("incident", {"kind": report.kind.value, "what": what})


def body(report: Report) -> str:
    """The whole message in plain text."""
    listed = report.links[:LISTED]
    return render_text(
        "incident",
        {
            "kind": report.kind.value,
            "lead": _lead(report),
            "facts": _list_facts(report),
            "cure": cure(report.finding) if report.kind is not NoticeKind.RESOLVED else "",
            "links_heading": _head_links(report, len(listed)),
            "links": [
                {"label": plain(link.label), "details": _describe(link, report.kind), "url": link.url}
                for link in listed
            ],
            "list_url": report.list_url,
            "closing": _close(report.kind),
        },
    )


def name_subject(finding: Finding, about: str) -> str:
    """What a root cause is about, as people call it; empty for the whole site."""
    if is_about_our_clock(finding):
        return ""
    named = {
        Subject.KEY: gettext("access key %(about)s"),
        Subject.LINK: gettext("link %(about)s"),
        Subject.SITE: "",
    }
    return named.get(finding.kind.subject, "%(about)s") % {"about": plain(about, _LONGEST_ABOUT)}


def _lead(report: Report) -> str:
    if report.kind is NoticeKind.RESOLVED:
        return _lead_resolved(report)
    first = {
        NoticeKind.REMINDER: gettext("This has been so for %(span)s:"),
        NoticeKind.FLAPPING: gettext("This has come and gone several times within %(window)s:"),
    }.get(report.kind, "") % {"span": span(report.told_at - report.opened_at), "window": span(FLAPPING_WITHIN)}
    if report.kind is NoticeKind.REMINDER and report.unasked_since:
        first = gettext("This was so when last seen. Since %(since)s it cannot be asked about:") % {
            "since": moment(report.unasked_since)
        }
    return f"{first}\n{sentence(report.finding)}".strip()


def _lead_resolved(report: Report) -> str:
    over_at = report.resolved_at or report.told_at
    over = gettext("This is over since %(over_at)s. It lasted %(span)s.") % {
        "over_at": moment(over_at),
        "span": span(over_at - report.opened_at),
    }
    return f"{over}\n{gettext('It was: %(sentence)s') % {'sentence': sentence(report.finding)}}"


def _list_facts(report: Report) -> list[tuple[str, str]]:
    """What, since when, when it fails, how many."""
    fails_at = report.fails_at if report.kind is not NoticeKind.RESOLVED else None
    facts = [
        (gettext("About"), name_subject(report.finding, report.about)),
        (gettext("Since"), moment(report.opened_at)),
        (gettext("First link dies by"), moment(fails_at) if fails_at else ""),
        (gettext("Links"), _grouped(report.link_count) if report.link_count else ""),
    ]
    return [(name, value) for name, value in facts if value]


def _head_links(report: Report, listed: int) -> str:
    heading = gettext("Links harmed") if report.kind is not NoticeKind.RESOLVED else gettext("Links that were harmed")
    if listed >= report.link_count:
        return heading
    return gettext("%(heading)s, the first %(first)s of %(count)s") % {
        "heading": heading,
        "first": listed,
        "count": _grouped(report.link_count),
    }


def _describe(link: HarmedLink, kind: NoticeKind) -> str:
    fails_at = link.fails_at if kind is not NoticeKind.RESOLVED else None
    details = [
        gettext("made by %(owner)s") % {"owner": plain(link.owner)} if link.owner else "",
        *(_name_term(name, value) for name, value in link.terms.items()),
        gettext("promised until %(until)s") % {"until": moment(link.promised_until)} if link.promised_until else "",
        gettext("dies by %(fails_at)s") % {"fails_at": moment(fails_at)} if fails_at else "",
    ]
    return gettext(", ").join(detail for detail in details if detail)


def _name_term(name: str, value: str) -> str:
    return gettext("%(name)s: %(value)s") % {"name": LABELS[name], "value": plain(value)}


def _close(kind: NoticeKind) -> str:
    if kind is NoticeKind.RESOLVED:
        return ""
    if kind is NoticeKind.FLAPPING:
        return gettext("While it goes on like this, nothing more is said about each time.")
    return gettext("You are reminded once a day at most, and told when it is over.")


def _count_links(count: int) -> str:
    return ngettext("%(count)s link", "%(count)s links", count) % {"count": _grouped(count)}


def _grouped(count: int) -> str:
    return number_format(count, force_grouping=True)
