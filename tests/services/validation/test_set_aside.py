"""What goes wrong with one link is that link's own affair, whatever it is."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import OperationalError

from links.domain.findings import Code, Verdict
from links.domain.judging.claims import RETRY_AFTER, SET_ASIDE_AFTER, TRY_SET_ASIDE_EVERY
from links.domain.judging.facts import Facts
from links.domain.judging.verdicts import Judgement, judge
from links.domain.sharing import EVERYTHING
from links.domain.stores.answers import Answer
from links.models import Bucket, Incident, IncidentNotice, ShareLink, Validation
from links.models.links.share_links import ShareLinkQuerySet
from links.s3 import objects
from links.services.incidents import incidents
from links.services.keys import proofs
from links.services.links import changes
from links.services.validation import batches, clocks, record, set_aside
from links.services.validation.batches import LEASE
from tests.fixtures import World, open_incident
from tests.site_settings import SiteSettings

ODD = "odd.pdf"
A_MOMENT = timedelta(seconds=1)


@pytest.fixture
def world(world: World, site_settings: SiteSettings) -> World:
    site_settings.ALERT_MAILS = ["ops@example.com"]
    world.store.put(ODD, b"odd")
    return world


def recurse(*_: object) -> None:
    recurse()


def exhaust(*_: object) -> None:
    raise MemoryError


def stumble(*_: object) -> None:
    raise RuntimeError("unheard of")


def be_away(*_: object, **__: object) -> None:
    raise OperationalError("the database is away")


def fail_at_judging(monkeypatch: pytest.MonkeyPatch, fail: Callable[..., object]) -> None:
    def judge_or_fail(facts: Facts, answer: Answer | None, now: object) -> Judgement:
        if facts.object_key == ODD:
            fail()
        return judge(facts, answer, now)  # type: ignore[arg-type]

    monkeypatch.setattr(clocks, "judge", judge_or_fail)


def fail_at(module: object, name: str) -> Callable[[pytest.MonkeyPatch, Callable[..., object]], None]:
    """Fail where this step is about the odd link."""

    def patch(monkeypatch: pytest.MonkeyPatch, fail: Callable[..., object]) -> None:
        step = getattr(module, name)

        def step_or_fail(subject: object, *others: object, **named: object) -> object:
            about = [pair[0] for pair in subject] if isinstance(subject, list) else [getattr(subject, "link", subject)]
            if any(getattr(link, "object_key", "") == ODD for link in about):
                fail()
            return step(subject, *others, **named)

        monkeypatch.setattr(module, name, step_or_fail)

    return patch


@pytest.mark.slow
@pytest.mark.parametrize("fail", [recurse, exhaust, stumble])
@pytest.mark.parametrize(
    "fail_where",
    [
        pytest.param(fail_at_judging, id="judge"),
        pytest.param(fail_at(record, "_mark"), id="mark"),
        pytest.param(fail_at(record, "_to_row"), id="history"),
        pytest.param(fail_at(incidents, "update_incidents"), id="incidents"),
    ],
)
def test_one_link_that_fails_at_any_step_keeps_no_other_from_being_recorded(
    world: World, monkeypatch: pytest.MonkeyPatch, fail: Callable[..., object], fail_where: Callable[..., None]
) -> None:
    odd, sound = world.create_link(ODD).link, [world.create_link().link for _ in range(3)]
    with monkeypatch.context() as patch:
        fail_where(patch, fail)
        assert {one.link.pk for one in batches.validate_due_links(world.clock)} == {link.pk for link in sound}
        assert set(Validation.objects.values_list("link", "verdict")) == {(link.pk, "healthy") for link in sound}
        for _alone in range(SET_ASIDE_AFTER - 1):
            world.wait(RETRY_AFTER + A_MOMENT)
            sound.append(world.create_link().link)
            assert len(batches.validate_due_links(world.clock)) == 1
    odd.refresh_from_db()
    assert (odd.verdict, odd.claim_count) == ("", SET_ASIDE_AFTER)
    world.wait(A_MOMENT)
    batches.validate_due_links(world.clock)
    failing = open_incident(Code.VALIDATION_FAILS)
    assert [row.link_id for row in failing.incident_links.all()] == [odd.pk]
    assert list(IncidentNotice.objects.values_list("kind", flat=True)) == ["opened"]
    world.wait(TRY_SET_ASIDE_EVERY)
    assert odd.pk in {one.link.pk for one in batches.validate_due_links(world.clock)}
    assert not Incident.objects.open().exists()


def test_a_link_that_is_validated_while_its_store_is_out_is_set_aside_no_more(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = world.create_link(ODD).link
    set_aside_now(world, [odd])
    world.wait(TRY_SET_ASIDE_EVERY)
    world.s3.answer = None
    world.s3.stop()
    (judged,) = batches.validate_due_links(world.clock)
    assert judged.judgement.verdict == "unknown"
    assert not Incident.objects.open().filter(code="validation-fails").exists()


def set_aside_now(world: World, links: list[ShareLink]) -> None:
    """As if every worker had been lost over these."""
    ids = [link.pk for link in links]
    ShareLink.objects.filter(pk__in=ids).update(claim_count=SET_ASIDE_AFTER - 1)
    for _ in ids:
        ShareLink.objects.filter(pk__in=ids).suspected().claim(world.clock(), limit=1, lease=LEASE)
    world.wait(LEASE)
    assert set_aside.set_aside(world.clock()) == len(ids)


def test_many_links_that_fail_at_once_are_told_as_one_fault_of_ours(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(set_aside, "ALONE_UP_TO", 2)
    set_aside_now(world, [world.create_link().link for _ in range(6)])
    assert Incident.objects.filter(subject="site").count() == 1
    assert Incident.objects.exclude(subject="site").count() == 0
    assert IncidentNotice.objects.count() == 1


def test_a_link_that_somebody_changed_starts_afresh(world: World) -> None:
    odd = world.create_link(ODD).link
    set_aside_now(world, [odd])
    changes.follow_latest(odd, EVERYTHING, world.clock())
    odd.refresh_from_db()
    assert (odd.claim_count, odd.due_at) == (0, odd.due_at)
    assert ShareLink.objects.due(world.clock()).filter(pk=odd.pk).exists()


def test_what_keys_and_configurations_answer_in_nonsense_leaves_the_question_open(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    links = [world.create_link().link for _ in range(2)]
    world.user.deny("s3:*")
    for module, name in ((proofs, "answers"), (proofs, "list_of_user"), (objects, "look_up")):
        monkeypatch.setattr(module, name, recurse)
    assert {one.link.pk for one in batches.validate_due_links(world.clock)} == {link.pk for link in links}
    assert set(ShareLink.objects.values_list("claim_count", flat=True)) == {0}


def test_a_bucket_whose_address_cannot_be_read_keeps_no_other_from_being_asked(world: World) -> None:
    world.create_link()
    Bucket.objects.create(name="bad", key=world.key, endpoint="ftp://[broken", created_at=world.clock())
    (judged,) = batches.validate_due_links(world.clock)
    assert judged.judgement.verdict == "healthy"


def test_too_little_memory_to_sign_calls_no_link_broken(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.create_link()
    monkeypatch.setattr(batches, "_take_url", exhaust)
    assert batches.validate_due_links(world.clock) == []
    assert ShareLink.objects.get().verdict == ""


@pytest.mark.parametrize("again", ["due", "wanted"])
def test_a_batch_that_the_database_left_is_free_once_it_is_back(
    world: World, monkeypatch: pytest.MonkeyPatch, again: str
) -> None:
    """Its lease would last for five minutes more, and nobody else knows that it was given up."""
    links = [world.create_link().link for _ in range(3)]
    with monkeypatch.context() as away:
        away.setattr(batches, "record", be_away)
        away.setattr(ShareLinkQuerySet, "update_in_order", be_away)
        with pytest.raises(OperationalError):
            batches.validate_due_links(world.clock)
    assert ShareLink.objects.filter(lease_id__isnull=False).count() == 3
    if again == "due":
        done = batches.validate_due_links(world.clock)
    else:
        done = batches.validate_links([link.pk for link in links], world.clock)
    assert [one.judgement.verdict for one in done] == [Verdict.HEALTHY] * 3
    assert not ShareLink.objects.filter(claim_count__gt=0).exists()
