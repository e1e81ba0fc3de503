"""Signatures as AWS computes them: SigV4 (query and header) and SigV2. Pure; AWS's published vectors pin it."""

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass, field
from typing import Self

from .wire import Request, encode

ALGORITHM = "AWS4-HMAC-SHA256"
UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD"

LEGACY_SUBRESOURCES = frozenset(
    "acl analytics cors delete inventory lifecycle location logging metrics "  # noqa: SIM905 - reads best
    "notification object-lock partNumber "
    "policy replication requestPayment restore tagging torrent uploadId uploads versionId "
    "versioning versions website response-cache-control response-content-disposition "
    "response-content-encoding response-content-language response-content-type response-expires".split()
)
"""The parameters that a SigV2 signature covers; it covers no other."""


@dataclass(frozen=True)
class Scope:
    """What a SigV4 credential names: `AKID/20260101/eu-central-1/s3/aws4_request`."""

    key_id: str
    date: str
    region: str
    service: str

    @classmethod
    def parse(cls, credential: str) -> Self | None:
        """None where the credential is malformed."""
        match = re.fullmatch(r"([^/]+)/(\d{8})/([^/]+)/([^/]+)/aws4_request", credential)
        return cls(*match.groups()) if match else None

    def __str__(self) -> str:
        return f"{self.date}/{self.region}/{self.service}/aws4_request"


@dataclass(frozen=True)
class Signing:
    """A SigV4 signature as a request claims it."""

    scope: Scope
    stamp: str
    signed_headers: tuple[str, ...]
    provided: str = field(repr=False)
    payload_hash: str = UNSIGNED_PAYLOAD

    def canonical_request(self, request: Request) -> str:
        lines = [f"{name}:{_header(request, name)}" for name in self.signed_headers]
        parts = [request.method, encode(request.path, "/"), canonical_query(request), *lines, ""]
        return "\n".join([*parts, ";".join(self.signed_headers), self.payload_hash])

    def string_to_sign(self, request: Request) -> str:
        digest = hashlib.sha256(self.canonical_request(request).encode()).hexdigest()
        return "\n".join([ALGORITHM, self.stamp, str(self.scope), digest])

    def calculated(self, request: Request, secret: str) -> str:
        key = f"AWS4{secret}".encode()
        for part in (self.scope.date, self.scope.region, self.scope.service, "aws4_request"):
            key = hmac.digest(key, part.encode(), "sha256")
        return hmac.digest(key, self.string_to_sign(request).encode(), "sha256").hex()

    def matches(self, request: Request, secret: str) -> bool:
        return hmac.compare_digest(self.provided.encode(), self.calculated(request, secret).encode())


def canonical_query(request: Request) -> str:
    pairs = ((encode(name), encode(value)) for name, value in request.query if name != "X-Amz-Signature")
    return "&".join(f"{name}={value}" for name, value in sorted(pairs))


def _header(request: Request, name: str) -> str:
    values = (value for known, value in request.headers if known == name)
    return ",".join(re.sub(r" +", " ", value.strip()) for value in values)


def legacy_string_to_sign(request: Request, resource: str, date: str) -> str:
    """SigV2's. `resource` is `/bucket/raw/path`; `date` is the Date header, or Expires in a presigned URL.

    `x-amz-*` query parameters count as headers, as presigned URLs carry them.
    """
    headers = [*request.headers, *request.query]
    amazon = sorted({(name, value) for name, value in headers if name.startswith("x-amz-")})
    covered = sorted((name, value) for name, value in request.query if name in LEGACY_SUBRESOURCES)
    query = "&".join(f"{name}={value}" if value else name for name, value in covered)
    plain = [request.header("content-md5") or "", request.header("content-type") or ""]
    lines = [request.method, *plain, date, *(f"{name}:{value}" for name, value in amazon)]
    return "\n".join([*lines, f"{resource}?{query}" if query else resource])


def legacy_signature(secret: str, to_sign: str) -> str:
    return base64.b64encode(hmac.digest(secret.encode(), to_sign.encode(), "sha1")).decode()
