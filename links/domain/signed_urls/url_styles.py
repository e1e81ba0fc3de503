"""How a URL was signed: AWS's ways, which are judged, and those of others, which are only read."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Required, TypedDict

from links.domain.signed_urls import mistakes
from links.domain.signed_urls.cloudfront_policies import Policy, find_in_policy, read_policy
from links.domain.signed_urls.flaws import Flaw, FlawKind
from links.domain.signed_urls.guessed_ends import guess_end
from links.domain.signed_urls.mistakes import Mistake, MistakeKind
from links.domain.signed_urls.other_signers import Signer, find_signer, looks_signed, names_another_key
from links.domain.signed_urls.parameters import SPELLINGS, TOKEN_NAMES, find_flaws, find_misspelt_names, is_known
from links.domain.signed_urls.session_tokens import Session, read_session
from links.domain.signed_urls.url_parts import Query
from links.domain.signed_urls.values import (
    add,
    from_epoch,
    parse_epoch,
    parse_stamp,
    parse_whole,
    read_end_of_token,
    show,
    show_key_id,
)
from links.lib.calendars import later

_CLOCKS_DIFFER = timedelta(minutes=15)
MAX_VERSION_LENGTH = 1_024  # S3 user guide, "How S3 Versioning works"


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
    session_ends_at: datetime | None
    session: Session | None
    flavour: str
    flaws: tuple[Flaw, ...]
    mistakes: tuple[Mistake, ...]
    strangers: tuple[str, ...]
    second: tuple[str, ...]
    unsent: tuple[str, ...]
    policy: Policy | None
    marks: Mapping[str, str]


def read_style(query: Query, path: str, hostname: str) -> Reading:
    """Never raises. A token counts in every style, an empty one too: whoever signs with a plain key writes no
    such parameter at all, so that an empty one tells of a signer that was handed something for a token.
    """
    found = _read(query, path, hostname)
    found["token"] = found.get("token", False) or not TOKEN_NAMES.isdisjoint(query.parameters)
    found["version_id"] = show(query.get("versionid"), MAX_VERSION_LENGTH)
    ends = [end for name in TOKEN_NAMES if (end := read_end_of_token(query.get(name)))]
    found["session_ends_at"] = min(ends, default=None)
    found["session"] = _read_session(query, found.get("signed_at"))
    return found


def _read_session(query: Query, signed_at: datetime | None) -> Session | None:
    """No session signs before it began: what says so is of another layout than it seems."""
    session = read_session(query.get("x-amz-security-token"))
    is_later = session is not None and signed_at is not None and session.began_at > later(signed_at, _CLOCKS_DIFFER)
    return None if is_later else session


def _read(query: Query, path: str, hostname: str) -> Reading:
    names = query.parameters.keys()
    for reader, *marks in _READERS:
        if any(mark <= names for mark in marks):
            return reader(query)
    if signer := find_signer(query, path, hostname):
        return _read_other(query, signer)
    for reader, *marks in _COMMON_READERS if not any(map(names_another_key, names)) else ():
        if any(mark <= names and any(SPELLINGS[name] in query.written for name in mark) for mark in marks):
            return reader(query)
    if not looks_signed(query, path):
        return Reading(style=Style.UNSIGNED)
    end = guess_end(query, path)
    return Reading(style=Style.OTHER, marks={"guessed_end": end.isoformat()} if end else {})


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
_V2_SIGNATURE = re.compile(r"[A-Za-z0-9+/ ]{27}=?|[A-Za-z0-9+/ ]{43}=?")  # Base64 of SHA-1 or, elsewhere, SHA-256
# In which other signers write an end, besides the names that tell them.
_MOMENTS_OF_OTHERS = frozenset({"expires", "x-goog-expires", "x-goog-date", "x-oss-expires", "x-oss-date"})
_MOMENTS = frozenset({"x-amz-date", "x-amz-expires", "expires", "policy"})
_CLOUDFRONT_NEEDED = ("signature", "key-pair-id")
# Of a scope for any other (`sts`, `execute-api`) it is not known which parameters its requests have.
_S3_SERVICES = frozenset({"s3", "s3express", "s3-object-lambda", "s3-outposts"})


def _read_sigv4(query: Query) -> Reading:
    scope = _read_scope(query)
    signed_at = parse_stamp(query.get("x-amz-date"))
    lifetime = parse_whole(query.get("x-amz-expires"))
    wrong = (
        *mistakes.find_secret(query.get("x-amz-credential"), "x-amz-credential"),
        *mistakes.find_padding(query.get("x-amz-credential"), "x-amz-credential"),
        *mistakes.find_words(query, (*_V4_NEEDED, *TOKEN_NAMES)),
        *mistakes.find_in_sigv4(query, scope.day if scope.is_whole else ""),
        *_find_second_signing(query, ("x-amz-signature", "x-amz-credential", "x-amz-date")),
        *find_misspelt_names(query, _V4_NEEDED),
    )
    sound = {
        "x-amz-algorithm": query.get("x-amz-algorithm") in (_V4_HMAC, _V4_ECDSA),
        "x-amz-credential": scope.is_whole,
        "x-amz-date": signed_at is not None,
        "x-amz-expires": lifetime is not None,
        "x-amz-signature": scope.is_regionless or bool(_V4_SIGNATURE.fullmatch(query.get("x-amz-signature"))),
    }
    second, second_ends_at = _read_second(query)
    ends = [end for end in (add(signed_at, lifetime), second_ends_at) if end]
    return Reading(
        style=Style.SIGV4,
        access_key_id=show_key_id(scope.access_key_id, query.get("x-amz-credential")),
        signed_at=signed_at if _says_when("x-amz-date", wrong) else None,
        lifetime=lifetime,
        expires_at=min(ends, default=None) if _says_when(None, wrong) else None,
        region=show(scope.region),
        service=show(scope.service),
        flavour="sigv4a" if scope.is_regionless else "",
        flaws=find_flaws(query, _V4_NEEDED, sound, wrong),
        mistakes=wrong,
        strangers=_find_strangers(query) if not scope.is_whole or scope.service in _S3_SERVICES else (),
        second=second,
        unsent=_read_unsent(query, "x-amz-signedheaders"),
    )


def _find_second_signing(query: Query, parts: Sequence[str]) -> tuple[Mistake, ...]:
    """Whoever signs a URL that is signed already writes all of a signature once more; what only copies a parameter
    gives it the value that it had."""
    is_again = all(name in query.last for name in parts) and query.last[parts[0]] != query.get(parts[0])
    return (Mistake(MistakeKind.AGAIN, parts[0]),) if is_again else ()


def _says_when(name: str | None, wrong: Iterable[Mistake]) -> bool:
    """Whether the moment that stands in a parameter, or in any, may be believed."""
    return all(each.name not in (_MOMENTS if name is None else {name}) for each in wrong)


def _read_second(query: Query) -> tuple[tuple[str, ...], datetime | None]:
    """The parameters of another signer beside SigV4's, and its end: a content network in front of the store takes them
    off, and has an end of its own."""
    names = query.parameters.keys()
    if frozenset(_CLOUDFRONT_NEEDED) <= names:
        ends = _read_cloudfront(query).get("expires_at")
        return tuple(name for name in names if name in (*_CLOUDFRONT_NEEDED, "policy", "expires")), ends
    if signer := find_signer(query, "", ""):
        own = frozenset().union(*signer.names)
        return tuple(name for name in names if name in own), signer.ends(query)
    return tuple(name for name in names if name in _V2_NEEDED), None


def _find_strangers(query: Query) -> tuple[str, ...]:
    return tuple(show(name) for name in query.parameters if not is_known(name))


def _read_unsent(query: Query, parameter: str) -> tuple[str, ...]:
    """The signed headers besides `host`: whoever only opens a URL sends no other as it was signed."""
    names = query.get(parameter).lower().split(";")
    return tuple(show(name) for name in names if name not in ("", "host"))


def _read_sigv2(query: Query) -> Reading:
    """No strangers here: SigV2 signs S3's own parameters only, and any other changes nothing.

    Source: Amazon S3 user guide, "Signing and authenticating REST requests", CanonicalizedResource.
    """
    ends = parse_whole(query.get("expires"))
    wrong = (
        *mistakes.find_secret(query.get("awsaccesskeyid"), "awsaccesskeyid"),
        *mistakes.find_padding(query.get("awsaccesskeyid"), "awsaccesskeyid"),
        *mistakes.find_words(query, ("signature", "expires", *TOKEN_NAMES)),
        *mistakes.find_empty(query, ("expires",)),
        *mistakes.find_in_moment(query.get("expires"), "expires"),
        *mistakes.find_in_base64(query.get("signature"), "signature"),
        *_find_second_signing(query, ("signature", "awsaccesskeyid", "expires")),
        *find_misspelt_names(query, _V2_NEEDED),
    )
    # Signed again, it has two ends; which of them the store reads is not laid down.
    all_ends = [end for end in (from_epoch(ends), parse_epoch(query.last.get("expires", ""))) if end]
    sound = {
        "expires": ends is not None,
        "signature": "signature" not in query.parameters or bool(_V2_SIGNATURE.fullmatch(query.get("signature"))),
    }
    return Reading(
        style=Style.SIGV2,
        access_key_id=show_key_id(query.get("awsaccesskeyid")),
        expires_at=min(all_ends) if all_ends and _says_when(None, wrong) else None,
        flaws=find_flaws(query, _V2_NEEDED, sound, wrong),
        mistakes=wrong,
    )


def _read_cloudfront(query: Query) -> Reading:
    """A custom policy rules where there is one; a canned one is only its end, in `Expires`."""
    custom = "policy" in query.parameters
    policy = read_policy(query.get("policy")) if custom else None
    ends = policy.ends_at if policy else None if custom else parse_whole(query.get("expires"))
    ruling = "policy" if custom else "expires"
    wrong = (
        *mistakes.find_words(query, (*_CLOUDFRONT_NEEDED, ruling)),
        *mistakes.find_empty(query, (ruling,)),
        *(find_in_policy(query.get("policy")) if custom else mistakes.find_in_moment(query.get("expires"), "expires")),
        *mistakes.find_in_cloudfront(query),
        *find_misspelt_names(query, (*_CLOUDFRONT_NEEDED, ruling)),
    )
    return Reading(
        style=Style.CLOUDFRONT,
        access_key_id=show(query.get("key-pair-id")),
        expires_at=from_epoch(ends) if _says_when(None, wrong) else None,
        flaws=find_flaws(query, (*_CLOUDFRONT_NEEDED, ruling), {ruling: ends is not None}, wrong),
        mistakes=wrong,
        policy=policy,
    )


def _read_other(query: Query, signer: Signer) -> Reading:
    token = any(name in query.parameters for name in signer.session)
    ends = signer.ends(query)
    marks = {name: text for name, text in signer.marks(query).items() if text}
    wrong = mistakes.find_words(query, sorted(frozenset().union(*signer.names) | _MOMENTS_OF_OTHERS))
    wrong += mistakes.find_in_dates(query, signer.dates)
    if ends and "starts_at" in marks and ends <= datetime.fromisoformat(marks["starts_at"]):
        wrong.append(Mistake(MistakeKind.ENDS_FIRST, "se", show(query.get("se"))))
    scope = query.get(signer.scope).split("/") if signer.scope else []
    return Reading(
        style=Style.OTHER,
        flavour=signer.flavour,
        token=token,
        signed_at=signer.signed(query),
        lifetime=parse_whole(query.get(signer.lifetime)) if signer.lifetime else None,
        expires_at=ends,
        region=show(scope[-3]) if len(scope) >= 5 else "",
        flaws=(Flaw(FlawKind.MISSING, signer.needs),) if signer.needs and not query.get(signer.needs) else (),
        mistakes=tuple(wrong),
        unsent=_read_unsent(query, signer.headers) if signer.headers else (),
        marks=marks,
    )


# A reader, and the sets of names of which any one, whole, tells its style. The first that fits reads, but what is
# another signer's by its own names (`other_signers`) is read before the last two, whose names are everybody's: there
# one of them has to be spelt as AWS's are.
_READERS: tuple[tuple[Callable[[Query], Reading], *tuple[frozenset[str], ...]], ...] = (
    (
        _read_sigv4,
        frozenset({"x-amz-signature"}),
        frozenset({"x-amz-credential"}),
        frozenset({"x-amz-algorithm"}),
    ),
    (_read_cloudfront, frozenset({"key-pair-id"})),
    (_read_sigv2, frozenset({"awsaccesskeyid"})),
)
_COMMON_READERS: tuple[tuple[Callable[[Query], Reading], *tuple[frozenset[str], ...]], ...] = (
    (_read_cloudfront, frozenset({"policy", "signature"})),
    (_read_sigv2, frozenset({"signature", "expires"})),
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
