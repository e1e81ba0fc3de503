"""What is found before it happens, from what the store says of its objects, buckets, policies and clocks."""

import json
import ssl
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.test import Client

from links.domain.errors import PromiseRefused
from links.domain.findings import Code, Finding, Verdict
from links.domain.judging.facts import Delivery
from links.domain.promise.promises import PromiseCode, PromiseReason
from links.domain.sharing import EVERYTHING
from links.domain.visits.access import Outcome
from links.models import Heartbeat, Incident
from links.queries.health import VALIDATE
from links.s3.probe import ProbePolicy, probe
from links.services.buckets import configuration
from links.services.links import changes, creation
from links.services.links.creation import NewLink
from links.services.validation.batches import ValidationResult
from links.services.visits import clicks
from tests.fixtures import CONTENT, World, codes, fetch, open_incident
from tests.site_settings import SiteSettings
from tests.strict_s3 import LifecycleRule, StrictS3, Wording

DAY = timedelta(days=1)


def found(judged: ValidationResult, code: Code) -> Finding:
    (finding,) = [each for each in judged.judgement.findings if each.code is code]
    return finding


def follow(new_link: NewLink, world: World) -> clicks.VisitResult:
    return clicks.follow(new_link.url.rpartition("/")[2], now=world.clock())


@pytest.mark.proves("object-replaced")
def test_another_file_behind_the_same_link_stops_it_until_staff_let_it_follow(world: World) -> None:
    new_link = world.create_link()
    assert world.judge(new_link.link).judgement.verdict is Verdict.HEALTHY
    world.store.put("report.pdf", b"quite another file")
    judged = world.judge(new_link.link)
    assert (judged.judgement.verdict, codes(judged)) == (Verdict.BROKEN, [Code.OBJECT_REPLACED])
    assert open_incident(Code.OBJECT_REPLACED).subject == "files"
    assert follow(new_link, world).outcome is Outcome.REPLACED
    changes.follow_latest(new_link.link, EVERYTHING, world.clock())
    assert fetch(follow(new_link, world).url) == b"quite another file"
    assert world.judge(new_link.link).judgement.verdict is Verdict.HEALTHY


def test_on_a_versioned_bucket_the_file_that_was_shared_is_pinned(world: World) -> None:
    world.store.versioned = True
    world.store.put("report.pdf", CONTENT)
    pinned = [world.create_link(), world.presign()]
    latest = world.create_link(follows_latest=True)
    world.store.put("report.pdf", b"quite another file")
    assert fetch(follow(pinned[0], world).url) == fetch(pinned[1].url) == CONTENT
    assert fetch(follow(latest, world).url) == b"quite another file"
    verdicts = {judged.judgement.verdict for judged in world.validate()}
    assert verdicts == {Verdict.HEALTHY}


@pytest.mark.proves("lifecycle-deletes")
def test_a_rule_that_will_delete_the_object_is_said_before_the_link_is_made_and_after(world: World) -> None:
    new_link = world.create_link()
    world.store.lifecycle = [LifecycleRule("tidy", "", expires_after_days=7)]
    judged = world.judge(new_link.link)
    finding = found(judged, Code.LIFECYCLE_DELETES)
    assert judged.judgement.verdict is Verdict.AT_RISK
    assert finding.fails_at is not None
    assert timedelta(days=6) < finding.fails_at - world.clock() <= timedelta(days=8)
    promise = creation.preview(world.link_request(), world.clock())
    assert promise.promised_until == finding.fails_at
    assert PromiseCode.LIFECYCLE_DELETES in {reason.code for reason in promise.reasons}


@pytest.mark.proves("lifecycle-archives")
def test_a_rule_that_will_archive_the_object_is_read_from_the_bucket(world: World) -> None:
    new_link = world.create_link()
    world.bucket.lifecycle = json.dumps(
        {
            "Rules": [
                {
                    "ID": "cold",
                    "Status": "Enabled",
                    "Prefix": "",
                    "Transitions": [{"Days": 3, "StorageClass": "GLACIER"}],
                }
            ]
        }
    )
    world.bucket.save()
    finding = found(world.judge(new_link.link), Code.LIFECYCLE_ARCHIVES)
    assert finding.fails_at is not None
    assert finding.fails_at < new_link.link.promised_until


def test_what_the_bucket_says_of_itself_is_read_and_kept_while_it_may_not_be_read(world: World) -> None:
    world.store.lifecycle = [LifecycleRule("tidy", "", expires_after_days=7)]
    assert configuration.read_due_configurations(world.clock()) == 1
    world.bucket.refresh_from_db()
    known = world.bucket.to_facts()
    assert known.rules is not None
    assert (known.rules[0].name, known.denials, known.versioned) == ("tidy", (), False)
    world.user.deny("s3:GetBucketPolicy")
    world.user.deny("s3:GetLifecycleConfiguration")
    configuration.read_configuration(world.bucket, world.clock())
    assert world.bucket.to_facts() == known
    assert configuration.read_due_configurations(world.clock()) == 0


