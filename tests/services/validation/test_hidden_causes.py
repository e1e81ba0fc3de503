"""What could not be checked is not over: whatever speaks before the object is looked at, nobody is told that a file
is back which is still missing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from cryptography.fernet import Fernet

from links.conf import site
from links.domain.findings import Code, Verdict, read_findings
from links.models import Incident, IncidentNotice, ShareLink, SigningKey
from links.services.buckets import changing, configuration
from links.services.incidents import notices
from links.services.keys import proofs
from links.services.links import changes
from tests.fixtures import CONTENT, World, open_incident
from tests.site_settings import SiteSettings
from tests.strict_s3 import refusals

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def channels(site_settings: SiteSettings) -> None:
    site_settings.ALERT_MAILS = ["ops@example.com"]


def told(world: World) -> list[tuple[str, str]]:
    """What was said so far, and from now on counts as delivered."""
    IncidentNotice.objects.filter(delivered_at=None).update(delivered_at=world.clock(), due_at=None)
    return list(IncidentNotice.objects.order_by("pk").values_list("incident__code", "kind"))


def codes_of(link: ShareLink) -> list[Code]:
    return [finding.code for finding in read_findings(link.findings)]


@dataclass(frozen=True)
class Fault:
    """Something that speaks before the object is looked at."""

    begin: Callable[[World], object]
    end: Callable[[World], object]


def lose_encryption_keys(world: World) -> None:
    world.kept_keys = site.ENCRYPTION_KEYS  # type: ignore[attr-defined]
    world.site_settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode()]  # type: ignore[attr-defined]


def restore_encryption_keys(world: World) -> None:
    world.site_settings.ENCRYPTION_KEYS = world.kept_keys  # type: ignore[attr-defined]


def delete_key(world: World) -> None:
    world.s3.delete_key(world.access.id)


def restore_key(world: World) -> None:
    world.s3.account.keys[world.access.id] = world.access


def refuse_key(world: World) -> None:
    delete_key(world)
    proofs.prove_key(SigningKey.objects.get(), world.clock())


def prove_key_again(world: World) -> None:
    restore_key(world)
    proofs.prove_key(SigningKey.objects.get(), world.clock())


def change_secret(world: World) -> None:
    world.kept_secret, world.access.secret = world.access.secret, "another"  # type: ignore[attr-defined]


def restore_secret(world: World) -> None:
    world.access.secret = world.kept_secret  # type: ignore[attr-defined]


def set_answer(answer: object) -> Callable[[World], object]:
    return lambda world: setattr(world.s3, "answer", answer)


def remove_bucket(world: World) -> None:
    world.s3.buckets.pop("files")


def restore_bucket(world: World) -> None:
    world.s3.buckets["files"] = world.store


FAULTS = {
    "secrets unreadable": Fault(lose_encryption_keys, restore_encryption_keys),
    "key deleted": Fault(delete_key, restore_key),
    "key refused by us": Fault(refuse_key, prove_key_again),
    "secret changed": Fault(change_secret, restore_secret),
    "permission to read lost": Fault(
        lambda world: world.user.deny("s3:GetObject"), lambda world: world.user.allow("s3:GetObject")
    ),
    "every permission lost": Fault(lambda world: world.user.deny("s3:*"), lambda world: world.user.allow("s3:*")),
    "bucket removed": Fault(remove_bucket, restore_bucket),
    "store out": Fault(set_answer(refusals.service_unavailable()), set_answer(None)),
    "account blocked": Fault(
        set_answer(refusals.Refusal("AccountProblem", "There is a problem with your account", 403)), set_answer(None)
    ),
    "a word that nobody knows": Fault(set_answer(refusals.Refusal("SomethingNew", "What now", 400)), set_answer(None)),
}


@pytest.fixture(autouse=True)
def settings_of_the_world(world: World, site_settings: SiteSettings) -> None:
    world.site_settings = site_settings  # type: ignore[attr-defined]


@pytest.mark.slow
@pytest.mark.parametrize("name", FAULTS)
def test_a_missing_object_stays_missing_while_something_else_hides_it(world: World, name: str) -> None:
    fault = FAULTS[name]
    links = [world.create_link().link, world.presign().link]
    world.store.delete("report.pdf")
    world.validate()
    missing = open_incident(Code.OBJECT_MISSING)
    told(world)

    fault.begin(world)
    for _ in range(3):
        world.wait(timedelta(minutes=1))
        world.validate()
    missing.refresh_from_db()
    assert (missing.is_open, missing.link_count) == (True, len(links))
    assert "resolved" not in {kind for _, kind in told(world)}
    for link in ShareLink.objects.all():
        assert Code.OBJECT_MISSING in codes_of(link)
        assert link.verdict == Verdict.BROKEN

    fault.end(world)
    world.validate()
    assert list(Incident.objects.open()) == [missing]
    assert ("object-missing", "resolved") not in told(world)

    world.store.put("report.pdf", CONTENT)
    world.validate()
    assert not Incident.objects.open().exists()
    assert told(world).count(("object-missing", "opened")) == 1
    assert ("object-missing", "resolved") in told(world)
    assert set(ShareLink.objects.values_list("verdict", flat=True)) == {"healthy"}


def test_wrong_encryption_keys_for_three_minutes_are_one_incident_and_end_nothing(
    world: World, site_settings: SiteSettings
) -> None:
    """Whatever else is wrong with the links at the time."""
    world.store.put("second.pdf", CONTENT)
    gone, sound = world.create_link().link, world.create_link("second.pdf").link
    handed_out = world.presign("second.pdf").link
    session = world.s3.assume_role("app", "s", ends_at=world.clock() + HOUR)
    world.watch(world.s3.presigner(session, world.store).v4("second.pdf", expires=604_800))
    world.store.delete("report.pdf")
    world.validate()
    before = set(Incident.objects.open())
    assert {incident.code for incident in before} == {"object-missing", "temporary-credentials"}
    told(world)

    kept, site_settings.ENCRYPTION_KEYS = site_settings.ENCRYPTION_KEYS, [Fernet.generate_key().decode()]
    for _ in range(3):
        world.wait(timedelta(minutes=1))
        world.validate()
    (ours,) = set(Incident.objects.open()) - before
    assert (ours.code, ours.subject) == ("secrets-unreadable", "site")
    handed_out.refresh_from_db()
    assert handed_out.verdict == Verdict.HEALTHY  # it works without us
    sound.refresh_from_db()
    assert sound.verdict == Verdict.BROKEN  # nobody gets through
    assert "resolved" not in {kind for _, kind in told(world)}

    site_settings.ENCRYPTION_KEYS = kept
    world.validate()
    assert set(Incident.objects.open()) == before
    assert [entry for entry in told(world) if entry[1] == "resolved"] == [("secrets-unreadable", "resolved")]
    gone.refresh_from_db()
    assert codes_of(gone) == [Code.OBJECT_MISSING]
    assert "unasked_since" not in gone.findings[0]["params"]


def test_a_hidden_cause_ends_with_its_link(world: World) -> None:
    link = world.create_link().link
    world.store.delete("report.pdf")
    world.validate()
    delete_key(world)
    world.validate()
    changes.revoke(link, world.clock())
    assert not Incident.objects.open().exists()


def test_a_bucket_that_is_bound_to_another_key_is_harmed_by_the_old_one_no_more(world: World) -> None:
    world.create_link()
    delete_key(world)
    world.validate()
    fresh = world.s3.add_key(world.user)
    other = proofs.add_key("other", fresh.id, fresh.secret, endpoint=world.s3.url, now=world.clock())
    changing.change_bucket(world.bucket, other, region="", addressing="path", now=world.clock())
    world.s3.delete_key(fresh.id)
    world.validate()
    assert open_incident(Code.KEY_UNKNOWN).subject == fresh.id
    assert Incident.objects.open().count() == 1


def test_since_when_a_cause_cannot_be_asked_about_is_kept_until_it_can(world: World) -> None:
    world.create_link()
    world.store.delete("report.pdf")
    world.validate()
    incident_link = open_incident(Code.OBJECT_MISSING).incident_links.get()
    assert (incident_link.unasked_since, incident_link.verdict) == (None, "broken")
    delete_key(world)
    world.validate()
    incident_link.refresh_from_db()
    first = incident_link.unasked_since
    assert first is not None
    world.wait(HOUR)
    world.validate()
    incident_link.refresh_from_db()
    assert incident_link.unasked_since == first
    restore_key(world)
    world.validate()
    incident_link.refresh_from_db()
    assert incident_link.unasked_since is None


def test_a_link_that_stopped_stays_stopped_while_its_store_is_silent(world: World) -> None:
    link = world.create_link().link
    world.store.put("report.pdf", b"quite another file")
    world.validate()
    world.s3.answer = refusals.service_unavailable()
    world.validate()
    link.refresh_from_db()
    assert link.is_stopped


def test_a_lost_permission_that_may_as_well_be_a_missing_object_is_told_once(world: World) -> None:
    world.create_link()
    world.user.deny("s3:GetObject")
    world.validate()
    assert open_incident(Code.PERMISSION_LOST)
    world.user.deny("s3:*")
    world.validate()
    assert Incident.objects.count() == 1


# What was foreseen ----------------------------------------------------------------------------------------------


def test_what_the_bucket_said_is_kept_while_it_may_not_be_read(world: World) -> None:
    world.create_link(lifetime="30 days")
    world.store.policy = {"Statement": []}
    configuration.read_configuration(world.bucket, world.clock())
    world.bucket.refresh_from_db()
    read_at = world.bucket.policy_read_at
    assert (world.bucket.policy, read_at is not None) == ('{"Statement": []}', True)
    world.user.deny("s3:*")
    world.wait(HOUR)
    configuration.read_configuration(world.bucket, world.clock())
    world.bucket.refresh_from_db()
    assert (world.bucket.policy, world.bucket.policy_read_at) == ('{"Statement": []}', read_at)
    assert world.bucket.configuration_at is not None
    assert read_at is not None
    assert world.bucket.configuration_at > read_at


def test_a_reminder_of_what_cannot_be_asked_about_says_so(world: World) -> None:
    world.create_link()
    world.store.delete("report.pdf")
    world.validate()
    told(world)
    world.wait(HOUR)
    delete_key(world)
    world.validate()
    told(world)
    world.wait(timedelta(days=2))
    notices.remind(world.clock())
    reminder = IncidentNotice.objects.get(incident__code="object-missing", kind="reminder")
    assert "could not be checked" in notices.compose(reminder, world.clock()).text
