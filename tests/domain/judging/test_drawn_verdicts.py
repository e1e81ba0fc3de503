"""Facts and answers drawn at random: whatever they are, no verdict says what is not known."""

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest

from links.domain.credentials import CallerKind, KeyState
from links.domain.findings import Code, Finding, Verdict
from links.domain.judging.causes import is_conclusive
from links.domain.judging.facts import BucketFacts, Delivery, Facts, FileFacts, KeyFacts, Listing
from links.domain.judging.verdicts import Judgement, judge
from links.domain.policies.lifecycles import Change, Rule
from links.domain.policies.statements import Condition, Statement
from links.domain.signed_urls.reading import SignedUrl, read
from links.domain.stores.answers import Answer, Echo, Trouble
from tests.domain.builders import (
    KEY_ID,
    NOW,
    SESSION_ID,
    cloudfront,
    codes,
    refused,
    v2,
    v4,
)

USER = "arn:aws:iam::123456789012:user/share"
END_OF_TIME = datetime.max.replace(tzinfo=UTC)


MOMENTS = [
    *(NOW + timedelta(days=days, seconds=days * 7) for days in range(-90, 91)),
    *[NOW + timedelta(seconds=seconds) for seconds in range(-3, 4)] * 26,
    *(NOW + timedelta(minutes=minutes) for minutes in range(-900, 901, 10)),
]


KEY_IDS = [KEY_ID, SESSION_ID, "minio", ""]


HOSTS = [
    *["files.s3.amazonaws.com", "127.0.0.1:9000"] * 6,
    "files.s3.eu-west-1.amazonaws.com",
    "my.files.s3.eu-central-1.amazonaws.com",
    "files-1.s3-object-lambda.eu-central-1.amazonaws.com",
    "files.s3-website.eu-central-1.amazonaws.com",
    "m.mrap.accesspoint.s3-global.amazonaws.com",
    "pub-1.r2.dev",
]


POLICY = base64.urlsafe_b64encode(
    json.dumps(
        {
            "Statement": [
                {
                    "Resource": "https://d.cloudfront.net/b",
                    "Condition": {
                        "DateLessThan": {"AWS:EpochTime": 4_000_000_000},
                        "DateGreaterThan": {"AWS:EpochTime": 3_900_000_000},
                        "IpAddress": {"AWS:SourceIp": "203.0.113.0/24"},
                    },
                }
            ]
        }
    ).encode()
).decode().replace("=", "_")  # fmt: skip


OTHERS = [
    *["https://files.s3.amazonaws.com/a.pdf"] * 3,
    "https://files.s3.eu-central-1.amazonaws.com/a.pdf",
    "https://s.example/b/a?X-Goog-Algorithm=x&X-Goog-Credential=x&X-Goog-Signature=0&X-Goog-Date=20261124T110000Z&X-Goog-Expires=60",
    "https://a.blob.core.windows.net/b/c?sv=1&se=2026-11-25T00%3A00%3A00Z&sig=x",
    "https://files.s3.amazonaws.com/a.pdf?AWSAccessKeyId=AKIA&Expires=99999999999999999&Signature=x",
    "https://s.example/a.pdf?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Expires=-999999999999999999&X-Amz-Date=00010101T000000Z",
    "https://d.cloudfront.net/a?Policy=garbage&Signature=x&Key-Pair-Id=K",
    f"https://d.cloudfront.net/a?Policy={POLICY}&Signature=x&Key-Pair-Id=K",
    "https://s.example/a.pdf?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-SignedHeaders=host;content-type",
    "https://s.example/a.pdf?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Expires=60&x-id=PutObject",
    "https://files.s3.amazonaws.com/a.pdf?response-content-type=text%2Fplain",
    f"https://s.example/b/{'a' * 1_025}?AWSAccessKeyId=AKIA&Expires=4000000000&Signature=x",
]  # fmt: skip


