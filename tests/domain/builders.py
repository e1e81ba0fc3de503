"""Values for the tests of the rules, with the fewest words."""

from datetime import UTC, datetime, timedelta
from typing import Any

from links.domain.credentials import CallerKind, KeyState
from links.domain.findings import Code
from links.domain.judging.facts import Delivery, Facts, KeyFacts
from links.domain.judging.verdicts import Judgement, judge
from links.domain.signed_urls.reading import SignedUrl, read
from links.domain.stores.answers import Answer

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
KEY_ID = "AKIAIOSFODNN7EXAMPLE"
SESSION_ID = "ASIAIOSFODNN7EXAMPLE"
HOST = "files.s3.eu-central-1.amazonaws.com"
HOST_OF_OLD = "files.s3.eu-west-1.amazonaws.com"  # of a region that took SigV2


def v4(
    *,
    key_id: str = KEY_ID,
    signed_at: datetime = NOW,
    lifetime: int = 3600,
    token: bool = False,
    host: str = HOST,
    extra: str = "",
    headers: str = "host",
    signature: str = "0" * 64,
) -> SignedUrl:
    stamp = signed_at.strftime("%Y%m%dT%H%M%SZ")
    scope = f"{key_id}%2F{stamp[:8]}%2Feu-central-1%2Fs3%2Faws4_request"
    return read(
        f"https://{host}/reports/2026.pdf?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={scope}"
        f"&X-Amz-Date={stamp}&X-Amz-Expires={lifetime}&X-Amz-SignedHeaders={headers}"
        f"{'&X-Amz-Security-Token=EXAMPLETOKEN' if token else ''}{extra}&X-Amz-Signature={signature}"
    )


def v2(*, key_id: str = KEY_ID, ends_at: datetime = NOW + timedelta(hours=1), token: bool = False) -> SignedUrl:
    tail = "&x-amz-security-token=EXAMPLETOKEN" if token else ""
    return read(
        f"https://{HOST_OF_OLD}/reports/2026.pdf?AWSAccessKeyId={key_id}&Expires={int(ends_at.timestamp())}"
        f"&Signature=AAAAAAAAAAAAAAAAAAAAAAAAAAA%3D{tail}"
    )


def cloudfront(ends_at: datetime = NOW + timedelta(hours=1)) -> SignedUrl:
    return read(
        f"https://d111111abcdef8.cloudfront.net/a.pdf?Expires={int(ends_at.timestamp())}"
        "&Signature=abc~def_&Key-Pair-Id=K2JCJMDEHXQW5F"
    )


def key(state: KeyState = KeyState.PROVED, caller: CallerKind | None = CallerKind.IAM_USER) -> KeyFacts:
    return KeyFacts(KEY_ID, state, caller)


def facts(url: SignedUrl | None, delivery: Delivery = Delivery.FOREIGN, days: float = 30, **known: Any) -> Facts:
    promised_until = NOW + timedelta(days=days)
    return Facts(delivery, url, promised_until, NOW, "files", "reports/2026.pdf", **known)


def refused(status: int, code: str, message: str = "", **more: Any) -> Answer:
    return Answer(status=status, code=code, message=message, content_type="application/xml", **more)


SERVED = Answer(status=206, served=True, size=10, etag='"17a5"')


def codes(judgement: Judgement) -> set[Code]:
    return {finding.code for finding in judgement.findings}


def judged(case: Facts, answer: Answer | None = None, now: datetime = NOW) -> Judgement:
    return judge(case, answer, now)
