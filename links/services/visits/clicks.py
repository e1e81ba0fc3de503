"""A customer's request for a link: look it up, authorise, count, sign for minutes."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import wraps
from typing import ParamSpec

import structlog
from django.db import transaction
from django.db.models import F, Q, QuerySet

from links.domain.errors import HoldfastError
from links.domain.link_mails import LinkMailKind
from links.domain.monitoring.metrics import CLICKS
from links.domain.signed_urls.tokens import digest, trim_slug, trim_token
from links.domain.visits.access import RESUMES_OF_CLICK, Outcome, why_closed
from links.domain.visits.throttling import name_network
from links.lib.byte_ranges import WHOLE, PartAsked, SharedFile, goes_on
from links.models import Grant, ShareLink
from links.queries.click_rows import find_by_token, load_whole
from links.queries.link_state import where_not_withdrawn
from links.services import queue, throttle
from links.services.click_signing import OpenBuckets, sign_as_click, was_signed_too_short
from links.services.mail.link_mails import write_to_owner
from links.services.monitoring.counting import count
from links.services.monitoring.tracing import span
from links.services.throttle import Key
from links.services.visits import grants, precheck
from links.services.visits.passwords import find_wait, try_password
from links.services.visits.records import record_download, record_visit
from links.services.webhooks import events

log = structlog.get_logger(__name__)

VALIDATE_AT_MOST_EVERY = timedelta(minutes=1)
MAIL_EVERY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks, as far as a request tells, and for which part of the file."""

    address: str = ""
    browser: str = ""
    part: PartAsked = WHOLE
    is_preview: bool = False  # a program that looks ahead of people, or a browser that does


NOBODY = Visitor()


@dataclass(frozen=True, slots=True)
class VisitResult:
    """What came of a visit. `url` and `grant`, which is the browser's secret, are set only where the visitor was let
    through."""

    outcome: Outcome
    link: ShareLink | None = None
    url: str = field(default="", repr=False)
    grant: str = field(default="", repr=False)
    wait: int = 0  # seconds until a password is judged again, where too many were wrong


Arguments = ParamSpec("Arguments")


def _counted(follow: Callable[Arguments, VisitResult]) -> Callable[Arguments, VisitResult]:
    """Told to those who watch the site, by what came of it."""

    @wraps(follow)
    def counted(*args: Arguments.args, **kwargs: Arguments.kwargs) -> VisitResult:
        with span("click") as told:
            result = follow(*args, **kwargs)
            told.set("outcome", result.outcome.value)
        count(CLICKS, result.outcome)
        return result

    return counted


def find_link(token: str) -> ShareLink | None:
    """As much of it as a click needs: `links.queries.click_rows` tells."""
    return find_by_token(digest(trim_token(token)))


@dataclass(frozen=True, slots=True)
class SlugPage:
    """An address of somebody's own choice, with or without a link behind it (`number`): no more of it than is needed
    before its password was right, so that to look takes as long for either."""

    slug: str
    number: int | None = None
    password: str = field(default="", repr=False)
    is_open: bool = False


def find_slug_page(slug: str) -> SlugPage:
    slug = trim_slug(slug)
    found = ShareLink.objects.filter(slug=slug, bucket__isnull=False).values_list("pk", "password", "is_public").first()
    number, password, is_public = found or (None, "", False)
    return SlugPage(slug, number, password, is_open=is_public and not password)


def find_by_slug(slug: str) -> ShareLink | None:
    return _with_all().filter(slug=trim_slug(slug)).first()


def follow(token: str, visitor: Visitor = NOBODY, *, now: datetime) -> VisitResult:
    """Follow a stable link. A token that does not exist tells nothing; one that does gets an honest outcome."""
    link = find_link(token)
    return follow_link(link, visitor, now) if link else VisitResult(Outcome.UNKNOWN)


@_counted
def follow_link(link: ShareLink, visitor: Visitor, now: datetime) -> VisitResult:
    """A plain link leads to the file at once. One with a password, a limit or a beginning shows its page instead,
    on which only a person presses."""
    shows_page = link.needs_press
    if shows_page:
        outcome = refuse(link, now) or Outcome.LOOKED
        _record(link, outcome, visitor, now)
        return VisitResult(outcome, link)
    refused = refuse(link, now)
    # The store is asked, and the URL signed, while no row is held.
    outcome, url, looked = (refused, "", False) if refused else _try_to_sign(link, now)
    began = Key("began", (link.pk, name_network(visitor.address), visitor.browser))
    resumes_until = now + RESUMES_OF_CLICK.window
    resumes = _goes_on(link, visitor)
    # Whether it is still followed is decided by the statement that counts: it may have been ended since it was read.
    told = link.notify_downloads or events.wants_download(link)
    is_plain = outcome is Outcome.SERVED and not resumes and not told
    if is_plain and record_download(
        link.pk, visitor.address, visitor.browser, began, resumes_until, now, looked=looked
    ):
        return VisitResult(outcome, link, url)
    with transaction.atomic():
        if looked:
            _note_look(link, now)
        if outcome is Outcome.SERVED:
            outcome = _admit(link, now) or outcome
        if outcome is Outcome.SERVED and link.needs_press:
            outcome = Outcome.LOOKED  # it was a plain link when it was asked for
        if outcome is not Outcome.SERVED:
            _record(link, outcome, visitor, now)
            return VisitResult(outcome, link)
        # A part of a download is not counted where this visitor began one lately, and has not gone on with it all too
        # often; whoever else asks for a part begins one.
        if resumes and throttle.take_running(began, RESUMES_OF_CLICK, now):
            _record(link, Outcome.RESUMED, visitor, now)
            return VisitResult(Outcome.RESUMED, link, url)
        _count(link, visitor, now)
        throttle.begin(began, resumes_until)
        return VisitResult(outcome, link, url)


