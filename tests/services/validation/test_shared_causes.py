"""What breaks no link, what is over, and links that share a cause."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import cycle

import pytest

from links.domain.findings import Code, Verdict
from links.domain.incidents import UNKNOWN_BEFORE_ALARM
from links.models import Incident, IncidentNotice, ShareLink
from links.queries import bucket_registry
from links.services.links import changes
from links.services.validation import batches
from tests.fixtures import CONTENT, World, codes, open_incident
from tests.services.validation.steps import HOUR, create_links, found, verdicts
from tests.site_settings import SiteSettings
from tests.strict_s3 import Answer, Dropped, Override, StrictS3, html_page, refusals

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


@pytest.mark.slow
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
    world: World, site_settings: SiteSettings, monkeypatch: pytest.MonkeyPatch, rounds: list[list[Override]]
) -> None:
    site_settings.ALERT_MAILS = ["ops@example.com"]
    links = [world.create_link().link for _ in range(5)] + [world.presign().link for _ in range(5)]
    for past, troubles in enumerate(rounds):
        turns, began = cycle(troubles), world.clock()
        world.s3.answer = lambda _, turns=turns: next(turns)
        with monkeypatch.context() as patch:
            patch.setattr(batches, "make_policy", lambda: replace(bucket_registry.make_policy(), deadline=0.5))
            judged = []
            while more := batches.validate_due_links(world.clock):
                judged += more
        assert {one.judgement.verdict for one in judged} == {Verdict.UNKNOWN}
        assert {one.link.pk for one in judged} == {link.pk for link in links}
        back_off = timedelta(minutes=2**past)
        soon, late = began + back_off * 0.9, world.clock() + back_off * 1.1
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


def test_a_host_that_does_not_resolve_is_unknown(world: World, site_settings: SiteSettings) -> None:
    site_settings.PROBE_ALLOWED_HOSTS = ["nowhere.invalid"]
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


def test_a_link_that_is_over_is_neither_asked_nor_alerted(world: World, site_settings: SiteSettings) -> None:
    site_settings.ALERT_MAILS = ["ops@example.com"]
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
