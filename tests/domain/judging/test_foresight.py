from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest

from links.domain.credentials import CallerKind, KeyState
from links.domain.findings import Code, Verdict
from links.domain.judging.facts import BucketFacts, Delivery, KeyFacts
from links.domain.policies.lifecycles import read_rules
from links.domain.signed_urls.reading import SignedUrl, read
from links.domain.stores.answers import Answer
from tests.domain.builders import KEY_ID, NOW, SERVED, SESSION_ID, cloudfront, facts, key, v2, v4
from tests.domain.judging.foreseeing import DAY, FILE, STABLE, foreseen
from tests.domain.session_records import make_signed


def test_a_session_at_aws_ends_36_hours_after_the_signature_at_the_latest() -> None:
    url = v4(key_id=SESSION_ID, token=True, lifetime=604800, signed_at=NOW - DAY)
    finding = foreseen(facts(url), SERVED)[Code.TEMPORARY_CREDENTIALS]
    assert (finding.verdict, finding.fails_at) == (Verdict.AT_RISK, NOW - DAY + timedelta(hours=36))


def test_a_session_that_no_clock_of_aws_lasts_for_is_over_though_nobody_was_asked() -> None:
    url = v4(key_id=SESSION_ID, token=True, lifetime=604800, signed_at=NOW - 2 * DAY)
    ended = foreseen(facts(url), None)[Code.TEMPORARY_CREDENTIALS_ENDED]
    assert (ended.verdict, ended.fails_at) == (Verdict.BROKEN, NOW - 2 * DAY + timedelta(hours=36))
    short = v4(key_id=SESSION_ID, token=True, lifetime=3600, signed_at=NOW - 2 * DAY)
    assert Code.TEMPORARY_CREDENTIALS_ENDED not in foreseen(facts(short), None)


def test_the_signatures_own_end_comes_first_where_it_is_earlier() -> None:
    url = v4(key_id=SESSION_ID, token=True, lifetime=3600)
    assert foreseen(facts(url))[Code.TEMPORARY_CREDENTIALS].fails_at == NOW + timedelta(hours=1)


def test_a_directory_buckets_session_lasts_five_minutes() -> None:
    host = "files--usw2-az1--x-s3.s3express-usw2-az1.us-west-2.amazonaws.com"
    url = v4(key_id=SESSION_ID, host=host, extra="&X-Amz-S3session-Token=EXAMPLETOKEN")
    assert foreseen(facts(url))[Code.TEMPORARY_CREDENTIALS].fails_at == NOW + timedelta(minutes=5)
    elsewhere = v4(key_id=SESSION_ID, host="s3.example.com", extra="&X-Amz-S3session-Token=EXAMPLETOKEN")
    assert foreseen(facts(elsewhere))[Code.TEMPORARY_CREDENTIALS].fails_at == NOW + timedelta(hours=1)


def test_elsewhere_only_the_signatures_end_is_known_of_a_session() -> None:
    url = v4(key_id="Q3AM3UQ867SPQQA43P2F", token=True, lifetime=604800, host="ceph.example.com")
    assert foreseen(facts(url))[Code.TEMPORARY_CREDENTIALS].fails_at == NOW + 7 * DAY


def test_an_end_beyond_the_promise_is_not_claimed() -> None:
    url = v4(key_id=SESSION_ID, token=True, lifetime=604800)
    finding = foreseen(facts(url, days=1))[Code.TEMPORARY_CREDENTIALS]
    assert (finding.verdict, finding.fails_at) == (Verdict.AT_RISK, None)


def test_a_sigv2_session_counts_from_when_it_was_first_seen() -> None:
    url = v2(key_id=SESSION_ID, token=True, ends_at=NOW + 20 * DAY)
    assert foreseen(facts(url))[Code.TEMPORARY_CREDENTIALS].fails_at == NOW + timedelta(hours=36)


def test_a_session_that_outlived_every_session_has_no_known_end() -> None:
    url = v4(key_id=SESSION_ID, token=True, lifetime=604800, signed_at=NOW - 3 * DAY)
    assert foreseen(facts(url), SERVED)[Code.TEMPORARY_CREDENTIALS].fails_at is None


@pytest.mark.parametrize(
    ("url", "code"),
    [
        (v4(token=True), Code.MIXED_CREDENTIALS),
        (v4(key_id=SESSION_ID), Code.TEMPORARY_KEY_WITHOUT_TOKEN),
        (v4(lifetime=604801), Code.LONGER_THAN_SEVEN_DAYS),
        (v4(signed_at=NOW - DAY), Code.SIGNATURE_ENDED),
        (cloudfront(NOW - DAY), Code.CLOUDFRONT_ENDED),
    ],
)
def test_what_cannot_work_is_broken_unless_it_was_just_served(url: SignedUrl, code: Code) -> None:
    assert foreseen(facts(url))[code].verdict is Verdict.BROKEN
    assert foreseen(facts(url), SERVED)[code].verdict is Verdict.AT_RISK


def test_the_seventh_day_to_the_second_is_not_too_long() -> None:
    assert Code.LONGER_THAN_SEVEN_DAYS not in foreseen(facts(v4(lifetime=604800)))


