"""What is changed about a link after it was made: its end and its terms. Its owner: `owners`.

Whatever was decided upon values that somebody changed meanwhile is not written, but refused: `link-changed`.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Q

from links.domain.audit.acts import Act
from links.domain.errors import Refused
from links.domain.judging.facts import Delivery
from links.domain.promise import ends, lifetimes
from links.domain.promise.ends import EndChange
from links.domain.promise.lifetimes import Lifetime
from links.domain.promise.promises import Promise
from links.domain.promise.reminders import find_reminder
from links.domain.promise.terms import check_beginning, check_end, check_slug, list_changeable
from links.domain.reasons import Reason
from links.domain.sharing import ShareScope
from links.models import ShareLink
from links.models.leases import due_afresh
from links.queries.link_state import where_not_withdrawn
from links.services import queue
from links.services.audit.link_values import RECORDED, read_difference, read_values, record_change
from links.services.audit.recording import record, record_each
from links.services.audit.subjects import describe
from links.services.click_signing import OpenBuckets
from links.services.incidents import incidents
from links.services.link_terms import Terms, check_password_of, to_columns
from links.services.links.creation import NewLinkRequest, preview
from links.services.links.sharing import require_share
from links.services.people import customers
from links.services.webhooks import events

# The end ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NewEnd:
    """A link's end as it was, or would be, changed: `before` is what was promised until then, `lifetime` what is kept
    of what was asked for: of "+7 days" the end that it came to."""

    change: EndChange
    before: datetime
    promise: Promise
    lifetime: str


def foresee_end(
    link: ShareLink,
    lifetime: str,
    *,
    scope: ShareScope,
    zone: tzinfo,
    now: datetime,
    more_downloads: int = 0,
    opened: OpenBuckets | None = None,
) -> NewEnd:
    """What `change_end` would do. Asks the store where the promise is to last longer, and no database: less is always
    kept. More is shared anew, time as well as downloads: by `scope` whoever asks must be able to share the object at
    this moment. One of many is given what they all open.

    Raises `Refused`: `extend-presigned` (its URL states its own end), `ends-before-start`, what `lifetimes` refuses;
    and where the store is asked what `creation.preview` raises.
    """
    lifetime = ends.count_from_end(lifetime, link.promised_until, zone=zone, now=now)
    link_request = find_request_again(link, lifetime, scope, zone)
    end = find_end(lifetime, zone, now)
    change = ends.name_change(end, link.promised_until, is_revoked=link.is_revoked, now=now)
    if more_downloads and link.is_used_up:
        change = EndChange.REVIVE
    if change is EndChange.SHORTEN:
        promise = ends.cut(link.promised_until, tuple(link.promise_reasons), end)
    else:
        promise = preview(link_request, now.replace(microsecond=0), opened)
    check_end(promise.promised_until, link.starts_at)
    return NewEnd(change, link.promised_until, promise, lifetime)


def change_end(
    link: ShareLink, lifetime: str, *, scope: ShareScope, zone: tzinfo, now: datetime, more_downloads: int = 0
) -> NewEnd:
    """Extend, shorten or revive a stable link under the same URL: whichever the new end means. A duration is counted
    from now, and with a plus before it from the present end. A revocation is taken back, and a link that is used up
    gets so many downloads more.

    Raises what `foresee_end` raises, and `link-changed`, `extend-revoked`.
    """
    foreseen = foresee_end(link, lifetime, scope=scope, zone=zone, now=now, more_downloads=more_downloads)
    write_promise(link, foreseen.lifetime, foreseen.promise, now, more_downloads=more_downloads)
    queue.enqueue("validate_links", [link.pk])
    return foreseen


def write_promise(link: ShareLink, lifetime: str, promise: Promise, now: datetime, *, more_downloads: int = 0) -> None:
    """Write a promise that was decided upon the link as it is; it is due then, and nobody is told."""
    values: dict[str, Any] = {
        "lifetime": lifetime,
        "asked_until": promise.asked_until,
        "promised_until": promise.promised_until,
        "reasons": [reason.to_json() for reason in promise.reasons],
        "remind_at": find_reminder(promise.promised_until, link.remind_days, now),
        "revoked_at": None,
        **due_afresh(now),
    }
    if more_downloads and link.is_used_up:
        values["download_limit"] = F("visit_count") + more_downloads
    decided_upon = {"revoked_at", "promised_until", "remind_days", "starts_at", *values.keys() & {"download_limit"}}
    _write(link, values, decided_upon, now, act=Act.LINK_END_CHANGED)


def find_request_again(link: ShareLink, lifetime: str, scope: ShareScope, zone: tzinfo) -> NewLinkRequest:
    """What the link was made for, with another lifetime. Raises `Refused("extend-presigned")`."""
    if link.delivery != Delivery.STABLE or link.bucket is None:
        raise Refused(Reason.EXTEND_PRESIGNED, delivery=link.delivery)
    return NewLinkRequest(
        link.bucket, link.object_key, lifetime, zone, scope, terms=Terms(follows_latest=link.follows_latest)
    )


def keep_end(link: ShareLink) -> str:
    """The lifetime that keeps the end as it is: of what is revived with no word of its end."""
    return str(Lifetime(end=link.promised_until))


def require_unrevoked(link: ShareLink) -> None:
    """A revoked link is revived alone, by somebody who read when it was revoked. Raises `Refused("revive-first")`."""
    if link.is_revoked:
        raise Refused(Reason.REVIVE_FIRST)


def find_end(lifetime: str, zone: tzinfo, now: datetime) -> datetime:
    """When a lifetime that is counted from now ends. Raises what `lifetimes` refuses."""
    return lifetimes.parse(lifetime, zone=zone).ends_at(now.replace(microsecond=0).astimezone(zone))


def revoke(link: ShareLink, now: datetime) -> bool:
    """End a link at once; False where it was revoked before. A presigned URL lives on at the store until its
    signature ends: only deleting its key or object stops that."""
    done = revoke_all([link.pk], now)
    link.refresh_from_db()
    return bool(done)


def revoke_all(ids: list[int], now: datetime) -> set[int]:
    """Revoke these at once; which of them had not been revoked before."""
    with transaction.atomic():
        lasting = ShareLink.objects.filter(pk__in=ids, revoked_at=None)
        ours = set(lasting.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
        lasting.filter(pk__in=ours).update(revoked_at=now, due_at=None, generation=F("generation") + 1)
        incidents.resolve_for_links(sorted(ours), now)
        record_each(Act.LINK_REVOKED, ShareLink.objects.filter(pk__in=ours), after={"revoked_at": now})
        events.tell_revoked(ours, now)
    return ours


def follow_latest(link: ShareLink, scope: ShareScope, now: datetime) -> bool:
    """Let a link lead to whatever file has its key now; one that stopped goes on. False where it was revoked or
    rescued: nobody watches it, or shall again. Another file is shared anew: raises `Refused("share-not-permitted")`.
    """
    require_again(link, scope)
    ours, before = ShareLink.objects.filter(where_not_withdrawn(), pk=link.pk), {"version_id": link.version_id}
    with transaction.atomic():
        done = ours.update(follows_latest=True, version_id="", **due_afresh(now))
        if done:
            record(Act.LINK_FOLLOWS_LATEST, link, before=before)
            events.tell_changed([link.pk], ["follows_latest"], now)
    link.refresh_from_db()
    if done:
        queue.enqueue("validate_links", [link.pk])
    return bool(done)


def may_share_again(link: ShareLink, scope: ShareScope) -> bool:
    """Whether whoever asks may share its object at this moment; of a stranger's, nobody here says who may."""
    return link.bucket_id is None or scope.may_share(link.bucket_id, link.object_key)


