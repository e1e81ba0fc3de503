"""A store's answer as it comes off the wire, told what it means for a URL."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from links.domain.findings import Finding
from links.domain.judging.causes import explain
from links.domain.judging.facts import Delivery, Facts
from links.domain.signed_urls.reading import read
from links.s3.responses import read_answer

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
HOST = "files.s3.eu-central-1.amazonaws.com"


def sign_v4(
    path: str = "/reports/2026.pdf",
    *,
    host: str = HOST,
    age: timedelta = timedelta(minutes=5),
    lifetime: int = 3600,
    extra: str = "",
    key_id: str = "AKIAIOSFODNN7EXAMPLE",
) -> str:
    """With a signature that nobody checks."""
    stamp = f"{NOW - age:%Y%m%dT%H%M%SZ}"
    scope = f"{key_id}%2F{stamp[:8]}%2Feu-central-1%2Fs3%2Faws4_request"
    return (
        f"https://{host}{path}?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={scope}&X-Amz-Date={stamp}"
        f"&X-Amz-Expires={lifetime}&X-Amz-SignedHeaders=host{extra}&X-Amz-Signature={'0' * 64}"
    )


def sign_v2(host: str = "files.s3.eu-west-1.amazonaws.com") -> str:
    ends = int((NOW + timedelta(hours=1)).timestamp())
    return f"https://{host}/a.pdf?AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Expires={ends}&Signature=AAAAAAAAAAAAAAAAAAAAAAAAAAA%3D"


def xml(code: str, message: str = "", more: str = "") -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{code}</Code><Message>{message}</Message>{more}</Error>'
    )


def find_cause(
    url: str,
    status: int,
    body: str,
    headers: Mapping[str, str] | None = None,
    *,
    object_key: str = "reports/2026.pdf",
    now: datetime = NOW,
) -> Finding:
    """What the doctor makes of it, who knows the URL alone. The store's clock is right, unless `headers` tell."""
    given = {"date": f"{NOW:%a, %d %b %Y %H:%M:%S} GMT", "content-type": "application/xml", **(headers or {})}
    answer = replace(read_answer(status, given, body.encode(), url=url), asked_at=now)
    facts = Facts(Delivery.FOREIGN, read(url), NOW + timedelta(days=30), NOW, "files", object_key)
    cause = explain(facts, answer, now)
    assert cause is not None
    return cause
