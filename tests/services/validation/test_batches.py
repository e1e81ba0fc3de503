"""Validation at a strict store: what each way to die looks like, what it is grouped by, and when it is over."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, timedelta
from itertools import cycle
from typing import Any

import pytest
from cryptography.fernet import Fernet
from pytest_django import DjangoAssertNumQueries, Settings

from links.domain.findings import Code, Verdict
from links.domain.incidents import UNKNOWN_BEFORE_ALARM
from links.domain.judging.cadence import POLICY
from links.domain.sharing import EVERYTHING
from links.domain.signed_urls.reading import SignedUrl
from links.models import Harm, Incident, Notice, ShareLink, SigningKey, Validation, VerdictTally
from links.queries import bucket_registry
from links.s3 import probe_stream
from links.services.buckets import binding
from links.services.click_signing import OpenBuckets
from links.services.keys import proofs
from links.services.links import changes
from links.services.validation import batches
from links.services.validation.batches import LEASE
from tests.fixtures import CONTENT, Stage, codes, open_incident
from tests.strict_s3 import Answer, Dropped, Override, StrictS3, Wording, html_page, refusals

HOUR = timedelta(hours=1)


def verdicts(stage: Stage) -> set[Verdict]:
    return {judged.judgement.verdict for judged in stage.validate()}


def found(stage: Stage) -> set[tuple[Code, ...]]:
    return {tuple(codes(judged)) for judged in stage.validate()}


# What a validation does -----------------------------------------------------------------------------------------


def test_a_healthy_link_is_probed_once_recorded_and_planned_again(stage: Stage) -> None:
    link = stage.issue().link
    before = len(stage.s3.requests)
    (judged,) = batches.validate_due_links(stage.clock)
    assert judged.judgement.verdict is Verdict.HEALTHY
    (request,) = stage.s3.requests[before:]
    assert (request.method, request.range, request.status) == ("GET", "bytes=0-0", 206)
    link.refresh_from_db()
    assert (link.verdict, link.findings, link.lease_id) == (Verdict.HEALTHY, [], None)
    assert link.due_at is not None
    assert stage.clock() < link.due_at < stage.clock() + HOUR
    row = Validation.objects.get()
    assert (row.link, row.verdict, row.status) == (link, "healthy", 206)
    assert batches.validate_due_links(stage.clock) == []


def test_after_its_first_hour_a_healthy_link_is_validated_by_policy(stage: Stage) -> None:
    link = stage.issue().link
    stage.wait(2 * HOUR)
    stage.judge(link)
    link.refresh_from_db()
    assert link.due_at is not None
    assert timedelta() < link.due_at - stage.clock() - POLICY * 0.95 < POLICY / 9


def test_a_link_that_stopped_works_again_within_minutes_of_the_cause_being_mended(stage: Stage) -> None:
    link = stage.issue().link
    stage.judge(link)
    stage.store.put("report.pdf", b"quite another file")
    stage.judge(link)
    stage.store.put("report.pdf", CONTENT)
    stage.wait(timedelta(minutes=3))
    (judged,) = batches.validate_due_links(stage.clock)
    assert judged.judgement.verdict is Verdict.HEALTHY
    assert not judged.link.is_stopped


def test_what_stays_broken_is_asked_about_less_and_less_often(stage: Stage) -> None:
    link = stage.issue().link
    stage.store.delete("report.pdf")
    stage.judge(link)
    stage.wait(2 * HOUR)
    stage.judge(link)
    link.refresh_from_db()
    assert link.due_at is not None
    assert 2 * HOUR < link.due_at - stage.clock() < 3 * HOUR


def test_every_delivery_is_probed_by_the_url_that_a_customer_has(stage: Stage) -> None:
    """A stable link is asked with a URL signed as a click would, the others with the very one handed out."""
    stable, presigned = stage.issue(), stage.presign()
    foreign = stage.watch(
        stage.s3.presigner(stage.access, stage.store).v4("report.pdf", expires=604_800, parameters={"x-id": "Get"})
    )
    before = len(stage.s3.requests)
    assert verdicts(stage) == {Verdict.HEALTHY}
    asked = [request.parameters for request in stage.s3.requests[before:]]
    assert sum("x-id" in names for names in asked) == 1
    assert sum("response-content-disposition" in names for names in asked) == 2
    assert {stable.link.pk, presigned.link.pk, foreign.link.pk} == set(
        Validation.objects.values_list("link", flat=True)
    )


def test_a_batch_asks_the_database_the_same_few_things_for_many_links(
    stage: Stage, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(30):
        stage.issue()
    stage.s3.delete_key(stage.access.id)
    with django_assert_max_num_queries(60):
        batches.validate_due_links(stage.clock)


def test_each_days_verdicts_are_tallied(stage: Stage) -> None:
    links = [stage.issue().link for _ in range(3)]
    stage.validate(*links)
    stage.store.delete("report.pdf")
    stage.validate(links[0])
    today = stage.clock().astimezone(UTC).date()
    tallied = VerdictTally.objects.filter(day=today).values_list("verdict", "count")
    assert dict(tallied) == {"healthy": 3, "broken": 1}


def test_more_links_than_one_batch_are_validated_by_id(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "BATCH", 2)
    ids = [stage.issue().link.pk for _ in range(5)]
    assert [judged.link.pk for judged in batches.validate_links(ids, stage.clock)] == ids


def test_two_validators_never_have_the_same_link(stage: Stage) -> None:
    for _ in range(4):
        stage.issue()
    first = batches.validate_due_links(stage.clock, batch=2)
    second = batches.validate_due_links(stage.clock, batch=9)
    assert (len(first), len(second)) == (2, 2)
    assert not {judged.link.pk for judged in first} & {judged.link.pk for judged in second}


def meanwhile(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], object]) -> None:
    """Let something happen once, while a validation's probes are under way."""
    ask, waiting = probe_stream.probe_in_portions, [happens]

    def ask_slowly(*args: Any, **kwargs: Any) -> Iterator[probe_stream.Portion]:
        if waiting:
            waiting.pop()()
        return ask(*args, **kwargs)

    monkeypatch.setattr(batches, "probe_in_portions", ask_slowly)


