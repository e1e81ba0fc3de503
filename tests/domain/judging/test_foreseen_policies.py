"""What is foreseen of policies, clocks and sites."""

import json
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from links.domain.credentials import CallerKind, KeyState
from links.domain.findings import Code, Verdict
from links.domain.judging.facts import BucketFacts, Delivery, Facts, KeyFacts
from links.domain.judging.foresight import foresee
from links.domain.policies.lifecycles import read_rules
from links.domain.policies.statements import Statement, read_policy
from links.domain.signed_urls.reading import SignedUrl, read
from tests.domain.builders import HOST, KEY_ID, NOW, SERVED, cloudfront, facts, key, refused, v2, v4
from tests.domain.judging.foreseeing import DAY, FILE, STABLE, foreseen


def policy(condition: Mapping[str, object], **more: object) -> BucketFacts:
    denial = {"Effect": "Deny", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::files/*", "Condition": condition}
    return allowing({**denial, **more})


def allowing(*statements: Mapping[str, object]) -> BucketFacts:
    known = read_policy(json.dumps({"Statement": statements}))
    assert known is not None
    return BucketFacts(denials=known.denials, grants=known.grants)


def test_a_policy_ends_what_was_signed_once_and_spares_what_is_signed_at_each_click() -> None:
    ten_minutes = policy({"NumericGreaterThan": {"s3:signatureAge": "600000"}})
    presigned = facts(v4(lifetime=86400), Delivery.PRESIGNED, days=1, configuration=ten_minutes)
    assert foreseen(presigned, SERVED)[Code.POLICY_LIMITS_AGE].fails_at == NOW + timedelta(minutes=10)
    assert Code.POLICY_LIMITS_AGE not in foreseen(replace(STABLE, configuration=ten_minutes), SERVED)
    (over,) = (each for each in foresee(presigned, None, NOW + timedelta(minutes=10)))
    assert (over.verdict, over.fails_at) == (Verdict.BROKEN, NOW + timedelta(minutes=10))
    assert foresee(presigned, SERVED, NOW + timedelta(minutes=10)) == []
    one_minute = policy({"NumericGreaterThan": {"s3:signatureAge": "60000"}})
    assert foreseen(replace(STABLE, configuration=one_minute), SERVED)[Code.POLICY_LIMITS_AGE].fails_at is None


def test_a_policy_that_lets_only_some_through_works_for_us_alone() -> None:
    office = policy({"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}})
    finding = foreseen(replace(STABLE, configuration=office), SERVED)[Code.POLICY_LIMITS_CALLERS]
    assert finding.params["callers"] == "203.0.113.0/24"
    others = policy({"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, Principal={"AWS": SOMEBODY})
    assert foreseen(replace(OURS, configuration=others), SERVED) == {}


USER = "arn:aws:iam::123456789012:user/share"


SOMEBODY = "arn:aws:iam::123456789012:user/somebody"


OURS = replace(STABLE, key=KeyFacts(KEY_ID, KeyState.PROVED, CallerKind.IAM_USER, user=USER))


IN_TWO_DAYS = {"DateGreaterThan": {"aws:CurrentTime": (NOW + 2 * DAY).isoformat()}}


FOR_TWO_DAYS = {"DateLessThan": {"aws:CurrentTime": (NOW + 2 * DAY).isoformat()}}


PRESIGNED_IS_REFUSED = {"StringNotEquals": {"s3:authType": "REST-HEADER"}}


TEN_MINUTES = {"NumericGreaterThan": {"s3:signatureAge": "600000"}}


TAGGED = {"StringEquals": {"s3:ExistingObjectTag/shared": "no"}}


DENIED = refused(403, "AccessDenied", "Access Denied")


def test_a_policy_that_denies_from_a_date_ends_every_link_on_it() -> None:
    case = replace(OURS, configuration=policy(IN_TWO_DAYS))
    for answer in (None, SERVED):
        finding = foreseen(case, answer)[Code.POLICY_LIMITS_TIME]
        assert (finding.verdict, finding.fails_at) == (Verdict.AT_RISK, NOW + 2 * DAY)
    assert foreseen(replace(case, promised_until=NOW + DAY), SERVED) == {}
    once = facts(v4(lifetime=86400), Delivery.PRESIGNED, days=30, configuration=policy(IN_TWO_DAYS))
    assert Code.POLICY_LIMITS_TIME not in foreseen(once, SERVED)


def test_once_the_date_has_come_only_what_was_served_shows_that_the_policy_is_another_by_now() -> None:
    case = replace(OURS, configuration=policy(IN_TWO_DAYS))
    later = NOW + 2 * DAY
    assert {finding.code for finding in foresee(case, SERVED, later)} == set()
    assert {finding.code for finding in foresee(case, refused(404, "NoSuchKey"), later)} == set()
    for answer in (None, DENIED, refused(503, "SlowDown")):
        (finding,) = foresee(case, answer, later)
        assert (finding.verdict, finding.fails_at) == (Verdict.BROKEN, later)
        assert finding.params["ended_at"] == later.isoformat()


def test_a_policy_that_denies_until_a_date_breaks_a_link_until_then() -> None:
    case = replace(OURS, configuration=policy(FOR_TWO_DAYS))
    finding = foreseen(case)[Code.POLICY_LIMITS_TIME]
    assert (finding.verdict, finding.fails_at) == (Verdict.BROKEN, None)
    assert finding.params["starts_at"] == (NOW + 2 * DAY).isoformat()
    assert foresee(case, DENIED, NOW + 2 * DAY) == []


def test_a_policy_that_refuses_presigned_urls_breaks_every_link() -> None:
    case = replace(OURS, configuration=policy(PRESIGNED_IS_REFUSED))
    assert foreseen(case)[Code.POLICY_REFUSES_PRESIGNED].verdict is Verdict.BROKEN
    assert foreseen(case, SERVED) == {}


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        (IN_TWO_DAYS, Code.POLICY_LIMITS_TIME),
        (PRESIGNED_IS_REFUSED, Code.POLICY_REFUSES_PRESIGNED),
        (TEN_MINUTES, Code.POLICY_LIMITS_AGE),
    ],
)
def test_what_depends_on_what_nobody_here_knows_is_a_doubt_and_never_an_end(
    condition: Mapping[str, object], code: Code
) -> None:
    once = replace(OURS, delivery=Delivery.PRESIGNED, url=v4(lifetime=604800))
    nobody = replace(once, key=key())
    for case, configuration in (
        (once, policy({**condition, **TAGGED})),
        (once, policy(condition, Principal={"CanonicalUser": "79a59df900b949e55d96a1e698fbaced"})),
        (nobody, policy(condition, Principal={"AWS": USER})),
    ):
        finding = foreseen(replace(case, configuration=configuration))[code]
        assert (finding.verdict, finding.fails_at, finding.params["may"]) == (Verdict.AT_RISK, None, "denial")


@pytest.mark.parametrize("condition", [IN_TWO_DAYS, FOR_TWO_DAYS, PRESIGNED_IS_REFUSED, TEN_MINUTES])
def test_a_denial_of_somebody_else_is_no_finding(condition: Mapping[str, object]) -> None:
    once = replace(OURS, delivery=Delivery.PRESIGNED, url=v4(lifetime=86400), promised_until=NOW + DAY)
    for case in (OURS, once):
        assert foreseen(replace(case, configuration=policy(condition, Principal={"AWS": SOMEBODY}))) == {}


def test_cloudfront_asks_for_the_object_in_its_own_name() -> None:
    behind = facts(cloudfront(NOW + 60 * DAY), configuration=policy(PRESIGNED_IS_REFUSED | IN_TWO_DAYS))
    assert foreseen(behind) == {}


def test_the_end_of_all_that_a_policy_grants_the_user_is_a_doubt() -> None:
    grant: Mapping[str, object] = {"Effect": "Allow", "Principal": {"AWS": USER}, "Condition": FOR_TWO_DAYS}
    finding = foreseen(replace(OURS, configuration=allowing(grant)), SERVED)[Code.POLICY_LIMITS_TIME]
    assert (finding.verdict, finding.fails_at, finding.params["may"]) == (Verdict.AT_RISK, None, "grant")
    assert finding.params["ends_at"] == (NOW + 2 * DAY).isoformat()
    assert foresee(replace(OURS, configuration=allowing(grant)), SERVED, NOW + 3 * DAY) == []
    everybody = {"Effect": "Allow", "Principal": "*"}
    assert foreseen(replace(OURS, configuration=allowing(grant, everybody)), SERVED) == {}


@pytest.mark.parametrize(("seconds", "told"), [(29, False), (30, True), (-30, True), (-3600, True)])
def test_half_a_minute_between_the_clocks_is_worth_a_word(seconds: int, told: bool) -> None:
    answer = replace(SERVED, asked_at=NOW, date=NOW + timedelta(seconds=seconds))
    found = foreseen(STABLE, answer)
    assert (Code.CLOCK_SKEW in found) is told
    if told:
        params = found[Code.CLOCK_SKEW].params
        assert (params["seconds"], params["side"]) == (str(abs(seconds)), "behind" if seconds > 0 else "ahead")


def test_a_site_that_moved_leaves_its_stable_links_behind() -> None:
    moved = replace(STABLE, handed_out_at="https://old.example.com", site="https://share.example.com")
    assert foreseen(moved, SERVED)[Code.BASE_URL_CHANGED].params["was"] == "https://old.example.com"
    assert foreseen(replace(moved, site="https://old.example.com"), SERVED) == {}


def test_a_signature_that_had_ended_when_it_was_first_seen_may_be_of_a_clock_that_is_behind() -> None:
    hour = timedelta(hours=1)
    for behind, seen_at, delivery, doubtful in (
        (2 * hour, NOW, Delivery.FOREIGN, True),
        (2 * hour, NOW - 2 * hour, Delivery.FOREIGN, False),
        (2 * hour, NOW, Delivery.PRESIGNED, False),
        (13 * hour, NOW, Delivery.FOREIGN, False),
    ):
        case = replace(facts(v4(signed_at=NOW - behind), delivery), seen_at=seen_at)
        ended = foreseen(case)[Code.SIGNATURE_ENDED]
        assert (ended.params.get("one_of") == Code.CLOCK_SKEW) is doubtful


def test_a_signature_from_the_future_is_a_risk_and_tells_from_when() -> None:
    early = foreseen(facts(v4(signed_at=NOW + timedelta(hours=2))))[Code.CLOCK_SKEW]
    assert (early.verdict, early.params["starts_at"]) == (Verdict.AT_RISK, (NOW + timedelta(hours=2)).isoformat())


def test_a_key_that_is_refused_is_blamed_for_its_own_urls_only() -> None:
    root = key(KeyState.REFUSED, CallerKind.ROOT)
    assert Code.ROOT_KEY in foreseen(facts(v4(), key=root))
    assert Code.ROOT_KEY not in foreseen(facts(v4(key_id="AKIAREPLACEDEXAMPLE1"), key=root))


def with_policy(condition: Mapping[str, object], path: str = "*") -> SignedUrl:
    ends = {"DateLessThan": {"AWS:EpochTime": int((NOW + 60 * DAY).timestamp())}}
    resource = f"https://d111111abcdef8.cloudfront.net/{path}"
    text = json.dumps({"Statement": [{"Resource": resource, "Condition": {**ends, **condition}}]})
    policy = b64encode(text.encode()).decode().translate(str.maketrans("+=/", "-_~"))
    return read(
        f"https://d111111abcdef8.cloudfront.net/a.pdf?Policy={policy}&Signature=ab~_&Key-Pair-Id=K2JCJMDEHXQW5F"
    )


def test_a_cloudfront_policy_that_begins_later_breaks_until_then_unless_it_is_served() -> None:
    def begins(moment: datetime) -> Facts:
        return facts(with_policy({"DateGreaterThan": {"AWS:EpochTime": int(moment.timestamp())}}))

    later = foreseen(begins(NOW + DAY))[Code.CLOUDFRONT_STARTS_LATER]
    assert (later.verdict, later.params["starts_at"]) == (Verdict.BROKEN, (NOW + DAY).isoformat())
    assert foreseen(begins(NOW + DAY), SERVED) == {}
    assert foreseen(begins(NOW)) == foreseen(begins(NOW - DAY)) == {}


def test_a_cloudfront_policy_that_admits_some_only_or_another_address_is_told() -> None:
    some = foreseen(facts(with_policy({"IpAddress": {"AWS:SourceIp": "203.0.113.0/24"}})), SERVED)
    found = some[Code.CLOUDFRONT_LIMITS_CALLERS]
    assert (found.verdict, found.params["callers"]) == (Verdict.AT_RISK, "203.0.113.0/24")
    other = facts(with_policy({}, "b.pdf"))
    for answer, verdict in ((None, Verdict.BROKEN), (SERVED, Verdict.AT_RISK)):
        found = foreseen(other, answer)[Code.CLOUDFRONT_OTHER_ADDRESS]
        assert (found.verdict, found.params["resource"][-5:]) == (verdict, "b.pdf")


def test_only_a_stable_links_address_is_ours_to_move() -> None:
    moved = replace(STABLE, handed_out_at="https://old.example.com", site="https://share.example.com")
    found = foreseen(moved, SERVED)[Code.BASE_URL_CHANGED]
    assert (found.verdict, found.params["now"]) == (Verdict.AT_RISK, "https://share.example.com")
    for other in (replace(moved, delivery=Delivery.PRESIGNED), replace(moved, handed_out_at="")):
        assert Code.BASE_URL_CHANGED not in foreseen(other, SERVED)


def test_a_certificate_that_ends_is_a_risk_and_names_its_host() -> None:
    found = foreseen(STABLE, replace(SERVED, certificate_ends_at=NOW + DAY))[Code.CERTIFICATE_ENDS]
    assert (found.verdict, found.params["host"]) == (Verdict.AT_RISK, HOST)


def test_what_archives_a_file_of_this_size_names_the_storage_class() -> None:
    def archives(where: Mapping[str, object]) -> BucketFacts:
        moves = [{"Days": 3, "StorageClass": "DEEP_ARCHIVE"}]
        rule = {"ID": "old", "Status": "Enabled", "Filter": where, "Transitions": moves}
        return BucketFacts(rules=read_rules({"Rules": [rule]}))

    found = foreseen(facts(v4(), file=FILE, configuration=archives({"ObjectSizeGreaterThan": 5})), SERVED)
    assert found[Code.LIFECYCLE_ARCHIVES].params["storage_class"] == "DEEP_ARCHIVE"
    small = foreseen(facts(v4(), file=FILE, configuration=archives({"ObjectSizeGreaterThan": 10})), SERVED)
    assert Code.LIFECYCLE_ARCHIVES not in small


def test_a_policys_date_strikes_every_kind_of_signature_of_s3s_and_no_other() -> None:
    known = BucketFacts(denials=(Statement(conditions=(("dategreaterthan", "aws:currenttime", ("2026-11-30",)),)),))
    for url, strikes in ((v2(ends_at=NOW + 20 * DAY), True), (cloudfront(NOW + 20 * DAY), False)):
        assert (Code.POLICY_LIMITS_TIME in foreseen(facts(url, configuration=known))) is strikes


def test_a_url_that_is_served_before_it_was_signed_is_no_risk() -> None:
    assert Code.CLOCK_SKEW not in foreseen(facts(v4(signed_at=NOW + timedelta(hours=2))), SERVED)
