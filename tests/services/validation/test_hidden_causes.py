"""What cannot be asked about is not over: whatever speaks before the object is looked at, nobody is told that a file
is back which is still missing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from django.conf import settings as django_settings
from pytest_django import Settings

from links.domain.findings import Code, Verdict, read_findings
from links.models import Incident, Notice, ShareLink, SigningKey
from links.services.buckets import binding, configuration
from links.services.incidents import notices
from links.services.keys import proofs
from links.services.links import changes
from tests.fixtures import CONTENT, Stage, open_incident
from tests.strict_s3 import refusals

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def channels(settings: Settings) -> None:
    settings.ALERT_MAILS = ["ops@example.com"]


def told(stage: Stage) -> list[tuple[str, str]]:
    """What was said so far, and from now on counts as delivered."""
    Notice.objects.filter(delivered_at=None).update(delivered_at=stage.clock(), due_at=None)
    return list(Notice.objects.order_by("pk").values_list("incident__code", "kind"))


def codes_of(link: ShareLink) -> list[Code]:
    return [finding.code for finding in read_findings(link.findings)]


@dataclass(frozen=True)
class Fault:
    """Something that speaks before the object is looked at."""

    begin: Callable[[Stage], object]
    end: Callable[[Stage], object]


def lose_encryption_keys(stage: Stage) -> None:
    stage.kept_keys = django_settings.ENCRYPTION_KEYS  # type: ignore[attr-defined]
    django_settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode()]


def restore_encryption_keys(stage: Stage) -> None:
    django_settings.ENCRYPTION_KEYS = stage.kept_keys  # type: ignore[attr-defined]


def delete_key(stage: Stage) -> None:
    stage.s3.delete_key(stage.access.id)


def restore_key(stage: Stage) -> None:
    stage.s3.account.keys[stage.access.id] = stage.access


def refuse_key(stage: Stage) -> None:
    delete_key(stage)
    proofs.prove_key(SigningKey.objects.get(), stage.clock())


def prove_key_again(stage: Stage) -> None:
    restore_key(stage)
    proofs.prove_key(SigningKey.objects.get(), stage.clock())


def change_secret(stage: Stage) -> None:
    stage.kept_secret, stage.access.secret = stage.access.secret, "another"  # type: ignore[attr-defined]


def restore_secret(stage: Stage) -> None:
    stage.access.secret = stage.kept_secret  # type: ignore[attr-defined]


def set_answer(answer: object) -> Callable[[Stage], object]:
    return lambda stage: setattr(stage.s3, "answer", answer)


def remove_bucket(stage: Stage) -> None:
    stage.s3.buckets.pop("files")


def restore_bucket(stage: Stage) -> None:
    stage.s3.buckets["files"] = stage.store


FAULTS = {
    "secrets unreadable": Fault(lose_encryption_keys, restore_encryption_keys),
    "key deleted": Fault(delete_key, restore_key),
    "key refused by us": Fault(refuse_key, prove_key_again),
    "secret changed": Fault(change_secret, restore_secret),
    "permission to read lost": Fault(
        lambda stage: stage.user.deny("s3:GetObject"), lambda stage: stage.user.allow("s3:GetObject")
    ),
    "every permission lost": Fault(lambda stage: stage.user.deny("s3:*"), lambda stage: stage.user.allow("s3:*")),
    "bucket removed": Fault(remove_bucket, restore_bucket),
    "store out": Fault(set_answer(refusals.service_unavailable()), set_answer(None)),
    "account blocked": Fault(
        set_answer(refusals.Refusal("AccountProblem", "There is a problem with your account", 403)), set_answer(None)
    ),
    "a word that nobody knows": Fault(set_answer(refusals.Refusal("SomethingNew", "What now", 400)), set_answer(None)),
}


@pytest.fixture(autouse=True)
def kept_encryption_keys(settings: Settings) -> None:
    settings.ENCRYPTION_KEYS = list(settings.ENCRYPTION_KEYS)


@pytest.mark.parametrize("name", FAULTS)
def test_a_missing_object_stays_missing_while_something_else_hides_it(stage: Stage, name: str) -> None:
    fault = FAULTS[name]
    links = [stage.issue().link, stage.presign().link]
    stage.store.delete("report.pdf")
    stage.validate()
    missing = open_incident(Code.OBJECT_MISSING)
    told(stage)

    fault.begin(stage)
    for _ in range(3):
        stage.wait(timedelta(minutes=1))
        stage.validate()
    missing.refresh_from_db()
    assert (missing.is_open, missing.link_count) == (True, len(links))
    assert "resolved" not in {kind for _, kind in told(stage)}
    for link in ShareLink.objects.all():
        assert Code.OBJECT_MISSING in codes_of(link)
        assert link.verdict == Verdict.BROKEN

    fault.end(stage)
    stage.validate()
    assert list(Incident.objects.open()) == [missing]
    assert ("object-missing", "resolved") not in told(stage)

    stage.store.put("report.pdf", CONTENT)
    stage.validate()
    assert not Incident.objects.open().exists()
    assert told(stage).count(("object-missing", "opened")) == 1
    assert ("object-missing", "resolved") in told(stage)
    assert set(ShareLink.objects.values_list("verdict", flat=True)) == {"healthy"}


def test_wrong_encryption_keys_for_three_minutes_are_one_incident_and_end_nothing(
    stage: Stage, settings: Settings
) -> None:
    """Whatever else is wrong with the links at the time."""
    stage.store.put("second.pdf", CONTENT)
    gone, sound = stage.issue().link, stage.issue("second.pdf").link
    handed_out = stage.presign("second.pdf").link
    session = stage.s3.assume_role("app", "s", ends_at=stage.clock() + HOUR)
    stage.watch(stage.s3.presigner(session, stage.store).v4("second.pdf", expires=604_800))
    stage.store.delete("report.pdf")
    stage.validate()
    before = set(Incident.objects.open())
    assert {incident.code for incident in before} == {"object-missing", "temporary-credentials"}
    told(stage)

    kept, settings.ENCRYPTION_KEYS = settings.ENCRYPTION_KEYS, [Fernet.generate_key().decode()]
    for _ in range(3):
        stage.wait(timedelta(minutes=1))
        stage.validate()
    (site,) = set(Incident.objects.open()) - before
    assert (site.code, site.subject) == ("secrets-unreadable", "site")
    handed_out.refresh_from_db()
    assert handed_out.verdict == Verdict.HEALTHY  # it works without us
    sound.refresh_from_db()
    assert sound.verdict == Verdict.BROKEN  # nobody gets through
    assert "resolved" not in {kind for _, kind in told(stage)}

    settings.ENCRYPTION_KEYS = kept
    stage.validate()
    assert set(Incident.objects.open()) == before
    assert [entry for entry in told(stage) if entry[1] == "resolved"] == [("secrets-unreadable", "resolved")]
    gone.refresh_from_db()
    assert codes_of(gone) == [Code.OBJECT_MISSING]
    assert "unasked_since" not in gone.findings[0]["params"]


def test_a_hidden_cause_ends_with_its_link(stage: Stage) -> None:
    link = stage.issue().link
    stage.store.delete("report.pdf")
    stage.validate()
    delete_key(stage)
    stage.validate()
    changes.revoke(link, stage.clock())
    assert not Incident.objects.open().exists()


def test_a_bucket_that_is_bound_to_another_key_is_harmed_by_the_old_one_no_more(stage: Stage) -> None:
    stage.issue()
    delete_key(stage)
    stage.validate()
    fresh = stage.s3.add_key(stage.user)
    other = proofs.add_key("other", fresh.id, fresh.secret, endpoint=stage.s3.url, now=stage.clock())
    binding.change_bucket(stage.bucket, other, region="", addressing="path", now=stage.clock())
    stage.s3.delete_key(fresh.id)
    stage.validate()
    assert open_incident(Code.KEY_UNKNOWN).subject == fresh.id
    assert Incident.objects.open().count() == 1


def test_since_when_a_cause_cannot_be_asked_about_is_kept_until_it_can(stage: Stage) -> None:
    stage.issue()
    stage.store.delete("report.pdf")
    stage.validate()
    harm = open_incident(Code.OBJECT_MISSING).harms.get()
    assert (harm.unasked_since, harm.verdict) == (None, "broken")
    delete_key(stage)
    stage.validate()
    harm.refresh_from_db()
    first = harm.unasked_since
    assert first is not None
    stage.wait(HOUR)
    stage.validate()
    harm.refresh_from_db()
    assert harm.unasked_since == first
    restore_key(stage)
    stage.validate()
    harm.refresh_from_db()
    assert harm.unasked_since is None


def test_a_link_that_stopped_stays_stopped_while_its_store_is_silent(stage: Stage) -> None:
    link = stage.issue().link
    stage.store.put("report.pdf", b"quite another file")
    stage.validate()
    stage.s3.answer = refusals.service_unavailable()
    stage.validate()
    link.refresh_from_db()
    assert link.is_stopped


def test_a_lost_permission_that_may_as_well_be_a_missing_object_is_told_once(stage: Stage) -> None:
    stage.issue()
    stage.user.deny("s3:GetObject")
    stage.validate()
    assert open_incident(Code.PERMISSION_LOST)
    stage.user.deny("s3:*")
    stage.validate()
    assert Incident.objects.count() == 1


# What was foreseen ----------------------------------------------------------------------------------------------


def test_what_the_bucket_said_is_kept_while_it_may_not_be_read(stage: Stage) -> None:
    stage.issue(lifetime="30 days")
    stage.store.policy = {"Statement": []}
    configuration.read_configuration(stage.bucket, stage.clock())
    stage.bucket.refresh_from_db()
    read_at = stage.bucket.policy_read_at
    assert (stage.bucket.policy, read_at is not None) == ('{"Statement": []}', True)
    stage.user.deny("s3:*")
    stage.wait(HOUR)
    configuration.read_configuration(stage.bucket, stage.clock())
    stage.bucket.refresh_from_db()
    assert (stage.bucket.policy, stage.bucket.policy_read_at) == ('{"Statement": []}', read_at)
    assert stage.bucket.configuration_at is not None
    assert read_at is not None
    assert stage.bucket.configuration_at > read_at


def test_a_reminder_of_what_cannot_be_asked_about_says_so(stage: Stage) -> None:
    stage.issue()
    stage.store.delete("report.pdf")
    stage.validate()
    told(stage)
    stage.wait(HOUR)
    delete_key(stage)
    stage.validate()
    told(stage)
    stage.wait(timedelta(days=2))
    notices.remind(stage.clock())
    reminder = Notice.objects.get(incident__code="object-missing", kind="reminder")
    assert "cannot be asked about" in notices.compose(reminder, stage.clock()).text
