"""URLs that were signed elsewhere: watched with the promise that somebody made for them."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from links.database.numbers import number_in_order
from links.domain.audit.acts import Act
from links.domain.errors import Refused
from links.domain.judging.facts import Delivery
from links.domain.pasted.urls import PastedUrl
from links.domain.promise.promises import Promise
from links.domain.reasons import Reason
from links.domain.sharing import ShareScope
from links.domain.signed_urls.reading import SignedUrl, Style
from links.domain.signed_urls.tokens import digest
from links.domain.viewers import Operator, find_person
from links.models import ShareLink
from links.models.links.share_links import ShareLinkQuerySet, Viewer
from links.queries.bucket_registry import BucketRegistry
from links.queries.link_state import read_state, where_live
from links.queries.own_urls import find_own_link
from links.services import queue
from links.services.audit.link_values import read_new
from links.services.audit.recording import gather, record
from links.services.links.creation import NewLink, keep_url
from links.services.mail import imports
from links.services.webhooks import events


def watch_url(
    pasted: PastedUrl,
    promised_until: datetime,
    *,
    note: str = "",
    owner: User | Operator,
    scope: ShareScope,
    now: datetime,
) -> NewLink:
    """Register a URL that was signed elsewhere, with the promise that somebody made for it.

    Anybody's URL may be watched. Only where `scope` covers its object is it bound to the bucket of ours that it leads
    to, whose key then looks at the object; else it is a stranger's. A refusal names another link by its number
    where `owner` may know of it.

    Raises `Refused`: `url-ours`, `url-unsigned`, `url-not-judged`, `promise-in-the-past`,
    `probe-host-not-allowed`, `endpoint-private`, `endpoint-forbidden`, `url-watched`.
    """
    registry = BucketRegistry.read()
    link = build_watched(pasted, promised_until, registry, note=note, owner=owner, scope=scope, now=now)
    _refuse_watched(pasted, owner, now)
    try:
        save_watched([link], now)
    except IntegrityError:  # somebody else watched it since
        _refuse_watched(pasted, owner, now)
        raise
    queue.enqueue("validate_links", [link.pk])
    return NewLink(link, Promise(promised_until, promised_until), pasted.url)


def check_watchable(pasted: PastedUrl, promised_until: datetime, viewer: Viewer, now: datetime) -> None:
    """Raises what `watch_url` would raise."""
    _check_watchable(pasted.signed, promised_until, BucketRegistry.read(), viewer, now)
    _refuse_watched(pasted, viewer, now)


def find_watched(pasted: PastedUrl, viewer: Viewer, now: datetime) -> ShareLink | None:
    """The link by which this very URL is watched at present, where the viewer may know of it."""
    return _list_watched(pasted, now).seen_by(viewer).first()


def build_watched(
    pasted: PastedUrl,
    promised_until: datetime,
    register: BucketRegistry,
    *,
    note: str,
    owner: User | Operator,
    scope: ShareScope,
    now: datetime,
) -> ShareLink:
    """The link as `watch_url` would save it, unsaved."""
    _check_watchable(pasted.signed, promised_until, register, owner, now)
    bucket, object_key = register.find_shared(pasted.signed, scope)
    link = ShareLink(
        delivery=Delivery.FOREIGN.value,
        bucket=bucket,
        object_key=object_key,
        note=note,
        owner=find_person(owner),
        asked_until=promised_until,
        promised_until=promised_until,
        created_at=now,
        due_at=now,
        holds_url=True,
    )
    keep_url(link, pasted.url, pasted.signed)
    return link


def save_watched(links: Sequence[ShareLink], now: datetime) -> None:
    """Save what `build_watched` drafted, all or nothing. Raises IntegrityError where one of the URLs is watched.

    What is wrong with them is told to their owner by one mail. They are numbered as they were given, and written in
    the order of what is unique: who waits for another's URL holds none that the other waits for.
    """
    ordered = sorted(links, key=lambda link: bytes(link.url_hash or b""))
    imports.mark_batch(ordered)
    with transaction.atomic():
        held = ShareLink.objects.filter(holds_url=True, url_hash__in=[link.url_hash for link in links])
        holders = held.select_for_update(of=("self",)).order_by("pk")
        over = [link.pk for link in holders if not read_state(link, now).is_live]
        ShareLink.objects.filter(pk__in=over).update(holds_url=False)
        number_in_order(links)
        ShareLink.objects.bulk_create(ordered, batch_size=500)
        imports.write(ordered, ordered[0].owner if ordered else None, now)
        with gather():
            for link in ordered:
                record(Act.LINK_WATCHED, link, after=read_new(link))
        events.tell_made({link.pk: None for link in ordered}, "watched", now)


def _list_watched(pasted: PastedUrl, now: datetime) -> ShareLinkQuerySet:
    return ShareLink.objects.filter(where_live(now), url_hash=digest(pasted.url)).order_by("-pk")


def _check_watchable(
    read: SignedUrl, promised_until: datetime, register: BucketRegistry, viewer: Viewer, now: datetime
) -> None:
    # A link of this site is watched since it was made.
    if own := find_own_link(read, viewer):
        raise Refused(Reason.URL_OURS, link=own.link.pk if own.link else "")
    if read.style is Style.UNSIGNED:
        raise Refused(Reason.URL_UNSIGNED)
    if read.style is Style.OTHER:
        raise Refused(Reason.URL_NOT_JUDGED, flavour=read.flavour)
    if promised_until <= now:
        raise Refused(Reason.PROMISE_IN_THE_PAST)
    if not register.may_probe(read):
        raise Refused(Reason.PROBE_HOST_NOT_ALLOWED, host=read.host)
    register.refuse_forbidden(read)


def _refuse_watched(pasted: PastedUrl, viewer: Viewer, now: datetime) -> None:
    """Raises `Refused("url-watched")`."""
    if watched := _list_watched(pasted, now).first():
        raise Refused(Reason.URL_WATCHED, link=watched.pk if watched.is_seen_by(viewer) else "")
