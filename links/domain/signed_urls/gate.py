"""The signer gate: what every URL must be, right after it was signed and before anybody gets it.

Configuration is no evidence: boto3 says `s3v4` and signs SigV2, takes a token from the environment, moves the
host. Only the emitted URL tells.
"""

import re
from dataclasses import dataclass, field

from links.domain.errors import GateRefused, Unreadable
from links.domain.reasons import Reason
from links.domain.signed_urls.mistakes import MistakeKind
from links.domain.signed_urls.reading import MAX_SIGNATURE_LIFETIME, SignedUrl, Style, read
from links.domain.signed_urls.url_styles import TOKEN_NAMES

MAX_SECONDS = int(MAX_SIGNATURE_LIFETIME.total_seconds())
_PLAIN = re.compile(r"[!-~]+")


@dataclass(frozen=True, slots=True)
class Expected:
    """What was asked for. `path` is decoded; `seconds` is the lifetime."""

    access_key_id: str
    scheme: str
    host: str
    path: str
    region: str
    seconds: int
    version_id: str = ""


@dataclass(frozen=True, slots=True)
class CheckedUrl:
    """A URL that has passed the gate, and what the gate read of it. `text` is a bearer secret."""

    text: str = field(repr=False)
    signed: SignedUrl


def check_seconds(seconds: object) -> int:
    """A lifetime in whole seconds, 1 to 604800; botocore signs any. Raises `GateRefused`: gate-lifetime."""
    if isinstance(seconds, bool) or not isinstance(seconds, int) or not 1 <= seconds <= MAX_SECONDS:
        raise GateRefused(Reason.GATE_LIFETIME, seconds=seconds, longest=MAX_SECONDS)
    return seconds


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
