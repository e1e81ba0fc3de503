"""Links: preview a promise, and make the link that keeps it."""

import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from math import ceil
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from links.domain import lifetimes, promises, signed_urls
from links.domain.errors import HoldfastError, PromiseRefused, Refused, Unavailable
from links.domain.facts import Delivery
from links.domain.findings import Code
from links.domain.object_keys import check_key
from links.domain.objects import ObjectFacts
from links.domain.promises import Promise, Why
from links.domain.reminders import find_reminder
from links.domain.sharing import ShareScope
from links.domain.signed_urls import SignedUrl
from links.domain.terms import check_beginning, check_slug
from links.domain.tokens import digest
from links.models import Bucket, Customer, Sealed, ShareLink
from links.s3 import objects, signer
from links.services import bell, configuration, customers
from links.services.buckets import to_store
from links.services.hashing import check_new_password
from links.services.sharing import refuse_share, require_end, require_share

LONGEST_FILENAME = 255  # characters of the column; a browser sees fewer (links.domain.dispositions)


@dataclass(frozen=True, slots=True)
class Terms:
    """Under what conditions customers may use a link, and what its maker wants to be told. All but the title, the
    customer and the reminder need a stable link."""

    title: str = ""
    customer: Customer | None = None
    slug: str = ""
    is_public: bool = False
    password: str = field(default="", repr=False)
    download_limit: int | None = None
    starts_at: datetime | None = None
    remind_days: int | None = None
    tells_downloads: bool = False

    @property
    def need_stable(self) -> bool:
        return bool(self.slug or self.password or self.download_limit or self.starts_at or self.tells_downloads)


@dataclass(frozen=True, slots=True)
class Wish:
    """What staff ask for. `lifetime` is text as people write it, read in `zone`; `scope` is what the one who asks may
    share."""

    bucket: Bucket
    object_key: str
    lifetime: str
    zone: tzinfo
    scope: ShareScope
    delivery: Delivery = Delivery.STABLE
    note: str = ""
    filename: str = ""
    owner: User | None = None
    follows_latest: bool = False
    terms: Terms = Terms()


@dataclass(frozen=True, slots=True)
class Issued:
    """A link that was just made. `url` is a bearer secret: the one who asked may see it once."""

    link: ShareLink
    promise: Promise
    url: str = field(repr=False)


def preview(wish: Wish, now: datetime) -> Promise:
    """Until when the link would work, and why not longer; nothing is saved.

    Raises `Refused` and its kin for whatever stands in the way, `Unavailable` where the store did not answer.
    """
    return _decide(wish, look_up(wish), now)


def create_link(wish: Wish, now: datetime) -> Issued:
    """Make the link, sign it where it is presigned, and have it validated soon. Raises what `preview` raises."""
    issued = draft_link(wish, look_up(wish), now.replace(microsecond=0))
    try:
        with transaction.atomic():
            _save(issued.link)
    except IntegrityError:
        if not ShareLink.objects.filter(slug=issued.link.slug).exists():
            raise
        raise Refused("slug-taken", slug=issued.link.slug) from None
    return issued


def look_up(wish: Wish) -> ObjectFacts:
    """The object that is wished for, there and readable. Asks the store, and no database; but only of what may be
    shared: whether there is another object, its answer would tell."""
    if not wish.object_key:
        raise _refuse_whole_bucket(wish)
    require_share(wish.scope, wish.bucket, wish.object_key)
    check_key(wish.object_key)
    if wish.delivery is Delivery.STABLE and not settings.BASE_URL:
        raise Refused("base-url-missing")
    store = to_store(wish.bucket)
    found = objects.look_up(store, wish.object_key)
    _require(found, wish)
    if found.version_id and not wish.follows_latest:
        # A version can only be pinned where the key may read versions (s3:GetObjectVersion).
        pinned = objects.look_up(store, wish.object_key, found.version_id)
        return found if pinned.exists and pinned.reason is None else replace(found, version_id="")
    return replace(found, version_id="")


def draft_link(wish: Wish, found: ObjectFacts, now: datetime) -> Issued:
    """The link as `create_link` would save it, unsaved; `now` in whole seconds."""
    promise = _decide(wish, found, now)
    link = _draft(wish, promise, found, now)
    if wish.delivery is Delivery.PRESIGNED:
        url = _sign_once(link, wish, promise, now)
        promise = promises.shorten(promise, link.promised_until)
    else:
        url = _give_token(link)
    return Issued(link, promise, url)