STORE_CODES = [
    "", "AccessDenied", "accessdenied", "ExpiredToken", "InvalidToken", "InvalidAccessKeyId", "SignatureDoesNotMatch",
    "NoSuchKey", "NoSuchVersion", "NoSuchBucket", "SlowDown", "QpsLimitExceeded", "InternalError", "UserSuspended",
    "AuthorizationQueryParametersError", "AuthorizationHeaderMalformed", "PermanentRedirect", "TemporaryRedirect",
    "IllegalLocationConstraintException", "KMS.X", "InvalidArgument", "InvalidRequest", "InvalidRange", "Nonsense",
    "UnauthorizedAccess", "Unauthorized", "ExpiredRequest", "RequestTimeTooSkewed", "InvalidKey", "MissingKey",
    "InvalidObjectState", "MethodNotAllowed", "AccountProblem", "InactiveAccessKey", "NotFound", "NO_SUCH_KEY",
]  # fmt: skip


MESSAGES = [
    "",
    "Access Denied",
    "Request has expired",
    "The provided token has expired.",
    "Request is not yet valid",
    "the region 'x' is wrong",
    "kms:Decrypt",
    "is not authorized to perform: s3:GetObject",
    "Please use AWS4-HMAC-SHA256.",
    "must be less than a week",
    "Query-string authentication requires the Signature",
    "Zugriff verweigert",
    "User: x is not authorized to perform: s3:ListBucket because no identity-based policy allows it",
    "User: x is not authorized to perform: s3:PutObject with an explicit deny in a session policy",
    "User: anonymous is not authorized to perform: s3:GetObject",
    "Only one auth mechanism allowed",
    "Header value cannot be represented using ISO-8859-1.",
    "Either the bucket does not exist or you are not authorized to access it",
    "Temp URL invalid",
    "This content is no longer available.",
]


def draw_moment(chance: Random) -> datetime | None:
    return chance.choice(MOMENTS) if chance.random() < 0.5 else None


def draw_url(chance: Random) -> SignedUrl | None:
    kinds = (draw_v4, draw_v4, draw_v2, draw_cloudfront, draw_other, lambda _: None)
    return chance.choice(kinds)(chance)


def draw_v4(chance: Random) -> SignedUrl:
    return v4(
        key_id=chance.choice(KEY_IDS),
        signed_at=chance.choice(MOMENTS),
        lifetime=chance.choice([-5, 0, 1, 180, 3600, 604800, 604801, 31536000]),
        token=chance.random() < 0.5,
        host=chance.choice(HOSTS),
        extra=chance.choice(["", "&utm_source=x", "&X-Amz-Date=1", "&versionId=3", "&x-amz-security-token="]),
    )


def draw_v2(chance: Random) -> SignedUrl:
    return v2(key_id=chance.choice(KEY_IDS), ends_at=chance.choice(MOMENTS), token=chance.random() < 0.5)


def draw_cloudfront(chance: Random) -> SignedUrl:
    return cloudfront(chance.choice(MOMENTS))


def draw_other(chance: Random) -> SignedUrl:
    return read(chance.choice(OTHERS))


def draw_key(chance: Random) -> KeyFacts | None:
    return chance.choice(
        [
            None,
            KeyFacts(
                chance.choice(KEY_IDS),
                chance.choice(list(KeyState)),
                caller=chance.choice([None, *CallerKind]),
                rotates_at=draw_moment(chance),
                listing=chance.choice([None, *Listing]),
                user=chance.choice(["", USER, "arn:aws:iam::123456789012:user/somebody"]),
            ),
        ]
    )


