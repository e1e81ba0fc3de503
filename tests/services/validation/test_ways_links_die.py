"""The ways links die, as validations of many links find them."""

import pytest
from cryptography.fernet import Fernet

from links.domain.findings import Code, Verdict
from links.models import Incident, IncidentLink, IncidentNotice, ShareLink, SigningKey
from links.services.keys import proofs
from links.services.validation import batches
from tests.fixtures import CONTENT, World, codes, open_incident
from tests.services.validation.steps import HOUR, create_links, found, verdicts
from tests.site_settings import SiteSettings
from tests.strict_s3 import Wording


@pytest.mark.proves("key-unknown")
def test_a_deleted_key_is_one_incident_about_the_key(world: World, site_settings: SiteSettings) -> None:
    site_settings.ALERT_MAILS, site_settings.ALERT_URLS = ["ops@example.com"], ["json://127.0.0.1:9/hook"]
    links = create_links(world)
    world.s3.delete_key(world.access.id)
    assert found(world) == {(Code.KEY_UNKNOWN,)}
    assert verdicts(world) == {Verdict.BROKEN}
    incident = open_incident(Code.KEY_UNKNOWN)
    assert (incident.subject, incident.link_count) == (world.access.id, len(links))
    assert {incident_link.link_id for incident_link in incident.incident_links.all()} == {link.pk for link in links}
    assert list(IncidentNotice.objects.values_list("kind", flat=True)) == ["opened", "opened"]


def test_a_key_that_was_made_again_is_proved_and_its_incident_resolved(
    world: World, site_settings: SiteSettings
) -> None:
    site_settings.ALERT_MAILS = ["ops@example.com"]
    create_links(world)
    world.s3.delete_key(world.access.id)
    world.wait(proofs.ASK_AGAIN)
    world.validate()
    IncidentNotice.objects.update(delivered_at=world.clock(), due_at=None)
    assert proofs.prove_due_keys(world.clock()) == 1
    assert SigningKey.objects.get().state == "refused"

    world.s3.add_key(world.user, world.access.id, world.access.secret)
    world.wait(proofs.ASK_AGAIN)
    assert proofs.prove_due_keys(world.clock()) == 1
    assert {judged.judgement.verdict for judged in batches.validate_due_links(world.clock)} == {Verdict.HEALTHY}
    incident = Incident.objects.get()
    assert incident.resolved_at is not None
    assert incident.link_count == 3
    assert not IncidentLink.objects.filter(over_at=None).exists()
    assert list(IncidentNotice.objects.order_by("pk").values_list("kind", flat=True)) == ["opened", "resolved"]


@pytest.mark.proves("signature-mismatch")
def test_a_secret_that_was_rotated_in_place_is_a_mismatch_of_the_key(world: World) -> None:
    create_links(world)
    right, world.access.secret = world.access.secret, "rotated"
    assert found(world) == {(Code.SIGNATURE_MISMATCH,)}
    assert open_incident(Code.SIGNATURE_MISMATCH).subject == world.access.id
    assert Incident.objects.count() == 1
    world.access.secret = right
    assert verdicts(world) == {Verdict.HEALTHY}
    assert not Incident.objects.open().exists()


@pytest.mark.proves("url-changed")
def test_a_url_that_was_changed_on_its_way_is_told_from_a_wrong_secret(world: World) -> None:
    url = world.s3.presigner(world.access, world.store).v4("report.pdf", expires=604_800)
    added = world.watch(f"{url}&utm_source=mail").link
    respelt = world.watch(url.replace("X-Amz-Expires=604800", "X-Amz-Expires=604799")).link
    (finding,) = world.judge(added).judgement.findings
    assert (finding.code, finding.params["what"]) == (Code.URL_CHANGED, "utm_source")
    assert codes(world.judge(respelt)) == [Code.URL_CHANGED]
    assert set(Incident.objects.get().incident_links.values_list("link", flat=True)) == {added.pk, respelt.pk}


@pytest.mark.proves("permission-lost")
@pytest.mark.parametrize("wording", [Wording.PLAIN, Wording.NO_POLICY])
def test_a_lost_permission_is_one_incident_about_the_bucket(world: World, wording: Wording) -> None:
    world.store.put("second.pdf", CONTENT)
    create_links(world)
    world.create_link("second.pdf")
    world.user.deny("s3:GetObject", wording=wording)
    assert found(world) == {(Code.PERMISSION_LOST,)}
    assert open_incident(Code.PERMISSION_LOST).subject == "files"
    assert Incident.objects.count() == 1
    world.user.allow("s3:GetObject")
    assert verdicts(world) == {Verdict.HEALTHY}
    assert not Incident.objects.open().exists()


def test_a_bare_refusal_to_a_key_that_may_not_list_is_said_to_be_either_and_once(world: World) -> None:
    world.store.put("second.pdf", CONTENT)
    world.create_link()
    world.create_link("second.pdf")
    world.user.deny("s3:*")
    findings = [finding for judged in world.validate() for finding in judged.judgement.findings]
    assert {(finding.code, finding.params["one_of"]) for finding in findings} == {
        (Code.OBJECT_MISSING, "permission-lost")
    }
    incident = Incident.objects.get()
    assert (incident.subject, incident.link_count) == ("files", 2)


