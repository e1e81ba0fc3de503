from datetime import timedelta

import pytest

from links.domain.credentials import KeyState
from links.domain.findings import Code, Verdict
from links.domain.judging.facts import Delivery, Obstacle
from links.domain.judging.verdicts import judge
from links.domain.signed_urls.reading import read
from links.domain.stores.answers import Answer, Trouble
from tests.domain.builders import (
    KEY_ID,
    NOW,
    SERVED,
    SESSION_ID,
    codes,
    facts,
    judged,
    key,
    refused,
    v2,
    v4,
)

DAY = timedelta(days=1)


def test_a_link_that_serves_and_will_serve_is_healthy() -> None:
    assert judged(facts(v4(lifetime=180), Delivery.STABLE, key=key()), SERVED).verdict is Verdict.HEALTHY


def test_without_a_probe_healthy_means_nothing_wrong_to_be_seen() -> None:
    assert judged(facts(v4(lifetime=604800), days=6)).verdict is Verdict.HEALTHY


@pytest.mark.parametrize(
    "url",
    [
        "https://files.s3.eu-central-1.amazonaws.com/a.pdf",
        "https://storage.googleapis.com/b/a?X-Goog-Algorithm=GOOG4-RSA-SHA256&X-Goog-Credential=x&X-Goog-Signature=00",
    ],
)
def test_a_url_whose_signature_nobody_can_read_is_not_called_healthy(url: str) -> None:
    assert judged(facts(read(url))).verdict is Verdict.UNKNOWN
    assert judged(facts(read(url)), SERVED).verdict is Verdict.HEALTHY


def test_a_link_that_still_works_is_flagged_while_its_credentials_live() -> None:
    judgement = judged(facts(v4(key_id=SESSION_ID, token=True, lifetime=604800)), SERVED)
    assert judgement.verdict is Verdict.AT_RISK
    assert codes(judgement) == {Code.TEMPORARY_CREDENTIALS, Code.SIGNATURE_ENDS_EARLY}
    assert judgement.fails_at == NOW + timedelta(hours=36)


def test_the_end_of_the_credentials_replaces_the_warning_of_it() -> None:
    url = v4(key_id=SESSION_ID, token=True, lifetime=604800)
    judgement = judged(facts(url, days=5), refused(400, "ExpiredToken", "The provided token has expired."))
    assert judgement.verdict is Verdict.BROKEN
    assert codes(judgement) == {Code.TEMPORARY_CREDENTIALS_ENDED}


def test_a_signature_that_ended_is_said_once_with_the_stores_evidence() -> None:
    url = v4(signed_at=NOW - DAY)
    judgement = judged(facts(url), refused(403, "AccessDenied", "Request has expired"))
    assert [finding.code for finding in judgement.findings] == [Code.SIGNATURE_ENDED]
    assert judgement.findings[0].params["store_code"] == "AccessDenied"


def test_what_is_broken_comes_before_what_is_only_at_risk() -> None:
    judgement = judged(facts(v2()), refused(404, "NoSuchKey"))
    assert judgement.findings[0].code is Code.OBJECT_MISSING
    assert Code.LEGACY_SIGNATURE in codes(judgement)


def test_an_outage_takes_no_warning_back_and_breaks_nothing() -> None:
    url = v4(key_id=SESSION_ID, token=True, lifetime=604800)
    judgement = judged(facts(url), refused(503, "SlowDown"))
    assert judgement.verdict is Verdict.AT_RISK
    assert Code.STORE_OVERLOADED in codes(judgement)


def test_could_not_tell_is_a_verdict() -> None:
    judgement = judged(facts(v4(lifetime=180), Delivery.STABLE), Answer(trouble=Trouble.UNRESOLVED))
    assert (judgement.verdict, codes(judgement)) == (Verdict.UNKNOWN, {Code.UNREACHABLE})


def test_a_promise_that_was_kept_to_its_end_is_ended_and_nothing_else() -> None:
    case = facts(v4(signed_at=NOW - DAY), days=0)
    assert judged(case, refused(403, "AccessDenied", "Request has expired")) == judge(case, None, NOW)
    assert judged(case).verdict is Verdict.ENDED
    assert judged(case, now=NOW - timedelta(seconds=1)).verdict is Verdict.BROKEN


@pytest.mark.parametrize(
    "code",
    [Code.KEY_UNKNOWN, Code.SECRETS_UNREADABLE, Code.SECRETS_MISPLACED, Code.GATE_REFUSED, Code.KEY_NOT_PROVED],
)
def test_a_link_that_nothing_can_be_signed_for_is_broken(code: Code) -> None:
    case = facts(None, Delivery.STABLE, key=key(KeyState.PENDING), obstacle=Obstacle(code, "why"))
    judgement = judged(case)
    assert (judgement.verdict, codes(judgement)) == (Verdict.BROKEN, {code})
    assert judgement.findings[0].params["access_key_id"] == KEY_ID
