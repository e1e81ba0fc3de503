"""Links: preview a promise, and make the link that keeps it."""

import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from functools import partial
from math import ceil

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from links.conf import site
from links.domain.audit.acts import Act
from links.domain.buckets.endpoints import SigningBucket
from links.domain.buckets.object_keys import check_object_key
from links.domain.buckets.object_spellings import find_spellings
from links.domain.buckets.s3_objects import ObjectFacts
from links.domain.errors import HoldfastError, PromiseRefused, Refused, Unavailable
from links.domain.findings import OUTAGE, Code
from links.domain.judging.facts import Delivery
from links.domain.promise import lifetimes, promises
from links.domain.promise.promises import Promise, PromiseCode
from links.domain.promise.reminders import find_reminder
from links.domain.promise.terms import check_beginning, check_slug
from links.domain.reasons import Reason
from links.domain.sharing import ShareScope
from links.domain.signed_urls.gate import CheckedUrl
from links.domain.signed_urls.reading import SignedUrl
from links.domain.signed_urls.tokens import digest
from links.models import Bucket, EncryptedValue, ShareLink
from links.queries.own_urls import slug_url, stable_url
from links.s3 import objects, signer
from links.services import queue
from links.services.audit.link_values import read_new
from links.services.audit.recording import record
from links.services.buckets import configuration
from links.services.click_signing import OpenBuckets
from links.services.link_terms import Terms, check_password_of, to_columns
from links.services.links.sharing import require_end, require_share
from links.services.people import customers
from links.services.webhooks import events


@dataclass(frozen=True, slots=True)
class NewLinkRequest:
    """What staff ask for. `lifetime` is text as people write it, read in `zone`; `scope` is what the one who asks may
    share. `version_id` is the object's only version that will do, where one is named. `purpose` is what a storage's
    link is for: there is one for each object and purpose (`links.services.links.object_links`)."""

    bucket: Bucket
    object_key: str
    lifetime: str
    zone: tzinfo
    scope: ShareScope
    delivery: Delivery = Delivery.STABLE
    owner: User | None = None
    terms: Terms = field(default_factory=Terms)
    version_id: str = ""
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class NewLink:
    """A link that was just made. `url` is a bearer secret: the one who asked may see it once."""

    link: ShareLink
    promise: Promise
    url: str = field(repr=False)


def preview(link_request: NewLinkRequest, now: datetime, opened: OpenBuckets | None = None) -> Promise:
    """Until when the link would work, and why not longer; nothing is saved. One of many is given what they all open.

    Raises `Refused` and its kin for whatever stands in the way, `Unavailable` where the store did not answer.
    """
    opened = opened or OpenBuckets()
    return _decide(link_request, look_up(link_request, opened), opened, now)


def create_link(link_request: NewLinkRequest, now: datetime) -> NewLink:
    """Make the link, sign it where it is presigned, and have it validated soon. Raises what `preview` raises."""
    # An operation opens the bucket once, and a row keeps whole seconds: the URL and the promise must end as one.
    opened, now = OpenBuckets(), now.replace(microsecond=0)
    # Whether the file is there and may be shared comes first: the answer names the version that is pinned.
    found = look_up(link_request, opened)
    # Until when a link to it can be kept, the row, and its token or signed URL. Almost all refusals come from here.
    new_link = build_link(link_request, found, opened, now)
    save_link(new_link.link)
    return new_link


def save_link(link: ShareLink) -> None:
    """The link that `build_link` built. Raises `Refused("slug-taken")`, and IntegrityError where there is one for this
    object and purpose."""
    drafted = link.customer if link.customer and not link.customer.pk else None
    try:
        with transaction.atomic():
            # Together with its customer, where they are new: a refused link leaves nobody behind.
            if link.customer:
                link.customer = customers.save_if_new(link.customer)
            link.save(force_insert=True)
            record(Act.LINK_CREATED, link, after=read_new(link))
            events.tell_made({link.pk: None}, "created", link.created_at)
            # Told after the commit; the row is due at once, so that nothing is lost where nobody can be told.
            queue.enqueue("validate_links", [link.pk])
    except IntegrityError:
        if drafted:
            drafted.pk = None  # they were not kept either, and another link may name them
        # Only the database can tell that an address is free: somebody may take it in between.
        if not link.slug or not ShareLink.objects.filter(slug=link.slug).exists():
            raise
        raise Refused(Reason.SLUG_TAKEN, slug=link.slug) from None


