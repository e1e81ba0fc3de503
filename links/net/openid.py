"""OpenID Connect, as far as signing in needs it: the code flow with PKCE, state and nonce, and every ID token verified.

Source: OpenID Connect Core 1.0 (3.1), Discovery 1.0, RFC 7636 (PKCE), RFC 9207 (`iss` in the answer).
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Lock
from time import monotonic
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import jwt
from urllib3.exceptions import HTTPError

from links.domain.errors import HoldfastError, Refused, Unavailable
from links.domain.reasons import Reason
from links.net.http import exchange

TIMEOUT_SECONDS = 4.0  # for one request; a sign-in takes four at most
MAX_BYTES = 512 * 1024  # of one answer: a person may be in thousands of groups
LEEWAY = timedelta(seconds=60)  # of the provider's clock
KEPT_SECONDS = 600.0  # what a provider says of itself
FAILED_SECONDS = 5.0  # one that did not answer is not asked again
WAIT_SECONDS = 0.5  # for an answer that another thread is waiting for
# Never `none`, and none that a shared secret signs by.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
_CLAIMS = ("iss", "sub", "aud", "exp", "iat")
_MAX_SUBJECT_LENGTH = 255
# What a token endpoint may answer (RFC 6749, 5.2); anything else is not repeated, not even in a log.
_ERRORS = frozenset(
    {"invalid_request", "invalid_client", "invalid_grant", "unauthorized_client", "unsupported_grant_type"}
)


@dataclass(frozen=True, slots=True)
class Client:
    """What we are at the provider."""

    issuer: str
    client_id: str
    secret: str = field(repr=False)
    redirect_uri: str


@dataclass(frozen=True, slots=True)
class Provider:
    """What a provider says of itself. `tells_issuer`: with each code it sends its own name."""

    authorization_url: str
    token_url: str
    keys_url: str
    profile_url: str
    end_session_url: str
    tells_issuer: bool
    takes_basic: bool


@dataclass(frozen=True, slots=True)
class Tokens:
    id_token: str = field(repr=False)
    access_token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Flow:
    """What one sign-in goes by. Nonce and PKCE's verifier are made of the state and our own secret: nothing that is
    kept meanwhile, in a browser or a row, tells them."""

    state: str = field(repr=False)
    secret: str = field(repr=False)

    @property
    def nonce(self) -> str:
        return self._make("nonce")

    @property
    def verifier(self) -> str:
        return self._make("verifier")

    @property
    def challenge(self) -> str:
        return _encode(hashlib.sha256(self.verifier.encode()).digest())

    def _make(self, purpose: str) -> str:
        return _encode(hmac.digest(self.secret.encode(), f"openid {purpose}:{self.state}".encode(), hashlib.sha256))


def discover(issuer: str) -> Provider:
    """Kept for some minutes; that there was no answer, for some seconds. One thread at a time asks: nobody who presses
    the button again and again keeps our threads waiting, or has us ask more often.

    Raises `Unavailable`: single-sign-on-unreachable; `Refused`: single-sign-on-untrusted.
    """
    found = _find_kept(issuer) or _read_alone(issuer)
    if isinstance(found, HoldfastError):
        raise found.with_traceback(None)
    return found


def make_address(provider: Provider, client: Client, flow: Flow, scopes: str, **more: str) -> str:
    """Where a browser is sent to sign in."""
    asked = {
        "response_type": "code",
        "client_id": client.client_id,
        "redirect_uri": client.redirect_uri,
        "scope": scopes,
        "state": flow.state,
        "nonce": flow.nonce,
        "code_challenge": flow.challenge,
        "code_challenge_method": "S256",
        **more,
    }
    return _add(provider.authorization_url, asked)


def make_end_address(provider: Provider, client: Client, back: str) -> str:
    """Where a browser is sent to sign out there, too; "" where the provider has no such page."""
    if not provider.end_session_url:
        return ""
    return _add(provider.end_session_url, {"client_id": client.client_id, "post_logout_redirect_uri": back})


def redeem(provider: Provider, client: Client, flow: Flow, code: str) -> Tokens:
    """The tokens for a code, which is worth nothing without our secret and the verifier.

    Raises `Refused`: single-sign-on-late, where the code is no longer good; and as `discover`.
    """
    sent = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": client.redirect_uri,
        "code_verifier": flow.verifier,
    }
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    if provider.takes_basic:
        named = f"{quote(client.client_id, safe='')}:{quote(client.secret, safe='')}"
        headers["Authorization"] = f"Basic {base64.b64encode(named.encode()).decode()}"
    else:
        sent |= {"client_id": client.client_id, "client_secret": client.secret}
    status, answer = _ask("POST", provider.token_url, headers=headers, body=urlencode(sent))
    if status in (400, 401, 403):
        said = str(answer.get("error", ""))
        if said == "invalid_grant":
            raise Refused(Reason.SINGLE_SIGN_ON_LATE)
        raise _distrust(f"token endpoint: {said if said in _ERRORS else status}")
    id_token, access_token = answer.get("id_token"), answer.get("access_token", "")
    if status != 200 or not isinstance(id_token, str) or not isinstance(access_token, str):
        raise _distrust(f"token endpoint: {status}, no ID token")
    return Tokens(id_token, access_token)


def verify(provider: Provider, client: Client, flow: Flow, id_token: str) -> Mapping[str, Any]:
    """The claims of an ID token that this provider signed, for us, now, and for this very sign-in.

    Raises `Refused`: single-sign-on-late, single-sign-on-untrusted, whose `detail` says which check failed.
    """
    try:
        key = _find_key(provider, jwt.get_unverified_header(id_token))
        claims = jwt.decode(
            id_token,
            key,
            algorithms=[key.algorithm_name],
            audience=client.client_id,
            issuer=client.issuer,
            leeway=LEEWAY,
            options={"require": list(_CLAIMS), "enforce_minimum_key_length": True},
        )
    except jwt.ExpiredSignatureError:
        raise Refused(Reason.SINGLE_SIGN_ON_LATE) from None
    except (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError) as error:
        # The error's own text may repeat what stands in the token.
        raise _distrust(f"ID token: {type(error).__name__}") from None
    if not 0 < len(claims["sub"]) <= _MAX_SUBJECT_LENGTH or not claims["sub"].isprintable():
        raise _distrust("ID token: sub")
    is_shared = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if (is_shared or "azp" in claims) and claims.get("azp") != client.client_id:
        raise _distrust("ID token: azp")
    nonce = claims.get("nonce")
    if not isinstance(nonce, str) or not hmac.compare_digest(nonce.encode(), flow.nonce.encode()):
        raise _distrust("ID token: nonce")
    return claims


def read_profile(provider: Provider, tokens: Tokens, subject: str) -> Mapping[str, Any]:
    """What the userinfo endpoint says of the same person; nothing where there is none.

    Raises `Refused`: single-sign-on-untrusted; and as `discover`.
    """
    if not (provider.profile_url and tokens.access_token):
        return {}
    headers = {"Authorization": f"Bearer {tokens.access_token}", "Accept": "application/json"}
    status, profile = _ask("GET", provider.profile_url, headers=headers)
    if status != 200 or profile.get("sub") != subject:
        raise _distrust(f"userinfo: {status}, of another sub" if status == 200 else f"userinfo: {status}")
    return profile


_known: dict[str, tuple[float, Provider | HoldfastError]] = {}
"""By issuer: until when it is kept, and what the provider said of itself, or why there was no answer."""

_asking: dict[str, Lock] = {}


def _find_kept(issuer: str) -> Provider | HoldfastError | None:
    until, found = _known.get(issuer, (0.0, None))
    return found if monotonic() < until else None


def _read_alone(issuer: str) -> Provider | HoldfastError:
    """Whoever finds another thread asking goes on with what the provider said last; where it said nothing yet,
    they wait for a moment."""
    _, last = _known.get(issuer, (0.0, None))
    asking = _asking.setdefault(issuer, Lock())
    if not asking.acquire(timeout=0 if isinstance(last, Provider) else WAIT_SECONDS):
        if isinstance(last, Provider):
            return last
        return Unavailable(Reason.SINGLE_SIGN_ON_UNREACHABLE, detail="another request is waiting for it")
    try:
        if kept := _find_kept(issuer):
            return kept
        found: Provider | HoldfastError
        try:
            found, keep = _read_provider(issuer), KEPT_SECONDS
        except HoldfastError as error:
            found, keep = error, FAILED_SECONDS
        _known[issuer] = monotonic() + keep, found
        return found
    finally:
        asking.release()


def _read_provider(issuer: str) -> Provider:
    status, told = _ask("GET", f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    if status != 200:
        raise _distrust(f"discovery: {status}")
    if told.get("issuer") != issuer:
        raise _distrust("discovery: OIDC_ISSUER is not written exactly as the provider's own issuer")
    methods = told.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    return Provider(
        authorization_url=_read_url(issuer, told, "authorization_endpoint"),
        token_url=_read_url(issuer, told, "token_endpoint"),
        keys_url=_read_url(issuer, told, "jwks_uri"),
        profile_url=_read_url(issuer, told, "userinfo_endpoint", is_needed=False),
        end_session_url=_read_url(issuer, told, "end_session_endpoint", is_needed=False),
        tells_issuer=told.get("authorization_response_iss_parameter_supported") is True,
        takes_basic=not isinstance(methods, list) or "client_secret_basic" in methods,
    )


def _read_url(issuer: str, told: Mapping[str, Any], name: str, *, is_needed: bool = True) -> str:
    """One that is not less safe than the issuer's own."""
    url = told.get(name)
    if url is None and not is_needed:
        return ""
    try:
        parts = urlsplit(url if isinstance(url, str) else "")
        is_sound = bool(parts.hostname) and parts.scheme in ("https", urlsplit(issuer).scheme)
    except ValueError:
        is_sound = False
    if not is_sound:
        raise _distrust(f"discovery: {name}")
    return str(url)