def require_again(link: ShareLink, scope: ShareScope) -> None:
    """Existing links go on; what is shared by them anew, whoever asks must be able to share at this moment. Raises
    `Refused("share-not-permitted")`."""
    if link.bucket is not None:
        require_share(scope, link.bucket, link.object_key)


# The terms --------------------------------------------------------------------------------------------------------


def change_terms(link: ShareLink, terms: Terms, scope: ShareScope, now: datetime) -> None:
    """Write what is new about the terms, and nothing else: `link` is as whoever decided saw it. What only a stable link
    can keep is left as it is where it is none: the name of a presigned URL's file is part of what was signed. More
    downloads are shared anew: by `scope` whoever asks must be able to share the object at this moment.

    Raises `Refused`: `terms-need-stable`, `limit-used`, `starts-past`, `starts-after-end`, `password-too-short`,
    `password-too-common`, `password-own-words`,
    `slug-needs-password`, `slug-malformed`, `slug-unprotected`, `slug-taken`, `remind-past`, `share-not-permitted`, and
    `link-changed` where somebody changed the same meanwhile.
    """
    new = _find_new(link, terms)
    _check_terms(link, terms, new, now)
    if "download_limit" in new and _is_raised(link.download_limit, new["download_limit"]):
        require_again(link, scope)
    decided_upon, room = set(new), Q()
    if new.keys() & {"starts_at", "remind_days"}:
        decided_upon.add("promised_until")
    if new.keys() & _ADDRESS:
        decided_upon |= _ADDRESS
    if new.get("download_limit") is not None:
        room = Q(visit_count__lt=new["download_limit"])
    if "remind_days" in new:
        new["remind_at"] = find_reminder(link.promised_until, terms.remind_days, now)
    if _ends_grants(link, new):
        new["generation"] = F("generation") + 1
    write = _write_slug if "slug" in new else _write
    if terms.customer and not terms.customer.pk:
        with transaction.atomic():
            write(link, {**new, "customer": customers.save_if_new(terms.customer)}, decided_upon, now, room)
    elif new:
        write(link, new, decided_upon, now, room)


