"""Rescue: a stable link takes over the promise of a URL that will not, or does not, keep it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F

from links.domain.errors import HoldfastError, Refused, Unavailable
from links.domain.facts import Delivery
from links.domain.lifetimes import Lifetime
from links.domain.objects import ObjectFacts
from links.domain.reasons import Reason
from links.domain.sharing import ShareScope
from links.domain.signed_urls import read
from links.models import Bucket, Incident, ShareLink
from links.models.bulk import write_each
from links.models.links import ShareLinkQuerySet, Viewer
from links.queries.bucket_registry import BucketRegistry
from links.queries.link_state import where_not_withdrawn
from links.services import incidents, queue
from links.services.click_signing import OpenBuckets
from links.services.issue import Issued, Terms, Wish, draft_again, look_up
from links.services.parallel import call_all
from links.services.sharing import refuse_share


@dataclass(frozen=True, slots=True)
class Row:
    """What came of one link: `issued`, with the URL to send to the customer, or why it was `refused`."""

    link: ShareLink
    issued: Issued | None = None
    refused: HoldfastError | None = None


def foresee_rescue(links: Sequence[ShareLink], scope: ShareScope, now: datetime) -> list[Row]:
    """Which of these can be tried, and why not the others; asks no store and makes nothing."""
    order = _Order(BucketRegistry.read(), None, scope, now)
    return [Row(link, refused=_prepare(link, order).refused) for link in links]


def count_rescuable(incident: Incident, viewer: Viewer) -> int:
    """How many of the links that this incident harms are signed URLs, wherever their objects are."""
    return list_rescuable(incident, viewer).order_by().count()


def list_rescuable(incident: Incident, viewer: Viewer) -> ShareLinkQuerySet:
    """Every signed URL that this incident harms and the viewer may know of: those in buckets of ours first."""
    known = ShareLink.objects.seen_by(viewer)
    harmed = known.filter(where_not_withdrawn(), harms__incident=incident, harms__over_at=None)
    signed = harmed.exclude(delivery=Delivery.STABLE.value)
    return signed.order_by(F("bucket").asc(nulls_last=True), "pk")


def rescue_links(links: Sequence[ShareLink], owner: User | None, scope: ShareScope, now: datetime) -> list[Row]:
    """One row for each link, in their order. What was drafted is saved in one transaction: all of it, or nothing.

    Each gets a stable link to the same object with what is left of its promise, for the same customer and under the
    same names; it is its owner's, or `owner`'s where it has none who is still here. From then on the old link is
    watched no more: its promise is kept elsewhere, and its incidents let go of it. `scope` is what the one who rescues
    may share.

    A row's `refused` is one of `Refused`: `already-rescued` (with `link`, the one that did), `rescue-stable`,
    `rescue-revoked`, `rescue-ended`, `share-not-permitted`, `rescue-no-bucket`, `rescue-other-version`; or whatever
    `issue.create_link` raises.
    """
    now = now.replace(microsecond=0)
    order = _Order(BucketRegistry.read(), owner, scope, now)
    cases = [_prepare(link, order) for link in links]
    opened = OpenBuckets()
    found = _look_up_all(cases, opened)
    drafted = [_draft(case, found, opened, now) for case in cases]
    return _take_over(drafted, now)


@dataclass(frozen=True, slots=True)
class _Order:
    """What is said once for all links."""

    register: BucketRegistry
    owner: User | None
    scope: ShareScope
    now: datetime


@dataclass(frozen=True, slots=True)
class _Case:
    """A link on its way, and what is wished for in its place. `version` is the one that its URL names."""

    link: ShareLink
    wish: Wish | None = None
    version: str = ""
    refused: HoldfastError | None = None


def _prepare(link: ShareLink, order: _Order) -> _Case:
    try:
        _check_rescuable(link, order.now)
        bucket, object_key, version = _find_object(link, order)
    except HoldfastError as refused:
        return _Case(link, refused=refused)
    return _Case(link, _wish_anew(link, bucket, object_key, order, follows_latest=not version), version)


def _wish_anew(link: ShareLink, bucket: Bucket, object_key: str, order: _Order, *, follows_latest: bool) -> Wish:
    """All that the old link was told and a stable one can keep. A password, a limit or a beginning it never had."""
    return Wish(
        bucket,
        object_key,
        lifetime=str(Lifetime(end=link.promised_until)),
        zone=UTC,
        scope=order.scope,
        note=link.note,
        filename=link.filename,
        owner=link.owner if link.owner and link.owner.is_active else order.owner,
        follows_latest=link.follows_latest and follows_latest,
        terms=Terms(title=link.title, customer=link.customer, remind_days=link.remind_days),
    )


def _check_rescuable(link: ShareLink, now: datetime) -> None:
    if link.is_rescued:
        raise Refused("already-rescued", link=link.rescued_by_id)
    if link.delivery == Delivery.STABLE:
        raise Refused("rescue-stable")
    if link.is_revoked:
        raise Refused("rescue-revoked")
    if link.is_over(now):
        raise Refused("rescue-ended")


def _find_object(link: ShareLink, order: _Order) -> tuple[Bucket, str, str]:
    """The bucket may have been registered since the URL was. Who may not share everything does not learn which are."""
    url = read(link.url.open()) if link.url else None
    bucket, object_key = order.register.find_bucket(url) if url else (link.bucket, link.object_key)
    if bucket is None and order.scope.covers_everything:
        raise Refused("rescue-no-bucket", host=link.host)
    if bucket is None or not order.scope.may_share(bucket.pk, object_key):
        raise refuse_share(order.scope, "", "")
    return bucket, object_key, url.version_id if url else ""


_Place = tuple[int, str, bool]
_Found = dict[_Place, ObjectFacts | HoldfastError]


def _name_place(wish: Wish) -> _Place:
    """What follows the latest file is told of no version; what does not is."""
    return wish.bucket.pk, wish.object_key, wish.follows_latest


def _look_up_all(cases: Sequence[_Case], opened: OpenBuckets) -> _Found:
    """Each object looked up once in each way."""
    return call_all({_name_place(case.wish): partial(look_up, case.wish, opened) for case in cases if case.wish})


def _draft(case: _Case, found: _Found, opened: OpenBuckets, now: datetime) -> Row:
    if case.wish is None:
        return Row(case.link, refused=case.refused)
    try:
        return Row(case.link, draft_again(case.wish, _require(case, case.wish, found), opened, now))
    except HoldfastError as refused:
        return Row(case.link, refused=refused)


def _require(case: _Case, wish: Wish, found: _Found) -> ObjectFacts:
    """A stable link leads to the newest version: where the URL names an older one, that would be another file."""
    answer = found.get(_name_place(wish)) or Unavailable("store-unanswered", bucket=wish.bucket.name)
    if isinstance(answer, HoldfastError):
        raise answer
    if case.version and case.version != answer.version_id:
        raise Refused("rescue-other-version", object_key=wish.object_key)
    return answer


def _take_over(rows: Sequence[Row], now: datetime) -> list[Row]:
    """Save what was drafted for the links that nobody rescued or revoked meanwhile."""
    drafted = {row.link.pk: row for row in rows if row.issued}
    with transaction.atomic():
        lasting = ShareLink.objects.select_for_update(of=("self",)).filter(where_not_withdrawn(), pk__in=list(drafted))
        ours = set(lasting.order_by("pk").values_list("pk", flat=True))
        _save([drafted[pk] for pk in sorted(ours)], now)
    return [_tell_overtaken(row) if row.issued and row.link.pk not in ours else row for row in rows]


def _save(rows: Sequence[Row], now: datetime) -> None:
    ShareLink.objects.bulk_create([row.issued.link for row in rows if row.issued], batch_size=500)
    for row in rows:
        row.link.rescued_by = row.issued.link if row.issued else None
        # What a worker is asking at this moment counts no more.
        row.link.due_at = row.link.leased_until = row.link.lease_id = None
    write_each([row.link for row in rows], ["rescued_by", "due_at", "leased_until", "lease_id"])
    incidents.release([row.link.pk for row in rows], now)
    if rows:
        queue.enqueue("validate_due_links")


def _tell_overtaken(row: Row) -> Row:
    row.link.refresh_from_db(fields=["rescued_by", "revoked_at"])
    reason = Reason.ALREADY_RESCUED if row.link.is_rescued else Reason.RESCUE_REVOKED
    return replace(row, issued=None, refused=Refused(reason, link=row.link.rescued_by_id))