@pytest.mark.parametrize(
    ("url", "code"),
    [(v4(), Code.SIGNATURE_ENDS_EARLY), (cloudfront(), Code.CLOUDFRONT_ENDS_EARLY)],
)
def test_a_signature_that_ends_before_the_promise_bites_at_its_end(url: SignedUrl, code: Code) -> None:
    assert foreseen(facts(url), SERVED)[code].fails_at == NOW + timedelta(hours=1)


def test_a_signature_ends_at_its_last_second_and_not_before() -> None:
    url = v4(lifetime=3600, signed_at=NOW - timedelta(seconds=3599))
    assert Code.SIGNATURE_ENDED not in foreseen(facts(url))
    assert Code.SIGNATURE_ENDED in foreseen(facts(v4(lifetime=3600, signed_at=NOW - timedelta(seconds=3600))))


def test_a_stable_links_signature_may_end_whenever_it_likes() -> None:
    assert foreseen(facts(v4(lifetime=180), Delivery.STABLE), SERVED) == {}


def test_a_promise_that_the_signature_outlives_is_in_no_danger() -> None:
    assert foreseen(facts(v4(lifetime=604800), days=6), SERVED) == {}


def test_sigv2_is_living_on_borrowed_time() -> None:
    assert foreseen(facts(v2(ends_at=NOW + 60 * DAY)), SERVED)[Code.LEGACY_SIGNATURE].verdict is Verdict.AT_RISK


def test_a_parameter_that_no_signer_writes_was_added_on_the_way() -> None:
    url = v4(extra="&utm_source=mail")
    assert foreseen(facts(url))[Code.URL_CHANGED].params["what"] == "utm_source"
    assert Code.URL_CHANGED not in foreseen(facts(url), SERVED)


def test_a_url_signed_in_the_future_tells_of_its_signers_clock() -> None:
    url = v4(signed_at=NOW + timedelta(minutes=20))
    assert foreseen(facts(url))[Code.CLOCK_SKEW].params["whose"] == "signer"


@pytest.mark.parametrize(
    ("caller", "code"),
    [(CallerKind.ROOT, Code.ROOT_KEY), (CallerKind.ROLE, Code.NOT_AN_IAM_USER)],
)
def test_a_url_of_a_key_that_was_refused_since_is_at_risk(caller: CallerKind, code: Code) -> None:
    case = facts(v4(), Delivery.PRESIGNED, key=key(KeyState.REFUSED, caller))
    assert foreseen(case, SERVED)[code].verdict is Verdict.AT_RISK


def test_rotation_kills_presigned_links_and_leaves_stable_ones_alone() -> None:
    due = KeyFacts(KEY_ID, KeyState.PROVED, CallerKind.IAM_USER, rotates_at=NOW + DAY)
    presigned = facts(v4(lifetime=604800), Delivery.PRESIGNED, days=6, key=due)
    assert foreseen(presigned, SERVED)[Code.ROTATION_DUE].fails_at == NOW + DAY
    assert foreseen(facts(v4(lifetime=180), Delivery.STABLE, key=due), SERVED) == {}


def test_what_the_store_says_of_the_object_is_foreseen() -> None:
    answer = Answer(status=206, served=True, expires_at=NOW + 3 * DAY, restored_until=NOW + 2 * DAY)
    found = foreseen(facts(v4(lifetime=180), Delivery.STABLE), answer)
    assert found[Code.LIFECYCLE_DELETES].fails_at == NOW + 3 * DAY
    assert found[Code.RESTORE_ENDS].fails_at == NOW + 2 * DAY


def test_a_certificate_is_worth_a_word_only_in_its_last_days() -> None:
    soon = Answer(status=206, served=True, certificate_ends_at=NOW + 3 * DAY)
    later = Answer(status=206, served=True, certificate_ends_at=NOW + 20 * DAY)
    stable = facts(v4(lifetime=180), Delivery.STABLE)
    assert foreseen(stable, soon)[Code.CERTIFICATE_ENDS].fails_at == NOW + 3 * DAY
    assert foreseen(stable, later) == {}


RULES = read_rules(
    {
        "Rules": [
            {"ID": "cold", "Status": "Enabled", "Prefix": "", "Transitions": [{"Days": 2, "StorageClass": "GLACIER"}]},
            {"ID": "tidy", "Status": "Enabled", "Prefix": "", "Expiration": {"Days": 9}},
        ]
    }
)


def test_a_version_that_is_pinned_is_only_hidden_by_an_expiration() -> None:
    hide = {"ID": "hide", "Status": "Enabled", "Prefix": "", "Expiration": {"Days": 1}}
    tidy = {"ID": "tidy", "Status": "Enabled", "Prefix": "", "NoncurrentVersionExpiration": {"NoncurrentDays": 9}}
    header = replace(SERVED, expires_at=NOW + DAY, expiry_rule="hide")
    pinned = replace(FILE, pinned=True)
    for answer in (SERVED, header):
        for rules, end in (([hide], None), ([hide, tidy], NOW.replace(day=5, month=12, hour=0))):
            known = BucketFacts(rules=read_rules({"Rules": rules}))
            found = foreseen(facts(v4(), file=pinned, configuration=known), answer)
            deletion = found.get(Code.LIFECYCLE_DELETES)
            assert (deletion.fails_at if deletion else None) == end
    unread = foreseen(facts(v4(), file=pinned), header)[Code.LIFECYCLE_DELETES]
    assert unread.fails_at == NOW + DAY


