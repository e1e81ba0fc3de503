"""Signs URLs for the endpoint at any time and in any wrong way; boto3 signs only now and only rightly."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from .account import AccessKey, Session
from .signatures import ALGORITHM, Scope, Signing, legacy_signature, legacy_string_to_sign
from .wire import Request, encode


@dataclass(frozen=True)
class Presigner:
    """Signs path-style URLs of one bucket with one credential, and its token where it has one.

    `token=""` leaves a session's token out; another string puts that one in.
    """

    endpoint: str
    credential: AccessKey | Session = field(repr=False)
    bucket: str
    region: str
    now: Callable[[], datetime] = field(repr=False)

    def v4(
        self,
        key: str,
        expires: object = 3600,
        *,
        at: datetime | None = None,
        token: str | None = None,
        method: str = "GET",
        service: str = "s3",
        parameters: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> str:
        """A SigV4 URL, signed `at` (default: now). `parameters` are signed too; `headers` beside the host."""
        stamp = (at or self.now()).strftime("%Y%m%dT%H%M%SZ")
        scope = Scope(self.credential.id, stamp[:8], self.region, service)
        sent = {"host": self.endpoint.partition("://")[2], **(headers or {})}
        given = {
            "X-Amz-Algorithm": ALGORITHM,
            "X-Amz-Credential": f"{scope.key_id}/{scope}",
            "X-Amz-Date": stamp,
            "X-Amz-Expires": str(expires),
            "X-Amz-SignedHeaders": ";".join(sorted(sent)),
            **({"X-Amz-Security-Token": value} if (value := self._token(token)) else {}),
            **(parameters or {}),
        }
        request = self._request(method, key, given, sent)
        signing = Signing(scope, stamp, tuple(sorted(sent)), "")
        signature = signing.calculated(request, self.credential.secret)
        return self._url(request, {**given, "X-Amz-Signature": signature})

    def v2(
        self,
        key: str,
        expires: float = 3600,
        *,
        at: datetime | None = None,
        token: str | None = None,
        parameters: Mapping[str, str] | None = None,
    ) -> str:
        """A SigV2 URL that ends `expires` seconds after `at`."""
        ends = str(int(((at or self.now()) + timedelta(seconds=expires)).timestamp()))
        given = {
            **({"x-amz-security-token": value} if (value := self._token(token)) else {}),
            **(parameters or {}),
        }
        request = self._request("GET", key, given, {})
        signature = legacy_signature(self.credential.secret, legacy_string_to_sign(request, request.raw_path, ends))
        signed = {"AWSAccessKeyId": self.credential.id, "Signature": signature, "Expires": ends}
        return self._url(request, {**given, **signed})

    def _token(self, token: str | None) -> str:
        if token is not None:
            return token
        return self.credential.token if isinstance(self.credential, Session) else ""

    def _request(self, method: str, key: str, parameters: Mapping[str, str], headers: Mapping[str, str]) -> Request:
        return Request.parse(method, f"/{self.bucket}/{encode(key, '/')}?{_query(parameters)}", headers.items())

    def _url(self, request: Request, parameters: Mapping[str, str]) -> str:
        return f"{self.endpoint}{request.raw_path}?{_query(parameters)}"


def _query(parameters: Mapping[str, str]) -> str:
    return "&".join(f"{encode(name)}={encode(value)}" for name, value in parameters.items())