def look_up(link_request: NewLinkRequest, opened: OpenBuckets) -> ObjectFacts:
    """The object that is wished for, there and readable by the bucket's key. Asks the store, and no database."""
    bucket, key = link_request.bucket, link_request.object_key
    if not key and link_request.scope.may_use(bucket.pk):
        raise Refused(Reason.OBJECT_KEY_EMPTY, bucket=bucket.name)
    # Before the store is asked: its answer would tell of what is not theirs.
    require_share(link_request.scope, bucket, key)
    check_object_key(key)
    if link_request.delivery is Delivery.STABLE and not site.BASE_URL:
        raise Refused(Reason.BASE_URL_MISSING)
    signing_bucket = opened.open(bucket)
    found = objects.look_up(signing_bucket, key)
    if found.reason in OUTAGE:
        raise Unavailable(Reason.STORE_UNANSWERED, bucket=bucket.name)
    if found.reason is Code.OBJECT_MISSING:
        raise _name_missing(link_request, signing_bucket)
    if found.reason is not None or not found.exists:
        reason = found.reason or Code.REFUSED_OTHER
        raise Refused(Reason.OBJECT_UNREADABLE, object_key=key, bucket=bucket.name, reason=reason.value)
    if found.version_id and not link_request.terms.follows_latest:
        # A version can only be pinned where the key may read versions (s3:GetObjectVersion).
        pinned = objects.look_up(signing_bucket, key, found.version_id)
        if pinned.exists and pinned.reason is None:
            return found
    return replace(found, version_id="")


def name_place(link_request: NewLinkRequest) -> tuple[int, str, Delivery, bool]:
    """By what many requests share one `look_up`. What follows the latest file is told of no version; what does not
    is."""
    follows_latest = link_request.terms.follows_latest
    return link_request.bucket.pk, link_request.object_key, link_request.delivery, follows_latest


def build_link(link_request: NewLinkRequest, found: ObjectFacts, opened: OpenBuckets, now: datetime) -> NewLink:
    """The link as `create_link` would save it, unsaved; `now` in whole seconds."""
    promise = _decide(link_request, found, opened, now)
    signing_bucket = opened.open(link_request.bucket)
    link = ShareLink(
        delivery=link_request.delivery.value,
        bucket=link_request.bucket,
        object_key=link_request.object_key,
        purpose=link_request.purpose,
        owner=link_request.owner,
        lifetime=link_request.lifetime,
        asked_until=promise.asked_until,
        promised_until=promise.promised_until,
        reasons=[reason.to_json() for reason in promise.reasons],
        host=signing_bucket.place.host,
        access_key_id=signing_bucket.access_key_id,
        etag=found.etag[:128],
        size=found.size,
        version_id=found.version_id,
        object_made_at=found.last_modified,
        site=site.BASE_URL if link_request.delivery is Delivery.STABLE else "",
        created_at=now,
        due_at=now,
        remind_at=find_reminder(promise.promised_until, link_request.terms.remind_days, now),
        **to_columns(link_request.terms, link_request.object_key),
    )
    if link_request.delivery is Delivery.PRESIGNED:
        url = _sign_until(link, signing_bucket, promise.promised_until, now)
        keep_url(link, url.text, url.signed)
        # The URL's own words count: where it ends earlier, so does the promise.
        link.promised_until = min(promise.promised_until, link.signature_ends_at or promise.promised_until)
        return NewLink(link, promises.shorten(promise, link.promised_until), url.text)
    token = secrets.token_urlsafe(32)
    # A customer's token is looked up by its hash, and shown again by whoever may.
    link.token, link.token_hash = EncryptedValue.encrypt(token), digest(token)
    return NewLink(link, promise, slug_url(link.slug) if link.slug else stable_url(token))


def require_found(answer: ObjectFacts | HoldfastError | None, link_request: NewLinkRequest) -> ObjectFacts:
    """What `look_up` found among many, where it found something in time. Raises what it raised."""
    if isinstance(answer, ObjectFacts):
        return answer
    raise answer or Unavailable(Reason.STORE_UNANSWERED, bucket=link_request.bucket.name)


def rebuild_link(link_request: NewLinkRequest, found: ObjectFacts, opened: OpenBuckets, now: datetime) -> NewLink:
    """What was wished for once before, drafted anew: without its reminder where the time of that is past."""
    try:
        return build_link(link_request, found, opened, now)
    except Refused as refused:
        if refused.reason is not Reason.REMIND_PAST:
            raise
        return build_link(
            replace(link_request, terms=replace(link_request.terms, remind_days=None)), found, opened, now
        )


_BY_POLICY = frozenset(
    {PromiseCode.POLICY_LIMITS_AGE, PromiseCode.POLICY_LIMITS_TIME, PromiseCode.POLICY_REFUSES_PRESIGNED}
)
_AROUND = " \t\r\n\u3000\"'“”‘’„«»「」『』"


