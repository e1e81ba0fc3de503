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
from links.domain.judging.cadence import DEFAULT_INTERVAL
from links.domain.sharing import EVERYTHING
from links.domain.signed_urls.reading import SignedUrl
from links.models import DailyVerdictCount, Incident, IncidentLink, IncidentNotice, ShareLink, SigningKey, Validation
from links.queries import bucket_registry
from links.s3 import probe_stream
from links.services.buckets import binding
from links.services.click_signing import OpenBuckets
from links.services.keys import proofs
from links.services.links import changes
from links.services.validation import batches
from links.services.validation.batches import LEASE
from tests.fixtures import CONTENT, World, codes, open_incident
from tests.strict_s3 import Answer, Dropped, Override, StrictS3, Wording, html_page, refusals

HOUR = timedelta(hours=1)


def verdicts(world: World) -> set[Verdict]:
    return {judged.judgement.verdict for judged in world.validate()}


def found(world: World) -> set[tuple[Code, ...]]:
    return {tuple(codes(judged)) for judged in world.validate()}


# What a validation does -----------------------------------------------------------------------------------------


def test_a_healthy_link_is_probed_once_recorded_and_planned_again(world: World) -> None:
    link = world.create_link().link
    before = len(world.s3.requests)
    (judged,) = batches.validate_due_links(world.clock)
    assert judged.judgement.verdict is Verdict.HEALTHY
    (request,) = world.s3.requests[before:]
    assert (request.method, request.range, request.status) == ("GET", "bytes=0-0", 206)
    link.refresh_from_db()
    assert (link.verdict, link.findings, link.lease_id) == (Verdict.HEALTHY, [], None)
    assert link.due_at is not None
    assert world.clock() < link.due_at < world.clock() + HOUR
    row = Validation.objects.get()
    assert (row.link, row.verdict, row.status) == (link, "healthy", 206)
    assert batches.validate_due_links(world.clock) == []


def test_after_its_first_hour_a_healthy_link_is_validated_by_policy(world: World) -> None:
    link = world.create_link().link
    world.wait(2 * HOUR)
    world.judge(link)
    link.refresh_from_db()
    assert link.due_at is not None
    assert timedelta() < link.due_at - world.clock() - DEFAULT_INTERVAL * 0.95 < DEFAULT_INTERVAL / 9


def test_a_link_that_stopped_works_again_within_minutes_of_the_cause_being_mended(world: World) -> None:
    link = world.create_link().link
    world.judge(link)
    world.store.put("report.pdf", b"quite another file")
    world.judge(link)
    world.store.put("report.pdf", CONTENT)
    world.wait(timedelta(minutes=3))
    (judged,) = batches.validate_due_links(world.clock)
    assert judged.judgement.verdict is Verdict.HEALTHY
    assert not judged.link.is_stopped


def test_what_stays_broken_is_asked_about_less_and_less_often(world: World) -> None:
    link = world.create_link().link
    world.store.delete("report.pdf")
    world.judge(link)
    world.wait(2 * HOUR)
    world.judge(link)
    link.refresh_from_db()
    assert link.due_at is not None
    assert 2 * HOUR < link.due_at - world.clock() < 3 * HOUR


def test_every_delivery_is_probed_by_the_url_that_a_customer_has(world: World) -> None:
    """A stable link is asked with a URL signed as a click would, the others with the very one handed out."""
    stable, presigned = world.create_link(), world.presign()
    foreign = world.watch(
        world.s3.presigner(world.access, world.store).v4("report.pdf", expires=604_800, parameters={"x-id": "Get"})
    )
    before = len(world.s3.requests)
    assert verdicts(world) == {Verdict.HEALTHY}
    asked = [request.parameters for request in world.s3.requests[before:]]
    assert sum("x-id" in names for names in asked) == 1
    assert sum("response-content-disposition" in names for names in asked) == 2
    assert {stable.link.pk, presigned.link.pk, foreign.link.pk} == set(
        Validation.objects.values_list("link", flat=True)
    )