def draft_again(wish: Wish, found: ObjectFacts, now: datetime) -> Issued:
    """What was wished for once before, drafted anew: without its reminder where the time of that is past."""
    try:
        return draft_link(wish, found, now)
    except Refused as refused:
        if refused.code != "remind-past":
            raise
        return draft_link(replace(wish, terms=replace(wish.terms, remind_days=None)), found, now)


def name_file(filename: str, object_key: str) -> str:
    """The name under which customers save the file: what was asked for, or the last part of the object's key."""
    return (filename or object_key.rstrip("/").rpartition("/")[2])[-LONGEST_FILENAME:]


def reveal_url(link: ShareLink) -> str:
    """The URL to hand out, for the page after saving. Raises `Unavailable("secrets-unreadable")`."""
    if link.slug:
        return _slug_url(link.slug)
    if link.token:
        return _stable_url(link.token.open())
    return link.url.open() if link.url else ""


_BY_POLICY = frozenset({Why.POLICY_LIMITS_AGE, Why.POLICY_LIMITS_TIME, Why.POLICY_REFUSES_PRESIGNED})
_AROUND = " \t\r\n\u3000\"'“”‘’„«»「」『』"
_SILENT = frozenset({Code.UNREACHABLE, Code.STORE_OVERLOADED})


def _require(found: ObjectFacts, wish: Wish) -> None:
    """A link is only made to an object that is there and that the bucket's key may read."""
    if found.reason in _SILENT:
        raise Unavailable("store-unanswered", bucket=wish.bucket.name)
    if found.reason is Code.OBJECT_MISSING:
        raise _name_missing(wish)
    if found.reason is not None or not found.exists:
        reason = found.reason or Code.REFUSED_OTHER
        raise Refused("object-unreadable", object_key=wish.object_key, bucket=wish.bucket.name, reason=reason.value)


def _refuse_whole_bucket(wish: Wish) -> Refused:
    if not wish.scope.may_use(wish.bucket.pk):
        return refuse_share(wish.scope, wish.bucket.name, "")
    return Refused("object-key-empty", bucket=wish.bucket.name)


def _name_missing(wish: Wish) -> Refused:
    """With what is often meant by such a key: a folder, an object whose key begins without the slash, or one that was
    copied with blanks or quotation marks around it."""
    key, bare = wish.object_key, wish.object_key.strip(_AROUND)
    return Refused(
        "object-missing",
        object_key=key,
        bucket=wish.bucket.name,
        folder=_find_folder(wish),
        unslashed=key.lstrip("/") if key.startswith("/") else "",
        bare=bare if bare != key else "",
    )


def _find_folder(wish: Wish) -> str:
    key = wish.object_key
    if key.endswith("/"):
        return key
    try:
        below = objects.list_page(to_store(wish.bucket), f"{key}/", "", 1)
    except HoldfastError:
        return ""
    return f"{key}/" if below.objects or below.folders else ""


def _decide(wish: Wish, found: ObjectFacts, now: datetime) -> Promise:
    try:
        promise = _promise(wish, found, now)
    except PromiseRefused as refused:
        if refused.params.get("reason") not in _BY_POLICY:
            raise
        # The policy may have been mended since it was read.
        configuration.refresh_configuration(wish.bucket, now)
        promise = _promise(wish, found, now)
    require_end(wish.scope, wish.bucket, wish.object_key, promise.promised_until, now)
    _check_terms(wish, promise, now)
    return promise


def _promise(wish: Wish, found: ObjectFacts, now: datetime) -> Promise:
    lifetime = lifetimes.parse(wish.lifetime, zone=wish.zone)
    limits = promises.find_limits(found, wish.bucket.name, wish.object_key, wish.bucket.to_facts())
    return promises.decide(lifetime, wish.delivery, wish.bucket.key.to_facts(), limits, now.astimezone(wish.zone))


