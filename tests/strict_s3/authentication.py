"""Who signed an S3 request, found out in AWS's order of checks.

1. shape: two mechanisms, missing parameters, lifetime out of range, wrong region or service;
2. time: ended, or not yet valid; 3. `x-amz-*` headers that were not signed;
4. the key exists and the token belongs to it; 5. the signature; then a token on a static key.
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from . import refusals
from .account import AccessKey, Account, Caller, Session
from .signatures import (
    ALGORITHM,
    UNSIGNED_PAYLOAD,
    Scope,
    Signing,
    legacy_signature,
    legacy_string_to_sign,
)
from .wire import Request

A_WEEK = 604800
_V4_PARAMETERS = (
    "X-Amz-Algorithm",
    "X-Amz-Credential",
    "X-Amz-Signature",
    "X-Amz-Date",
    "X-Amz-SignedHeaders",
    "X-Amz-Expires",
)


@dataclass(frozen=True)
class Authority:
    """Who asks, and how it was signed. `caller` is None for an anonymous request; `by_query` is a presigned URL."""

    caller: Caller | None
    is_legacy: bool = False
    signed_at: datetime | None = None
    by_query: bool = False


@dataclass(frozen=True)
class Authenticator:
    """Checks one request against an account, for an object or bucket whose region is `region`.

    `resource` is `/bucket/raw/path`, which SigV2 signs. `takes_legacy` is False where SigV2 is refused.
    """

    account: Account
    now: datetime
    region: str
    skew_allowed: timedelta
    resource: str
    takes_legacy: bool = True

    def authenticate(self, request: Request) -> Authority:
        """Raises Refusal for the first check that fails."""
        check = self._mechanism(request)
        authority = check(request)
        if authority.caller is not None and authority.caller.suspended:
            raise refusals.user_suspended()
        return authority

    def _mechanism(self, request: Request) -> Callable[[Request], Authority]:
        authorization = request.header("authorization")
        by_query = request.has("X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature")
        by_legacy_query = request.has("Signature", "AWSAccessKeyId")
        if [authorization is not None, by_query, by_legacy_query].count(True) > 1:
            raise refusals.two_mechanisms(authorization or "null")
        if by_query:
            return self._by_query
        if by_legacy_query:
            return self._by_legacy_query
        if authorization is None:
            return lambda _: Authority(None)
        return self._by_legacy_header if authorization.startswith("AWS ") else self._by_header

    # SigV4 in the query

    def _by_query(self, request: Request) -> Authority:
        given = {name: request.parameter(name) for name in _V4_PARAMETERS}
        values = {name: value for name, value in given.items() if value}
        if len(values) < len(_V4_PARAMETERS):
            raise refusals.missing_query_parameter()
        scope = self._query_scope(values["X-Amz-Credential"])
        expires = _expires(values["X-Amz-Expires"])
        signed_at = self._query_date(values, scope)
        self._check_scope(scope, refusals.query_parameters, "Error parsing the X-Amz-Credential parameter; ")
        self._check_time(signed_at, signed_at + timedelta(seconds=expires), values["X-Amz-Expires"])
        signing = Signing(
            scope,
            values["X-Amz-Date"],
            tuple(values["X-Amz-SignedHeaders"].split(";")),
            values["X-Amz-Signature"],
            request.header("x-amz-content-sha256") or UNSIGNED_PAYLOAD,
        )
        token = next((value for name, value in request.query if name.lower() == "x-amz-security-token"), None)
        return Authority(self._verified(request, signing, token), signed_at=signed_at, by_query=True)

    def _query_scope(self, credential: str) -> Scope:
        if scope := Scope.parse(credential):
            return scope
        raise refusals.query_parameters(
            "Error parsing the X-Amz-Credential parameter; the Credential is mal-formed; "
            'expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".'
        )

    def _query_date(self, values: dict[str, str], scope: Scope) -> datetime:
        """The three refusals here are known from copies of AWS's words only."""
        if values["X-Amz-Algorithm"] != ALGORITHM:
            raise refusals.query_parameters(f'X-Amz-Algorithm only supports "{ALGORITHM}"')
        signed_at = _stamped(values["X-Amz-Date"])
        if signed_at is None:
            raise refusals.query_parameters("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"")
        if scope.date != values["X-Amz-Date"][:8]:
            raise refusals.query_parameters(
                f'Invalid credential date "{scope.date}". This date is not the same as X-Amz-Date: '
                f'"{values["X-Amz-Date"][:8]}".'
            )
        return signed_at

    # SigV4 in the Authorization header

    def _by_header(self, request: Request) -> Authority:
        scope, signed_headers, provided = _authorization(request.header("authorization") or "")
        self._check_scope(scope, refusals.header_malformed, "")
        stamp = request.header("x-amz-date") or ""
        signed_at = _stamped(stamp) or _http_date(request)
        if signed_at is None:
            raise refusals.no_date()
        if abs(self.now - signed_at) > self.skew_allowed:
            raise refusals.time_too_skewed(stamp, self.now, self.skew_allowed.total_seconds())
        payload_hash = request.header("x-amz-content-sha256")
        if payload_hash is None:
            message = "Missing required header for this request: x-amz-content-sha256"
            raise refusals.Refusal("InvalidRequest", message, 400)
        stamp = stamp or signed_at.strftime("%Y%m%dT%H%M%SZ")
        signing = Signing(scope, stamp, signed_headers, provided, payload_hash)
        caller = self._verified(request, signing, request.header("x-amz-security-token"))
        _check_payload(request, payload_hash)
        return Authority(caller, signed_at=signed_at)

    # SigV2

    def _by_legacy_query(self, request: Request) -> Authority:
        if not self.takes_legacy:
            raise refusals.legacy_signature_refused()
        key_id, provided, expires = map(request.parameter, ("AWSAccessKeyId", "Signature", "Expires"))
        if not (key_id and provided and expires):
            raise refusals.missing_legacy_parameter()
        if not re.fullmatch(r"\d{1,11}", expires):
            raise refusals.access_denied(f"Invalid date (should be seconds since epoch): {expires}")
        ends = datetime.fromtimestamp(int(expires), UTC)
        if self.now >= ends:
            raise refusals.expired(ends, self.now)
        token = request.parameter("x-amz-security-token")
        caller = self._verified_legacy(request, key_id, provided, expires, token)
        return Authority(caller, is_legacy=True, by_query=True)

    def _by_legacy_header(self, request: Request) -> Authority:
        if not self.takes_legacy:
            raise refusals.legacy_signature_refused()
        key_id, _, provided = (request.header("authorization") or "").removeprefix("AWS ").partition(":")
        signed_at = _http_date(request)
        if signed_at is None:
            raise refusals.no_date()
        if abs(self.now - signed_at) > self.skew_allowed:
            stamp = request.header("date") or ""
            raise refusals.time_too_skewed(stamp, self.now, self.skew_allowed.total_seconds())
        date = "" if request.header("x-amz-date") else request.header("date") or ""
        token = request.header("x-amz-security-token")
        caller = self._verified_legacy(request, key_id, provided, date, token)
        return Authority(caller, is_legacy=True, signed_at=signed_at)

    def _verified_legacy(self, request: Request, key_id: str, provided: str, date: str, token: str | None) -> Caller:
        credential = self._credential(key_id, token)
        to_sign = legacy_string_to_sign(request, self.resource, date)
        if legacy_signature(credential.secret, to_sign) != provided:
            raise refusals.signature_does_not_match(key_id, provided, to_sign, None)
        return _without_stray_token(credential, token)

    # What the mechanisms share

    def _check_scope(self, scope: Scope, refuse: Callable[..., refusals.Refusal], prefix: str) -> None:
        if scope.region != self.region:
            words = f"{prefix}the region '{scope.region}' is wrong; expecting '{self.region}'"
            raise refuse(words, Region=self.region)
        if scope.service != "s3":
            raise refuse(f'{prefix}incorrect service "{scope.service}". This endpoint belongs to "s3".')

    def _check_time(self, begins: datetime, ends: datetime, expires: str) -> None:
        """A signature ends at its last second, not after it: `X-Amz-Expires=0` never works."""
        if begins - self.now > self.skew_allowed:
            raise refusals.not_yet_valid(begins, ends, self.now)
        if self.now >= ends:
            raise refusals.expired(ends, self.now, expires)

    def _verified(self, request: Request, signing: Signing, token: str | None) -> Caller:
        _check_signed_headers(request, signing)
        credential = self._credential(signing.scope.key_id, token)
        if not signing.matches(request, credential.secret):
            raise refusals.signature_does_not_match(
                signing.scope.key_id,
                signing.provided,
                signing.string_to_sign(request),
                signing.canonical_request(request),
            )
        return _without_stray_token(credential, token)

    def _credential(self, key_id: str, token: str | None) -> AccessKey | Session:
        if key_id.startswith("ASIA") or key_id in self.account.sessions:
            return self._session(key_id, token)
        key = self.account.keys.get(key_id)
        if key is None or not key.active:
            raise refusals.invalid_access_key_id(key_id)
        return key

    def _session(self, key_id: str, token: str | None) -> Session:
        if token is None:
            raise refusals.invalid_access_key_id(key_id)
        session = self.account.session_of(token)
        if session is None:
            raise refusals.invalid_token(token)
        if session.id != key_id or session.old:
            raise refusals.invalid_access_key_id(key_id)
        if self.now >= session.ends_at:
            raise refusals.expired_token(token)
        return session


def _without_stray_token(credential: AccessKey | Session, token: str | None) -> Caller:
    if token is not None and isinstance(credential, AccessKey):
        raise refusals.invalid_token(token)
    return credential.caller


def _expires(value: str) -> int:
    if not re.fullmatch(r"-?\d+", value):
        raise refusals.query_parameters("X-Amz-Expires should be a number")
    if int(value) < 0:
        raise refusals.query_parameters("X-Amz-Expires must be non-negative")
    if int(value) > A_WEEK:
        raise refusals.query_parameters(
            "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be "
            "less than 604800 seconds"
        )
    return int(value)


def _stamped(stamp: str) -> datetime | None:
    try:
        return datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None


def _http_date(request: Request) -> datetime | None:
    try:
        parsed = parsedate_to_datetime(request.header("x-amz-date") or request.header("date") or "")
    except ValueError:
        return None
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def _authorization(header: str) -> tuple[Scope, tuple[str, ...], str]:
    """The scope, the signed headers and the signature that a SigV4 Authorization header names."""
    match = re.fullmatch(rf"{ALGORITHM} Credential=([^,\s]+),\s*SignedHeaders=([^,\s]+),\s*Signature=([^,\s]+)", header)
    scope = Scope.parse(match[1]) if match else None
    if match is None or scope is None:
        raise refusals.header_malformed(
            'the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".'
        )
    return scope, tuple(match[2].split(";")), match[3]


def _check_signed_headers(request: Request, signing: Signing) -> None:
    """`x-amz-content-sha256` need not be signed: it is the payload's line of the canonical request."""
    must = ("host", *(name for name, _ in request.headers if name.startswith("x-amz-")))
    missing = [name for name in must if name not in signing.signed_headers and name != "x-amz-content-sha256"]
    if missing:
        raise refusals.headers_not_signed(", ".join(missing))


def _check_payload(request: Request, payload_hash: str) -> None:
    if payload_hash == UNSIGNED_PAYLOAD:
        return
    if payload_hash.startswith("STREAMING-"):
        raise refusals.not_implemented("x-amz-content-sha256")
    computed = hashlib.sha256(request.body).hexdigest()
    if payload_hash != computed:
        elements = {"ClientComputedContentSHA256": payload_hash, "S3ComputedContentSHA256": computed}
        message = "The provided 'x-amz-content-sha256' header does not match what was computed."
        raise refusals.Refusal("XAmzContentSHA256Mismatch", message, 400, elements)