def test_a_batch_asks_the_database_the_same_few_things_for_many_links(
    world: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(30):
        world.create_link()
    world.s3.delete_key(world.access.id)
    with django_assert_max_num_queries(60):
        batches.validate_due_links(world.clock)


def test_each_days_verdicts_are_tallied(world: World) -> None:
    links = [world.create_link().link for _ in range(3)]
    world.validate(*links)
    world.store.delete("report.pdf")
    world.validate(links[0])
    today = world.clock().astimezone(UTC).date()
    tallied = DailyVerdictCount.objects.filter(day=today).values_list("verdict", "count")
    assert dict(tallied) == {"healthy": 3, "broken": 1}


def test_more_links_than_one_batch_are_validated_by_id(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "BATCH_SIZE", 2)
    ids = [world.create_link().link.pk for _ in range(5)]
    assert [judged.link.pk for judged in batches.validate_links(ids, world.clock)] == ids


def test_two_validators_never_have_the_same_link(world: World) -> None:
    for _ in range(4):
        world.create_link()
    first = batches.validate_due_links(world.clock, batch=2)
    second = batches.validate_due_links(world.clock, batch=9)
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


def test_who_lost_the_lease_meanwhile_records_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.create_link()

    def overtake() -> None:
        world.wait(LEASE)
        assert len(batches.validate_due_links(world.clock)) == 1

    meanwhile(monkeypatch, overtake)
    assert batches.validate_due_links(world.clock) == []
    assert Validation.objects.count() == 1


def test_a_link_that_is_given_more_time_while_it_is_found_ended_goes_on_being_watched(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = world.create_link(lifetime="1 hour").link
    world.wait(2 * HOUR)
    meanwhile(
        monkeypatch,
        lambda: changes.change_end(ShareLink.objects.get(), "30 days", zone=UTC, now=world.clock(), scope=EVERYTHING),
    )
    assert batches.validate_due_links(world.clock) == []
    link.refresh_from_db()
    assert (link.verdict, ShareLink.objects.due(world.clock()).count()) == ("", 1)
    assert world.judge(link).judgement.verdict is Verdict.HEALTHY


def test_what_is_asked_of_a_file_that_is_followed_no_more_counts_no_more(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = world.create_link().link
    world.store.put("report.pdf", b"quite another file")
    meanwhile(monkeypatch, lambda: changes.follow_latest(ShareLink.objects.get(), EVERYTHING, world.clock()))
    assert batches.validate_due_links(world.clock) == []
    assert world.judge(link).judgement.verdict is Verdict.HEALTHY


def test_a_bucket_that_is_bound_to_another_key_meanwhile_has_its_links_validated_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.create_link()
    fresh = world.s3.add_key(world.user)
    other = proofs.add_key("other", fresh.id, fresh.secret, endpoint=world.s3.url, now=world.clock())

    def rebind() -> None:
        binding.change_bucket(world.bucket, other, region="", addressing="path", now=world.clock())

    meanwhile(monkeypatch, rebind)
    assert batches.validate_due_links(world.clock) == []
    assert ShareLink.objects.due(world.clock()).count() == 1


def test_one_link_that_cannot_be_prepared_keeps_nobody_else_from_being_validated(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd, sound = world.create_link().link, world.create_link().link
    take = batches._take_url

    def stumble(link: ShareLink, opened: OpenBuckets) -> tuple[str, SignedUrl]:
        if link.pk == odd.pk:
            raise RuntimeError("unheard of")
        return take(link, opened)

    monkeypatch.setattr(batches, "_take_url", stumble)
    by_link = {judged.link.pk: judged for judged in batches.validate_due_links(world.clock)}
    assert codes(by_link[odd.pk]) == [Code.GATE_REFUSED]
    assert by_link[sound.pk].judgement.verdict is Verdict.HEALTHY


# The ways links die ---------------------------------------------------------------------------------------------


def create_links(world: World) -> list[ShareLink]:
    """A link of each delivery, all signed by the bucket's key."""
    url = world.s3.presigner(world.access, world.store).v4("report.pdf", expires=604_800)
    return [world.create_link().link, world.presign().link, world.watch(url).link]


@pytest.mark.proves("key-unknown")
def test_a_deleted_key_is_one_incident_about_the_key(world: World, settings: Settings) -> None:
    settings.ALERT_MAILS, settings.ALERT_URLS = ["ops@example.com"], ["json://127.0.0.1:9/hook"]
    links = create_links(world)
    world.s3.delete_key(world.access.id)
    assert found(world) == {(Code.KEY_UNKNOWN,)}
    assert verdicts(world) == {Verdict.BROKEN}
    incident = open_incident(Code.KEY_UNKNOWN)
    assert (incident.subject, incident.link_count) == (world.access.id, len(links))
    assert {incident_link.link_id for incident_link in incident.incident_links.all()} == {link.pk for link in links}
    assert list(IncidentNotice.objects.values_list("kind", flat=True)) == ["opened", "opened"]


def test_a_key_that_was_made_again_is_proved_and_its_incident_resolved(world: World, settings: Settings) -> None:
    settings.ALERT_MAILS = ["ops@example.com"]
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
    assert set(Incident.objects.values_list("subject", flat=True)) == {str(added.pk), str(respelt.pk)}


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
    assert (incident.subject, incident.link_count) == ("files/report.pdf", len(links))
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


def test_a_warning_that_came_true_is_not_told_as_resolved(world: World, settings: Settings) -> None:
    settings.ALERT_MAILS = ["ops@example.com"]
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
def test_lost_encryption_keys_are_one_incident_and_the_rows_still_load(world: World, settings: Settings) -> None:
    kept, links = settings.ENCRYPTION_KEYS, create_links(world)
    settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    assert found(world) == {(Code.SECRETS_UNREADABLE,)}
    incident = open_incident(Code.SECRETS_UNREADABLE)
    assert (incident.subject, incident.link_count) == ("site", len(links))
    assert Incident.objects.count() == 1
    listed = ShareLink.objects.select_related("bucket__key")
    assert [str(link.bucket and link.bucket.key) for link in listed] == ["key of files"] * len(links)
    settings.ENCRYPTION_KEYS = kept
    assert verdicts(world) == {Verdict.HEALTHY}
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
    world: World, trouble: Override, code: Code
) -> None:
    create_links(world)
    world.s3.answer = trouble
    for _ in range(UNKNOWN_BEFORE_ALARM - 1):
        assert verdicts(world) == {Verdict.UNKNOWN}
        assert not Incident.objects.exists()
    assert found(world) == {(code,)}
    incident = Incident.objects.get()
    assert (incident.code, incident.subject, incident.link_count) == (code, f"127.0.0.1:{world.s3.port}", 3)
    assert incident.verdict == Verdict.UNKNOWN
    world.s3.answer = None
    assert verdicts(world) == {Verdict.HEALTHY}
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
    world: World, settings: Settings, monkeypatch: pytest.MonkeyPatch, rounds: list[list[Override]]
) -> None:
    settings.ALERT_MAILS = ["ops@example.com"]
    links = [world.create_link().link for _ in range(5)] + [world.presign().link for _ in range(5)]
    for past, troubles in enumerate(rounds):
        turns = cycle(troubles)
        world.s3.answer = lambda _, turns=turns: next(turns)
        with monkeypatch.context() as impatient:
            impatient.setattr(batches, "make_policy", lambda: replace(bucket_registry.make_policy(), deadline=0.5))
            judged = []
            while more := batches.validate_due_links(world.clock):
                judged += more
        assert {one.judgement.verdict for one in judged} == {Verdict.UNKNOWN}
        assert {one.link.pk for one in judged} == {link.pk for link in links}
        back_off = timedelta(minutes=2**past)
        soon, late = world.clock() + back_off * 0.9, world.clock() + back_off * 1.1
        assert ShareLink.objects.filter(due_at__gt=soon, due_at__lt=late).count() == len(links)
        assert Incident.objects.count() == (past >= UNKNOWN_BEFORE_ALARM - 1)
        world.wait(back_off * 1.1)
    incident = Incident.objects.get()
    assert (incident.subject, incident.link_count) == (f"127.0.0.1:{world.s3.port}", 10)
    assert incident.code in (Code.STORE_OVERLOADED, Code.UNREACHABLE)
    assert list(IncidentNotice.objects.values_list("kind", flat=True)) == ["opened"]
    world.s3.answer = None
    while judged := batches.validate_due_links(world.clock):
        assert {one.judgement.verdict for one in judged} == {Verdict.HEALTHY}
    assert Incident.objects.count() == 1
    assert not Incident.objects.open().exists()


@pytest.mark.proves("unreachable")
def test_a_store_that_is_not_there_is_unknown(db: None) -> None:
    with StrictS3() as s3:
        world = World.build(s3)
        create_links(world)
    assert found(world) == {(Code.UNREACHABLE,)}
    assert verdicts(world) == {Verdict.UNKNOWN}


def test_a_host_that_does_not_resolve_is_unknown(world: World, settings: Settings) -> None:
    settings.PROBE_ALLOWED_HOSTS = ["nowhere.invalid"]
    url = world.s3.presigner(world.access, world.store).v4("report.pdf", expires=604_800)
    judged = world.judge(world.watch(url.replace(f"127.0.0.1:{world.s3.port}", "nowhere.invalid")).link)
    assert (judged.judgement.verdict, codes(judged)) == (Verdict.UNKNOWN, [Code.UNREACHABLE])


def test_an_unknown_link_is_asked_again_within_minutes(world: World) -> None:
    link = world.create_link().link
    world.s3.answer = refusals.slow_down()
    world.judge(link)
    link.refresh_from_db()
    assert link.due_at is not None
    assert link.due_at - world.clock() < timedelta(minutes=2)


def test_an_outage_takes_no_incident_back(world: World) -> None:
    link = world.create_link().link
    world.store.delete("report.pdf")
    world.judge(link)
    world.s3.answer = refusals.service_unavailable()
    assert world.judge(link).judgement.verdict is Verdict.UNKNOWN
    assert open_incident(Code.OBJECT_MISSING).link_count == 1


# What is over ---------------------------------------------------------------------------------------------------


def revoke(world: World, link: ShareLink) -> None:
    changes.revoke(link, world.clock())


def outlive(world: World, link: ShareLink) -> None:
    world.wait(timedelta(days=40))
    assert [judged.judgement.verdict for judged in batches.validate_due_links(world.clock)] == [Verdict.ENDED]


@pytest.mark.parametrize("end", [revoke, outlive])
def test_what_harmed_a_link_is_resolved_when_the_link_is_over(
    world: World, end: Callable[[World, ShareLink], None]
) -> None:
    link = world.create_link().link
    world.store.delete("report.pdf")
    world.judge(link)
    assert Incident.objects.open().count() == 1
    end(world, link)
    assert Incident.objects.count() == 1
    assert not Incident.objects.open().exists()
    link.refresh_from_db()
    assert link.due_at is None


def test_a_link_that_is_over_is_neither_asked_nor_alerted(world: World, settings: Settings) -> None:
    settings.ALERT_MAILS = ["ops@example.com"]
    ended, revoked = world.create_link().link, world.create_link(lifetime="1 year").link
    revoke(world, revoked)
    world.s3.delete_key(world.access.id)
    asked = len(world.s3.requests)
    world.wait(timedelta(days=40))
    assert [judged.link.pk for judged in world.validate()] == [ended.pk]
    assert batches.validate_due_links(world.clock) == []
    assert len(world.s3.requests) == asked
    assert not Incident.objects.exists()
    assert not IncidentNotice.objects.exists()


# Links that share a cause ---------------------------------------------------------------------------------------


def judge_due(world: World) -> dict[int, Verdict]:
    return {judged.link.pk: judged.judgement.verdict for judged in batches.validate_due_links(world.clock)}


def test_an_object_that_one_link_finds_gone_is_asked_about_for_all_its_links_at_once(world: World) -> None:
    world.store.put("other.pdf", CONTENT)
    world.create_link("other.pdf")
    links = [world.create_link().link for _ in range(11)]
    world.validate()
    world.store.delete("report.pdf")
    world.judge(links[0])
    assert judge_due(world) == {link.pk: Verdict.BROKEN for link in links[1:]}
    assert open_incident(Code.OBJECT_MISSING).link_count == len(links)
    assert IncidentNotice.objects.filter(kind="opened").count() <= 1
    assert judge_due(world) == {}


def test_an_object_that_is_back_for_one_link_is_asked_about_for_all_its_links_at_once(world: World) -> None:
    links = [world.create_link().link for _ in range(11)]
    world.store.delete("report.pdf")
    world.validate()
    world.wait(HOUR)
    world.validate()
    world.store.put("report.pdf", CONTENT)
    world.judge(links[0])
    assert judge_due(world) == {link.pk: Verdict.HEALTHY for link in links[1:]}
    assert not Incident.objects.open().exists()
    assert judge_due(world) == {}


def test_a_key_that_one_link_finds_dead_and_alive_again_is_asked_about_for_all_its_links(world: World) -> None:
    world.store.put("other.pdf", CONTENT)
    links = [world.create_link("other.pdf").link, world.presign().link, world.create_link().link]
    world.validate()
    key = world.s3.account.keys.pop(world.access.id)
    world.judge(links[0])
    assert judge_due(world) == {link.pk: Verdict.BROKEN for link in links[1:]}
    world.s3.account.keys[world.access.id] = key
    world.judge(links[1])
    assert set(judge_due(world).values()) == {Verdict.HEALTHY}
    assert not Incident.objects.open().exists()


def test_siblings_that_are_sound_are_asked_once_and_left_in_peace(world: World) -> None:
    """The bucket's incident may be one link's only."""
    world.store.put("other.pdf", CONTENT)
    gone, sound = world.create_link().link, world.create_link("other.pdf").link
    world.validate()
    world.user.deny("s3:GetObject", "arn:aws:s3:::files/report.pdf")
    for _ in range(2):
        world.judge(gone)
    assert judge_due(world) == {sound.pk: Verdict.HEALTHY}
    world.judge(gone)
    assert judge_due(world) == {}


def test_a_link_that_is_over_hastens_nobody(world: World) -> None:
    first, second = world.create_link(lifetime="1 day").link, world.create_link().link
    world.store.delete("report.pdf")
    world.validate()
    ShareLink.objects.filter(pk=second.pk).update(due_at=world.clock() + 100 * HOUR)
    world.wait(25 * HOUR)
    world.judge(first)
    assert judge_due(world) == {}
