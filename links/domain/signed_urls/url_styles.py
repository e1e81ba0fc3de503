"""The ways to sign a URL, and one reader for each. A reader sees the query alone."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Required, TypedDict

from links.domain.credentials import MAX_KEY_ID_LENGTH
from links.domain.signed_urls.cloudfront_policies import Policy, read_policy
from links.domain.signed_urls.flaws import NAMES, Flaw, FlawKind
from links.domain.signed_urls.url_parts import Query

EXPRESS_TOKEN = "x-amz-s3session-token"  # noqa: S105  a parameter's name
TOKEN_NAMES = frozenset({"x-amz-security-token", EXPRESS_TOKEN, "awssecuritytoken"})
_MAX_VERSION_LENGTH = 1_024  # S3 user guide, "How S3 Versioning works"


class Style(StrEnum):
    SIGV4 = "sigv4"
    SIGV2 = "sigv2"
    CLOUDFRONT = "cloudfront"
    UNSIGNED = "unsigned"
    OTHER = "other"


class Reading(TypedDict, total=False):
    """What a query tells; the fields are those of `SignedUrl`."""

    style: Required[Style]
    access_key_id: str
    token: bool
    signed_at: datetime | None
    expires_at: datetime | None
    lifetime: int | None
    region: str
    service: str
    version_id: str
    flavour: str
    flaws: tuple[Flaw, ...]
    strangers: tuple[str, ...]
    unsent: tuple[str, ...]
    policy: Policy | None
    marks: Mapping[str, str]


def read_style(query: Query) -> Reading:
    """Never raises. A token counts in every style, an empty one too: whoever signs with a plain key writes no
    such parameter at all, so that an empty one tells of a signer that was handed something for a token.
    """
    names = query.parameters.keys()
    readers = (reader for reader, *marks in _READERS if any(mark <= names for mark in marks))
    read = next(readers, _read_unsigned)
    found = read(query)
    found["token"] = found.get("token", False) or not TOKEN_NAMES.isdisjoint(names)
    found["version_id"] = _show(query.get("versionid"), _MAX_VERSION_LENGTH)
    return found


_V4_NEEDED = (
    "x-amz-algorithm",
    "x-amz-credential",
    "x-amz-date",
    "x-amz-expires",
    "x-amz-signedheaders",
    "x-amz-signature",
)
_V4_HMAC = "AWS4-HMAC-SHA256"
_V4_ECDSA = "AWS4-ECDSA-P256-SHA256"  # SigV4A: any of the regions in X-Amz-Region-Set, none in the scope
_V4_SIGNATURE = re.compile(r"[0-9a-f]{64}")
_V2_NEEDED = ("awsaccesskeyid", "signature", "expires")
_CLOUDFRONT_NEEDED = ("signature", "key-pair-id")
# Every signer writes them so, and every store reads them so: in small letters they are other parameters.
SPELLINGS = {
    name.lower(): name
    for name in (
        "X-Amz-Algorithm",
        "X-Amz-Credential",
        "X-Amz-Date",
        "X-Amz-Expires",
        "X-Amz-SignedHeaders",
        "X-Amz-Signature",
        "AWSAccessKeyId",
        "Signature",
        "Expires",
        "Policy",
        "Key-Pair-Id",
    )
}
# What a request to S3 may say in its query besides `x-amz-...` and `response-...` (S3 API reference, GetObject,
# ListObjectsV2, UploadPart; `x-id` is written by AWS's SDK for JavaScript).
_REQUEST_NAMES = frozenset(
    {
        "versionid",
        "x-id",
        "partnumber",
        "uploadid",
        "acl",
        "tagging",
        "torrent",
        "attributes",
        "list-type",
        "prefix",
        "delimiter",
    }
)


def _read_sigv4(query: Query) -> Reading:
    scope = _read_scope(query)
    signed_at = _parse_stamp(query.get("x-amz-date"))
    lifetime = _parse_whole(query.get("x-amz-expires"))
    sound = {
        "x-amz-algorithm": query.get("x-amz-algorithm") in (_V4_HMAC, _V4_ECDSA),
        "x-amz-credential": scope.is_whole and (signed_at is None or f"{signed_at:%Y%m%d}" == scope.day),
        "x-amz-date": signed_at is not None,
        "x-amz-expires": lifetime is not None,
        "x-amz-signature": scope.is_regionless or bool(_V4_SIGNATURE.fullmatch(query.get("x-amz-signature"))),
    }
    return Reading(
        style=Style.SIGV4,
        access_key_id=_show(scope.access_key_id),
        signed_at=signed_at,
        lifetime=lifetime,
        expires_at=_add(signed_at, lifetime),
        region=_show(scope.region),
        service=_show(scope.service),
        flavour="sigv4a" if scope.is_regionless else "",
        flaws=_find_flaws(query, _V4_NEEDED, sound),
        strangers=tuple(_show(name) for name in query.parameters if not _is_known(name)),
        unsent=_read_unsent(query),
    )


def _read_unsent(query: Query) -> tuple[str, ...]:
    """The signed headers besides `host`: whoever only opens a URL sends no other as it was signed."""
    names = query.get("x-amz-signedheaders").lower().split(";")
    return tuple(_show(name) for name in names if name not in ("", "host"))


def _read_sigv2(query: Query) -> Reading:
    """No strangers here: SigV2 signs S3's own parameters only, and any other changes nothing.

    Source: Amazon S3 user guide, "Signing and authenticating REST requests", CanonicalizedResource.
    """
    ends = _parse_whole(query.get("expires"))
    return Reading(
        style=Style.SIGV2,
        access_key_id=_show(query.get("awsaccesskeyid")),
        expires_at=_from_epoch(ends),
        flaws=_find_flaws(query, _V2_NEEDED, {"expires": ends is not None}),
    )


def _read_cloudfront(query: Query) -> Reading:
    """A custom policy rules where there is one; a canned one is only its end, in `Expires`."""
    custom = "policy" in query.parameters
    policy = read_policy(query.get("policy")) if custom else None
    ends = policy.ends_at if policy else None if custom else _parse_whole(query.get("expires"))
    ruling = "policy" if custom else "expires"
    return Reading(
        style=Style.CLOUDFRONT,
        access_key_id=_show(query.get("key-pair-id")),
        expires_at=_from_epoch(ends),
        flaws=_find_flaws(query, (*_CLOUDFRONT_NEEDED, ruling), {ruling: ends is not None}),
        policy=policy,
    )


def _read_google(query: Query) -> Reading:
    signed_at = _parse_stamp(query.get("x-goog-date"))
    lifetime = _parse_whole(query.get("x-goog-expires"))
    return Reading(
        style=Style.OTHER,
        flavour="google-v4",
        signed_at=signed_at,
        lifetime=lifetime,
        expires_at=_add(signed_at, lifetime),
    )


def _read_google_v2(query: Query) -> Reading:
    return Reading(style=Style.OTHER, flavour="google-v2", expires_at=_from_epoch(_parse_whole(query.get("expires"))))


def _read_alibaba(query: Query) -> Reading:
    return Reading(
        style=Style.OTHER,
        flavour="alibaba",
        token="security-token" in query.parameters,
        expires_at=_from_epoch(_parse_whole(query.get("expires"))),
    )


def _read_azure(query: Query) -> Reading:
    """`sp` is what may be done, `sip` from where, `st` from when (Azure Storage, "Create a service SAS")."""
    starts_at = _parse_iso(query.get("st"))
    marks = {
        "permissions": _show(query.get("sp")),
        "callers": _show(query.get("sip")),
        "starts_at": starts_at.isoformat() if starts_at else "",
    }
    told = {name: text for name, text in marks.items() if text}
    return Reading(style=Style.OTHER, flavour="azure-sas", expires_at=_parse_iso(query.get("se")), marks=told)


def _read_unsigned(query: Query) -> Reading:  # noqa: ARG001  # one of the readers
    return Reading(style=Style.UNSIGNED)


# A reader, and the sets of names of which any one, whole, tells its style. The first that fits reads.
_READERS: tuple[tuple[Callable[[Query], Reading], *tuple[frozenset[str], ...]], ...] = (
    (
        _read_sigv4,
        frozenset({"x-amz-signature"}),
        frozenset({"x-amz-credential"}),
        frozenset({"x-amz-algorithm"}),
    ),
    (_read_google, frozenset({"x-goog-signature"}), frozenset({"x-goog-credential"})),
    (_read_google_v2, frozenset({"googleaccessid", "signature"})),
    (_read_azure, frozenset({"sig", "sv", "se"})),
    (_read_alibaba, frozenset({"ossaccesskeyid"})),
    (_read_cloudfront, frozenset({"key-pair-id"}), frozenset({"policy", "signature"})),
    (_read_sigv2, frozenset({"awsaccesskeyid"}), frozenset({"signature", "expires"})),
)


@dataclass(frozen=True, slots=True)
class _Scope:
    """X-Amz-Credential: key id/day/region/service/aws4_request. What cannot be split is all key id."""

    access_key_id: str
    day: str = ""
    region: str = ""
    service: str = ""
    is_whole: bool = False
    is_regionless: bool = False


def _read_scope(query: Query) -> _Scope:
    """Counted from the right: AWS's key ids hold no slash, but stores differ."""
    parts = query.get("x-amz-credential").split("/")
    regionless = query.get("x-amz-algorithm") == _V4_ECDSA
    if regionless:
        parts.insert(-2, query.get("x-amz-region-set"))
    if len(parts) < 5 or parts[-1] != "aws4_request":
        return _Scope(parts[0], is_regionless=regionless)
    day, region, service = parts[-4:-1]
    access_key_id = "/".join(parts[:-4])
    return _Scope(access_key_id, day, region, service, access_key_id.isprintable(), regionless)