def allow_another_download(link: ShareLink, now: datetime) -> bool:
    """One more download of a link that is used up; False where some are left, or there is no limit."""
    used_up = ShareLink.objects.filter(pk=link.pk, download_limit__lte=F("visit_count"))
    before = read_values(link, ["download_limit"])
    with transaction.atomic():
        done = used_up.update(download_limit=F("visit_count") + 1)
        link.refresh_from_db(fields=["download_limit", "visit_count"])
        if done:
            record(Act.LINK_DOWNLOADS_ADDED, link, before=before, after=read_values(link, before))
            events.tell_changed([link.pk], before, now)
    return bool(done)


_ADDRESS = {"slug", "is_public", "password"}  # one that can be guessed is locked, or public


def _find_new(link: ShareLink, terms: Terms) -> dict[str, Any]:
    """What the terms say otherwise than the link does, by column."""
    columns, is_stable = to_columns(terms, link.object_key), link.delivery == Delivery.STABLE
    new = {name: columns[name] for name in list_changeable(is_stable=is_stable) if columns[name] != getattr(link, name)}
    if terms.password is None:
        new.pop("password", None)
    return new


def _ends_grants(link: ShareLink, new: Mapping[str, Any]) -> bool:
    """Whether whoever pressed before shall have to press again."""
    limit, before = new.get("download_limit"), link.download_limit
    return "password" in new or (limit is not None and (before is None or limit < before))


def _check_terms(link: ShareLink, terms: Terms, new: Mapping[str, Any], now: datetime) -> None:
    """Only what is new is judged: a link that is used up, or over, can still be given another name."""
    if terms.need_stable and link.delivery != Delivery.STABLE:
        raise Refused(Reason.TERMS_NEED_STABLE)
    limit, starts_at, remind_days = (new.get(name) for name in ("download_limit", "starts_at", "remind_days"))
    if limit is not None and limit <= link.visit_count:
        raise Refused(Reason.LIMIT_USED, used=link.visit_count)
    if starts_at is not None:
        check_beginning(starts_at, link.promised_until, now)
    check_password_of(terms, link.object_key)
    _check_address(link, terms, new)
    if remind_days and not link.is_over(now) and find_reminder(link.promised_until, remind_days, now) is None:
        raise Refused(Reason.REMIND_PAST, end=link.promised_until.isoformat())


def _is_raised(before: int | None, limit: int | None) -> bool:
    return before is not None and (limit is None or limit > before)


def _check_address(link: ShareLink, terms: Terms, new: Mapping[str, Any]) -> None:
    slug, is_public = new.get("slug", link.slug), new.get("is_public", link.is_public)
    if not slug or new.keys().isdisjoint(_ADDRESS):
        return
    if terms.password == "" and not is_public:
        raise Refused(Reason.SLUG_NEEDS_PASSWORD)
    check_slug(slug, has_password=bool(new.get("password", link.password)), is_public=is_public)


# Writing ----------------------------------------------------------------------------------------------------------


def _write_slug(
    link: ShareLink, values: Mapping[str, Any], decided_upon: Collection[str], now: datetime, room: Q
) -> None:
    try:
        with transaction.atomic():
            _write(link, values, decided_upon, now, room)
    except IntegrityError:
        raise Refused(Reason.SLUG_TAKEN, slug=values["slug"]) from None


def _write(
    link: ShareLink,
    values: Mapping[str, Any],
    decided_upon: Collection[str],
    now: datetime,
    room: Q | None = None,
    act: Act = Act.LINK_TERMS_CHANGED,
) -> None:
    """One conditional UPDATE: only where nobody changed meanwhile what the values were decided upon."""
    as_it_was, was_revoked = {name: getattr(link, name) for name in decided_upon}, link.is_revoked
    before, was = read_values(link, values), describe(link)
    with transaction.atomic():
        done = ShareLink.objects.filter(room or Q(), pk=link.pk, **as_it_was).update(**values)
        link.refresh_from_db(fields={*values, *decided_upon, "visit_count"})
        if done:
            record_change(act, was, link, read_difference(link, before, values))
            events.tell_changed([link.pk], values.keys() & set(RECORDED), now)
    if not done:
        raise Refused(Reason.EXTEND_REVOKED if link.is_revoked and not was_revoked else Reason.LINK_CHANGED)