def _find_key(provider: Provider, header: Mapping[str, Any]) -> jwt.PyJWK:
    """The one public key that the token names; of a provider with a single key it need not."""
    algorithm, name = header.get("alg"), header.get("kid")
    if algorithm not in ALGORITHMS:
        raise _distrust("ID token: algorithm")
    status, told = _ask("GET", provider.keys_url)
    listed = told.get("keys")
    if status != 200 or not isinstance(listed, list):
        raise _distrust(f"keys: {status}")
    family = {"R": "RSA", "P": "RSA", "E": "EC"}[algorithm[0]] if algorithm != "EdDSA" else "OKP"
    usable = [
        key
        for key in listed
        if isinstance(key, dict)
        and key.get("kty") == family
        and key.get("use", "sig") == "sig"
        and key.get("alg", algorithm) == algorithm
        and (name is None or key.get("kid") == name)
    ]
    if len(usable) != 1:
        raise _distrust(f"keys: {len(usable)} for this token")
    return jwt.PyJWK(usable[0], algorithm)


def _ask(
    method: str, url: str, *, headers: Mapping[str, str] | None = None, body: str | None = None
) -> tuple[int, dict[str, Any]]:
    """The status, and the JSON object that came with it."""
    try:
        status, answer = exchange(method, url, seconds=TIMEOUT_SECONDS, room=MAX_BYTES, headers=headers, body=body)
    except (HTTPError, OSError) as error:
        raise Unavailable(Reason.SINGLE_SIGN_ON_UNREACHABLE, detail=type(error).__name__) from None
    except HoldfastError as error:  # too long, a metadata service's address, no address at all
        raise _distrust(error.code) from None
    if status >= 500 or status == 429:
        raise Unavailable(Reason.SINGLE_SIGN_ON_UNREACHABLE, detail=f"status {status}")
    try:
        told = json.loads(answer)
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        raise _distrust(f"no JSON object, status {status}")
    return status, told


def _distrust(detail: str) -> Refused:
    """`detail` is for the log: which check failed, and nothing that was told."""
    return Refused(Reason.SINGLE_SIGN_ON_UNTRUSTED, detail=detail)


def _add(url: str, parameters: Mapping[str, str]) -> str:
    return f"{url}{'&' if urlsplit(url).query else '?'}{urlencode(parameters)}"


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
