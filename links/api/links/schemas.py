"""How the API writes a link: what its page in the admin shows, and no URL, which is a secret."""

from datetime import datetime

from pydantic import BaseModel, Field

from links.domain.findings import Verdict, read_findings
from links.domain.judging.facts import Delivery
from links.domain.link_state import LinkState
from links.domain.promise.promises import Promise, PromiseReason
from links.models import ShareLink
from links.queries.link_state import read_state
from links.services.links.creation import NewLink
from links.services.validation.on_demand import ValidationQueued
from links.texts.pages import findings, promises
from links.texts.people import name_person


class NamedOut(BaseModel):
    """Another row, by its number and the name that people know it by."""

    id: int
    name: str


class ReasonOut(BaseModel):
    """What a promise rests on, or why it is no longer. `code` never changes; `detail` is for people."""

    code: str
    at: datetime | None
    detail: str


class FindingOut(BaseModel):
    """What the last validation found. `code` never changes; `title`, `detail` and `cure` are for people."""

    code: str
    verdict: str
    fails_at: datetime | None
    title: str
    detail: str
    cure: str


class LinkOut(BaseModel):
    """A link, without its URL. Moments are in UTC."""

    id: int
    state: LinkState
    delivery: Delivery
    bucket: NamedOut | None
    object_key: str
    host: str = Field(description="The store that serves the file.")
    size: int | None = Field(description="Of the file, in bytes.")
    owner: NamedOut | None
    customer: NamedOut | None
    reference: str
    title: str
    note: str
    filename: str
    has_password: bool
    download_limit: int | None
    starts_at: datetime | None
    slug: str = Field(description="The custom address, /f/SLUG; empty where the link has its random one.")
    is_public: bool
    remind_days: int | None
    notify_downloads: bool
    follows_latest: bool
    lifetime: str = Field(description="As it was asked for.")
    asked_until: datetime
    promised_until: datetime
    reasons: list[ReasonOut]
    created_at: datetime
    revoked_at: datetime | None
    rescued_by: int | None = Field(description="The stable link that took over its promise.")
    findings: list[FindingOut]
    fails_at: datetime | None = Field(description="When it will stop working, where that is known to come first.")
    validated_at: datetime | None
    worked_at: datetime | None
    visit_count: int
    visited_at: datetime | None


class NewLinkOut(BaseModel):
    """A link that was just made. `url` is a secret, and told this once."""

    link: LinkOut
    url: str


class PromiseOut(BaseModel):
    """Until when a link would work. `unchecked` says in words what could not be taken into account."""

    asked_until: datetime
    promised_until: datetime
    is_shortened: bool
    reasons: list[ReasonOut]
    unchecked: str


class ValidationOut(BaseModel):
    """`is_queued`: a worker was told. `verdict`: it was validated here and now, because none could be."""

    is_queued: bool
    verdict: Verdict | None


class LinkPageOut(BaseModel):
    items: list[LinkOut]
    next: str | None = Field(description="Send it as `after` for the next page; null on the last one.")


def write_link(link: ShareLink, now: datetime) -> LinkOut:
    """`link` with its bucket, owner and customer loaded. Its sentences are in the active language."""
    return LinkOut(
        id=link.pk,
        state=read_state(link, now),
        delivery=Delivery(link.delivery),
        bucket=NamedOut(id=link.bucket.pk, name=link.bucket.name) if link.bucket else None,
        owner=NamedOut(id=link.owner.pk, name=name_person(link.owner)) if link.owner else None,
        customer=NamedOut(id=link.customer.pk, name=link.customer.name) if link.customer else None,
        has_password=bool(link.password),
        slug=link.slug or "",
        reasons=[write_reason(reason) for reason in link.promise_reasons],
        rescued_by=link.rescued_by_id,
        findings=[
            FindingOut(
                code=finding.code.value,
                verdict=finding.verdict.value,
                fails_at=finding.fails_at,
                title=findings.title(finding.code),
                detail=findings.sentence(finding),
                cure=findings.cure(finding),
            )
            for finding in read_findings(link.findings)
        ],
        **{name: getattr(link, name) for name in _AS_THEY_ARE},
    )


def write_new_link(made: NewLink, now: datetime) -> NewLinkOut:
    return NewLinkOut(link=write_link(made.link, now), url=made.url)


def write_promise(promise: Promise) -> PromiseOut:
    return PromiseOut(
        asked_until=promise.asked_until,
        promised_until=promise.promised_until,
        is_shortened=promise.is_shortened,
        reasons=[write_reason(reason) for reason in promise.reasons],
        unchecked=promises.unchecked(promise),
    )


def write_validation(queued: ValidationQueued | None) -> ValidationOut:
    return ValidationOut(is_queued=bool(queued and queued.is_queued), verdict=queued.verdict if queued else None)


def write_reason(reason: PromiseReason) -> ReasonOut:
    return ReasonOut(code=reason.code.value, at=reason.at, detail=promises.reason(reason))


_AS_THEY_ARE = (
    "object_key",
    "host",
    "size",
    "reference",
    "title",
    "note",
    "filename",
    "download_limit",
    "starts_at",
    "is_public",
    "remind_days",
    "notify_downloads",
    "follows_latest",
    "lifetime",
    "asked_until",
    "promised_until",
    "created_at",
    "revoked_at",
    "fails_at",
    "validated_at",
    "worked_at",
    "visit_count",
    "visited_at",
)
