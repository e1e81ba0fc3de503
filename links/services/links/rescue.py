"""Rescue: a stable link takes over the promise of a URL that will not, or does not, keep it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import TypeAlias

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F

from links.domain.buckets.s3_objects import ObjectFacts
from links.domain.errors import HoldfastError, Refused
from links.domain.judging.facts import Delivery
from links.domain.promise.lifetimes import Lifetime
from links.domain.reasons import Reason
from links.domain.results import ItemResult
from links.domain.sharing import ShareScope
from links.domain.signed_urls.reading import read
from links.models import Bucket, Incident, ShareLink
from links.models.bulk import write_each
from links.models.links.share_links import ShareLinkQuerySet, Viewer
from links.queries.bucket_registry import BucketRegistry
from links.queries.link_state import LinkState, read_state, where_not_withdrawn
from links.services import queue
from links.services.click_signing import OpenBuckets
from links.services.incidents import incidents
from links.services.link_terms import copy_terms
from links.services.links.creation import NewLink, NewLinkRequest, draft_again, look_up, require_found
from links.services.links.sharing import refuse_share
from links.services.parallel import call_all

Rescued: TypeAlias = ItemResult[ShareLink, NewLink]


def count_rescuable(incident: Incident, viewer: Viewer) -> int:
    """How many of the links that this incident harms are signed URLs, wherever their objects are."""
    return list_rescuable(incident, viewer).order_by().count()


def list_rescuable(incident: Incident, viewer: Viewer) -> ShareLinkQuerySet:
    """Every signed URL that this incident harms and the viewer may know of: those in buckets of ours first."""
    known = ShareLink.objects.seen_by(viewer)
    harmed = known.filter(where_not_withdrawn(), harms__incident=incident, harms__over_at=None)
    signed = harmed.exclude(delivery=Delivery.STABLE.value)
    return signed.order_by(F("bucket").asc(nulls_last=True), "pk")


def foresee_rescue(links: Sequence[ShareLink], scope: ShareScope, now: datetime) -> list[Rescued]:
    """Which of these can be tried, and why not the others; asks no store and makes nothing."""
    registry, foreseen = BucketRegistry.read(), []
    for link in links:
        try:
            _prepare(link, registry, None, scope, now)
        except HoldfastError as refused:
            foreseen.append(Rescued(link, refused=refused))
        else:
            foreseen.append(Rescued(link))
    return foreseen


def rescue_links(links: Sequence[ShareLink], owner: User | None, scope: ShareScope, now: datetime) -> list[Rescued]:
    """Make a stable link to the same object with what is left of each one's promise, for the same customer and under
    the same names; it is its owner's, or `owner`'s where it has none who is still here. From then on the old link is
    watched no more: its promise is kept elsewhere, and its incidents let go of it. `scope` is what the one who rescues
    may share.

    One result for each link, in their order: the new one, with the URL to send to the customer, or why it was refused:
    `already-rescued` (with `link`, the one that did), `rescue-stable`, `rescue-revoked`, `rescue-ended`,
    `share-not-permitted`, `rescue-no-bucket`, `rescue-other-version`, and whatever `creation.create_link` raises.
    """
    now = now.replace(microsecond=0)
    registry, opened, wanted = BucketRegistry.read(), OpenBuckets(), dict[int, _Wanted]()
    drafted, refused = dict[int, NewLink](), dict[int, HoldfastError]()
    for link in links:
        try:
            wanted[link.pk] = _prepare(link, registry, owner, scope, now)
        except HoldfastError as error:
            refused[link.pk] = error
    # Each object is looked up once in each way, several at a time.
    found = call_all(
        {_name_place(one.link_request): partial(look_up, one.link_request, opened) for one in wanted.values()}
    )
    for pk, one in wanted.items():
        try:
            found_file = _require_same_file(one, found.get(_name_place(one.link_request)))
            drafted[pk] = draft_again(one.link_request, found_file, opened, now)
        except HoldfastError as error:
            refused[pk] = error
    with transaction.atomic():
        # Whom somebody rescued or revoked while the stores were asked is left alone.
        lasting = ShareLink.objects.select_for_update(of=("self",)).filter(where_not_withdrawn(), pk__in=list(drafted))
        ours = set(lasting.order_by("pk").values_list("pk", flat=True))
        _take_over([link for link in links if link.pk in ours], drafted, now)
    for link in links:
        if link.pk in drafted.keys() - ours:
            link.refresh_from_db(fields=["rescued_by", "revoked_at"])
            refused[link.pk] = _refuse_by_state(link, now) or Refused(Reason.LINK_CHANGED)
            del drafted[link.pk]
    return [Rescued(link, drafted.get(link.pk), refused.get(link.pk)) for link in links]


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is wished for in a link's place. `version` is the one that its URL names."""

    link_request: NewLinkRequest
    version: str


