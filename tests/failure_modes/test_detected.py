"""What a URL is, or a store answers, when a link is dead or was never alive."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from botocore.signers import CloudFrontSigner
from pytest_django import Settings

from links.domain.errors import GateRefused
from links.domain.findings import Code, Verdict
from links.domain.pasted.urls import read_pasted
from links.domain.reasons import Reason
from links.domain.viewers import OPERATOR
from links.models import SigningKey
from links.services.keys import proofs
from links.services.keys.rotation import rotate_key
from links.services.pasted import doctor
from links.services.validation.batches import Judged
from tests.fixtures import CONTENT, Stage, codes, fetch, open_incident
from tests.strict_s3 import AccessKey, Answer, Distribution, Session

WEEK = 604_800
HOUR = timedelta(hours=1)


def watched(stage: Stage, signer: AccessKey | Session, days: float = 6, **how: object) -> Judged:
    how = {"expires": WEEK, **how}
    url = stage.s3.presigner(signer, stage.store).v4("report.pdf", **how)  # type: ignore[arg-type]
    return stage.judge(stage.watch(url, days).link)


@pytest.mark.proves("temporary-credentials")
def test_a_session_that_signed_the_old_way_is_flagged_while_it_still_serves(stage: Stage) -> None:
    session = stage.s3.assume_role("app", "s", ends_at=stage.clock() + HOUR)
    url = stage.s3.presigner(session, stage.store).v2("report.pdf", expires=WEEK)
    assert fetch(url) == CONTENT
    judged = stage.judge(stage.watch(url).link)
    assert judged.judgement.verdict is Verdict.AT_RISK
    assert {Code.TEMPORARY_CREDENTIALS, Code.LEGACY_SIGNATURE} <= set(codes(judged))


@pytest.mark.proves("temporary-key-without-token")
def test_a_temporary_key_that_lost_its_token_never_worked(stage: Stage) -> None:
    session = stage.s3.assume_role("app", "s", ends_at=stage.clock() + HOUR)
    judged = watched(stage, session, token="")
    assert judged.answer is not None
    assert judged.answer.code == "InvalidAccessKeyId"
    assert (judged.judgement.verdict, codes(judged)) == (Verdict.BROKEN, [Code.TEMPORARY_KEY_WITHOUT_TOKEN])


@pytest.mark.proves("mixed-credentials")
def test_a_static_key_beside_somebody_elses_token_is_dead_at_birth(stage: Stage) -> None:
    session = stage.s3.assume_role("app", "s", ends_at=stage.clock() + HOUR)
    judged = watched(stage, stage.access, token=session.token)
    assert (judged.judgement.verdict, codes(judged)) == (Verdict.BROKEN, [Code.MIXED_CREDENTIALS])


@pytest.mark.proves("longer-than-seven-days")
def test_a_signature_for_more_than_a_week_is_refused_from_the_start(stage: Stage) -> None:
    judged = watched(stage, stage.access, days=20, expires=2_592_000)
    assert judged.answer is not None
    assert judged.answer.code == "AuthorizationQueryParametersError"
    assert (judged.judgement.verdict, codes(judged)) == (Verdict.BROKEN, [Code.LONGER_THAN_SEVEN_DAYS])


@pytest.mark.proves("signature-ends-early")
def test_a_signature_that_ends_before_the_promise_is_foreseen_to_the_second(stage: Stage) -> None:
    signed_at = datetime.now(UTC).replace(microsecond=0)
    judged = watched(stage, stage.access, days=30, at=signed_at)
    assert (judged.judgement.verdict, codes(judged)) == (Verdict.AT_RISK, [Code.SIGNATURE_ENDS_EARLY])
    assert judged.judgement.bites_at == signed_at + timedelta(days=7)


@pytest.mark.proves("signature-ended")
@pytest.mark.parametrize("dialect", ["aws", "r2", "b2", "google", "minio", "ceph", "bare", "rclone"])
def test_a_signature_that_ended_is_named_so_in_every_stores_words(stage: Stage, dialect: str) -> None:
    stage.s3.dialect = dialect
    judged = watched(stage, stage.access, expires=60, at=stage.clock() - HOUR)
    assert (judged.judgement.verdict, codes(judged)) == (Verdict.BROKEN, [Code.SIGNATURE_ENDED])


@pytest.mark.proves("legacy-signature")
def test_the_old_signature_is_refused_by_a_newer_bucket(stage: Stage) -> None:
    url = stage.s3.presigner(stage.access, stage.store).v2("report.pdf", expires=WEEK)
    link = stage.watch(url).link
    assert stage.judge(link).judgement.verdict is Verdict.AT_RISK
    stage.store.takes_legacy_signatures = False
    judged = stage.judge(link)
    assert (judged.judgement.verdict, codes(judged)) == (Verdict.BROKEN, [Code.LEGACY_SIGNATURE])


@pytest.mark.proves("root-key", "not-an-iam-user")
@pytest.mark.parametrize(
    ("arn", "code"),
    [
        ("arn:aws:iam::123456789012:root", Code.ROOT_KEY),
        ("arn:aws:sts::123456789012:assumed-role/app/session", Code.NOT_AN_IAM_USER),
        ("arn:aws:sts::123456789012:federated-user/Bob", Code.NOT_AN_IAM_USER),
    ],
)
def test_a_key_that_turns_out_to_be_no_iam_users_signs_no_more(stage: Stage, arn: str, code: Code) -> None:
    link = stage.issue().link
    stage.s3.identity_answer = Answer(
        200,
        f'<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>'
        f"<Arn>{arn}</Arn><UserId>x</UserId><Account>123456789012</Account></GetCallerIdentityResult>"
        f"</GetCallerIdentityResponse>".encode(),
        {"Content-Type": "text/xml"},
    )
    proofs.prove_key(SigningKey.objects.get(), stage.clock())
    judged = stage.judge(link)
    assert (judged.judgement.verdict, codes(judged)) == (Verdict.BROKEN, [code])
    assert open_incident(code).subject == stage.access.id


@pytest.mark.proves("key-inactive")
def test_a_suspended_user_is_not_a_deleted_key(stage: Stage) -> None:
    link = stage.issue().link
    stage.user.suspended = True
    assert codes(stage.judge(link)) == [Code.KEY_INACTIVE]
    assert open_incident(Code.KEY_INACTIVE).subject == stage.access.id


@pytest.mark.proves("key-inactive")
def test_an_inactive_key_is_told_from_a_deleted_one_by_its_users_other_key(stage: Stage) -> None:
    stage.user.allow("iam:ListAccessKeys")
    other, gone = stage.s3.add_key(stage.user), stage.s3.add_key(stage.user)
    link, second = (
        stage.watch(stage.s3.presigner(key, stage.store).v4("report.pdf", expires=WEEK), days=6).link
        for key in (other, gone)
    )
    assert stage.judge(link).judgement.verdict is Verdict.HEALTHY
    other.active = False
    stage.s3.delete_key(gone.id)
    inactive, deleted = stage.judge(link), stage.judge(second)
    assert inactive.answer is not None
    assert inactive.answer.code == "InvalidAccessKeyId"
    assert (inactive.judgement.verdict, codes(inactive)) == (Verdict.BROKEN, [Code.KEY_INACTIVE])
    assert open_incident(Code.KEY_INACTIVE).subject == other.id
    assert codes(deleted) == [Code.KEY_UNKNOWN]
    stage.user.deny("iam:ListAccessKeys")
    assert codes(stage.judge(link)) == [Code.KEY_UNKNOWN]


def test_the_old_key_of_a_rotation_that_was_made_inactive_is_told_so(stage: Stage) -> None:
    stage.user.allow("iam:ListAccessKeys")
    link, new = stage.presign().link, stage.s3.add_key(stage.user)
    rotate_key(SigningKey.objects.get(), new.id, new.secret, now=stage.clock())
    stage.access.active = False
    assert codes(stage.judge(link)) == [Code.KEY_INACTIVE]
    stage.access.active = True
    assert stage.judge(link).judgement.verdict is Verdict.HEALTHY


def test_a_store_without_words_tells_of_a_dead_key_by_its_identity_service(stage: Stage) -> None:
    link = stage.issue().link
    stage.s3.dialect = "bare"
    stage.s3.delete_key(stage.access.id)
    judged = stage.judge(link)
    assert judged.answer is not None
    assert (judged.answer.code, judged.answer.message) == ("AccessDenied", "")
    assert codes(judged) == [Code.KEY_UNKNOWN]


@pytest.mark.proves("account-blocked")
@pytest.mark.parametrize(
    "body",
    [
        b"<Error><Code>AccountProblem</Code><Message>There is a problem with your account.</Message></Error>",
        b"<Error><Code>AccessDenied</Code><Message>Download cap exceeded</Message></Error>",
    ],
)
def test_an_account_that_the_store_blocked_is_no_lost_permission(stage: Stage, body: bytes) -> None:
    link = stage.issue().link
    stage.store.answer = Answer(403, body, {"Content-Type": "application/xml"})
    assert codes(stage.judge(link)) == [Code.ACCOUNT_BLOCKED]
    assert open_incident(Code.ACCOUNT_BLOCKED).subject == stage.access.id


def test_a_url_that_had_ended_when_it_was_first_seen_may_be_of_a_clock_that_is_behind(stage: Stage) -> None:
    late = watched(stage, stage.access, expires=60, at=stage.clock() - 3 * HOUR)
    (finding,) = late.judgement.findings
    assert (finding.code, finding.params["one_of"]) == (Code.SIGNATURE_ENDED, Code.CLOCK_SKEW)
    assert abs(int(finding.params["seconds"]) - 3 * 3600) < 10
    (of_old,) = watched(stage, stage.access, expires=60, at=stage.clock() - 13 * HOUR).judgement.findings
    assert "one_of" not in of_old.params


@pytest.mark.proves("version-missing")
def test_a_version_that_was_deleted_is_told_from_a_deleted_object(stage: Stage) -> None:
    stage.store.versioned = True
    first = stage.store.put("report.pdf", CONTENT)
    link = stage.issue().link
    stage.store.put("report.pdf", b"a later one")
    stage.store.delete_version("report.pdf", first.version_id)
    judged = stage.judge(link)
    assert (judged.judgement.verdict, codes(judged)) == (Verdict.BROKEN, [Code.VERSION_MISSING])


@pytest.mark.proves("archived")
def test_an_object_that_was_archived_cannot_be_downloaded(stage: Stage) -> None:
    link = stage.issue().link
    stage.store.put("report.pdf", CONTENT, storage_class="GLACIER")
    judged = stage.judge(link)
    assert (judged.judgement.verdict, codes(judged)) == (Verdict.BROKEN, [Code.ARCHIVED])


@pytest.mark.proves("encryption-key")
def test_a_disabled_encryption_key_is_not_a_lost_permission(stage: Stage) -> None:
    stored = stage.store.put("secret.pdf", CONTENT)
    link = stage.issue("secret.pdf").link
    stored.kms_key = stage.s3.add_kms_key()
    stored.kms_key.state = "disabled"
    judged = stage.judge(link)
    assert (judged.judgement.verdict, codes(judged)) == (Verdict.BROKEN, [Code.ENCRYPTION_KEY])


@pytest.mark.proves("refused-other")
def test_a_code_that_nobody_knows_is_kept_and_shown(stage: Stage) -> None:
    link = stage.issue().link
    body = b"<Error><Code>MoonPhase</Code><Message>Not tonight</Message></Error>"
    stage.store.answer = Answer(403, body, {"Content-Type": "application/xml"})
    (finding,) = stage.judge(link).judgement.findings
    assert (finding.code, finding.params["store_code"]) == (Code.REFUSED_OTHER, "MoonPhase")


@pytest.mark.proves("gate-refused")
def test_what_does_not_pass_the_gate_is_found_before_anybody_clicks(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = stage.issue().link
    monkeypatch.setattr("links.s3.storage.check", _refuse)
    judged = stage.judge(link)
    assert (judged.judgement.verdict, codes(judged)) == (Verdict.BROKEN, [Code.GATE_REFUSED])


def _refuse(*_: object, **__: object) -> None:
    raise GateRefused(Reason.GATE_TOKEN)


@pytest.fixture
def distribution(stage: Stage, settings: Settings) -> Distribution:
    settings.PROBE_ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
    return stage.s3.add_distribution("localhost", stage.store)


def sign_for_cloudfront(stage: Stage, distribution: Distribution, ends_at: datetime) -> str:
    pair = distribution.add_key_pair()
    url = f"http://localhost:{stage.s3.port}/report.pdf"
    return str(CloudFrontSigner(pair.id, pair.sign).generate_presigned_url(url, date_less_than=ends_at))


@pytest.mark.proves("cloudfront-ends-early", "cloudfront-key-unknown")
def test_a_cloudfront_policy_is_read_and_a_removed_key_pair_is_found(stage: Stage, distribution: Distribution) -> None:
    ends_at = datetime.now(UTC).replace(microsecond=0) + HOUR
    pair = distribution.add_key_pair()
    url = f"http://localhost:{stage.s3.port}/report.pdf"
    signed = CloudFrontSigner(pair.id, pair.sign).generate_presigned_url(url, date_less_than=ends_at)
    link = stage.watch(signed).link
    judged = stage.judge(link)
    assert (judged.judgement.verdict, codes(judged)) == (Verdict.AT_RISK, [Code.CLOUDFRONT_ENDS_EARLY])
    assert judged.judgement.bites_at == ends_at
    distribution.remove_key_pair(pair)
    judged = stage.judge(link)
    assert judged.judgement.verdict is Verdict.BROKEN
    assert Code.CLOUDFRONT_KEY_UNKNOWN in codes(judged)


@pytest.mark.proves("cloudfront-ended")
def test_a_cloudfront_policy_that_ended_is_told_by_its_own_clock(stage: Stage, distribution: Distribution) -> None:
    signed = sign_for_cloudfront(stage, distribution, datetime.now(UTC) - HOUR)
    assert codes(stage.judge(stage.watch(signed).link)) == [Code.CLOUDFRONT_ENDED]


@pytest.mark.proves("cloudfront-refused")
def test_a_cloudfront_url_that_was_cut_is_refused_before_its_end(stage: Stage, distribution: Distribution) -> None:
    signed = sign_for_cloudfront(stage, distribution, datetime.now(UTC) + timedelta(days=30))
    changed = signed.replace("Signature=", "Signature=AAAA")
    judged = stage.judge(stage.watch(changed).link)
    assert judged.judgement.verdict is Verdict.BROKEN
    assert Code.CLOUDFRONT_REFUSED in codes(judged)


def sign_by_policy(stage: Stage, distribution: Distribution, **changes: object) -> str:
    """A custom policy that fits, but for `changes` to its statement or condition."""
    pair, url = distribution.add_key_pair(), f"http://localhost:{stage.s3.port}/report.pdf"
    condition = {"DateLessThan": {"AWS:EpochTime": int((datetime.now(UTC) + timedelta(days=30)).timestamp())}}
    statement = {"Resource": changes.pop("Resource", url), "Condition": {**condition, **changes}}
    policy = json.dumps({"Statement": [statement]})
    return str(CloudFrontSigner(pair.id, pair.sign).generate_presigned_url(url, policy=policy))


@pytest.mark.proves("cloudfront-starts-later", "cloudfront-other-address")
@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"DateGreaterThan": {"AWS:EpochTime": 4_000_000_000}}, Code.CLOUDFRONT_STARTS_LATER),
        ({"Resource": "https://d111111abcdef8.cloudfront.net/report.pdf"}, Code.CLOUDFRONT_OTHER_ADDRESS),
        ({"Resource": "http://localhost/other/*"}, Code.CLOUDFRONT_OTHER_ADDRESS),
    ],
)
def test_what_a_cloudfront_policy_itself_forbids_is_said_unasked_and_asked(
    stage: Stage, distribution: Distribution, change: dict[str, object], code: Code
) -> None:
    url = sign_by_policy(stage, distribution, **change)
    unasked = doctor.check_url(read_pasted(url), OPERATOR, now=stage.clock()).judgement
    assert (unasked.verdict, [finding.code for finding in unasked.findings]) == (Verdict.BROKEN, [code])
    judged = stage.judge(stage.watch(url).link)
    assert (judged.judgement.verdict, codes(judged)) == (Verdict.BROKEN, [code])


@pytest.mark.proves("cloudfront-limits-callers")
def test_a_cloudfront_policy_for_some_addresses_works_there_alone(stage: Stage, distribution: Distribution) -> None:
    here = sign_by_policy(stage, distribution, IpAddress={"AWS:SourceIp": "127.0.0.0/8"})
    judged = stage.judge(stage.watch(here).link)
    assert (judged.judgement.verdict, codes(judged)) == (Verdict.AT_RISK, [Code.CLOUDFRONT_LIMITS_CALLERS])
    everywhere = sign_by_policy(stage, distribution, IpAddress={"AWS:SourceIp": "0.0.0.0/0"})
    assert stage.judge(stage.watch(everywhere).link).judgement.verdict is Verdict.HEALTHY


@pytest.mark.proves("headers-signed")
def test_a_signature_over_a_header_that_no_browser_sends_is_dead_at_birth(stage: Stage) -> None:
    presigner = stage.s3.presigner(stage.access, stage.store)
    url = presigner.v4("report.pdf", expires=WEEK, headers={"content-type": "application/pdf"})
    unasked = doctor.check_url(read_pasted(url), OPERATOR, now=stage.clock()).judgement
    (finding,) = unasked.findings
    assert (unasked.verdict, finding.code) == (Verdict.BROKEN, Code.HEADERS_SIGNED)
    assert finding.params["headers"] == "content-type"
    judged = stage.judge(stage.watch(url).link)
    assert (judged.judgement.verdict, codes(judged)) == (Verdict.BROKEN, [Code.HEADERS_SIGNED])


def test_parameters_in_small_letters_are_other_parameters(stage: Stage) -> None:
    start, _, query = stage.presign().url.partition("?")
    pairs = [pair.partition("=") for pair in query.split("&")]
    url = f"{start}?{'&'.join(f'{name.lower()}={value}' for name, _, value in pairs)}"
    unasked = doctor.check_url(read_pasted(url), OPERATOR, now=stage.clock()).judgement
    assert (unasked.verdict, [finding.code for finding in unasked.findings]) == (Verdict.BROKEN, [Code.URL_CHANGED])
    judged = stage.judge(stage.watch(url).link)
    assert (judged.judgement.verdict, codes(judged)) == (Verdict.BROKEN, [Code.URL_CHANGED])