def test_the_buckets_own_rules_are_foreseen_where_they_may_be_read() -> None:
    found = foreseen(replace(STABLE, configuration=BucketFacts(rules=RULES)), SERVED)
    assert found[Code.LIFECYCLE_ARCHIVES].fails_at == datetime(2026, 11, 27, tzinfo=UTC)
    assert found[Code.LIFECYCLE_DELETES].fails_at == datetime(2026, 12, 4, tzinfo=UTC)
    assert foreseen(STABLE, SERVED) == {}


def test_the_objects_own_header_counts_before_the_buckets_rules() -> None:
    answer = replace(SERVED, expires_at=NOW + 3 * DAY, expiry_rule="tagged")
    found = foreseen(replace(STABLE, configuration=BucketFacts(rules=RULES)), answer)
    assert found[Code.LIFECYCLE_DELETES].params["rule"] == "tagged"


@pytest.mark.parametrize("answer", [replace(SERVED, etag='"other"'), replace(SERVED, etag="", size=11)])
def test_another_file_behind_the_same_link_is_found(answer: Answer) -> None:
    assert foreseen(STABLE, answer)[Code.OBJECT_REPLACED].verdict is Verdict.BROKEN
    assert foreseen(STABLE, SERVED) == {}


def test_a_pinned_version_cannot_be_replaced() -> None:
    pinned = replace(STABLE, file=replace(FILE, pinned=True))
    assert foreseen(pinned, replace(SERVED, etag='"other"')) == {}


def by_session(began_at: datetime, **how: Any) -> SignedUrl:
    token = quote(make_signed(began_at), safe="")
    return v4(key_id=SESSION_ID, lifetime=604800, extra=f"&X-Amz-Security-Token={token}", **how)


def test_what_a_token_tells_of_its_beginning_brings_the_end_nearer() -> None:
    finding = foreseen(facts(by_session(NOW - DAY)))[Code.TEMPORARY_CREDENTIALS]
    assert (finding.verdict, finding.fails_at) == (Verdict.AT_RISK, NOW + timedelta(hours=12))
    assert finding.params["probably"] == "yes"


def test_a_session_that_is_over_by_its_token_alone_is_never_called_broken() -> None:
    url = by_session(NOW - 2 * DAY)
    found = foreseen(facts(url))
    assert Code.TEMPORARY_CREDENTIALS_ENDED not in found
    assert found[Code.TEMPORARY_CREDENTIALS].verdict is Verdict.AT_RISK
    assert found[Code.TEMPORARY_CREDENTIALS].fails_at == NOW - timedelta(hours=12)
    assert found[Code.TEMPORARY_CREDENTIALS].params["probably"] == "over"


def test_a_store_that_serves_refutes_what_a_token_seems_to_tell() -> None:
    finding = foreseen(facts(by_session(NOW - 2 * DAY)), SERVED)[Code.TEMPORARY_CREDENTIALS]
    assert (finding.fails_at, finding.params.get("probably")) == (NOW + timedelta(hours=36), None)


def test_a_token_never_puts_an_end_off_and_tells_nothing_elsewhere() -> None:
    same = foreseen(facts(by_session(NOW)))[Code.TEMPORARY_CREDENTIALS]
    assert (same.fails_at, "probably" in same.params) == (NOW + timedelta(hours=36), False)
    elsewhere = foreseen(facts(by_session(NOW - DAY, host="ceph.example.com")))[Code.TEMPORARY_CREDENTIALS]
    assert (elsewhere.fails_at, "probably" in elsewhere.params) == (NOW + 7 * DAY, False)


def test_sigv2_that_was_signed_again_may_work_and_sigv4_cannot() -> None:
    again = "&AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Signature=BBBBBBBBBBBBBBBBBBBBBBBBBBA%3D"
    url = read(
        f"https://files.s3.eu-west-1.amazonaws.com/a.pdf?AWSAccessKeyId={KEY_ID}&Expires=1795000000"
        f"&Signature=AAAAAAAAAAAAAAAAAAAAAAAAAAA%3D{again}&Expires=1795600000"
    )
    finding = foreseen(facts(url))[Code.SIGNED_WRONG]
    assert (finding.verdict, finding.params["mistake"]) == (Verdict.AT_RISK, "again")
    assert Code.URL_CHANGED not in foreseen(facts(url))
    stamp = NOW.strftime("%Y%m%dT%H%M%SZ")
    twice = v4(
        extra=f"&X-Amz-Signature={'1' * 64}&X-Amz-Date={stamp}"
        f"&X-Amz-Credential={KEY_ID}%2F{stamp[:8]}%2Feu-central-1%2Fs3%2Faws4_request"
    )
    assert foreseen(facts(twice))[Code.SIGNED_WRONG].verdict is Verdict.BROKEN