def _prepare(
    link: ShareLink, registry: BucketRegistry, owner: User | None, scope: ShareScope, now: datetime
) -> _Wanted:
    """All that the old link was told and a stable one can keep."""
    _check_rescuable(link, now)
    bucket, object_key, version = _find_object(link, registry, scope)
    terms = copy_terms(link, now)
    link_request = NewLinkRequest(
        bucket,
        object_key,
        lifetime=str(Lifetime(end=link.promised_until)),
        zone=UTC,
        scope=scope,
        owner=link.owner if link.owner and link.owner.is_active else owner,
        terms=replace(terms, follows_latest=terms.follows_latest and not version),
    )
    return _Wanted(link_request, version)


def _check_rescuable(link: ShareLink, now: datetime) -> None:
    if link.delivery == Delivery.STABLE:
        raise Refused(Reason.RESCUE_STABLE)
    if refused := _refuse_by_state(link, now):
        raise refused


_REFUSED_BY_STATE = {
    LinkState.REVOKED: Reason.RESCUE_REVOKED,
    LinkState.RESCUED: Reason.ALREADY_RESCUED,
    LinkState.ENDED: Reason.RESCUE_ENDED,
}


def _refuse_by_state(link: ShareLink, now: datetime) -> Refused | None:
    """Why a link in this state has no promise left that a rescue could keep; None where it has one."""
    reason = _REFUSED_BY_STATE.get(read_state(link, now))
    return Refused(reason, link=link.rescued_by_id) if reason else None


def _find_object(link: ShareLink, registry: BucketRegistry, scope: ShareScope) -> tuple[Bucket, str, str]:
    """The bucket may have been registered since the URL was. Who may not share everything does not learn which are."""
    url = read(link.url.open()) if link.url else None
    bucket, object_key = registry.find_bucket(url) if url else (link.bucket, link.object_key)
    if bucket is None and scope.covers_everything:
        raise Refused(Reason.RESCUE_NO_BUCKET, host=link.host)
    if bucket is None or not scope.may_share(bucket.pk, object_key):
        raise refuse_share(scope, "", "")
    return bucket, object_key, url.version_id if url else ""


def _name_place(link_request: NewLinkRequest) -> tuple[int, str, bool]:
    """What follows the latest file is told of no version; what does not is."""
    return link_request.bucket.pk, link_request.object_key, link_request.terms.follows_latest


def _require_same_file(wanted: _Wanted, answer: ObjectFacts | HoldfastError | None) -> ObjectFacts:
    """A stable link leads to the newest version: where the URL names an older one, that would be another file."""
    found = require_found(answer, wanted.link_request)
    if wanted.version and wanted.version != found.version_id:
        raise Refused(Reason.RESCUE_OTHER_VERSION, object_key=wanted.link_request.object_key)
    return found


def _take_over(links: Sequence[ShareLink], drafted: Mapping[int, NewLink], now: datetime) -> None:
    """Save what was drafted for these, in the order of their keys."""
    ordered = sorted(links, key=lambda link: link.pk)
    ShareLink.objects.bulk_create([drafted[link.pk].link for link in ordered], batch_size=500)
    for link in ordered:
        link.rescued_by = drafted[link.pk].link
        # What a worker is asking at this moment counts no more.
        link.due_at = link.leased_until = link.lease_id = None
    write_each(ordered, ["rescued_by", "due_at", "leased_until", "lease_id"])
    incidents.release([link.pk for link in ordered], now)
    if ordered:
        queue.enqueue("validate_due_links")
