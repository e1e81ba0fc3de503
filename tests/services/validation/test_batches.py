"""Validation at a strict store: what each way to die looks like, what it is grouped by, and when it is over."""

from collections.abc import Callable, Iterator
from datetime import UTC, timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from links.domain.findings import Code, Verdict
from links.domain.judging.cadence import DEFAULT_INTERVAL
from links.domain.sharing import EVERYTHING
from links.domain.signed_urls.reading import SignedUrl
from links.models import DailyVerdictCount, Heartbeat, ShareLink, Validation
from links.s3 import probe_stream
from links.s3.probe import ProbePolicy
from links.services.buckets import changing
from links.services.click_signing import OpenBuckets
from links.services.keys import proofs
from links.services.links import changes
from links.services.validation import batches
from links.services.validation.batches import LEASE
from tests.fixtures import CONTENT, World, codes
from tests.services.validation.steps import HOUR, verdicts

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


def test_what_changed_a_link_is_told_from_what_found_it_as_before(world: World) -> None:
    link = world.create_link().link
    for content in (CONTENT, CONTENT, b"another", b"another", CONTENT):
        world.store.put("report.pdf", content)
        world.judge(link)
    assert list(Validation.objects.order_by("pk").values_list("is_change", flat=True)) == [
        True, False, True, False, True,
    ]  # fmt: skip


def test_after_its_first_hour_a_healthy_link_is_validated_by_policy(world: World) -> None:
    link = world.create_link().link
    world.wait(2 * HOUR)
    world.judge(link)
    link.refresh_from_db()
    assert link.due_at is not None
    assert DEFAULT_INTERVAL * 0.74 < link.due_at - world.clock() < DEFAULT_INTERVAL * 1.06


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


def count_today(world: World) -> dict[str, int]:
    tallied = DailyVerdictCount.objects.filter(day=world.clock().astimezone(UTC).date(), count__gt=0)
    return dict(tallied.values_list("verdict", "count"))


def test_each_day_counts_links_by_their_last_verdict_however_often_they_are_validated(world: World) -> None:
    links = [world.create_link().link for _ in range(3)]
    for _ in range(4):
        world.validate(*links)
    assert count_today(world) == {"healthy": 3}
    world.store.delete("report.pdf")
    for _ in range(2):
        world.validate(links[0])
    assert count_today(world) == {"healthy": 2, "broken": 1}
    world.store.put("report.pdf", CONTENT)
    world.validate(*links)
    assert sum(count_today(world).values()) == 3
    assert set(DailyVerdictCount.objects.values_list("count", flat=True)) >= {0}
    world.ahead += timedelta(days=1)
    world.validate(links[0])
    assert sum(count_today(world).values()) == 1


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
        changing.change_bucket(world.bucket, other, region="", addressing="path", now=world.clock())

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


@pytest.mark.parametrize(("others", "share"), [(0, 16), (2, 16), (5, 8), (200, 1)])
def test_processes_share_what_one_store_gets_at_once(
    world: World, monkeypatch: pytest.MonkeyPatch, others: int, share: int
) -> None:
    for number in range(others):
        Heartbeat.record(f"{Heartbeat.HOLDER}{number:032x} {number} at elsewhere", world.clock())
    asked: list[ProbePolicy] = []
    ask = probe_stream.probe_in_portions

    def listen(requests: object, listener: object, *, policy: ProbePolicy, now: object) -> object:
        asked.append(policy)
        return ask(requests, listener, policy=policy, now=now)  # type: ignore[arg-type]

    monkeypatch.setattr(batches, "probe_in_portions", listen)
    world.judge(world.create_link().link)
    assert [policy.per_host for policy in asked] == [share]
