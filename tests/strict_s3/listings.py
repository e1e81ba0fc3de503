"""What a bucket answers about itself: its listing, location, versioning, policy and lifecycle."""

import base64
from dataclasses import dataclass
from xml.sax.saxutils import escape

from . import refusals
from .buckets import LifecycleRule, StoredObject
from .dialects import DECLARATION, element
from .objects import Call
from .refusals import format_utc
from .wire import Answer, encode

NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/"
MAX_KEYS = 1000


def head_bucket(call: Call) -> Answer:
    call.permit("s3:ListBucket")
    return Answer(200, headers={"x-amz-bucket-region": call.bucket.region, "Content-Type": "application/xml"})


def get_location(call: Call) -> Answer:
    call.permit("s3:GetBucketLocation")
    region = "" if call.bucket.region == "us-east-1" else call.bucket.region
    return _document("LocationConstraint", escape(region))


def get_versioning(call: Call) -> Answer:
    call.permit("s3:GetBucketVersioning")
    return _document("VersioningConfiguration", "<Status>Enabled</Status>" if call.bucket.versioned else "")


def get_policy(call: Call) -> Answer:
    call.permit("s3:GetBucketPolicy")
    policy = call.bucket.policy_json()
    if policy is None:
        raise refusals.no_such_bucket_policy(call.bucket.name)
    return Answer(200, policy.encode(), {"Content-Type": "application/json"})


def get_lifecycle(call: Call) -> Answer:
    call.permit("s3:GetLifecycleConfiguration")
    if not call.bucket.lifecycle:
        raise refusals.no_such_lifecycle(call.bucket.name)
    return _document("LifecycleConfiguration", "".join(_rule(rule) for rule in call.bucket.lifecycle))


def list_objects_v2(call: Call) -> Answer:
    call.permit("s3:ListBucket")
    token = call.request.parameter("continuation-token")
    after = _last_of(token) if token else call.request.parameter("start-after") or ""
    page = _page(call, after)
    given = [("ContinuationToken", token), ("StartAfter", call.request.parameter("start-after"))]
    extra = [element(name, value) for name, value in given if value]
    if page.is_truncated:
        following = base64.urlsafe_b64encode(page.last.encode("utf-8", "surrogateescape")).decode()
        extra.append(element("NextContinuationToken", following))
    return _listing(call, page, [*extra, element("KeyCount", str(len(page.objects) + len(page.prefixes)))])


def list_objects(call: Call) -> Answer:
    """The first version of the call, which paginators of older libraries still use."""
    call.permit("s3:ListBucket")
    marker = call.request.parameter("marker") or ""
    page = _page(call, marker)
    extra = [f"<Marker>{_shown(call, marker)}</Marker>"]
    if page.is_truncated and call.request.parameter("delimiter"):
        extra.append(f"<NextMarker>{_shown(call, page.last)}</NextMarker>")
    return _listing(call, page, extra)


@dataclass(frozen=True)
class Page:
    objects: list[StoredObject]
    prefixes: list[str]
    is_truncated: bool
    last: str


def _page(call: Call, after: str) -> Page:
    """The entries behind `after`; keys that share a prefix up to the delimiter count as one entry."""
    prefix, delimiter = (call.request.parameter(name) or "" for name in ("prefix", "delimiter"))
    limit = min(_max_keys(call), MAX_KEYS)
    entries: dict[str, StoredObject | None] = {}
    for stored in call.bucket.listed():
        if not stored.key.startswith(prefix):
            continue
        rest = stored.key[len(prefix) :]
        cut = rest.find(delimiter) if delimiter else -1
        name = stored.key if cut < 0 else prefix + rest[: cut + len(delimiter)]
        if name.encode() > after.encode():
            entries.setdefault(name, stored if cut < 0 else None)
    shown = list(entries.items())[:limit]
    objects = [stored for _, stored in shown if stored is not None]
    prefixes = [name for name, stored in shown if stored is None]
    is_truncated = bool(shown) and len(entries) > limit
    return Page(objects, prefixes, is_truncated, shown[-1][0] if shown else "")


def _max_keys(call: Call) -> int:
    given = call.request.parameter("max-keys") or str(MAX_KEYS)
    if not given.isdecimal():
        raise refusals.invalid_argument("Provided max-keys not an integer or within integer range", "max-keys", given)
    return int(given)


def _last_of(token: str) -> str:
    try:
        return base64.urlsafe_b64decode(token).decode("utf-8", "surrogateescape")
    except ValueError as invalid:
        message = "The continuation token provided is incorrect"
        raise refusals.invalid_argument(message, "continuation-token", token) from invalid


def _listing(call: Call, page: Page, extra: list[str]) -> Answer:
    given = {name: call.request.parameter(name) or "" for name in ("prefix", "delimiter", "encoding-type")}
    head = [element("Name", call.bucket.name), f"<Prefix>{_shown(call, given['prefix'])}</Prefix>", *extra]
    head.append(element("MaxKeys", str(min(_max_keys(call), MAX_KEYS))))
    if given["delimiter"]:
        head.append(f"<Delimiter>{_shown(call, given['delimiter'])}</Delimiter>")
    if given["encoding-type"]:
        head.append(element("EncodingType", given["encoding-type"]))
    head.append(element("IsTruncated", str(page.is_truncated).lower()))
    contents = [_contents(call, stored) for stored in page.objects]
    prefixes = [f"<CommonPrefixes><Prefix>{_shown(call, one)}</Prefix></CommonPrefixes>" for one in page.prefixes]
    return _document("ListBucketResult", "".join([*head, *contents, *prefixes]))


def _contents(call: Call, stored: StoredObject) -> str:
    modified = format_utc(stored.last_modified).replace("Z", ".000Z")
    parts = [
        f"<Key>{_shown(call, stored.key)}</Key>",
        element("LastModified", modified),
        f"<ETag>{stored.etag.replace(chr(34), '&quot;')}</ETag>",
        element("Size", str(len(stored.body))),
        element("StorageClass", stored.storage_class),
    ]
    return f"<Contents>{''.join(parts)}</Contents>"


def _shown(call: Call, text: str) -> str:
    """A key in a listing: percent-encoded where `encoding-type=url` asks for it."""
    if call.request.parameter("encoding-type") == "url":
        return encode(text, "/")
    return element("_", text).removeprefix("<_>").removesuffix("</_>") if text else ""


def _rule(rule: LifecycleRule) -> str:
    parts = [
        element("ID", rule.id),
        f"<Filter><Prefix>{escape(rule.prefix)}</Prefix></Filter>",
        element("Status", "Enabled" if rule.enabled else "Disabled"),
    ]
    if rule.archives_after_days is not None:
        transition = element("Days", str(rule.archives_after_days)) + element("StorageClass", rule.storage_class)
        parts.append(f"<Transition>{transition}</Transition>")
    if rule.expires_after_days is not None:
        parts.append(f"<Expiration>{element('Days', str(rule.expires_after_days))}</Expiration>")
    return f"<Rule>{''.join(parts)}</Rule>"


def _document(name: str, inner: str) -> Answer:
    body = f'{DECLARATION}\n<{name} xmlns="{NAMESPACE}">{inner}</{name}>'
    return Answer(200, body.encode(), {"Content-Type": "application/xml"}, chunked=True)