@_counted
def preview_link(link: ShareLink, visitor: Visitor, now: datetime, *, looks: bool = True) -> VisitResult:
    """What a program gets that looks ahead of people: how the link stands, and never the file. Whatever comes of it, it
    is a preview to those who read the visits. Without `looks` the store is not asked."""
    _record(link, Outcome.PREVIEW, visitor, now)
    foreseen = foresee(link, now, looks=looks)
    return VisitResult(Outcome.PREVIEW if foreseen in (Outcome.SERVED, Outcome.LOOKED) else foreseen, link)


@_counted
def submit_page(link: ShareLink, password: str, visitor: Visitor, now: datetime) -> VisitResult:
    """The button of a link's page. Where the password is right and there is a download left, it is counted once and
    a grant given, which `follow_grant` follows as often as it takes."""
    if refused := refuse(link, now):
        _record(link, refused, visitor, now)
        return VisitResult(refused, link)
    place = link.slug or f"#{link.pk}"
    if link.password and (wrong := try_password(place, link.pk, link.password, password, visitor.address, now)):
        _record(link, wrong, visitor, now)
        closed = wrong is Outcome.TOO_MANY_TRIES
        return VisitResult(wrong, link, wait=find_wait(place, link.password, visitor.address, now) if closed else 0)
    return _count_and_grant(link, link.password, visitor, now)


@_counted
def follow_slug(slug_page: SlugPage, password: str, visitor: Visitor, now: datetime) -> VisitResult:
    """A press at an address of somebody's own choice, behind which there may be nothing: before the password is right
    nothing is told, and neither the clock tells anything: whatever is asked, counted and written is so for both."""
    wrong = try_password(slug_page.slug, slug_page.number, slug_page.password, password, visitor.address, now)
    if wrong is Outcome.BUSY:
        return VisitResult(Outcome.BUSY)
    if wrong is Outcome.WRONG_PASSWORD:
        if slug_page.number is None:
            throttle.begin(Key("nowhere", (slug_page.slug, now)), now)  # one row is written in the other case, too
        else:
            record_visit(slug_page.number, wrong, visitor.address, visitor.browser, now)
    link = None if wrong or slug_page.number is None else _with_all().filter(pk=slug_page.number).first()
    return _count_and_grant(link, slug_page.password, visitor, now) if link else VisitResult(Outcome.UNKNOWN)


@_counted
def follow_grant(grant: Grant, visitor: Visitor, now: datetime) -> VisitResult:
    """The download that a press began, or that goes on: never counted again, and each noted. The first is the one that
    was noted when the button was pressed."""
    link, resumes = grant.link, False
    refused = refuse_granted(grant, now)
    outcome, url = (refused, "") if refused else _sign_and_note(link, now)
    with transaction.atomic():
        if outcome is Outcome.SERVED:
            refused = _admit(link, now, granted=True) or grants.refuse_changed(grant, link)
            resumes = _goes_on(link, visitor)
            outcome = refused or grants.use(grant, goes_on=resumes) or outcome
        if outcome is not Outcome.SERVED:
            _record(link, outcome, visitor, now)
            return VisitResult(outcome, link)
        if resumes or grant.fresh_count > 1:
            _record(link, Outcome.RESUMED if resumes else Outcome.AGAIN, visitor, now)
        return VisitResult(outcome, link, url)


def refuse_granted(grant: Grant, now: datetime) -> Outcome | None:
    """Why a grant is no longer followed, or None."""
    return refuse(grant.link, now, granted=True) or grants.refuse_changed(grant, grant.link)


def foresee(link: ShareLink, now: datetime, *, granted: bool = False, looks: bool = True) -> Outcome:
    """What a visit would come to, without one: nothing is counted, and nothing noted. The store is asked no more often
    than visits ask it, and not at all unless it `looks`."""
    if refused := refuse(link, now, granted=granted):
        return refused
    if link.needs_press and not granted:
        return Outcome.LOOKED
    return _sign_and_note(link, now)[0] if looks else _try_to_sign(link, now, looks=False)[0]


def refuse(link: ShareLink, now: datetime, *, granted: bool = False) -> Outcome | None:
    """Why this link is no longer, or not yet, followed; None where it is."""
    return why_closed(link.to_access(), now, granted=granted)


def record_question(link: ShareLink, visitor: Visitor, now: datetime) -> None:
    """That somebody asked for more time."""
    _record(link, Outcome.ASKED, visitor, now)


