from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from links.domain.answers import Answer, Trouble
from links.domain.causes import is_conclusive
from links.domain.credentials import CallerKind, KeyState
from links.domain.facts import BucketFacts, Delivery, Facts, FileFacts, KeyFacts, Obstacle
from links.domain.findings import Code, Verdict
from links.domain.lifecycles import Change, Rule
from links.domain.policies import Statement
from links.domain.signed_urls import read
from links.domain.verdicts import judge
from tests.domain.making import KEY_ID, NOW, SERVED, SESSION_ID, cloudfront, codes, facts, judged, key, refused, v2, v4

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
    assert judgement.bites_at == NOW + timedelta(hours=36)


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


@pytest.mark.parametrize("code", [Code.KEY_UNKNOWN, Code.SECRETS_UNREADABLE, Code.GATE_REFUSED, Code.KEY_NOT_PROVED])
def test_a_link_that_nothing_can_be_signed_for_is_broken(code: Code) -> None:
    case = facts(None, Delivery.STABLE, key=key(KeyState.PENDING), obstacle=Obstacle(code, "why"))
    judgement = judged(case)
    assert (judgement.verdict, codes(judgement)) == (Verdict.BROKEN, {code})
    assert judgement.findings[0].params["access_key_id"] == KEY_ID


moments = st.integers(-90, 90).map(lambda days: NOW + timedelta(days=days, seconds=days * 7))
urls = st.one_of(
    st.none(),
    st.builds(
        v4,
        key_id=st.sampled_from([KEY_ID, SESSION_ID, "minio"]),
        signed_at=moments,
        lifetime=st.sampled_from([-5, 0, 1, 180, 604800, 604801, 31536000]),
        token=st.booleans(),
        host=st.sampled_from(["files.s3.amazonaws.com", "127.0.0.1:9000"]),
        extra=st.sampled_from(["", "&utm_source=x", "&X-Amz-Date=1", "&versionId=3"]),
    ),
    st.builds(v2, key_id=st.sampled_from([KEY_ID, SESSION_ID]), ends_at=moments, token=st.booleans()),
    st.builds(cloudfront, moments),
)
keys = st.one_of(
    st.none(),
    st.builds(
        KeyFacts,
        access_key_id=st.just(KEY_ID),
        state=st.sampled_from(KeyState),
        caller=st.one_of(st.none(), st.sampled_from(CallerKind)),
        rotates_at=st.one_of(st.none(), moments),
    ),
)
STORE_CODES = [
    "", "AccessDenied", "ExpiredToken", "InvalidToken", "InvalidAccessKeyId", "SignatureDoesNotMatch", "NoSuchKey",
    "NoSuchBucket", "SlowDown", "InternalError", "AuthorizationQueryParametersError", "PermanentRedirect", "KMS.X",
    "InvalidArgument", "InvalidRequest", "Nonsense", "UnauthorizedAccess", "ExpiredRequest", "InvalidKey",
]  # fmt: skip
MESSAGES = [
    "",
    "Access Denied",
    "Request has expired",
    "Request is not yet valid",
    "the region 'x' is wrong",
    "kms:Decrypt",
]
answers = st.builds(
    Answer,
    status=st.one_of(st.none(), st.integers(100, 599), st.sampled_from([200, 206, 400, 403, 404, 416, 503])),
    trouble=st.one_of(st.none(), st.sampled_from(Trouble)),
    code=st.sampled_from(STORE_CODES),
    message=st.sampled_from(MESSAGES),
    date=st.one_of(st.none(), moments),
    etag=st.sampled_from(["", '"a"', '"b"']),
    size=st.sampled_from([None, 0, 10]),
    asked_at=moments,
    delete_marker=st.booleans(),
    content_type=st.sampled_from(["", "application/xml", "text/html"]),
    expires_at=st.one_of(st.none(), moments),
    restored_until=st.one_of(st.none(), moments),
    certificate_ends_at=st.one_of(st.none(), moments),
).map(lambda answer: replace(answer, served=answer.trouble is None and answer.status in (200, 206, 416)))
rules = st.one_of(
    st.none(),
    st.lists(
        st.builds(
            Rule,
            name=st.just("tidy"),
            changes=st.lists(
                st.builds(Change, to=st.sampled_from(["", "GLACIER"]), days=st.integers(0, 90)), max_size=2
            ).map(tuple),
        ),
        max_size=2,
    ).map(tuple),
)
denials = st.sampled_from(
    [
        None,
        (),
        (Statement((), (), (), (), (("numericgreaterthan", "s3:signatureage", ("60000",)),)),),
        (Statement((), (), (), (), (("notipaddress", "aws:sourceip", ("203.0.113.0/24",)),)),),
    ]
)
cases = st.builds(
    Facts,
    delivery=st.sampled_from(Delivery),
    url=urls,
    promised_until=st.one_of(st.none(), moments),
    seen_at=st.one_of(st.none(), moments),
    key=keys,
    fresh=st.one_of(st.none(), answers),
    exists=st.sampled_from([None, True, False]),
    may_list=st.sampled_from([None, True, False]),
    file=st.one_of(
        st.none(),
        st.builds(
            FileFacts,
            etag=st.sampled_from(["", '"a"']),
            size=st.sampled_from([None, 0, 10]),
            pinned=st.booleans(),
            made_at=st.one_of(st.none(), moments),
        ),
    ),
    configuration=st.builds(BucketFacts, rules=rules, denials=denials),
    handed_out_at=st.sampled_from(["", "https://old.example.com"]),
    site=st.just("https://share.example.com"),
)


@settings(max_examples=10_000, deadline=None)
@given(case=cases, answer=st.one_of(st.none(), answers))
def test_no_facts_and_no_answer_ever_lead_to_a_false_word(case: Facts, answer: Answer | None) -> None:
    judgement = judge(case, answer, NOW)
    read_off_the_url = set(codes(judge(case, None, NOW)))
    if case.promised_until is not None and case.promised_until <= NOW:
        assert judgement.verdict is Verdict.ENDED
        return
    if answer is not None and case.url is not None and not answer.served:
        assert judgement.verdict is not Verdict.HEALTHY
        if not is_conclusive(answer):
            broken = {finding.code for finding in judgement.findings if finding.verdict is Verdict.BROKEN}
            assert broken <= read_off_the_url
    if answer is not None and answer.served:
        broken = {finding.code for finding in judgement.findings if finding.verdict is Verdict.BROKEN}
        assert broken <= {Code.OBJECT_REPLACED}
    for finding in judgement.findings:
        if (
            finding.bites_at
            and case.promised_until
            and finding.code not in (Code.SIGNATURE_ENDED, Code.CLOUDFRONT_ENDED)
        ):
            assert finding.bites_at < case.promised_until