def _name_missing(link_request: NewLinkRequest, signing_bucket: SigningBucket) -> Refused:
    """With what is often meant by such a key: a folder, an object whose key is written in another way or begins without
    the slash, or one that was copied with blanks or quotation marks around it."""
    key, bare = link_request.object_key, link_request.object_key.strip(_AROUND)
    return Refused(
        Reason.OBJECT_MISSING,
        object_key=key,
        bucket=link_request.bucket.name,
        folder=_find_folder(signing_bucket, key),
        found_as=_find_other_name(link_request, signing_bucket),
        unslashed=key.lstrip("/") if key.startswith("/") else "",
        bare=bare if bare != key else "",
    )


def _find_other_name(link_request: NewLinkRequest, signing_bucket: SigningBucket) -> str:
    """The same name as it is written in the bucket; none that is not theirs to know of."""
    spellings = (each.key for each in find_spellings(link_request.object_key))
    try:
        return objects.find_first(
            signing_bucket, filter(partial(link_request.scope.may_share, link_request.bucket.pk), spellings)
        )
    except HoldfastError:
        return ""


def _find_folder(signing_bucket: SigningBucket, key: str) -> str:
    if key.endswith("/"):
        return key
    try:
        below = objects.list_page(signing_bucket, f"{key}/", "", 1)
    except HoldfastError:
        return ""
    return f"{key}/" if below.objects or below.folders else ""


def _decide(link_request: NewLinkRequest, found: ObjectFacts, opened: OpenBuckets, now: datetime) -> Promise:
    """What can be promised of the file that was found, on the terms that were asked for."""
    bucket, object_key, terms = link_request.bucket, link_request.object_key, link_request.terms
    # A link leads to the newest version: where an older one is wished for, that would be another file.
    if link_request.version_id and link_request.version_id != found.version_id:
        raise Refused(Reason.RESCUE_OTHER_VERSION, object_key=object_key)
    try:
        promise = _promise(link_request, found, opened, now)
    except PromiseRefused as refused:
        if refused.params.get("reason") not in _BY_POLICY:
            raise
        # The policy may have been mended since it was read.
        configuration.refresh_configuration(bucket, opened, now)
        promise = _promise(link_request, found, opened, now)
    # Who may share may do so for a while only; it is the promise that counts, which may be shorter than the wish.
    require_end(link_request.scope, bucket, object_key, promise.promised_until, now)
    # The terms are judged last: when a link begins and whom it reminds depends on its end.
    if terms.need_stable and link_request.delivery is not Delivery.STABLE:
        raise Refused(Reason.TERMS_NEED_STABLE)
    check_password_of(terms, object_key)
    if terms.slug:
        check_slug(terms.slug, has_password=bool(terms.password), is_public=terms.is_public)
    if terms.starts_at:
        check_beginning(terms.starts_at, promise.promised_until, now)
    if terms.remind_days and find_reminder(promise.promised_until, terms.remind_days, now) is None:
        raise Refused(Reason.REMIND_PAST, end=promise.promised_until.isoformat())
    return promise


def _promise(link_request: NewLinkRequest, found: ObjectFacts, opened: OpenBuckets, now: datetime) -> Promise:
    lifetime = lifetimes.parse(link_request.lifetime, zone=link_request.zone)
    limits = promises.find_limits(
        found, link_request.bucket.name, link_request.object_key, opened.read_facts(link_request.bucket)
    )
    return promises.decide(
        lifetime, link_request.delivery, link_request.bucket.key.to_facts(), limits, now.astimezone(link_request.zone)
    )


def _sign_until(link: ShareLink, signing_bucket: SigningBucket, end: datetime, now: datetime) -> CheckedUrl:
    """Sign until the promise ends, and no longer."""
    sign = partial(signer.sign, signing_bucket, link.object_key, filename=link.filename, version_id=link.version_id)
    seconds = ceil((end - now).total_seconds())
    url = sign(seconds)
    late = int(((url.signed.expires_at or end) - end).total_seconds())
    return sign(max(seconds - late, 1)) if late > 0 else url  # the store was asked since `now`


def keep_url(link: ShareLink, url: str, read: SignedUrl) -> None:
    """Note on the unsaved link the URL that is handed out, encrypted, and what it says of itself."""
    link.url, link.url_hash = EncryptedValue.encrypt(url), digest(url)
    link.host, link.access_key_id = read.host, read.access_key_id[:128]
    link.signature_ends_at = read.expires_at
