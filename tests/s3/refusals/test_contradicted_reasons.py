"""What the URL's own dates and the store's own clock disprove is not the reason, whatever the store says."""

from datetime import timedelta

import pytest

from links.domain.findings import Code, Verdict
from links.texts.pages import findings
from tests.s3.refusals.reading import NOW, find_cause, sign_v4, xml

HOUR = timedelta(hours=1)
SKEWED = xml("RequestTimeTooSkewed", "The difference between the request time and the server's time is too large.")
EXPIRED = xml("AccessDenied", "Request has expired")
EARLY = xml("AccessDenied", "Request is not yet valid")
WEEK = "X-Amz-Expires must be less than a week (in seconds); that is, less than 604800 seconds"


def at(moment: timedelta) -> dict[str, str]:
    return {"date": f"{NOW + moment:%a, %d %b %Y %H:%M:%S} GMT"}


@pytest.mark.proves("reason-contradicted")
@pytest.mark.parametrize(
    ("body", "claim"),
    [
        (SKEWED, "skew"),
        (EXPIRED, "ended"),
        (xml("ExpiredToken", "The provided token has expired."), "ended"),
        (xml("ExpiredRequest", "Request has expired"), "ended"),
        (EARLY, "early"),
        (xml("AuthorizationQueryParametersError", WEEK), "excess"),
        ('{"message": "The link has expired"}', "ended"),
    ],
)
def test_a_reason_that_arithmetic_disproves_is_not_believed(body: str, claim: str) -> None:
    """noobaa/noobaa-core#8490, minio/minio#2365, jamhall/s3rver#479, faiscadev/fakecloud#1577."""
    cause = find_cause(sign_v4(host="s3.example.com", age=HOUR, lifetime=86_400), 403, body)
    assert (cause.code, cause.verdict, cause.params["claim"]) == (Code.REASON_CONTRADICTED, Verdict.BROKEN, claim)
    assert "store" in findings.sentence(cause)
    assert "clock" not in findings.cure(cause)


@pytest.mark.parametrize(
    ("body", "headers", "code"),
    [
        (EXPIRED, at(2 * HOUR), Code.SIGNATURE_ENDED),
        (
            EXPIRED.replace("</Error>", "<ServerTime>2026-11-24T13:30:00Z</ServerTime></Error>"),
            {},
            Code.SIGNATURE_ENDED,
        ),
        (EXPIRED, {"date": ""}, Code.SIGNATURE_ENDED),
        (SKEWED, {"date": ""}, Code.CLOCK_SKEW),
        (SKEWED, at(-HOUR), Code.CLOCK_SKEW),
        (SKEWED, at(2 * HOUR), Code.SIGNATURE_ENDED),
        (EARLY, at(-HOUR), Code.CLOCK_SKEW),
    ],
)
def test_a_reason_that_the_stores_clock_allows_is_believed(body: str, headers: dict[str, str], code: Code) -> None:
    """aws/aws-sdk-php#1333: over by the store's own ServerTime, ten seconds after its end."""
    assert find_cause(sign_v4(host="s3.example.com"), 403, body, headers).code is code


def test_a_clock_of_ours_disproves_nothing() -> None:
    cause = find_cause(sign_v4(), 403, EXPIRED, at(HOUR), now=NOW - HOUR)
    assert cause.code is Code.SIGNATURE_ENDED


def test_a_session_may_end_before_its_url() -> None:
    url = sign_v4(extra="&X-Amz-Security-Token=EXAMPLE", key_id="ASIAIOSFODNN7EXAMPLE")
    for body in (EXPIRED, xml("ExpiredToken", "The provided token has expired.")):
        assert find_cause(url, 400, body).code is Code.TEMPORARY_CREDENTIALS_ENDED


def test_a_store_that_wants_less_than_a_week_of_a_whole_week_is_right() -> None:
    assert find_cause(sign_v4(lifetime=604_800), 400, xml("InvalidArgument", WEEK)).code is Code.LONGER_THAN_SEVEN_DAYS
