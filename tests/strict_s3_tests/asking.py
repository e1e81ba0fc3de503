"""What the tests of the strict endpoint ask it with: a clock to turn, raw requests, header signatures."""

import hashlib
import http.client
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from tests.strict_s3 import AccessKey, Request, Session, StrictS3
from tests.strict_s3.signatures import ALGORITHM, Scope, Signing

NOON = datetime(2026, 3, 29, 12, tzinfo=UTC)
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'


class Clock:
    """Stands still until it is turned."""

    def __init__(self, moment: datetime = NOON) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment

    def turn(self, **by: float) -> None:
        self.moment += timedelta(**by)


@dataclass(frozen=True)
class Reply:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def code(self) -> str | None:
        found = re.search(r"<Code>(.*?)</Code>", self.body.decode())
        return found[1] if found else None

    @property
    def error(self) -> str:
        """An S3 refusal's body without its ids, which must be the headers', at its end."""
        ids = (self.headers["x-amz-request-id"], self.headers["x-amz-id-2"])
        end = "<RequestId>{}</RequestId><HostId>{}</HostId></Error>".format(*ids)
        text = self.body.decode()
        assert text.startswith(DECLARATION)
        assert text.endswith(end)
        return text.removeprefix(DECLARATION).removesuffix(end) + "</Error>"


def ask(url: str, method: str = "GET", headers: Mapping[str, str] | None = None, body: bytes = b"") -> Reply:
    """One request whose target goes out exactly as it stands in `url`."""
    parts = urlsplit(url)
    target = url.partition(parts.netloc)[2] or "/"
    connection = http.client.HTTPConnection("127.0.0.1", parts.port, timeout=10)
    try:
        connection.request(method, target, body or None, {"host": parts.netloc, **(headers or {})})
        response = connection.getresponse()
        return Reply(response.status, dict(response.headers), response.read())
    finally:
        connection.close()


def signed_headers(
    s3: StrictS3,
    credential: AccessKey | Session,
    target: str,
    *,
    method: str = "GET",
    region: str = "us-east-1",
    service: str = "s3",
    at: datetime | None = None,
    body: bytes = b"",
    payload_hash: str = "",
    host: str = "",
) -> dict[str, str]:
    """The headers of a request that is signed in its Authorization header."""
    stamp = (at or s3.now()).strftime("%Y%m%dT%H%M%SZ")
    payload_hash = payload_hash or hashlib.sha256(body).hexdigest()
    sent = {"host": f"{host or s3.host}:{s3.port}", "x-amz-content-sha256": payload_hash, "x-amz-date": stamp}
    if isinstance(credential, Session):
        sent["x-amz-security-token"] = credential.token
    scope = Scope(credential.id, stamp[:8], region, service)
    names = tuple(sorted(sent))
    request = Request.parse(method, target, sent.items(), body=body)
    signature = Signing(scope, stamp, names, "", payload_hash).calculated(request, credential.secret)
    parts = [f"Credential={scope.key_id}/{scope}", f"SignedHeaders={';'.join(names)}", f"Signature={signature}"]
    return {**sent, "Authorization": f"{ALGORITHM} {', '.join(parts)}"}
