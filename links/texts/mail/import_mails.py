"""What is wrong with URLs that were brought in at once: by cause, with the cure and the links that each harms."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.utils.translation import gettext, ngettext

from links.domain.findings import Code, Finding, Verdict
from links.domain.incidents import find_common
from links.texts.formatting import group_digits, plain
from links.texts.mail.templates import render_subject, render_text
from links.texts.pages.findings import cure, sentence, title
from links.texts.times import moment

LISTED = 100


@dataclass(frozen=True, slots=True)
class ImportedLink:
    """One of them as staff know it. `url` is its page in the admin; `cause` is the gravest finding, None where there is
    none; `verdict` is None before its first validation."""

    label: str
    url: str
    verdict: Verdict | None
    cause: Finding | None = None


@dataclass(frozen=True, slots=True)
class ImportReport:
    """`added_at` is when they were brought in; `list_url` is the list of them in the admin."""

    links: Sequence[ImportedLink]
    added_at: datetime
    list_url: str

    @property
    def has_news(self) -> bool:
        return any(link.verdict in (Verdict.BROKEN, Verdict.AT_RISK) for link in self.links)


def subject(report: ImportReport) -> str:
    """One line: how many, and how many of them in which trouble."""
    what = gettext("%(added)s: %(troubles)s") % {
        "added": _count_added(len(report.links)),
        "troubles": gettext(", ").join(_count_troubles(report.links)),
    }
    return render_subject("imported", {"what": what})


def body(report: ImportReport) -> str:
    """The whole mail in plain text."""
    lead = gettext("You added %(count)s to monitor on %(at)s.") % {
        "count": _count_urls(len(report.links)),
        "at": moment(report.added_at),
    }
    return render_text(
        "imported",
        {
            "lead": lead,
            "troubles": list(_count_troubles(report.links)),
            "causes": list(_describe_causes(report.links)),
            "list_url": report.list_url,
        },
    )


def _count_added(count: int) -> str:
    return ngettext("%(count)s URL added", "%(count)s URLs added", count) % {"count": group_digits(count)}


def _count_urls(count: int) -> str:
    return ngettext("%(count)s URL", "%(count)s URLs", count) % {"count": group_digits(count)}


def _count_troubles(links: Sequence[ImportedLink]) -> Iterator[str]:
    dead = sum(link.verdict is Verdict.BROKEN for link in links)
    early = sum(link.verdict is Verdict.AT_RISK and bool(link.cause and link.cause.fails_at) for link in links)
    doubtful = sum(link.verdict is Verdict.AT_RISK for link in links) - early
    open_ = sum(link.verdict in (Verdict.UNKNOWN, None) for link in links)
    if dead:
        yield ngettext("%(count)s does not work", "%(count)s do not work", dead) % {"count": group_digits(dead)}
    if early:
        words = ngettext("%(count)s stops working early", "%(count)s stop working early", early)
        yield words % {"count": group_digits(early)}
    if doubtful:
        yield ngettext("%(count)s is at risk", "%(count)s are at risk", doubtful) % {"count": group_digits(doubtful)}
    if open_:
        words = ngettext("%(count)s could not be checked yet", "%(count)s could not be checked yet", open_)
        yield words % {"count": group_digits(open_)}


def _describe_causes(links: Iterable[ImportedLink]) -> Iterator[dict[str, object]]:
    """The gravest first, each with the first of its links."""
    harmed = [(link.cause, link) for link in links if link.cause is not None]
    order, left = list(Code), LISTED
    harmed.sort(key=lambda pair: (pair[0].verdict is not Verdict.BROKEN, order.index(pair[0].code)))
    for _key, group in groupby(harmed, key=lambda pair: (pair[0].verdict, pair[0].code)):
        pairs = list(group)
        common = pairs[0][0]
        for finding, _link in pairs[1:]:
            common = find_common(common, finding)
        listed, left = pairs[:left], max(left - len(pairs), 0)
        yield {
            "title": gettext("%(title)s (%(count)s)")
            % {"title": title(common.code), "count": group_digits(len(pairs))},
            "sentence": _tell(common, [finding for finding, _link in pairs]),
            "cure": cure(common),
            "links": [
                {"label": plain(link.label), "details": _describe_end(finding), "url": link.url}
                for finding, link in listed
            ],
            "rest": _count_rest(len(pairs) - len(listed)),
        }


def _tell(common: Finding, findings: Sequence[Finding]) -> str:
    """Where each stops at a moment of its own, a sentence with one speaks of the first alone."""
    text = sentence(common)
    if len({finding.fails_at for finding in findings}) == 1:
        return text
    return gettext("The first of them: %(sentence)s") % {"sentence": text}


def _describe_end(finding: Finding) -> str:
    if finding.fails_at is None:
        return ""
    words = (
        gettext("stopped working on %(at)s")
        if finding.verdict is Verdict.BROKEN
        else gettext("stops working on %(at)s")
    )
    return words % {"at": moment(finding.fails_at)}


def _count_rest(count: int) -> str:
    return ngettext("and %(count)s more", "and %(count)s more", count) % {"count": group_digits(count)} if count else ""