def _find_flaws(query: Query, needed: Iterable[str], sound: Mapping[str, bool]) -> tuple[Flaw, ...]:
    """What is missing, or empty; what is malformed; what the store reads and stands there more than once."""
    repeated = [Flaw(FlawKind.REPEATED, _show(name)) for name in query.repeated if name in needed or _is_known(name)]
    missing = [Flaw(FlawKind.MISSING, name) for name in needed if not query.get(name)]
    malformed = [Flaw(FlawKind.MALFORMED, name) for name, is_ok in sound.items() if query.get(name) and not is_ok]
    if not query.get("versionid").isprintable():
        malformed.append(Flaw(FlawKind.MALFORMED, "versionid"))
    respelled = [Flaw(FlawKind.RESPELLED, NAMES)] if _is_respelled(query, needed) else []
    return (*repeated, *missing, *malformed, *respelled)


def _is_respelled(query: Query, needed: Iterable[str]) -> bool:
    return any(name in query.parameters and SPELLINGS[name] not in query.written for name in needed)


def _is_known(name: str) -> bool:
    """Whether a signer may have written this: SDKs put any `x-amz-` header into the query."""
    return name in _REQUEST_NAMES or name in TOKEN_NAMES or name.startswith(("x-amz-", "response-"))


def _show(text: str, longest: int = MAX_KEY_ID_LENGTH) -> str:
    """A name or id that can be stored and shown wherever text can: whatever is not printable is written out."""
    plain = text if text.isprintable() else ascii(text)[1:-1]
    return plain if len(plain) <= longest else plain[: longest - 1] + "…"


def _parse_stamp(text: str) -> datetime | None:
    if not re.fullmatch(r"[0-9]{8}T[0-9]{6}Z", text):
        return None
    try:
        return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None


def _parse_iso(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def _parse_whole(text: str) -> int | None:
    """A whole number in ASCII digits; `int` alone would take `１２`, ` 1_0 ` and thousands of digits."""
    return int(text) if re.fullmatch(r"-?[0-9]{1,18}", text) else None


def _add(start: datetime | None, seconds: int | None) -> datetime | None:
    if start is None or seconds is None:
        return None
    try:
        return start + timedelta(seconds=seconds)
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC) if seconds > 0 else datetime.min.replace(tzinfo=UTC)


def _from_epoch(seconds: int | None) -> datetime | None:
    return _add(datetime(1970, 1, 1, tzinfo=UTC), seconds)