@pytest.mark.proves("object-missing")
def test_a_deleted_object_is_an_incident_about_the_object_until_it_is_back(world: World) -> None:
    world.store.put("second.pdf", CONTENT)
    links = create_links(world)
    other = world.create_link("second.pdf").link
    world.store.delete("report.pdf")
    by_link = {judged.link.pk: judged for judged in world.validate()}
    assert {tuple(codes(by_link[link.pk])) for link in links} == {(Code.OBJECT_MISSING,)}
    assert by_link[other.pk].judgement.verdict is Verdict.HEALTHY
    incident = open_incident(Code.OBJECT_MISSING)
    assert (incident.subject, incident.link_count) == ("files", len(links))
    world.store.put("report.pdf", CONTENT)
    assert verdicts(world) == {Verdict.HEALTHY}
    assert not Incident.objects.open().exists()


def test_an_object_behind_a_delete_marker_is_recoverable(world: World) -> None:
    world.store.versioned = True
    link = world.create_link().link
    world.store.delete("report.pdf")
    (finding,) = world.judge(link).judgement.findings
    assert (finding.code, finding.params["recoverable"]) == (Code.OBJECT_MISSING, "yes")


@pytest.mark.proves("bucket-missing", "wrong-region")
def test_a_bucket_that_moved_and_then_is_gone_is_one_incident_at_a_time(world: World) -> None:
    create_links(world)
    world.store.move_permanently("eu-west-1")
    findings = [finding for judged in world.validate() for finding in judged.judgement.findings]
    assert {(finding.code, finding.params["region"]) for finding in findings} == {(Code.WRONG_REGION, "eu-west-1")}
    assert open_incident(Code.WRONG_REGION).subject == "files"
    world.s3.remove_bucket("files")
    assert found(world) == {(Code.BUCKET_MISSING,)}
    assert open_incident(Code.BUCKET_MISSING).subject == "files"
    assert Incident.objects.open().count() == 1


@pytest.mark.proves("temporary-credentials-ended")
@pytest.mark.parametrize("key_id", ["", "Q3AM3UQ867SPQQA43P2F"])
def test_ended_credentials_are_told_from_a_deleted_key(world: World, key_id: str) -> None:
    session = world.s3.assume_role("app", "s", ends_at=world.clock() + HOUR, key_id=key_id)
    link = world.watch(world.s3.presigner(session, world.store).v4("report.pdf", expires=604_800)).link
    assert world.judge(link).judgement.verdict is Verdict.AT_RISK
    session.old = True  # the store has forgotten it, and says that it knows no such key
    judged = world.judge(link)
    assert judged.answer is not None
    assert judged.answer.code == "InvalidAccessKeyId"
    assert codes(judged) == [Code.TEMPORARY_CREDENTIALS_ENDED]
    assert open_incident(Code.TEMPORARY_CREDENTIALS_ENDED).subject == "files"


def test_a_warning_that_came_true_is_not_told_as_resolved(world: World, site_settings: SiteSettings) -> None:
    site_settings.ALERT_MAILS = ["ops@example.com"]
    session = world.s3.assume_role("app", "s", ends_at=world.clock() + HOUR)
    link = world.watch(world.s3.presigner(session, world.store).v4("report.pdf", expires=604_800)).link
    world.judge(link)
    IncidentNotice.objects.update(delivered_at=world.clock(), due_at=None)
    session.ends_at = world.clock()
    world.judge(link)
    told = IncidentNotice.objects.order_by("pk").values_list("incident__code", "kind")
    assert list(told) == [("temporary-credentials", "opened"), ("temporary-credentials-ended", "opened")]
    assert open_incident(Code.TEMPORARY_CREDENTIALS_ENDED)
    assert Incident.objects.open().count() == 1


@pytest.mark.proves("temporary-credentials")
def test_temporary_credentials_of_many_sessions_are_one_incident_of_the_bucket(world: World) -> None:
    for number in range(3):
        session = world.s3.assume_role("app", str(number), ends_at=world.clock() + HOUR)
        world.watch(world.s3.presigner(session, world.store).v4("report.pdf", expires=604_800))
    assert verdicts(world) == {Verdict.AT_RISK}
    assert open_incident(Code.TEMPORARY_CREDENTIALS).link_count == 3
    assert Incident.objects.count() == 1


def test_a_stable_link_whose_key_can_no_longer_sign_is_found_before_anybody_clicks(world: World) -> None:
    world.create_link()
    world.s3.delete_key(world.access.id)
    proofs.prove_key(world.key, world.clock())
    asked = len(world.s3.requests)
    (judged,) = batches.validate_due_links(world.clock)
    assert len(world.s3.requests) == asked
    assert judged.answer is None
    assert codes(judged) == [Code.KEY_UNKNOWN]
    assert open_incident(Code.KEY_UNKNOWN).subject == world.access.id


@pytest.mark.proves("key-not-proved")
def test_a_key_whose_proof_was_never_answered_signs_nothing(world: World) -> None:
    link = world.create_link().link
    SigningKey.objects.update(state="pending", state_code="caller-unanswered")
    assert codes(world.judge(link)) == [Code.KEY_NOT_PROVED]


@pytest.mark.proves("secrets-unreadable")
def test_lost_encryption_keys_are_one_incident_and_the_rows_still_load(
    world: World, site_settings: SiteSettings
) -> None:
    kept, links = site_settings.ENCRYPTION_KEYS, create_links(world)
    site_settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    assert found(world) == {(Code.SECRETS_UNREADABLE,)}
    incident = open_incident(Code.SECRETS_UNREADABLE)
    assert (incident.subject, incident.link_count) == ("site", len(links))
    assert Incident.objects.count() == 1
    listed = ShareLink.objects.select_related("bucket__key")
    assert [str(link.bucket and link.bucket.key) for link in listed] == ["key of files"] * len(links)
    site_settings.ENCRYPTION_KEYS = kept
    assert verdicts(world) == {Verdict.HEALTHY}
    assert not Incident.objects.open().exists()
