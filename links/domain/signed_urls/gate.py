"""The signer gate: what every URL must be, right after it was signed and before anybody gets it.

Configuration is no evidence: boto3 says `s3v4` and signs SigV2, takes a token from the environment, moves the
host. Only the emitted URL tells.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property, lru_cache
from urllib.parse import quote, unquote

from links.domain.errors import GateRefused, Unreadable
from links.domain.reasons import Reason
from links.domain.signed_urls.mistakes import MistakeKind
from links.domain.signed_urls.parameters import TOKEN_NAMES
from links.domain.signed_urls.presigning import QUERY_NAMES
from links.domain.signed_urls.reading import MAX_SIGNATURE_LIFETIME, SignedUrl, Style, read
from links.domain.signed_urls.url_styles import MAX_VERSION_LENGTH
from links.domain.signed_urls.values import show

MAX_SECONDS = int(MAX_SIGNATURE_LIFETIME.total_seconds())
_OWN_NAMES = frozenset(QUERY_NAMES.values())
_PLAIN = re.compile(r"[!-~]+")
_FRAME = re.compile(
    r"(?P<path>/[A-Za-z0-9._~/%-]*)"
    r"\?(?P<query>(?:[A-Za-z-]+=[A-Za-z0-9._~%-]+&)*)"
    r"X-Amz-Algorithm=AWS4-HMAC-SHA256"
    r"&X-Amz-Credential=(?P<key>[A-Za-z0-9._~%-]+)"
    r"%2F(?P<day>[0-9]{8})%2F(?P<region>[A-Za-z0-9-]+)%2Fs3%2Faws4_request"
    r"&X-Amz-Date=(?P<stamp>[0-9]{8}T[0-9]{6}Z)"
    r"&X-Amz-Expires=(?P<seconds>[1-9][0-9]{0,5})"
    r"&X-Amz-SignedHeaders=host"
    r"&X-Amz-Signature=(?P<signature>[0-9a-f]{64})"
)
# No escape, one in small letters, or one of a letter that is never escaped.
_OTHER_ESCAPE = re.compile("%(?![0-9A-F]{2})|%(?:2[DE]|3[0-9]|4[1-9A-F]|5[0-9AF]|6[1-9A-F]|7[0-9AE])")


@dataclass(frozen=True, slots=True)
class Expected:
    """What was asked for. `path` is decoded; `seconds` is the lifetime.

    `query` are the parameters beside those of the signature, decoded; None where they are not known.
    """

    access_key_id: str
    scheme: str
    host: str
    path: str
    region: str
    seconds: int
    version_id: str = ""
    query: Mapping[str, str] | None = None


@dataclass(frozen=True)
class CheckedUrl:
    """A URL that has passed the gate. `text` is a bearer secret."""

    text: str = field(repr=False)
    fitted: Expected | None = None
    """What the URL was found to fit, where it was held against its frame."""

    @cached_property
    def signed(self) -> SignedUrl:
        """What the URL says, worked out when it is asked for: a redirect needs the text alone."""
        return describe(self.text, self.fitted) if self.fitted else read(self.text)


def check_seconds(seconds: object) -> int:
    """A lifetime in whole seconds, 1 to 604800; botocore signs any. Raises `GateRefused`: gate-lifetime."""
    if isinstance(seconds, bool) or not isinstance(seconds, int) or not 1 <= seconds <= MAX_SECONDS:
        raise GateRefused(Reason.GATE_LIFETIME, seconds=seconds, longest=MAX_SECONDS)
    return seconds


def fits(url: str, expected: Expected) -> bool:
    """Whether the URL is what was asked for, held against its frame: scheme, host, path, and each parameter in place.

    It knows one spelling, the one in which our signer writes, and is as quick. What does not fit may still be right:
    `check` reads it whole, and says what is wrong.
    """
    origin = f"{expected.scheme}://{expected.host}"
    found = _FRAME.fullmatch(url, len(origin))
    if not found or not url.startswith(origin) or expected.query is None or _OTHER_ESCAPE.search(url):
        return False
    pairs = [pair.split("=") for pair in found["query"].split("&")[:-1]]
    try:
        datetime.fromisoformat(found["stamp"])
        path = unquote(found["path"], errors="strict")
        given = {name: unquote(value, errors="strict") for name, value in pairs}
    except ValueError:
        return False
    return (
        path == expected.path
        and "%2F" not in found["path"]  # a slash stands as itself
        and len(given) == len(pairs)
        and given == expected.query
        and unquote(found["key"]) == expected.access_key_id
        and found["day"] == found["stamp"][:8]
        and found["region"] == expected.region
        and int(found["seconds"]) == expected.seconds <= MAX_SECONDS
    )


def describe(url: str, expected: Expected) -> SignedUrl:
    """What `read` reads of a URL that fits, without reading it: one like it was read on the same day.

    It takes a tenth of the time. A test holds both against each other.
    """
    origin = f"{expected.scheme}://{expected.host}"
    found = _FRAME.fullmatch(url, len(origin))
    query = expected.query or {}
    version_id = query.get("versionId", "")
    if not found or not _OWN_NAMES.issuperset(query) or show(version_id, MAX_VERSION_LENGTH) != version_id:
        return read(url)
    alike = _read_alike(origin, expected.access_key_id, expected.region, found["day"])
    signed_at = datetime.fromisoformat(found["stamp"])
    own = {
        "x-amz-date": found["stamp"],
        "x-amz-expires": found["seconds"],
        "x-amz-signature": found["signature"],
    }
    return replace(
        alike,
        path=expected.path,
        signed_at=signed_at,
        expires_at=signed_at + timedelta(seconds=expected.seconds),
        lifetime=expected.seconds,
        version_id=version_id,
        parameters={**{name.lower(): value for name, value in query.items()}, **alike.parameters, **own},
    )


@lru_cache(maxsize=1_024)
def _read_alike(origin: str, access_key_id: str, region: str, day: str) -> SignedUrl:
    """Of the same key, host, region and day; its signature signs nothing."""
    return read(
        f"{origin}/?X-Amz-Algorithm=AWS4-HMAC-SHA256"
        f"&X-Amz-Credential={quote(f'{access_key_id}/{day}/{region}/s3/aws4_request', safe='~')}"
        f"&X-Amz-Date={day}T000000Z&X-Amz-Expires=1&X-Amz-SignedHeaders=host&X-Amz-Signature={'0a' * 32}"
    )


def check(url: str, expected: Expected) -> SignedUrl:
    """Read the URL and refuse it unless it is exactly what was asked for.

    Raises `GateRefused`: gate-not-sigv4, gate-token, gate-wrong-key, gate-lifetime, gate-wrong-host,
    gate-wrong-region, gate-wrong-object, gate-wrong-headers.
    """
    signed = _read(url)
    _check_signature(signed, expected)
    # As text, too: what a reader takes for the same place need not be the same to every store.
    if not url.startswith(f"{expected.scheme}://{expected.host}/"):
        raise GateRefused(Reason.GATE_WRONG_HOST, host=signed.host, expected=expected.host)
    if signed.path != expected.path or signed.version_id != expected.version_id or "#" in url:
        raise GateRefused(Reason.GATE_WRONG_OBJECT)
    return signed


def _read(url: str) -> SignedUrl:
    try:
        signed = read(url)
    except Unreadable:
        raise GateRefused(Reason.GATE_NOT_SIGV4) from None
    if not TOKEN_NAMES.isdisjoint(signed.parameters):
        raise GateRefused(Reason.GATE_TOKEN)
    mistaken = [mistake for mistake in signed.mistakes if mistake.kind is not MistakeKind.NOT_POSITIVE]  # told as that
    unchanged = not (signed.flaws or signed.strangers or mistaken)
    sound = signed.style is Style.SIGV4 and signed.service == "s3" and unchanged
    if not sound or not _PLAIN.fullmatch(url) or signed.parameters["x-amz-algorithm"] != "AWS4-HMAC-SHA256":
        raise GateRefused(Reason.GATE_NOT_SIGV4)
    return signed


def _check_signature(signed: SignedUrl, expected: Expected) -> None:
    if signed.access_key_id != expected.access_key_id:
        raise GateRefused(Reason.GATE_WRONG_KEY, access_key_id=expected.access_key_id)
    if check_seconds(signed.lifetime) != expected.seconds:
        raise GateRefused(Reason.GATE_LIFETIME, seconds=signed.lifetime, longest=MAX_SECONDS)
    if signed.region != expected.region:
        raise GateRefused(Reason.GATE_WRONG_REGION, region=signed.region, expected=expected.region)
    if signed.parameters["x-amz-signedheaders"] != "host":
        raise GateRefused(Reason.GATE_WRONG_HEADERS)