def _with_all() -> QuerySet[ShareLink]:
    """What a customer may be shown: the links of our own buckets, each with all that its page tells."""
    return ShareLink.objects.select_related("bucket__key", "owner", "customer").filter(bucket__isnull=False)


def _count_and_grant(link: ShareLink, tried: str, visitor: Visitor, now: datetime) -> VisitResult:
    """Count one download and give a grant for it: both or neither, and neither where there is no file to be had.
    `tried` is the link's password as it was kept when the customer's was compared with it."""
    outcome = refuse(link, now) or _sign_and_note(link, now)[0]
    with transaction.atomic():
        if outcome is Outcome.SERVED:
            outcome = _admit(link, now) or outcome
        if outcome is Outcome.SERVED and link.password != tried:
            outcome = Outcome.WRONG_PASSWORD
        if outcome is not Outcome.SERVED:
            _record(link, outcome, visitor, now)
            return VisitResult(outcome, link)
        _count(link, visitor, now)
        return VisitResult(outcome, link, grant=grants.make_grant(link, now))


def _goes_on(link: ShareLink, visitor: Visitor) -> bool:
    """Of a link that follows the latest file we do not know which one is there now."""
    file = SharedFile() if link.follows_latest else SharedFile(link.size, link.etag, link.object_made_at)
    return goes_on(visitor.part.span, visitor.part.unless_changed, file)


def _admit(link: ShareLink, now: datetime, *, granted: bool = False) -> Outcome | None:
    """Read the link's state again and keep others from changing it until this transaction is over: what was decided
    before, while the URL was signed, may have been ended by somebody since. Why it is closed now, or None.

    Raises `ShareLink.DoesNotExist` where the link was deleted since.
    """
    link.refresh_from_db(fields=_STANDING, from_queryset=ShareLink.objects.select_for_update(of=("self",)))
    return refuse(link, now, granted=granted)


def _count(link: ShareLink, visitor: Visitor, now: datetime) -> None:
    """Count and note a download, and tell who wants to be told of it: in the transaction that holds the link, so that
    all of it is kept or nothing."""
    ShareLink.objects.filter(pk=link.pk).update(visit_count=F("visit_count") + 1, visited_at=now)
    _record(link, Outcome.SERVED, visitor, now)
    _mail_owner(link, now)
    events.tell_downloaded(link, now)


def _sign_and_note(link: ShareLink, now: datetime) -> tuple[Outcome, str]:
    outcome, url, looked = _try_to_sign(link, now)
    if looked:
        _note_look(link, now)
    return outcome, url


def _note_look(link: ShareLink, now: datetime) -> None:
    ShareLink.objects.filter(pk=link.pk).update(prechecked_at=now)


def _try_to_sign(link: ShareLink, now: datetime, *, looks: bool = True) -> tuple[Outcome, str, bool]:
    """A URL that leads to the file, for this customer, and whether the store was asked and that is still to be noted;
    whatever is wrong they get an honest page, and staff are told."""
    try:
        is_due, opened = looks and precheck.is_due(link, now), OpenBuckets()
        url = sign_as_click(link, opened)
        trouble = precheck.check_before_redirect(link, url.text, now) if is_due else None
        if trouble and was_signed_too_short(url.signed, link.host):
            # Our clock is not the store's, which nobody knew before: what it refused may only have been too old.
            url = sign_as_click(link, opened)
            trouble = precheck.check_before_redirect(link, url.text, now)
    except Exception as error:  # noqa: BLE001
        reason = error.code if isinstance(error, HoldfastError) else type(error).__name__
        log.error("click not served", link=link.pk, reason=reason)  # noqa: TRY400  a traceback tells no more
        trouble = Outcome.FAILED
    if trouble:
        # Validated soon, but not for each of a thousand clicks.
        lately = Q(validated_at__gt=now - VALIDATE_AT_MOST_EVERY, validated_at__lte=now)
        if ShareLink.objects.exclude(lately).filter(where_not_withdrawn(), pk=link.pk).make_due(now):
            queue.enqueue("validate_links", [link.pk])
        return trouble, "", False
    return Outcome.SERVED, url.text, is_due


_STANDING = [
    "revoked_at",
    "promised_until",
    "starts_at",
    "download_limit",
    "visit_count",
    "findings",
    "follows_latest",
    "password",
    "generation",
]


def _record(link: ShareLink, outcome: Outcome, visitor: Visitor, now: datetime) -> None:
    record_visit(link.pk, outcome, visitor.address, visitor.browser, now)


def _mail_owner(link: ShareLink, now: datetime) -> None:
    """Write to the owner who asked for it, once an hour at most: one conditional UPDATE decides whose turn it is."""
    if not link.notify_downloads:
        return
    silent = (
        Q(download_notified_at=None) | Q(download_notified_at__lte=now - MAIL_EVERY) | Q(download_notified_at__gt=now)
    )
    with transaction.atomic():
        if ShareLink.objects.filter(silent, pk=link.pk).update(download_notified_at=now):
            write_to_owner(load_whole(link), LinkMailKind.DOWNLOADED, now, count=link.visit_count + 1)
