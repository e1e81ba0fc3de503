"""Links made once more from others: a rescue puts a stable link in the place of a URL that will not, or does not, keep
its promise; a copy stands beside the link that it was made from.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from functools import partial
from typing import TypeAlias

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F

from links.domain.audit.acts import Act
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
from links.services.audit.link_values import read_new
from links.services.audit.recording import gather, record
from links.services.click_signing import OpenBuckets
from links.services.incidents import incidents
from links.services.link_terms import copy_terms
from links.services.links import changes
from links.services.links.creation import NewLink, NewLinkRequest, look_up, name_place, rebuild_link, require_found
from links.services.links.sharing import refuse_share
from links.services.parallel import call_all
from links.services.webhooks import events

Remade: TypeAlias = ItemResult[ShareLink, NewLink]


def rescue_links(links: Sequence[ShareLink], owner: User | None, scope: ShareScope, now: datetime) -> list[Remade]:
    """Make a stable link to the same object with what is left of each one's promise, for the same customer and under
    the same names; it is its owner's, or `owner`'s where it has none who is still here. From then on the old link is
    watched no more: its promise is kept elsewhere, and its incidents let go of it. `scope` is what the one who rescues
    may share.

    One result for each link, in their order: the new one, with the URL to send to the customer, or why it was refused:
    `already-rescued` (with `link`, the one that did), `rescue-stable`, `rescue-revoked`, `rescue-ended`,
    `share-not-permitted`, `rescue-no-bucket`, `rescue-other-version`, and whatever `creation.create_link` raises.
    """
    ask = partial(_request_rescue, registry=BucketRegistry.read(), owner=owner, scope=scope, now=now)
    return _remake(links, ask, now, takes_over=True)


def duplicate_links(
    links: Sequence[ShareLink],
    lifetime: str,
    *,
    owner: User | None,
    scope: ShareScope,
    zone: tzinfo,
    now: datetime,
) -> list[Remade]:
    """One result for each link, in their order. `lifetime` is every copy's; where it is empty each has its own anew.
    Whoever asks must be able to share each object at this moment, by `scope`.

    A link with a password is refused, `duplicate-password`, and so is a foreign one, `duplicate-foreign`. Raises what
    `lifetimes` refuses of the lifetime itself.
    """
    if lifetime:
        changes.find_end(lifetime, zone, now)
    ask = partial(_request_copy, lifetime=lifetime, owner=owner, scope=scope, zone=zone, now=now)
    return _remake(links, ask, now, takes_over=False)


def _remake(
    links: Sequence[ShareLink], ask: Callable[[ShareLink], NewLinkRequest], now: datetime, *, takes_over: bool
) -> list[Remade]:
    """Make what `ask` asks for beside each link, or in its stead where the new one `takes_over` its promise."""
    now, opened = now.replace(microsecond=0), OpenBuckets()
    wanted, made, refused = dict[int, NewLinkRequest](), dict[int, NewLink](), dict[int, HoldfastError]()
    for link in links:
        try:
            wanted[link.pk] = ask(link)
        except HoldfastError as error:
            refused[link.pk] = error
    # Each object is looked up once in each way, several at a time.
    found = call_all({name_place(one): partial(look_up, one, opened) for one in wanted.values()})
    for pk, one in wanted.items():
        try:
            made[pk] = rebuild_link(one, require_found(found.get(name_place(one)), one), opened, now)
        except HoldfastError as error:
            refused[pk] = error
    with transaction.atomic():
        if takes_over:
            # What somebody rescued or revoked while the stores were asked is left alone.
            rows = ShareLink.objects.select_for_update(of=("self",)).filter(pk__in=list(made)).order_by("pk")
            states = {row.pk: _refuse_by_state(row, now) for row in rows}
            refused |= {pk: why for pk in made if (why := states.get(pk, Refused(Reason.LINK_CHANGED)))}
            made = {pk: new for pk, new in made.items() if pk not in refused}
        # The new links' numbers follow the order in which the old ones were given.
        in_order = [made[pk].link for pk in dict.fromkeys(link.pk for link in links) if pk in made]
        ShareLink.objects.bulk_create(in_order, batch_size=500)
        old = sorted((link for link in links if link.pk in made), key=lambda link: link.pk)
        if takes_over:
            for link in old:
                link.rescued_by = made[link.pk].link
                # What a worker is asking at this moment counts no more.
                link.due_at = link.leased_until = link.lease_id = None
            write_each(old, ["rescued_by", "due_at", "leased_until", "lease_id"])
            incidents.resolve_for_links([link.pk for link in old], now)
        _record_remade(old, made, takes_over=takes_over)
        sources = {made[link.pk].link.pk: link.pk for link in old}
        events.tell_made(sources, "rescued" if takes_over else "copied", now)
        if takes_over:
            events.tell_changed([link.pk for link in old], ["rescued_by"], now)
        if made:
            queue.enqueue("validate_due_links")
    return [Remade(link, made.get(link.pk), refused.get(link.pk)) for link in links]


def _record_remade(old: Sequence[ShareLink], made: Mapping[int, NewLink], *, takes_over: bool) -> None:
    with gather():
        for link in old:
            new = made[link.pk].link
            record(Act.LINK_RESCUED if takes_over else Act.LINK_COPIED, new, after={"of": link.pk, **read_new(new)})
            if takes_over:
                record(Act.LINK_REPLACED, link, after={"by": new.pk})


# What can be copied ---------------------------------------------------------------------------------------------------


def _request_copy(
    link: ShareLink, *, lifetime: str, owner: User | None, scope: ShareScope, zone: tzinfo, now: datetime
) -> NewLinkRequest:
    if link.delivery == Delivery.FOREIGN or link.bucket is None:
        raise Refused(Reason.DUPLICATE_FOREIGN)
    if link.password:
        raise Refused(Reason.DUPLICATE_PASSWORD)
    return NewLinkRequest(
        link.bucket,
        link.object_key,
        lifetime or link.lifetime,
        zone,
        scope,
        delivery=Delivery(link.delivery),
        owner=owner,
        terms=copy_terms(link, now),
    )


# What can be rescued --------------------------------------------------------------------------------------------------


def count_to_rescue(incident: Incident, viewer: Viewer) -> int:
    """How many of the links that this incident affects are signed URLs, wherever their objects are."""
    return list_to_rescue(incident, viewer).order_by().count()


def list_to_rescue(incident: Incident, viewer: Viewer) -> ShareLinkQuerySet:
    """Every signed URL that this incident affects and the viewer may know of: those in buckets of ours first."""
    known = ShareLink.objects.seen_by(viewer)
    affected = known.filter(where_not_withdrawn(), incident_links__incident=incident, incident_links__over_at=None)
    signed = affected.exclude(delivery=Delivery.STABLE.value)
    return signed.order_by(F("bucket").asc(nulls_last=True), "pk")


def foresee_rescue(links: Sequence[ShareLink], scope: ShareScope, now: datetime) -> list[Remade]:
    """Which of these can be tried, and why not the others; asks no store and makes nothing."""
    registry, foreseen = BucketRegistry.read(), []
    for link in links:
        try:
            _request_rescue(link, registry=registry, owner=None, scope=scope, now=now)
        except HoldfastError as refused:
            foreseen.append(Remade(link, refused=refused))
        else:
            foreseen.append(Remade(link))
    return foreseen


def _request_rescue(
    link: ShareLink, *, registry: BucketRegistry, owner: User | None, scope: ShareScope, now: datetime
) -> NewLinkRequest:
    """All that the old link was told and a stable one can keep."""
    if link.delivery == Delivery.STABLE:
        raise Refused(Reason.RESCUE_STABLE)
    if refused := _refuse_by_state(link, now):
        raise refused
    bucket, object_key, version = _find_object(link, registry, scope)
    terms = copy_terms(link, now)
    return NewLinkRequest(
        bucket,
        object_key,
        lifetime=str(Lifetime(end=link.promised_until)),
        zone=UTC,
        scope=scope,
        owner=link.owner if link.owner and link.owner.is_active else owner,
        terms=replace(terms, follows_latest=terms.follows_latest and not version),
        version_id=version,
    )


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
