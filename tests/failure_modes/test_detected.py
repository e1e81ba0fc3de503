"""What a URL is, or a store answers, when a link is dead or was never alive."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from botocore.signers import CloudFrontSigner

from links.domain.errors import GateRefused
from links.domain.findings import Code, Verdict
from links.domain.pasted.urls import read_pasted
from links.domain.reasons import Reason
from links.domain.viewers import OPERATOR
from links.models import SigningKey
from links.services.keys import proofs
from links.services.keys.rotation import rotate_key
from links.services.pasted import doctor
from links.services.validation.batches import ValidationResult
from tests.fixtures import CONTENT, World, codes, fetch, open_incident
from tests.site_settings import SiteSettings
from tests.strict_s3 import AccessKey, Answer, Distribution, Session

WEEK = 604_800
HOUR = timedelta(hours=1)


def watched(world: World, signer: AccessKey | Session, days: float = 6, **how: object) -> ValidationResult:
    how = {"expires": WEEK, **how}
    url = world.s3.presigner(signer, world.store).v4("report.pdf", **how)  # type: ignore[arg-type]
    return world.judge(world.watch(url, days).link)


@pytest.mark.proves("temporary-credentials")
def test_a_session_that_signed_the_old_way_is_flagged_while_it_still_serves(world: World) -> None:
    session = world.s3.assume_role("app", "s", ends_at=world.clock() + HOUR)
    url = world.s3.presigner(session, world.store).v2("report.pdf", expires=WEEK)
    assert fetch(url) == CONTENT
    judged = world.judge(world.watch(url).link)
    assert judged.judgement.verdict is Verdict.AT_RISK
    assert {Code.TEMPORARY_CREDENTIALS, Code.LEGACY_SIGNATURE} <= set(codes(judged))


@pytest.mark.proves("temporary-key-without-token")
def test_a_temporary_key_that_lost_its_token_never_worked(world: World) -> None:
    session = world.s3.assume_role("app", "s", ends_at=world.clock() + HOUR)
    judged = watched(world, session, token="")
    assert judged.answer is not None
    assert judged.answer.code == "InvalidAccessKeyId"
    assert (judged.judgement.verdict, codes(judged)) == (Verdict.BROKEN, [Code.TEMPORARY_KEY_WITHOUT_TOKEN])


@pytest.mark.proves("mixed-credentials")
def test_a_static_key_beside_somebody_elses_token_is_dead_at_birth(world: World) -> None:
    session = world.s3.assume_role("app", "s", ends_at=world.clock() + HOUR)
    judged = watched(world, world.access, token=session.token)
    assert (judged.judgement.verdict, codes(judged)) == (Verdict.BROKEN, [Code.MIXED_CREDENTIALS])


@pytest.mark.proves("longer-than-seven-days")
def test_a_signature_for_more_than_a_week_is_refused_from_the_start(world: World) -> None:
    judged = watched(world, world.access, days=20, expires=2_592_000)
    assert judged.answer is not None
    assert judged.answer.code == "AuthorizationQueryParametersError"
    assert (judged.judgement.verdict, codes(judged)) == (Verdict.BROKEN, [Code.LONGER_THAN_SEVEN_DAYS])


@pytest.mark.proves("signature-ends-early")
def test_a_signature_that_ends_before_the_promise_is_foreseen_to_the_second(world: World) -> None:
    signed_at = datetime.now(UTC).replace(microsecond=0)
    judged = watched(world, world.access, days=30, at=signed_at)
    assert (judged.judgement.verdict, codes(judged)) == (Verdict.AT_RISK, [Code.SIGNATURE_ENDS_EARLY])
    assert judged.judgement.fails_at == signed_at + timedelta(days=7)


@pytest.mark.proves("signature-ended")
@pytest.mark.parametrize("dialect", ["aws", "r2", "b2", "google", "minio", "ceph", "bare", "rclone"])
def test_a_signature_that_ended_is_named_so_in_every_stores_words(world: World, dialect: str) -> None:
    world.s3.dialect = dialect
    judged = watched(world, world.access, expires=60, at=world.clock() - HOUR)
    assert (judged.judgement.verdict, codes(judged)) == (Verdict.BROKEN, [Code.SIGNATURE_ENDED])


@pytest.mark.proves("legacy-signature")
def test_the_old_signature_is_refused_by_a_newer_bucket(world: World) -> None:
    url = world.s3.presigner(world.access, world.store).v2("report.pdf", expires=WEEK)
    link = world.watch(url).link
    assert world.judge(link).judgement.verdict is Verdict.AT_RISK
    world.store.takes_legacy_signatures = False
    judged = world.judge(link)
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
def test_a_key_that_turns_out_to_be_no_iam_users_signs_no_more(world: World, arn: str, code: Code) -> None:
    link = world.create_link().link
    world.s3.identity_answer = Answer(
        200,
        f'<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>'
        f"<Arn>{arn}</Arn><UserId>x</UserId><Account>123456789012</Account></GetCallerIdentityResult>"
        f"</GetCallerIdentityResponse>".encode(),
        {"Content-Type": "text/xml"},
    )
    proofs.prove_key(SigningKey.objects.get(), world.clock())
    judged = world.judge(link)
    assert (judged.judgement.verdict, codes(judged)) == (Verdict.BROKEN, [code])
    assert open_incident(code).subject == world.access.id


@pytest.mark.proves("key-inactive")
def test_a_suspended_user_is_not_a_deleted_key(world: World) -> None:
    link = world.create_link().link
    world.user.suspended = True
    assert codes(world.judge(link)) == [Code.KEY_INACTIVE]
    assert open_incident(Code.KEY_INACTIVE).subject == world.access.id


@pytest.mark.proves("key-inactive")
def test_an_inactive_key_is_told_from_a_deleted_one_by_its_users_other_key(world: World) -> None:
    world.user.allow("iam:ListAccessKeys")
    other, gone = world.s3.add_key(world.user), world.s3.add_key(world.user)
    link, second = (
        world.watch(world.s3.presigner(key, world.store).v4("report.pdf", expires=WEEK), days=6).link
        for key in (other, gone)
    )
    assert world.judge(link).judgement.verdict is Verdict.HEALTHY
    other.active = False
    world.s3.delete_key(gone.id)
    inactive, deleted = world.judge(link), world.judge(second)
    assert inactive.answer is not None
    assert inactive.answer.code == "InvalidAccessKeyId"
    assert (inactive.judgement.verdict, codes(inactive)) == (Verdict.BROKEN, [Code.KEY_INACTIVE])
    assert open_incident(Code.KEY_INACTIVE).subject == other.id
    assert codes(deleted) == [Code.KEY_UNKNOWN]
    world.user.deny("iam:ListAccessKeys")
    assert codes(world.judge(link)) == [Code.KEY_UNKNOWN]


def test_the_old_key_of_a_rotation_that_was_made_inactive_is_told_so(world: World) -> None:
    world.user.allow("iam:ListAccessKeys")
    link, new = world.presign().link, world.s3.add_key(world.user)
    rotate_key(SigningKey.objects.get(), new.id, new.secret, now=world.clock())
    world.access.active = False
    assert codes(world.judge(link)) == [Code.KEY_INACTIVE]
    world.access.active = True
    assert world.judge(link).judgement.verdict is Verdict.HEALTHY


def test_a_store_without_words_tells_of_a_dead_key_by_its_identity_service(world: World) -> None:
    link = world.create_link().link
    world.s3.dialect = "bare"
    world.s3.delete_key(world.access.id)
    judged = world.judge(link)
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
def test_an_account_that_the_store_blocked_is_no_lost_permission(world: World, body: bytes) -> None:
    link = world.create_link().link
    world.store.answer = Answer(403, body, {"Content-Type": "application/xml"})
    assert codes(world.judge(link)) == [Code.ACCOUNT_BLOCKED]
    assert open_incident(Code.ACCOUNT_BLOCKED).subject == world.access.id


def test_a_url_that_had_ended_when_it_was_first_seen_may_be_of_a_clock_that_is_behind(world: World) -> None:
    late = watched(world, world.access, expires=60, at=world.clock() - 3 * HOUR)
    (finding,) = late.judgement.findings
    assert (finding.code, finding.params["one_of"]) == (Code.SIGNATURE_ENDED, Code.CLOCK_SKEW)
    assert abs(int(finding.params["seconds"]) - 3 * 3600) < 10
    (of_old,) = watched(world, world.access, expires=60, at=world.clock() - 13 * HOUR).judgement.findings
    assert "one_of" not in of_old.params


@pytest.mark.proves("version-missing")
def test_a_version_that_was_deleted_is_told_from_a_deleted_object(world: World) -> None:
    world.store.versioned = True
    first = world.store.put("report.pdf", CONTENT)
    link = world.create_link().link
    world.store.put("report.pdf", b"a later one")
    world.store.delete_version("report.pdf", first.version_id)
    judged = world.judge(link)
    assert (judged.judgement.verdict, codes(judged)) == (Verdict.BROKEN, [Code.VERSION_MISSING])


@pytest.mark.proves("archived")
def test_an_object_that_was_archived_cannot_be_downloaded(world: World) -> None:
    link = world.create_link().link
    world.store.put("report.pdf", CONTENT, storage_class="GLACIER")
    judged = world.judge(link)
    assert (judged.judgement.verdict, codes(judged)) == (Verdict.BROKEN, [Code.ARCHIVED])


@pytest.mark.proves("encryption-key")
def test_a_disabled_encryption_key_is_not_a_lost_permission(world: World) -> None:
    stored = world.store.put("secret.pdf", CONTENT)
    link = world.create_link("secret.pdf").link
    stored.kms_key = world.s3.add_kms_key()
    stored.kms_key.state = "disabled"
    judged = world.judge(link)
    assert (judged.judgement.verdict, codes(judged)) == (Verdict.BROKEN, [Code.ENCRYPTION_KEY])


@pytest.mark.proves("refused-other")
def test_a_code_that_nobody_knows_is_kept_and_shown(world: World) -> None:
    link = world.create_link().link
    body = b"<Error><Code>MoonPhase</Code><Message>Not tonight</Message></Error>"
    world.store.answer = Answer(403, body, {"Content-Type": "application/xml"})
    (finding,) = world.judge(link).judgement.findings
    assert (finding.code, finding.params["store_code"]) == (Code.REFUSED_OTHER, "MoonPhase")


@pytest.mark.proves("gate-refused")
def test_what_does_not_pass_the_gate_is_found_before_anybody_clicks(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = world.create_link().link
    monkeypatch.setattr("links.s3.storage.fits", lambda *_: False)  # neither its quick look
    monkeypatch.setattr("links.s3.storage.check", _refuse)  # nor the whole reading
    judged = world.judge(link)
    assert (judged.judgement.verdict, codes(judged)) == (Verdict.BROKEN, [Code.GATE_REFUSED])


def _refuse(*_: object, **__: object) -> None:
    raise GateRefused(Reason.GATE_TOKEN)


@pytest.fixture
def distribution(world: World, site_settings: SiteSettings) -> Distribution:
    site_settings.PROBE_ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
    return world.s3.add_distribution("localhost", world.store)


def sign_for_cloudfront(world: World, distribution: Distribution, ends_at: datetime) -> str:
    pair = distribution.add_key_pair()
    url = f"http://localhost:{world.s3.port}/report.pdf"
    return str(CloudFrontSigner(pair.id, pair.sign).generate_presigned_url(url, date_less_than=ends_at))


@pytest.mark.proves("cloudfront-ends-early", "cloudfront-key-unknown")
def test_a_cloudfront_policy_is_read_and_a_removed_key_pair_is_found(world: World, distribution: Distribution) -> None:
    ends_at = datetime.now(UTC).replace(microsecond=0) + HOUR
    pair = distribution.add_key_pair()
    url = f"http://localhost:{world.s3.port}/report.pdf"
    signed = CloudFrontSigner(pair.id, pair.sign).generate_presigned_url(url, date_less_than=ends_at)
    link = world.watch(signed).link
    judged = world.judge(link)
    assert (judged.judgement.verdict, codes(judged)) == (Verdict.AT_RISK, [Code.CLOUDFRONT_ENDS_EARLY])
    assert judged.judgement.fails_at == ends_at
    distribution.remove_key_pair(pair)
    judged = world.judge(link)
    assert judged.judgement.verdict is Verdict.BROKEN
    assert Code.CLOUDFRONT_KEY_UNKNOWN in codes(judged)


@pytest.mark.proves("cloudfront-ended")
def test_a_cloudfront_policy_that_ended_is_told_by_its_own_clock(world: World, distribution: Distribution) -> None:
    signed = sign_for_cloudfront(world, distribution, datetime.now(UTC) - HOUR)
    assert codes(world.judge(world.watch(signed).link)) == [Code.CLOUDFRONT_ENDED]


@pytest.mark.proves("cloudfront-refused")
def test_a_cloudfront_url_that_was_cut_is_refused_before_its_end(world: World, distribution: Distribution) -> None:
    signed = sign_for_cloudfront(world, distribution, datetime.now(UTC) + timedelta(days=30))
    changed = signed.replace("Signature=", "Signature=AAAA")
    judged = world.judge(world.watch(changed).link)
    assert judged.judgement.verdict is Verdict.BROKEN
    assert Code.CLOUDFRONT_REFUSED in codes(judged)


def sign_by_policy(world: World, distribution: Distribution, **changes: object) -> str:
    """A custom policy that fits, but for `changes` to its statement or condition."""
    pair, url = distribution.add_key_pair(), f"http://localhost:{world.s3.port}/report.pdf"
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
    world: World, distribution: Distribution, change: dict[str, object], code: Code
) -> None:
    url = sign_by_policy(world, distribution, **change)
    unasked = doctor.check_url(read_pasted(url), OPERATOR, now=world.clock()).judgement
    assert (unasked.verdict, [finding.code for finding in unasked.findings]) == (Verdict.BROKEN, [code])
    judged = world.judge(world.watch(url).link)
    assert (judged.judgement.verdict, codes(judged)) == (Verdict.BROKEN, [code])


@pytest.mark.proves("cloudfront-limits-callers")
def test_a_cloudfront_policy_for_some_addresses_works_there_alone(world: World, distribution: Distribution) -> None:
    here = sign_by_policy(world, distribution, IpAddress={"AWS:SourceIp": "127.0.0.0/8"})
    judged = world.judge(world.watch(here).link)
    assert (judged.judgement.verdict, codes(judged)) == (Verdict.AT_RISK, [Code.CLOUDFRONT_LIMITS_CALLERS])
    everywhere = sign_by_policy(world, distribution, IpAddress={"AWS:SourceIp": "0.0.0.0/0"})
    assert world.judge(world.watch(everywhere).link).judgement.verdict is Verdict.HEALTHY


@pytest.mark.proves("headers-signed")
def test_a_signature_over_a_header_that_no_browser_sends_is_dead_at_birth(world: World) -> None:
    presigner = world.s3.presigner(world.access, world.store)
    url = presigner.v4("report.pdf", expires=WEEK, headers={"content-type": "application/pdf"})
    unasked = doctor.check_url(read_pasted(url), OPERATOR, now=world.clock()).judgement
    (finding,) = unasked.findings
    assert (unasked.verdict, finding.code) == (Verdict.BROKEN, Code.HEADERS_SIGNED)
    assert finding.params["headers"] == "content-type"
    judged = world.judge(world.watch(url).link)
    assert (judged.judgement.verdict, codes(judged)) == (Verdict.BROKEN, [Code.HEADERS_SIGNED])


@pytest.mark.parametrize(
    ("lower", "code"),
    [
        pytest.param(lambda name, value: f"{name.lower()}={value}", Code.SIGNED_WRONG, id="their names, by the signer"),
        pytest.param(lambda name, value: f"{name}={value}".lower(), Code.URL_CHANGED, id="the whole URL, on its way"),
    ],
)
def test_parameters_in_small_letters_are_other_parameters(
    world: World, lower: Callable[[str, str], str], code: Code
) -> None:
    start, _, query = world.presign().url.partition("?")
    pairs = [pair.partition("=") for pair in query.split("&")]
    url = f"{start}?{'&'.join(lower(name, value) for name, _, value in pairs)}"
    unasked = doctor.check_url(read_pasted(url), OPERATOR, now=world.clock()).judgement
    assert (unasked.verdict, [finding.code for finding in unasked.findings]) == (Verdict.BROKEN, [code])
    judged = world.judge(world.watch(url).link)
    assert (judged.judgement.verdict, codes(judged)) == (Verdict.BROKEN, [code])