def test_who_lost_the_lease_meanwhile_records_nothing(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.issue()

    def overtake() -> None:
        stage.wait(LEASE)
        assert len(batches.validate_due_links(stage.clock)) == 1

    meanwhile(monkeypatch, overtake)
    assert batches.validate_due_links(stage.clock) == []
    assert Validation.objects.count() == 1


def test_a_link_that_is_given_more_time_while_it_is_found_ended_goes_on_being_watched(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = stage.issue(lifetime="1 hour").link
    stage.wait(2 * HOUR)
    meanwhile(
        monkeypatch,
        lambda: changes.change_end(ShareLink.objects.get(), "30 days", zone=UTC, now=stage.clock(), scope=EVERYTHING),
    )
    assert batches.validate_due_links(stage.clock) == []
    link.refresh_from_db()
    assert (link.verdict, ShareLink.objects.due(stage.clock()).count()) == ("", 1)
    assert stage.judge(link).judgement.verdict is Verdict.HEALTHY


def test_what_is_asked_of_a_file_that_is_followed_no_more_counts_no_more(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = stage.issue().link
    stage.store.put("report.pdf", b"quite another file")
    meanwhile(monkeypatch, lambda: changes.follow_latest(ShareLink.objects.get(), EVERYTHING, stage.clock()))
    assert batches.validate_due_links(stage.clock) == []
    assert stage.judge(link).judgement.verdict is Verdict.HEALTHY


def test_a_bucket_that_is_bound_to_another_key_meanwhile_has_its_links_validated_again(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.issue()
    fresh = stage.s3.add_key(stage.user)
    other = proofs.add_key("other", fresh.id, fresh.secret, endpoint=stage.s3.url, now=stage.clock())

    def rebind() -> None:
        binding.change_bucket(stage.bucket, other, region="", addressing="path", now=stage.clock())

    meanwhile(monkeypatch, rebind)
    assert batches.validate_due_links(stage.clock) == []
    assert ShareLink.objects.due(stage.clock()).count() == 1


def test_one_link_that_cannot_be_prepared_keeps_nobody_else_from_being_validated(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd, sound = stage.issue().link, stage.issue().link
    take = batches._take_url

    def stumble(link: ShareLink, opened: OpenBuckets) -> tuple[str, SignedUrl]:
        if link.pk == odd.pk:
            raise RuntimeError("unheard of")
        return take(link, opened)

    monkeypatch.setattr(batches, "_take_url", stumble)
    by_link = {judged.link.pk: judged for judged in batches.validate_due_links(stage.clock)}
    assert codes(by_link[odd.pk]) == [Code.GATE_REFUSED]
    assert by_link[sound.pk].judgement.verdict is Verdict.HEALTHY


# The ways links die ---------------------------------------------------------------------------------------------


def issue_all(stage: Stage) -> list[ShareLink]:
    """A link of each delivery, all signed by the bucket's key."""
    url = stage.s3.presigner(stage.access, stage.store).v4("report.pdf", expires=604_800)
    return [stage.issue().link, stage.presign().link, stage.watch(url).link]


@pytest.mark.proves("key-unknown")
def test_a_deleted_key_is_one_incident_about_the_key(stage: Stage, settings: Settings) -> None:
    settings.ALERT_MAILS, settings.ALERT_URLS = ["ops@example.com"], ["json://127.0.0.1:9/hook"]
    links = issue_all(stage)
    stage.s3.delete_key(stage.access.id)
    assert found(stage) == {(Code.KEY_UNKNOWN,)}
    assert verdicts(stage) == {Verdict.BROKEN}
    incident = open_incident(Code.KEY_UNKNOWN)
    assert (incident.subject, incident.link_count) == (stage.access.id, len(links))
    assert {harm.link_id for harm in incident.harms.all()} == {link.pk for link in links}
    assert list(Notice.objects.values_list("kind", flat=True)) == ["opened", "opened"]


def test_a_key_that_was_made_again_is_proved_and_its_incident_resolved(stage: Stage, settings: Settings) -> None:
    settings.ALERT_MAILS = ["ops@example.com"]
    issue_all(stage)
    stage.s3.delete_key(stage.access.id)
    stage.wait(proofs.ASK_AGAIN)
    stage.validate()
    Notice.objects.update(delivered_at=stage.clock(), due_at=None)
    assert proofs.prove_due_keys(stage.clock()) == 1
    assert SigningKey.objects.get().state == "refused"

    stage.s3.add_key(stage.user, stage.access.id, stage.access.secret)
    stage.wait(proofs.ASK_AGAIN)
    assert proofs.prove_due_keys(stage.clock()) == 1
    assert {judged.judgement.verdict for judged in batches.validate_due_links(stage.clock)} == {Verdict.HEALTHY}
    incident = Incident.objects.get()
    assert incident.resolved_at is not None
    assert incident.link_count == 3
    assert not Harm.objects.filter(over_at=None).exists()
    assert list(Notice.objects.order_by("pk").values_list("kind", flat=True)) == ["opened", "resolved"]


@pytest.mark.proves("signature-mismatch")
def test_a_secret_that_was_rotated_in_place_is_a_mismatch_of_the_key(stage: Stage) -> None:
    issue_all(stage)
    right, stage.access.secret = stage.access.secret, "rotated"
    assert found(stage) == {(Code.SIGNATURE_MISMATCH,)}
    assert open_incident(Code.SIGNATURE_MISMATCH).subject == stage.access.id
    assert Incident.objects.count() == 1
    stage.access.secret = right
    assert verdicts(stage) == {Verdict.HEALTHY}
    assert not Incident.objects.open().exists()


@pytest.mark.proves("url-changed")
def test_a_url_that_was_changed_on_its_way_is_told_from_a_wrong_secret(stage: Stage) -> None:
    url = stage.s3.presigner(stage.access, stage.store).v4("report.pdf", expires=604_800)
    added = stage.watch(f"{url}&utm_source=mail").link
    respelt = stage.watch(url.replace("X-Amz-Expires=604800", "X-Amz-Expires=604799")).link
    (finding,) = stage.judge(added).judgement.findings
    assert (finding.code, finding.params["what"]) == (Code.URL_CHANGED, "utm_source")
    assert codes(stage.judge(respelt)) == [Code.URL_CHANGED]
    assert set(Incident.objects.values_list("subject", flat=True)) == {str(added.pk), str(respelt.pk)}


@pytest.mark.proves("permission-lost")
@pytest.mark.parametrize("wording", [Wording.PLAIN, Wording.NO_POLICY])
def test_a_lost_permission_is_one_incident_about_the_bucket(stage: Stage, wording: Wording) -> None:
    stage.store.put("second.pdf", CONTENT)
    issue_all(stage)
    stage.issue("second.pdf")
    stage.user.deny("s3:GetObject", wording=wording)
    assert found(stage) == {(Code.PERMISSION_LOST,)}
    assert open_incident(Code.PERMISSION_LOST).subject == "files"
    assert Incident.objects.count() == 1
    stage.user.allow("s3:GetObject")
    assert verdicts(stage) == {Verdict.HEALTHY}
    assert not Incident.objects.open().exists()


def test_a_bare_refusal_to_a_key_that_may_not_list_is_said_to_be_either_and_once(stage: Stage) -> None:
    stage.store.put("second.pdf", CONTENT)
    stage.issue()
    stage.issue("second.pdf")
    stage.user.deny("s3:*")
    findings = [finding for judged in stage.validate() for finding in judged.judgement.findings]
    assert {(finding.code, finding.params["one_of"]) for finding in findings} == {
        (Code.OBJECT_MISSING, "permission-lost")
    }
    incident = Incident.objects.get()
    assert (incident.subject, incident.link_count) == ("files", 2)


@pytest.mark.proves("object-missing")
def test_a_deleted_object_is_an_incident_about_the_object_until_it_is_back(stage: Stage) -> None:
    stage.store.put("second.pdf", CONTENT)
    links = issue_all(stage)
    other = stage.issue("second.pdf").link
    stage.store.delete("report.pdf")
    by_link = {judged.link.pk: judged for judged in stage.validate()}
    assert {tuple(codes(by_link[link.pk])) for link in links} == {(Code.OBJECT_MISSING,)}
    assert by_link[other.pk].judgement.verdict is Verdict.HEALTHY
    incident = open_incident(Code.OBJECT_MISSING)
    assert (incident.subject, incident.link_count) == ("files/report.pdf", len(links))
    stage.store.put("report.pdf", CONTENT)
    assert verdicts(stage) == {Verdict.HEALTHY}
    assert not Incident.objects.open().exists()


def test_an_object_behind_a_delete_marker_is_recoverable(stage: Stage) -> None:
    stage.store.versioned = True
    link = stage.issue().link
    stage.store.delete("report.pdf")
    (finding,) = stage.judge(link).judgement.findings
    assert (finding.code, finding.params["recoverable"]) == (Code.OBJECT_MISSING, "yes")


@pytest.mark.proves("bucket-missing", "wrong-region")
def test_a_bucket_that_moved_and_then_is_gone_is_one_incident_at_a_time(stage: Stage) -> None:
    issue_all(stage)
    stage.store.move_permanently("eu-west-1")
    findings = [finding for judged in stage.validate() for finding in judged.judgement.findings]
    assert {(finding.code, finding.params["region"]) for finding in findings} == {(Code.WRONG_REGION, "eu-west-1")}
    assert open_incident(Code.WRONG_REGION).subject == "files"
    stage.s3.remove_bucket("files")
    assert found(stage) == {(Code.BUCKET_MISSING,)}
    assert open_incident(Code.BUCKET_MISSING).subject == "files"
    assert Incident.objects.open().count() == 1


@pytest.mark.proves("temporary-credentials-ended")
@pytest.mark.parametrize("key_id", ["", "Q3AM3UQ867SPQQA43P2F"])
def test_ended_credentials_are_told_from_a_deleted_key(stage: Stage, key_id: str) -> None:
    session = stage.s3.assume_role("app", "s", ends_at=stage.clock() + HOUR, key_id=key_id)
    link = stage.watch(stage.s3.presigner(session, stage.store).v4("report.pdf", expires=604_800)).link
    assert stage.judge(link).judgement.verdict is Verdict.AT_RISK
    session.old = True  # the store has forgotten it, and says that it knows no such key
    judged = stage.judge(link)
    assert judged.answer is not None
    assert judged.answer.code == "InvalidAccessKeyId"
    assert codes(judged) == [Code.TEMPORARY_CREDENTIALS_ENDED]
    assert open_incident(Code.TEMPORARY_CREDENTIALS_ENDED).subject == "files"


def test_a_warning_that_came_true_is_not_told_as_resolved(stage: Stage, settings: Settings) -> None:
    settings.ALERT_MAILS = ["ops@example.com"]
    session = stage.s3.assume_role("app", "s", ends_at=stage.clock() + HOUR)
    link = stage.watch(stage.s3.presigner(session, stage.store).v4("report.pdf", expires=604_800)).link
    stage.judge(link)
    Notice.objects.update(delivered_at=stage.clock(), due_at=None)
    session.ends_at = stage.clock()
    stage.judge(link)
    told = Notice.objects.order_by("pk").values_list("incident__code", "kind")
    assert list(told) == [("temporary-credentials", "opened"), ("temporary-credentials-ended", "opened")]
    assert open_incident(Code.TEMPORARY_CREDENTIALS_ENDED)
    assert Incident.objects.open().count() == 1


@pytest.mark.proves("temporary-credentials")
def test_temporary_credentials_of_many_sessions_are_one_incident_of_the_bucket(stage: Stage) -> None:
    for number in range(3):
        session = stage.s3.assume_role("app", str(number), ends_at=stage.clock() + HOUR)
        stage.watch(stage.s3.presigner(session, stage.store).v4("report.pdf", expires=604_800))
    assert verdicts(stage) == {Verdict.AT_RISK}
    assert open_incident(Code.TEMPORARY_CREDENTIALS).link_count == 3
    assert Incident.objects.count() == 1


def test_a_stable_link_whose_key_can_no_longer_sign_is_found_before_anybody_clicks(stage: Stage) -> None:
    stage.issue()
    stage.s3.delete_key(stage.access.id)
    proofs.prove_key(stage.key, stage.clock())
    asked = len(stage.s3.requests)
    (judged,) = batches.validate_due_links(stage.clock)
    assert len(stage.s3.requests) == asked
    assert judged.answer is None
    assert codes(judged) == [Code.KEY_UNKNOWN]
    assert open_incident(Code.KEY_UNKNOWN).subject == stage.access.id


@pytest.mark.proves("key-not-proved")
def test_a_key_whose_proof_was_never_answered_signs_nothing(stage: Stage) -> None:
    link = stage.issue().link
    SigningKey.objects.update(state="pending", state_code="caller-unanswered")
    assert codes(stage.judge(link)) == [Code.KEY_NOT_PROVED]


@pytest.mark.proves("secrets-unreadable")
def test_lost_encryption_keys_are_one_incident_and_the_rows_still_load(stage: Stage, settings: Settings) -> None:
    kept, links = settings.ENCRYPTION_KEYS, issue_all(stage)
    settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    assert found(stage) == {(Code.SECRETS_UNREADABLE,)}
    incident = open_incident(Code.SECRETS_UNREADABLE)
    assert (incident.subject, incident.link_count) == ("site", len(links))
    assert Incident.objects.count() == 1
    listed = ShareLink.objects.select_related("bucket__key")
    assert [str(link.bucket and link.bucket.key) for link in listed] == ["key of files"] * len(links)
    settings.ENCRYPTION_KEYS = kept
    assert verdicts(stage) == {Verdict.HEALTHY}
    assert not Incident.objects.open().exists()


# What breaks nothing --------------------------------------------------------------------------------------------


@pytest.mark.proves("store-overloaded")
@pytest.mark.parametrize(
    ("trouble", "code"),
    [
        pytest.param(Dropped(reset=True), Code.UNREACHABLE, id="reset"),
        pytest.param(html_page(), Code.UNREACHABLE, id="a proxy's page"),
        pytest.param(refusals.service_unavailable(), Code.STORE_OVERLOADED, id="503"),
        pytest.param(refusals.slow_down(), Code.STORE_OVERLOADED, id="slow down"),
        pytest.param(Answer(500, b""), Code.STORE_OVERLOADED, id="500"),
    ],
)
def test_an_outage_breaks_no_link_and_is_one_incident_about_the_store(
    stage: Stage, trouble: Override, code: Code
) -> None:
    issue_all(stage)
    stage.s3.answer = trouble
    for _ in range(UNKNOWN_BEFORE_ALARM - 1):
        assert verdicts(stage) == {Verdict.UNKNOWN}
        assert not Incident.objects.exists()
    assert found(stage) == {(code,)}
    incident = Incident.objects.get()
    assert (incident.code, incident.subject, incident.link_count) == (code, f"127.0.0.1:{stage.s3.port}", 3)
    assert incident.verdict == Verdict.UNKNOWN
    stage.s3.answer = None
    assert verdicts(stage) == {Verdict.HEALTHY}
    assert not Incident.objects.open().exists()
    assert set(ShareLink.objects.values_list("unknown_streak", flat=True)) == {0}


TIMEOUT, PAGE, BUSY, DOWN = Answer(wait=3), html_page(), refusals.slow_down(), Answer(500, b"")


@pytest.mark.parametrize(
    "rounds",
    [
        pytest.param([[TIMEOUT], [TIMEOUT], [TIMEOUT], [TIMEOUT]], id="time-outs"),
        pytest.param([[DOWN], [DOWN], [DOWN], [DOWN]], id="errors"),
        pytest.param([[PAGE], [BUSY], [TIMEOUT], [PAGE]], id="another trouble each time"),
        pytest.param([[BUSY, PAGE, DOWN, TIMEOUT]] * 4, id="every trouble at once"),
    ],
)
def test_ten_links_of_a_store_that_is_out_back_off_each_and_are_one_incident(
    stage: Stage, settings: Settings, monkeypatch: pytest.MonkeyPatch, rounds: list[list[Override]]
) -> None:
    settings.ALERT_MAILS = ["ops@example.com"]
    links = [stage.issue().link for _ in range(5)] + [stage.presign().link for _ in range(5)]
    for past, troubles in enumerate(rounds):
        turns = cycle(troubles)
        stage.s3.answer = lambda _, turns=turns: next(turns)
        with monkeypatch.context() as impatient:
            impatient.setattr(batches, "make_policy", lambda: replace(bucket_registry.make_policy(), deadline=0.5))
            judged = []
            while more := batches.validate_due_links(stage.clock):
                judged += more
        assert {one.judgement.verdict for one in judged} == {Verdict.UNKNOWN}
        assert {one.link.pk for one in judged} == {link.pk for link in links}
        back_off = timedelta(minutes=2**past)
        soon, late = stage.clock() + back_off * 0.9, stage.clock() + back_off * 1.1
        assert ShareLink.objects.filter(due_at__gt=soon, due_at__lt=late).count() == len(links)
        assert Incident.objects.count() == (past >= UNKNOWN_BEFORE_ALARM - 1)
        stage.wait(back_off * 1.1)
    incident = Incident.objects.get()
    assert (incident.subject, incident.link_count) == (f"127.0.0.1:{stage.s3.port}", 10)
    assert incident.code in (Code.STORE_OVERLOADED, Code.UNREACHABLE)
    assert list(Notice.objects.values_list("kind", flat=True)) == ["opened"]
    stage.s3.answer = None
    while judged := batches.validate_due_links(stage.clock):
        assert {one.judgement.verdict for one in judged} == {Verdict.HEALTHY}
    assert Incident.objects.count() == 1
    assert not Incident.objects.open().exists()


@pytest.mark.proves("unreachable")
def test_a_store_that_is_not_there_is_unknown(db: None) -> None:
    with StrictS3() as s3:
        stage = Stage.build(s3)
        issue_all(stage)
    assert found(stage) == {(Code.UNREACHABLE,)}
    assert verdicts(stage) == {Verdict.UNKNOWN}


def test_a_host_that_does_not_resolve_is_unknown(stage: Stage, settings: Settings) -> None:
    settings.PROBE_ALLOWED_HOSTS = ["nowhere.invalid"]
    url = stage.s3.presigner(stage.access, stage.store).v4("report.pdf", expires=604_800)
    judged = stage.judge(stage.watch(url.replace(f"127.0.0.1:{stage.s3.port}", "nowhere.invalid")).link)
    assert (judged.judgement.verdict, codes(judged)) == (Verdict.UNKNOWN, [Code.UNREACHABLE])


def test_an_unknown_link_is_asked_again_within_minutes(stage: Stage) -> None:
    link = stage.issue().link
    stage.s3.answer = refusals.slow_down()
    stage.judge(link)
    link.refresh_from_db()
    assert link.due_at is not None
    assert link.due_at - stage.clock() < timedelta(minutes=2)


def test_an_outage_takes_no_incident_back(stage: Stage) -> None:
    link = stage.issue().link
    stage.store.delete("report.pdf")
    stage.judge(link)
    stage.s3.answer = refusals.service_unavailable()
    assert stage.judge(link).judgement.verdict is Verdict.UNKNOWN
    assert open_incident(Code.OBJECT_MISSING).link_count == 1


# What is over ---------------------------------------------------------------------------------------------------


def revoke(stage: Stage, link: ShareLink) -> None:
    changes.revoke(link, stage.clock())


def outlive(stage: Stage, link: ShareLink) -> None:
    stage.wait(timedelta(days=40))
    assert [judged.judgement.verdict for judged in batches.validate_due_links(stage.clock)] == [Verdict.ENDED]


@pytest.mark.parametrize("end", [revoke, outlive])
def test_what_harmed_a_link_is_resolved_when_the_link_is_over(
    stage: Stage, end: Callable[[Stage, ShareLink], None]
) -> None:
    link = stage.issue().link
    stage.store.delete("report.pdf")
    stage.judge(link)
    assert Incident.objects.open().count() == 1
    end(stage, link)
    assert Incident.objects.count() == 1
    assert not Incident.objects.open().exists()
    link.refresh_from_db()
    assert link.due_at is None


def test_a_link_that_is_over_is_neither_asked_nor_alerted(stage: Stage, settings: Settings) -> None:
    settings.ALERT_MAILS = ["ops@example.com"]
    ended, revoked = stage.issue().link, stage.issue(lifetime="1 year").link
    revoke(stage, revoked)
    stage.s3.delete_key(stage.access.id)
    asked = len(stage.s3.requests)
    stage.wait(timedelta(days=40))
    assert [judged.link.pk for judged in stage.validate()] == [ended.pk]
    assert batches.validate_due_links(stage.clock) == []
    assert len(stage.s3.requests) == asked
    assert not Incident.objects.exists()
    assert not Notice.objects.exists()


# Links that share a cause ---------------------------------------------------------------------------------------


def judge_due(stage: Stage) -> dict[int, Verdict]:
    return {judged.link.pk: judged.judgement.verdict for judged in batches.validate_due_links(stage.clock)}


def test_an_object_that_one_link_finds_gone_is_asked_about_for_all_its_links_at_once(stage: Stage) -> None:
    stage.store.put("other.pdf", CONTENT)
    stage.issue("other.pdf")
    links = [stage.issue().link for _ in range(11)]
    stage.validate()
    stage.store.delete("report.pdf")
    stage.judge(links[0])
    assert judge_due(stage) == {link.pk: Verdict.BROKEN for link in links[1:]}
    assert open_incident(Code.OBJECT_MISSING).link_count == len(links)
    assert Notice.objects.filter(kind="opened").count() <= 1
    assert judge_due(stage) == {}


def test_an_object_that_is_back_for_one_link_is_asked_about_for_all_its_links_at_once(stage: Stage) -> None:
    links = [stage.issue().link for _ in range(11)]
    stage.store.delete("report.pdf")
    stage.validate()
    stage.wait(HOUR)
    stage.validate()
    stage.store.put("report.pdf", CONTENT)
    stage.judge(links[0])
    assert judge_due(stage) == {link.pk: Verdict.HEALTHY for link in links[1:]}
    assert not Incident.objects.open().exists()
    assert judge_due(stage) == {}


def test_a_key_that_one_link_finds_dead_and_alive_again_is_asked_about_for_all_its_links(stage: Stage) -> None:
    stage.store.put("other.pdf", CONTENT)
    links = [stage.issue("other.pdf").link, stage.presign().link, stage.issue().link]
    stage.validate()
    key = stage.s3.account.keys.pop(stage.access.id)
    stage.judge(links[0])
    assert judge_due(stage) == {link.pk: Verdict.BROKEN for link in links[1:]}
    stage.s3.account.keys[stage.access.id] = key
    stage.judge(links[1])
    assert set(judge_due(stage).values()) == {Verdict.HEALTHY}
    assert not Incident.objects.open().exists()


def test_siblings_that_are_sound_are_asked_once_and_left_in_peace(stage: Stage) -> None:
    """The bucket's incident may be one link's only."""
    stage.store.put("other.pdf", CONTENT)
    gone, sound = stage.issue().link, stage.issue("other.pdf").link
    stage.validate()
    stage.user.deny("s3:GetObject", "arn:aws:s3:::files/report.pdf")
    for _ in range(2):
        stage.judge(gone)
    assert judge_due(stage) == {sound.pk: Verdict.HEALTHY}
    stage.judge(gone)
    assert judge_due(stage) == {}


def test_a_link_that_is_over_hastens_nobody(stage: Stage) -> None:
    first, second = stage.issue(lifetime="1 day").link, stage.issue().link
    stage.store.delete("report.pdf")
    stage.validate()
    ShareLink.objects.filter(pk=second.pk).update(due_at=stage.clock() + 100 * HOUR)
    stage.wait(25 * HOUR)
    stage.judge(first)
    assert judge_due(stage) == {}