def draw_answer(chance: Random) -> Answer:
    """Of every kind as many: no answer at all, any answer, a refusal, an object; some as stores often give them."""
    if chance.random() < 0.2:
        return refused(403, "AccessDenied", chance.choice(["Access Denied", "Access Denied", "Unknown Key"]))
    if chance.random() < 0.25:
        return Answer(trouble=chance.choice(list(Trouble)), asked_at=chance.choice(MOMENTS))
    often = [403] * 8  # it can mean most
    rest = [200, 206, 301, 307, 400, 401, 404, 405, 410, 416, 429, 503, chance.randint(100, 599)]
    status = chance.choice(often + rest)
    reply = Answer(
        status=status,
        code=chance.choice([*STORE_CODES, *["AccessDenied", "SignatureDoesNotMatch", ""] * 4]),
        message=chance.choice([*MESSAGES, *["", "Access Denied"] * 4]),
        region=chance.choice(["", "eu-west-1"]),
        date=chance.choice([None, *[chance.choice(MOMENTS)] * 2, END_OF_TIME, NOW.replace(year=1)]),
        etag=chance.choice(["", '"a"', '"b"']),
        size=chance.choice([None, 0, 10]),
        asked_at=draw_moment(chance),
        echo=chance.choice([None, None, Echo(), Echo(host="minio.internal:9000"), Echo(query="order")]),
        delete_marker=chance.random() < 0.5,
        content_type=chance.choice(["", "application/xml", "text/html"]),
        expires_at=draw_moment(chance),
        restored_until=draw_moment(chance),
        certificate_ends_at=draw_moment(chance),
        served=chance.random() < 0.5 and status in (200, 206, 416),
    )
    refusal = replace(reply, status=403, served=False, content_type="")
    return chance.choice([reply, refusal, replace(reply, status=206, code="", message="", served=True)])


def draw_file(chance: Random) -> FileFacts | None:
    file = FileFacts(
        etag=chance.choice(["", '"a"', '"a"']),
        size=chance.choice([None, 0, 10]),
        pinned=chance.choice([False, False, True]),
        made_at=draw_moment(chance),
    )
    return chance.choice([None, file])


def draw_configuration(chance: Random) -> BucketFacts:
    changes = [Change(chance.choice(["", "GLACIER"]), chance.randint(0, 90)) for _ in range(chance.randint(0, 2))]
    return BucketFacts(
        rules=chance.choice([None, (), (Rule(name="tidy", changes=tuple(changes)),)]),
        denials=chance.choice([None, tuple(draw_statement(chance) for _ in range(chance.randint(0, 2)))]),
        grants=tuple(draw_statement(chance) for _ in range(chance.randint(0, 1))),
    )


def draw_statement(chance: Random) -> Statement:
    end = chance.choice(MOMENTS).isoformat()
    conditions: list[Condition] = [
        ("numericgreaterthan", "s3:signatureage", ("60000",)),
        ("notipaddress", "aws:sourceip", ("203.0.113.0/24",)),
        ("dategreaterthan", "aws:currenttime", (end,)),
        ("datelessthan", "aws:currenttime", (end,)),
        ("stringnotequals", "s3:authtype", ("REST-HEADER",)),
        ("stringequals", "s3:existingobjecttag/shared", ("no",)),
    ]
    whom = chance.choice([("*",), ("*",), (USER,), ("?",)])
    return Statement(conditions=tuple(chance.sample(conditions, chance.randint(1, 2))), principals=whom)


def draw_perhaps(chance: Random) -> Answer | None:
    return draw_answer(chance) if chance.random() < 0.5 else None


def draw_known(chance: Random) -> dict[str, Any]:
    return {
        "seen_at": draw_moment(chance),
        "exists": chance.choice([None, True, False]),
        "may_list": chance.choice([None, True, False]),
        "caller_answers": chance.choice([None, True, False]),
        "listing": chance.choice([None, *Listing]),
        "file": draw_file(chance),
        "handed_out_at": chance.choice(["", "https://old.example.com"]),
    }


def draw_case(chance: Random) -> tuple[Facts, Answer | None]:
    days = chance.choice([None, 30, 30, 30, -1, 0, 1, 6])
    case = Facts(
        object_key="reports/2026.pdf",
        site="https://share.example.com",
        delivery=chance.choice(list(Delivery)),
        url=draw_url(chance),
        promised_until=None if days is None else NOW + timedelta(days=days, seconds=days),
        key=draw_key(chance),
        fresh=draw_perhaps(chance),
        configuration=draw_configuration(chance),
        **draw_known(chance),
    )
    return case, draw_perhaps(chance)


