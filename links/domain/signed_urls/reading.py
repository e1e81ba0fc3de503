"""What can be read off any presigned URL, without asking anybody."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import lru_cache
from types import MappingProxyType

from links.domain.credentials import is_long_lived_id, is_temporary_id
from links.domain.signed_urls.cloudfront_policies import Policy
from links.domain.signed_urls.flaws import PATH, Flaw, FlawKind
from links.domain.signed_urls.mistakes import Mistake, MistakeKind
from links.domain.signed_urls.parameters import EXPRESS_TOKEN
from links.domain.signed_urls.session_tokens import Session, read_account
from links.domain.signed_urls.url_parts import split, split_raw
from links.domain.signed_urls.url_styles import Style, read_style
from links.domain.stores.hosts import Host, read_host

__all__ = ["MAX_SIGNATURE_LIFETIME", "SignedUrl", "Style", "find_object", "read"]

MAX_SIGNATURE_LIFETIME = timedelta(seconds=604800)  # S3 API reference, "Authenticating Requests: query parameters"


@dataclass(frozen=True, slots=True)
class SignedUrl:
    """A presigned URL, read. `path` is percent-decoded; times are aware UTC, None where the URL states none.

    `host` is host[:port] in one spelling: lower case, ASCII, without a default port or a dot at its end.
    `session_ends_at` is the end that a readable session token states, and no URL outlives it; `session` is what AWS's
    tokens probably tell, and is never certain; `lifetime` is what
    the URL states, in seconds, whether or not a store would take it. `flaws` are what is wrong with its shape;
    `strangers` are parameters that no signer of this style writes and that its signature would cover, a sign that
    something was added on the way; `mistakes` are what the signer wrote wrong; `second` are the parameters of another
    signer beside SigV4's; `unsent` are signed headers that no browser sends; `marks` is what a kind that
    is not judged says of itself. `token` tells that a session token stands in the URL, never which. `parameters`
    holds everything as it came, secrets included: it is neither printed nor compared.
    """

    style: Style
    scheme: str
    host: str
    path: str
    access_key_id: str = ""
    token: bool = False
    signed_at: datetime | None = None
    expires_at: datetime | None = None
    lifetime: int | None = None
    region: str = ""
    service: str = ""
    version_id: str = ""
    session_ends_at: datetime | None = None
    session: Session | None = None
    flavour: str = ""
    flaws: tuple[Flaw, ...] = ()
    mistakes: tuple[Mistake, ...] = ()
    strangers: tuple[str, ...] = ()
    second: tuple[str, ...] = ()
    unsent: tuple[str, ...] = ()
    policy: Policy | None = None
    marks: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)

    @property
    def hostname(self) -> str:
        return _read_hostname(self.host)

    @property
    def store(self) -> Host:
        """What the name of its host tells."""
        return read_host(self.hostname)

    @property
    def is_aws(self) -> bool:
        return self.store.is_aws

    @property
    def probable_account(self) -> str:
        """The number of the AWS account that signed it, as the key id has it, or else the token; "" where neither
        tells, or they contradict each other."""
        if not self.is_aws:
            return ""
        accounts = {read_account(self.access_key_id), self.session.account if self.session else ""} - {""}
        return accounts.pop() if len(accounts) == 1 else ""

    @property
    def has_express_token(self) -> bool:
        return EXPRESS_TOKEN in self.parameters

    @property
    def has_session(self) -> bool:
        """Whether a session signed it. What has no signature that is known was signed by none, whatever parameter is
        left of one."""
        is_signed = self.style is not Style.UNSIGNED and (self.style is not Style.OTHER or bool(self.flavour))
        return self.token and is_signed

    @property
    def has_temporary_id(self) -> bool:
        return is_temporary_id(self.access_key_id)

    @property
    def has_long_lived_id(self) -> bool:
        return is_long_lived_id(self.access_key_id)


@lru_cache(maxsize=1_024)
def _read_hostname(host: str) -> str:
    """Kept: each judgement asks a dozen times, and a thousand links have one store."""
    return split_raw(f"//{host}").hostname or ""


# A `#` that was not encoded, before a query in which a signer wrote.
_FRAGMENT = re.compile(r"#[^#?&=]*\?(?:[^#]*&)?(?:x-amz-signature|signature|x-goog-signature|sig)=", re.IGNORECASE)


def read(url: str) -> SignedUrl:
    """Read a URL of any style. Raises `Unreadable`, as `url_parts.split` does, and nothing else."""
    before, mark, query = url.partition("?")
    if "#" in before and _FRAGMENT.search(url):
        signed = read(before.replace("#", "%23") + mark + query)
        return replace(signed, mistakes=(Mistake(MistakeKind.FRAGMENT, PATH), *signed.mistakes))
    parts = split(url)
    parameters = MappingProxyType(dict(parts.query.parameters))
    signed = SignedUrl(
        scheme=parts.scheme,
        host=parts.host,
        path=parts.path,
        parameters=parameters,
        **read_style(parts.query, parts.path, split_raw(f"//{parts.host}").hostname or ""),
    )
    if signed.second and not signed.is_aws:  # read by a network in front of the store, which takes them off
        signed = replace(signed, strangers=tuple(name for name in signed.strangers if name not in signed.second))
    # S3's keys are UTF-8: whatever else the path decodes to names no object ("InvalidURI").
    if signed.style in (Style.SIGV4, Style.SIGV2) and not _is_text(signed.path):
        return replace(signed, flaws=(*signed.flaws, Flaw(FlawKind.MALFORMED, PATH)))
    return signed


def find_object(url: SignedUrl, endpoint_host: str = "", bucket: str = "") -> tuple[str, str] | None:
    """Tell (bucket, key) of the object that a URL names, or None where that cannot be known.

    AWS's hosts speak for themselves. For any other store `endpoint_host` (host[:port]) says where it lives:
    the same host is path style, a host below it is virtual-host style. With `bucket`, any other bucket is None.
    """
    found = _locate(url, endpoint_host.lower())
    if found is None or not all(found) or not all(map(_is_text, found)) or (bucket and found[0] != bucket):
        return None
    return found


def _locate(url: SignedUrl, endpoint_host: str) -> tuple[str, str] | None:
    if url.is_aws:
        by_host, by_path = url.store.bucket, url.store.has_bucket_in_path
    elif endpoint_host:
        by_host, by_path = _cut_suffix(url.host, f".{endpoint_host}"), url.host == endpoint_host
    else:
        return None
    if by_path:
        in_path, _, key = url.path[1:].partition("/")
        return in_path, key
    return (by_host, url.path[1:]) if by_host else None


def _cut_suffix(text: str, suffix: str) -> str:
    return text[: -len(suffix)] if text.endswith(suffix) else ""


def _is_text(text: str) -> bool:
    """False for what `_decode` could not read as UTF-8 and kept as lone surrogates."""
    return not any("\ud800" <= letter <= "\udfff" for letter in text)
