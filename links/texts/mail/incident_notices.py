"""A notice's text: what happened, since when, which links and whose, when it fails, and what to do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext, ngettext

from links.domain.findings import Finding, Subject
from links.domain.incidents import FLAPPING_WINDOW, MAX_A_DAY, STAYED, NoticeKind
from links.domain.judging.forecasts import Forecast
from links.domain.stores.clocks import is_about_our_clock
from links.texts.formatting import group_digits, plain
from links.texts.mail.templates import render_subject, render_text
from links.texts.pages import forecasts
from links.texts.pages.findings import cure, sentence, title
from links.texts.terms import LABELS
from links.texts.times import moment, span

LISTED = 20
_MAX_ABOUT_LENGTH = 120


@dataclass(frozen=True, slots=True)
class AffectedLink:
    """One link as staff know it. `url` is its page in the admin, never the link itself; `forecast` is what becomes
    of its promise; `terms` are those that `links.domain.promise.terms` shows in notices, with their values."""

    label: str
    url: str
    owner: str = ""
    promised_until: datetime | None = None
    forecast: Forecast | None = None
    terms: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NoticeContext:
    """All that a notice says. `about` is the root cause's subject; `links` are the first of `link_count`; times are
    aware; `composed_at` is when the notice is written; `forecast` is that of the first link;
    `list_url` is the incident's page in the admin; `unasked_since`
    is set where none of the links can be asked about it at present; `acts` are pages on which the cure can be done.
    `is_counting` says that links are still being validated, so that there may be more of them."""

    kind: NoticeKind
    finding: Finding
    about: str
    opened_at: datetime
    composed_at: datetime
    resolved_at: datetime | None = None
    link_count: int = 0
    links: tuple[AffectedLink, ...] = ()
    forecast: Forecast | None = None
    list_url: str = ""
    unasked_since: datetime | None = None
    acts: tuple[tuple[str, str], ...] = ()
    is_counting: bool = False


def subject(context: NoticeContext) -> str:
    """One line: the kind, the cause, what it is about and how many links."""
    what, about = title(context.finding.code), name_subject(context.finding, context.about)
    if about:
        what = gettext("%(title)s: %(about)s") % {"title": what, "about": about}
    if context.link_count:
        links = _say_so_far(context, _count_links(context.link_count))
        what = gettext("%(what)s (%(links)s)") % {"what": what, "links": links}
    return render_subject("incident", {"kind": context.kind.value, "what": what})


def body(context: NoticeContext) -> str:
    """The whole message in plain text."""
    listed = context.links[:LISTED]
    return render_text(
        "incident",
        {
            "kind": context.kind.value,
            "lead": _lead(context),
            "facts": _list_facts(context),
            "cure": cure(context.finding) if context.kind is not NoticeKind.RESOLVED else "",
            "acts": context.acts if context.kind is not NoticeKind.RESOLVED else (),
            "links_heading": _head_links(context, len(listed)),
            "links": [
                {"label": plain(link.label), "details": _describe(link, context.kind), "url": link.url}
                for link in listed
            ],
            "list_url": context.list_url,
            "closing": _close(context.kind),
        },
    )


def name_subject(finding: Finding, about: str) -> str:
    """What a root cause is about, as people call it; empty for the whole site."""
    if is_about_our_clock(finding):
        return ""
    if finding.kind.subject is Subject.OBJECT and finding.params.get("object"):
        about = f"{about}/{finding.params['object']}"  # all its links lead to this one
    named = {
        Subject.KEY: gettext("access key %(about)s"),
        Subject.SITE: "",
    }
    return named.get(finding.kind.subject, "%(about)s") % {"about": plain(about, _MAX_ABOUT_LENGTH)}


def _lead(context: NoticeContext) -> str:
    if context.kind is NoticeKind.RESOLVED:
        return _lead_resolved(context)
    first = {
        NoticeKind.REMINDER: gettext("This problem has lasted for %(span)s:"),
        NoticeKind.GREW: gettext("More links are affected than in the last message:"),
        NoticeKind.FLAPPING: gettext("This problem came and went several times within %(window)s:"),
    }.get(context.kind, "") % {"span": span(context.composed_at - context.opened_at), "window": span(FLAPPING_WINDOW)}
    if context.kind is NoticeKind.REMINDER and context.unasked_since:
        first = gettext("This was the state at the last check. Since %(since)s it could not be checked:") % {
            "since": moment(context.unasked_since)
        }
    return f"{first}\n{sentence(context.finding)}".strip()


def _lead_resolved(context: NoticeContext) -> str:
    over_at = context.resolved_at or context.composed_at
    over = gettext("This was resolved on %(over_at)s. It lasted %(span)s.") % {
        "over_at": moment(over_at),
        "span": span(over_at - context.opened_at),
    }
    return f"{over}\n{gettext('The problem was: %(sentence)s') % {'sentence': sentence(context.finding)}}"


def _list_facts(context: NoticeContext) -> list[tuple[str, str]]:
    """What, since when, when it fails, how many."""
    first = forecasts.brief(context.forecast) if context.forecast and context.kind is not NoticeKind.RESOLVED else ""
    facts = [
        (gettext("About"), name_subject(context.finding, context.about)),
        (gettext("Since"), moment(context.opened_at)),
        (gettext("First to stop working"), first),
        (gettext("Links"), _say_so_far(context, group_digits(context.link_count)) if context.link_count else ""),
    ]
    return [(name, value) for name, value in facts if value]


def _say_so_far(context: NoticeContext, links: str) -> str:
    is_final = context.kind is NoticeKind.RESOLVED or not context.is_counting
    return links if is_final else gettext("%(links)s so far") % {"links": links}


def _head_links(context: NoticeContext, listed: int) -> str:
    heading = (
        gettext("Affected links") if context.kind is not NoticeKind.RESOLVED else gettext("Links that were affected")
    )
    if listed >= context.link_count:
        return heading
    return gettext("%(heading)s, the first %(first)s of %(count)s") % {
        "heading": heading,
        "first": listed,
        "count": group_digits(context.link_count),
    }


def _describe(link: AffectedLink, kind: NoticeKind) -> str:
    outlook = forecasts.brief(link.forecast) if link.forecast and kind is not NoticeKind.RESOLVED else ""
    details = [
        gettext("owner: %(owner)s") % {"owner": plain(link.owner)} if link.owner else "",
        *(
            (gettext("%(name)s: %(value)s") % {"name": LABELS[name], "value": plain(value)})
            for name, value in link.terms.items()
        ),
        gettext("promised until %(until)s") % {"until": moment(link.promised_until)} if link.promised_until else "",
        outlook,
    ]
    return gettext(", ").join(detail for detail in details if detail)


def _close(kind: NoticeKind) -> str:
    if kind is NoticeKind.RESOLVED:
        return ""
    if kind is NoticeKind.FLAPPING:
        return gettext(
            "While this continues, no message is sent about each change, and at most %(count)s a day. You are told how "
            "it stands once it has stayed the same for %(span)s."
        ) % {"count": MAX_A_DAY, "span": span(STAYED)}
    return gettext("You get at most one reminder a day, and a message when it is over.")


def _count_links(count: int) -> str:
    return ngettext("%(count)s link", "%(count)s links", count) % {"count": group_digits(count)}
