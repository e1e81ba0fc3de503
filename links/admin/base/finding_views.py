"""Findings and promises, put into words for a page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser, PermissionsMixin
from django.urls import reverse
from django.utils import timezone

from links.admin.base.badges import Badge, of_verdict
from links.domain.findings import Finding, Verdict, read_findings
from links.domain.judging.cures import Act, is_signed_elsewhere
from links.domain.judging.facts import Delivery
from links.domain.promise.promises import Promise
from links.models import Incident, ShareLink
from links.queries.cure_pages import CurePage, find_cure_pages
from links.queries.link_state import forecast_incident, read_forecast, read_state
from links.texts import labels
from links.texts.findings.evidence import evidence
from links.texts.mail import incident_notices
from links.texts.pages import findings, forecasts, promises


@dataclass(frozen=True, slots=True)
class FindingView:
    """One finding, ready to be read. `acts` are pages on which its cure can be done: what is done there, and where."""

    badge: Badge
    title: str
    sentence: str = ""
    cure: str = ""
    fails_at: datetime | None = None
    reply: str = ""
    unasked: str = ""
    evidence: str = ""
    is_certain: bool = True
    acts: tuple[tuple[str, str], ...] = ()

    @property
    def is_over(self) -> bool:
        """What stops at a moment that is past has stopped."""
        return self.fails_at is not None and self.fails_at <= timezone.now()


def build_finding_view(finding: Finding, acts: Iterable[tuple[str, str]] = ()) -> FindingView:
    """Its badge has no hint: one finding does not tell how the link fares."""
    return FindingView(
        replace(of_verdict(finding.verdict.value), hint=""),
        findings.title(finding.code),
        findings.sentence(finding),
        findings.cure(finding),
        finding.fails_at,
        findings.reply(finding),
        findings.unasked(finding),
        evidence(finding.code),
        finding.is_certain or finding.verdict is Verdict.UNKNOWN,
        tuple(acts),
    )


def link_acts(pages: Iterable[CurePage], user: AbstractBaseUser | AnonymousUser) -> list[tuple[str, str]]:
    """Those pages that this member of staff may use."""
    return [
        (
            labels.name_act(page.act, page.name),
            reverse(f"admin:links_{page.model}_{page.page}", args=[page.pk] if page.pk else []),
        )
        for page in pages
        if isinstance(user, PermissionsMixin) and user.has_perm(page.permission)
    ]


def build_link_views(link: ShareLink, user: AbstractBaseUser | AnonymousUser) -> list[FindingView]:
    """What is known of this link, and where what it takes can be done."""
    views = []
    for stored in link.findings:
        view = _build_stored_view(stored)
        for finding in read_findings([stored]):
            ids = (link.access_key_id,) if link.delivery == Delivery.STABLE.value else ()
            pages = find_cure_pages(finding, access_key_ids=ids, bucket=link.bucket)
            acts = [*link_acts(pages, user), *_list_replacement(link, finding, user)]
            view = replace(view, acts=tuple(acts))
        views.append(view)
    return views


def _list_replacement(
    link: ShareLink, finding: Finding, user: AbstractBaseUser | AnonymousUser
) -> Iterable[tuple[str, str]]:
    """Where a URL that was signed elsewhere is replaced."""
    may = isinstance(user, PermissionsMixin) and user.has_perms(["links.change_sharelink", "links.add_sharelink"])
    if may and is_signed_elsewhere(finding) and read_state(link, timezone.now()).is_live:
        yield labels.label(Act.RESCUE), reverse("admin:links_sharelink_rescue", args=[link.pk])


def build_stored_views(stored: Iterable[Mapping[str, object]]) -> list[FindingView]:
    """What rows hold. A code that an older version wrote, and nobody knows any more, is shown as it is."""
    return [_build_stored_view(each) for each in stored]


def _build_stored_view(stored: Mapping[str, object]) -> FindingView:
    if known := read_findings([stored]):
        return build_finding_view(known[0])
    return FindingView(of_verdict(str(stored.get("verdict", ""))), str(stored.get("code", "")))


def read_cause(incident: Incident, unasked_since: datetime | None = None) -> Finding | None:
    """The finding behind an incident; None for a code that is no longer known."""
    finding = incident.read_finding()
    if finding is None or unasked_since is None:
        return finding
    return replace(finding, params={**finding.params, "unasked_since": unasked_since.isoformat()})


def name_cause(incident: Incident) -> str:
    finding = read_cause(incident)
    return findings.title(finding.code) if finding else incident.code


def name_about(incident: Incident) -> str:
    finding = read_cause(incident)
    return incident_notices.name_subject(finding, incident.subject) if finding else incident.subject


def explain_end(incident: Incident, now: datetime) -> str:
    """When the first of its links stops, or stopped; empty where that is not known."""
    found = forecast_incident(incident, now)
    return forecasts.brief(found) if found else ""


def explain_promise(link: ShareLink, now: datetime) -> str:
    if link.download_limit is not None and link.is_used_up:
        return promises.used_up(link.download_limit, link.promised_until)
    promise = Promise(link.asked_until, link.promised_until, tuple(link.promise_reasons))
    begins = link.starts_at if link.starts_at and link.starts_at > now else None
    return promises.summary(promise, Delivery(link.delivery), begins, read_forecast(link, now))


def explain_outlook(link: ShareLink, now: datetime) -> str:
    """What becomes of its promise; empty while nothing is known to end it early, or it opens no more."""
    return forecasts.sentence(read_forecast(link, now))