@pytest.mark.proves("restore-ends")
def test_the_end_of_a_restored_copy_is_foreseen(world: World) -> None:
    stored = world.store.put("archive.pdf", CONTENT, storage_class="GLACIER")
    stored.restored_until = datetime.now(UTC).replace(microsecond=0) + 3 * DAY
    new_link = world.create_link("archive.pdf", "2 days")
    stored.restored_until = datetime.now(UTC).replace(microsecond=0) + DAY
    finding = found(world.judge(new_link.link), Code.RESTORE_ENDS)
    assert finding.fails_at == stored.restored_until


def set_policy(world: World, condition: dict[str, object], **more: object) -> None:
    denial = {"Effect": "Deny", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::files/*"}
    world.bucket.policy = json.dumps({"Statement": [{**denial, "Condition": condition, **more}]})
    world.bucket.save()


@pytest.mark.proves("policy-limits-age")
def test_a_policy_on_the_age_of_signatures_is_foreseen_and_found_when_it_happens(world: World) -> None:
    new_link, stable = world.presign(), world.create_link()
    set_policy(world, {"NumericGreaterThan": {"s3:signatureAge": "3600000"}})
    finding = found(world.judge(new_link.link), Code.POLICY_LIMITS_AGE)
    assert finding.verdict is Verdict.AT_RISK
    assert finding.fails_at is not None
    assert finding.fails_at < new_link.link.promised_until
    assert world.judge(stable.link).judgement.verdict is Verdict.HEALTHY
    world.store.signature_age_limit = 0
    world.bucket.policy = None
    world.bucket.save()
    old = world.s3.presigner(world.access, world.store).v4(
        "report.pdf", expires=86400, at=world.clock() - timedelta(minutes=5)
    )
    world.store.signature_age_limit = 60
    watched = world.watch(old, days=0.5)
    assert found(world.judge(watched.link), Code.POLICY_LIMITS_AGE).verdict is Verdict.BROKEN


def read_policy_of(world: World) -> None:
    configuration.read_configuration(world.bucket, world.clock())


@pytest.mark.proves("policy-limits-time")
def test_a_policy_that_denies_from_a_date_is_said_before_the_link_is_made_and_foreseen_and_found(world: World) -> None:
    stable, presigned = world.create_link(), world.presign()
    world.store.denied_from = date = world.clock().replace(microsecond=0) + 2 * DAY
    read_policy_of(world)
    promise = creation.preview(world.link_request(), world.clock())
    assert promise.promised_until == date
    assert promise.reasons[-1] == PromiseReason(PromiseCode.POLICY_LIMITS_TIME, date)
    for new_link in (stable, presigned):
        finding = found(world.judge(new_link.link), Code.POLICY_LIMITS_TIME)
        assert (finding.verdict, finding.fails_at) == (Verdict.AT_RISK, date)
    world.store.denied_from = world.clock().replace(microsecond=0)
    read_policy_of(world)
    for new_link in (stable, presigned):
        judged = world.judge(new_link.link)
        assert (judged.judgement.verdict, codes(judged)) == (Verdict.BROKEN, [Code.POLICY_LIMITS_TIME])
    assert open_incident(Code.POLICY_LIMITS_TIME).link_count == 2
    world.store.denied_from = None
    assert {judged.judgement.verdict for judged in world.validate()} == {Verdict.HEALTHY}


@pytest.mark.proves("policy-refuses-presigned")
@pytest.mark.parametrize("wording", [Wording.RESOURCE_DENY, Wording.PLAIN])
def test_a_policy_that_refuses_presigned_urls_lets_no_link_be_made_and_breaks_those_that_are(
    world: World, wording: Wording
) -> None:
    links = [world.create_link().link, world.presign().link]
    world.store.refuses_presigned, world.store.policy_wording = True, wording
    read_policy_of(world)
    with pytest.raises(PromiseRefused) as refused:
        creation.preview(world.link_request(), world.clock())
    assert refused.value.params["reason"] == "policy-refuses-presigned"
    for link in links:
        judged = world.judge(link)
        assert (judged.judgement.verdict, codes(judged)) == (Verdict.BROKEN, [Code.POLICY_REFUSES_PRESIGNED])
    assert open_incident(Code.POLICY_REFUSES_PRESIGNED).subject == "files"
    world.store.refuses_presigned = False
    assert creation.preview(world.link_request(), world.clock()).reasons == (
        PromiseReason(PromiseCode.SIGNED_AT_EACH_CLICK),
    )
    assert {judged.judgement.verdict for judged in world.validate()} == {Verdict.HEALTHY}


def test_a_policy_that_is_made_for_somebody_else_or_never_holds_is_no_finding(world: World) -> None:
    new_link = [world.create_link(), world.presign()]
    conditions: tuple[dict[str, object], ...] = (
        {"NumericGreaterThan": {"s3:signatureAge": "3600000"}},
        {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}},
        {"DateGreaterThan": {"aws:CurrentTime": "2026-01-01T00:00:00Z"}},
        {"StringEquals": {"s3:authType": "REST-QUERY-STRING"}},
    )
    somebody = world.s3.add_user("somebody")
    for condition in conditions:
        set_policy(world, condition, Principal={"AWS": somebody.arn})
        assert {world.judge(each.link).judgement.verdict for each in new_link} == {Verdict.HEALTHY}
        set_policy(world, {**condition, "ArnNotEquals": {"aws:PrincipalArn": world.user.arn}})
        assert {world.judge(each.link).judgement.verdict for each in new_link} == {Verdict.HEALTHY}
        set_policy(world, condition, Principal={"AWS": world.user.arn})
        assert creation.preview(world.link_request(), world.clock()) is not None


def test_a_policy_that_only_may_refuse_says_so_in_the_promise_and_shortens_nothing(world: World) -> None:
    set_policy(world, {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}})
    promise = creation.preview(world.link_request(), world.clock())
    assert promise.reasons[-1] == PromiseReason(PromiseCode.POLICY_LIMITS_CALLERS)
    assert not promise.is_shortened


@pytest.mark.proves("policy-limits-callers")
def test_a_policy_that_lets_only_some_callers_through_works_for_us_alone(world: World) -> None:
    new_link = world.create_link()
    set_policy(world, {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}})
    finding = found(world.judge(new_link.link), Code.POLICY_LIMITS_CALLERS)
    assert finding.params["callers"] == "203.0.113.0/24"
    assert open_incident(Code.POLICY_LIMITS_CALLERS).subject == "files"


@pytest.mark.proves("clock-skew")
def test_a_clock_that_differs_is_measured_and_told(world: World) -> None:
    new_link = world.create_link()
    world.s3.date_offset = -300
    finding = found(world.judge(new_link.link), Code.CLOCK_SKEW)
    assert (finding.verdict, finding.params["whose"], finding.params["side"]) == (Verdict.AT_RISK, "ours", "ahead")
    assert 295 <= int(finding.params["seconds"]) <= 305


def test_a_url_that_was_signed_ahead_of_its_time_is_its_signers_clock(world: World) -> None:
    ahead = world.s3.presigner(world.access, world.store).v4(
        "report.pdf", expires=86400, at=world.clock() + timedelta(hours=2)
    )
    judged = world.judge(world.watch(ahead, days=0.5).link)
    finding = found(judged, Code.CLOCK_SKEW)
    assert (judged.judgement.verdict, finding.params["whose"]) == (Verdict.BROKEN, "signer")


@pytest.mark.proves("base-url-changed")
def test_a_site_that_moved_is_one_incident_for_all_its_stable_links(world: World, site_settings: SiteSettings) -> None:
    links = [world.create_link().link, world.create_link().link]
    site_settings.BASE_URL = "https://elsewhere.example.com"
    verdicts = [judged.judgement.verdict for judged in world.validate(*links)]
    assert verdicts == [Verdict.AT_RISK, Verdict.AT_RISK]
    incident = open_incident(Code.BASE_URL_CHANGED)
    assert (incident.subject, incident.link_count) == ("site", 2)


@pytest.mark.proves("watch-stopped")
def test_a_watch_that_stopped_is_told_to_whoever_asks(client: Client, db: None) -> None:
    Heartbeat.record(VALIDATE, datetime.now(UTC))
    assert client.get("/health").status_code == 200
    Heartbeat.record(VALIDATE, datetime.now(UTC) - timedelta(minutes=5))
    answer = client.get("/health")
    assert (answer.status_code, answer.json()["status"]) == (503, Code.WATCH_STOPPED.value)
    assert not Incident.objects.exists()


def make_certificate(folder: Path, ends_at: datetime) -> Path:
    key, name = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")]),
    )
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(ends_at - 30 * DAY).not_valid_after(ends_at)
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    both = folder / "store.pem"
    both.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    )
    return both


@pytest.mark.proves("certificate-ends")
def test_a_certificate_in_its_last_days_is_foreseen(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends_at = datetime.now(UTC).replace(microsecond=0) + 3 * DAY
    certificate = make_certificate(tmp_path, ends_at)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with StrictS3(tls=context) as s3:
        access = s3.add_key(s3.add_user("share"))
        store = s3.add_bucket("files")
        store.put("report.pdf", CONTENT)
        url = s3.presigner(access, store).v4("report.pdf", expires=3600).replace("127.0.0.1", "localhost")
        policy = ProbePolicy(frozenset({"localhost"}), ca_bundle=str(certificate))
        answer = probe(url, policy=policy)
    assert answer.certificate_ends_at == ends_at
    new_link = world.create_link(delivery=Delivery.STABLE)
    real = world.judge(new_link.link)
    assert real.answer is not None
    monkeypatch.setattr(
        "links.services.validation.batches.probe_in_portions",
        lambda requests, *_, **__: [[(index, answer_with(real, ends_at)) for index, _ in enumerate(requests)]],
    )
    assert found(world.judge(new_link.link), Code.CERTIFICATE_ENDS).fails_at == ends_at


def answer_with(judged: ValidationResult, ends_at: datetime) -> object:
    assert judged.answer is not None
    return replace(judged.answer, certificate_ends_at=ends_at)