def _check_terms(wish: Wish, promise: Promise, now: datetime) -> None:
    terms = wish.terms
    if terms.need_stable and wish.delivery is not Delivery.STABLE:
        raise Refused("terms-need-stable")
    if terms.password:
        customer = terms.customer.name if terms.customer else ""
        own_words = (terms.title, customer, terms.slug, name_file(wish.filename, wish.object_key))
        check_new_password(terms.password, *own_words)
    if terms.slug:
        check_slug(terms.slug, has_password=bool(terms.password), is_public=terms.is_public)
    if terms.starts_at:
        check_beginning(terms.starts_at, promise.promised_until)
    if terms.remind_days and find_reminder(promise.promised_until, terms.remind_days, now) is None:
        raise Refused("remind-past", end=promise.promised_until.isoformat())


def _draft(wish: Wish, promise: Promise, found: ObjectFacts, now: datetime) -> ShareLink:
    return ShareLink(
        delivery=wish.delivery.value,
        bucket=wish.bucket,
        object_key=wish.object_key,
        filename=name_file(wish.filename, wish.object_key),
        note=wish.note,
        owner=wish.owner,
        lifetime=wish.lifetime,
        asked_until=promise.asked_until,
        promised_until=promise.promised_until,
        reasons=[reason.to_json() for reason in promise.reasons],
        host=to_store(wish.bucket).place.host,
        access_key_id=wish.bucket.key.access_key_id,
        etag=found.etag[:128],
        size=found.size,
        version_id=found.version_id,
        object_made_at=found.last_modified,
        follows_latest=wish.follows_latest,
        site=settings.BASE_URL if wish.delivery is Delivery.STABLE else "",
        created_at=now,
        due_at=now,
        **_keep_terms(wish.terms, promise, now),
    )


def _keep_terms(terms: Terms, promise: Promise, now: datetime) -> dict[str, Any]:
    return {
        "title": terms.title,
        "customer": terms.customer,
        "slug": terms.slug or None,
        "is_public": terms.is_public,
        "password": make_password(terms.password) if terms.password else "",
        "download_limit": terms.download_limit,
        "starts_at": terms.starts_at,
        "remind_days": terms.remind_days,
        "remind_at": find_reminder(promise.promised_until, terms.remind_days, now),
        "tells_downloads": terms.tells_downloads,
    }


def _sign_once(link: ShareLink, wish: Wish, promise: Promise, now: datetime) -> str:
    """Sign until the promise ends. The URL's own words count: where it ends earlier, so does the promise."""
    store, seconds = to_store(wish.bucket), ceil((promise.promised_until - now).total_seconds())
    url = signer.sign(store, wish.object_key, seconds, filename=link.filename, version_id=link.version_id)
    if late := _count_seconds_past(promise, url):  # the store was asked since `now`
        shorter = max(seconds - late, 1)
        url = signer.sign(store, wish.object_key, shorter, filename=link.filename, version_id=link.version_id)
    keep_url(link, url, signed_urls.read(url))
    if link.signature_ends_at is not None:
        link.promised_until = min(promise.promised_until, link.signature_ends_at)
    return url


def _count_seconds_past(promise: Promise, url: str) -> int:
    ends_at = signed_urls.read(url).expires_at or promise.promised_until
    return max(int((ends_at - promise.promised_until).total_seconds()), 0)


def keep_url(link: ShareLink, url: str, read: SignedUrl) -> None:
    """Note on the unsaved link the URL that is handed out, sealed, and what it says of itself."""
    link.url, link.url_hash = Sealed.seal(url), digest(url)
    link.host, link.access_key_id = read.host, read.access_key_id[:128]
    link.signature_ends_at = read.expires_at


def _give_token(link: ShareLink) -> str:
    token = secrets.token_urlsafe(32)
    link.token, link.token_hash = Sealed.seal(token), digest(token)
    return _slug_url(link.slug) if link.slug else _stable_url(token)


def _slug_url(slug: str) -> str:
    return f"{settings.BASE_URL}/f/{slug}"


def _stable_url(token: str) -> str:
    return f"{settings.BASE_URL}/s/{token}"


def _save(link: ShareLink) -> None:
    """With its customer, where they are new."""
    if link.customer:
        link.customer = customers.save_drafted(link.customer)
    link.save(force_insert=True)
    bell.ring_after_commit("validate_links", [link.pk])