def broken_in(judgement: Judgement) -> set[Code]:
    return {finding.code for finding in judgement.findings if finding.verdict is Verdict.BROKEN}


def is_true_to_what_is_known(case: Facts, answer: Answer | None, judgement: Judgement) -> None:
    unasked, broken = broken_in(judge(case, None, NOW)), broken_in(judgement)
    if answer is not None and not answer.served:
        assert judgement.verdict is not Verdict.HEALTHY
        if not is_conclusive(answer):
            assert broken <= unasked
    if answer is not None and answer.served:
        ended_since = {Code.SIGNATURE_ENDED, Code.CLOUDFRONT_ENDED} & unasked
        assert broken <= {Code.OBJECT_REPLACED} | ended_since
    assert len(codes(judgement)) == len(judgement.findings)
    for finding in judgement.findings:
        fails_at = finding.fails_at
        assert fails_at is None or case.promised_until is None or fails_at < case.promised_until
        if finding.code is Code.TEMPORARY_CREDENTIALS and fails_at is not None:
            assert is_no_earlier_than_any_session(fails_at, case)
        if finding.code in BY_POLICY:
            assert is_no_more_than_the_policy_says(finding, case)


def is_no_earlier_than_any_session(fails_at: datetime, case: Facts) -> bool:
    """AWS's longest session lasts 36 hours, and began before the URL was signed; no other end of it is sure."""
    assert case.url is not None
    begun = case.url.signed_at or case.seen_at or NOW
    return fails_at == case.url.expires_at or (case.url.is_aws and fails_at == begun + timedelta(hours=36))


BY_POLICY = {Code.POLICY_LIMITS_AGE, Code.POLICY_LIMITS_TIME, Code.POLICY_REFUSES_PRESIGNED}


def is_no_more_than_the_policy_says(finding: Finding, case: Facts) -> bool:
    """Certain is only what a denial of everybody, or of this very user, says without a condition that nobody knows;
    but a refusal of what was signed once, where a new signature is served, is the age's."""
    served_afresh = case.fresh is not None and case.fresh.served
    by_answer = finding.code is Code.POLICY_LIMITS_AGE and finding.verdict is Verdict.BROKEN and served_afresh
    if by_answer or (finding.fails_at is None and finding.verdict is Verdict.AT_RISK):
        return True
    own = case.key is not None and case.key.user == USER and case.signed_by_own_key
    whom = ({"*"}, {USER}) if own else ({"*"},)
    unknown = {"aws:sourceip", "s3:existingobjecttag/shared"}
    return any(
        set(denial.principals) in whom and not unknown & {name for _, name, _ in denial.conditions}
        for denial in case.configuration.denials or ()
    )


UNJUDGED = {
    Code.KEY_NOT_PROVED,
    Code.GATE_REFUSED,
    Code.WATCH_STOPPED,
    Code.SECRETS_UNREADABLE,
    Code.SECRETS_MISPLACED,
    Code.VALIDATION_FAILS,
}


@pytest.mark.slow
def test_no_facts_and_no_answer_ever_lead_to_a_false_word() -> None:
    """10,000 cases, and among them one at least of every finding: what none reached, none could show to be false.

    Each is made from its number, for which Hypothesis took three times as long as the judgement."""
    seen: set[Code] = set()
    for number in range(10_000):
        case, answer = draw_case(Random(number))
        judgement = judge(case, answer, NOW)
        seen |= codes(judgement)
        try:
            if case.promised_until is not None and case.promised_until <= NOW:
                assert judgement == Judgement(Verdict.ENDED)
            else:
                is_true_to_what_is_known(case, answer, judgement)
        except AssertionError as error:
            error.add_note(f"case {number}: {case}, answered by {answer}")
            raise
    assert set(Code) - seen == UNJUDGED
