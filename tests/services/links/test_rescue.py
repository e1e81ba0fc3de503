import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from pytest_django import Settings

from links.domain.errors import HoldfastError
from links.domain.findings import Code, Verdict
from links.domain.judging.verdicts import Judgement
from links.domain.sharing import EVERYTHING
from links.domain.viewers import OPERATOR
from links.domain.visits.access import Outcome
from links.models import Customer, Incident, IncidentNotice, ShareLink
from links.queries.link_state import LinkState, read_state
from links.services.buckets import binding
from links.services.keys import proofs
from links.services.links import changes, creation, remake
from links.services.links.creation import NewLink
from links.services.links.remake import Remade, count_to_rescue, list_to_rescue, rescue_links
from links.services.validation.clocks import judge_in_time
from links.services.validation.on_demand import ask_for_validation
from links.services.visits.clicks import follow
from tests.fixtures import CONTENT, World, fetch, open_incident, rescue_link
from tests.strict_s3 import Dropped, LifecycleRule


def sign(world: World, key: str = "report.pdf", seconds: int = 604_800) -> str:
    return world.s3.presigner(world.access, world.store).v4(key, expires=seconds)


def sign_with_session(world: World, key: str = "report.pdf", seconds: int = 604_800) -> str:
    session = world.s3.assume_role("app", "session", ends_at=world.clock() + timedelta(hours=1))
    return world.s3.presigner(session, world.store).v4(key, expires=seconds)


def save(world: World, link: ShareLink) -> NewLink:
    return rescue_link(link, world.clock())


def refusal(world: World, link: ShareLink) -> HoldfastError:
    with pytest.raises(HoldfastError) as refused:
        save(world, link)
    return refused.value


def codes(rows: list[Remade]) -> list[str]:
    return [row.refused.code if row.refused else "rescued" for row in rows]


def click(new_link: NewLink, world: World) -> bytes:
    followed = follow(new_link.url.rpartition("/")[2], now=world.clock())
    assert followed.outcome is Outcome.SERVED
    return fetch(followed.url)


def test_a_foreign_links_promise_is_kept_by_a_stable_link_to_the_same_object(world: World) -> None:
    old = world.watch(sign_with_session(world), days=30).link
    ShareLink.objects.filter(pk=old.pk).update(note="for A")
    old.refresh_from_db()
    staff = User.objects.create_user("kim")
    new_link = rescue_link(old, world.clock(), staff)
    new = ShareLink.objects.get(pk=new_link.link.pk)
    assert (new.delivery, new.bucket, new.object_key) == ("stable", world.bucket, "report.pdf")
    assert (new.promised_until, new.note, new.owner) == (old.promised_until, "for A", staff)
    assert click(new_link, world) == CONTENT
    world.ahead = timedelta(days=29)
    assert follow(new_link.url.rpartition("/")[2], now=world.clock()).outcome is Outcome.SERVED


def test_a_presigned_link_is_rescued_with_the_name_it_is_saved_under(world: World) -> None:
    old = world.presign().link
    ShareLink.objects.filter(pk=old.pk).update(filename="年次.pdf")
    old.refresh_from_db()
    new_link = save(world, old)
    assert (new_link.link.filename, new_link.link.promised_until) == ("年次.pdf", old.promised_until)
    assert click(new_link, world) == CONTENT


def give(link: ShareLink, **fields: object) -> ShareLink:
    ShareLink.objects.filter(pk=link.pk).update(**fields)
    return ShareLink.objects.get(pk=link.pk)


def test_a_rescue_carries_for_whom_the_link_is_what_it_is_called_and_what_it_tells(world: World) -> None:
    acme = Customer.objects.create(name="ACME", created_at=world.clock())
    maker, manager = (User.objects.create_user(name, is_staff=True) for name in ("mika", "kim"))
    told = {"customer": acme, "title": "Annual report", "note": "by telephone", "remind_days": 2, "owner": maker}
    links = [give(world.watch(sign(world)).link, **told), give(world.presign().link, **told)]
    for row in rescue_links(links, manager, EVERYTHING, world.clock()):
        assert row.done
        new = ShareLink.objects.get(pk=row.done.link.pk)
        assert {name: getattr(new, name) for name in told} == told
        assert new.remind_at == new.promised_until - timedelta(days=2)
        assert (new.password, new.download_limit, new.slug, new.tells_downloads) == ("", None, None, False)


def test_a_rescued_link_whose_owner_is_gone_is_the_rescuers(world: World) -> None:
    gone, kim = User.objects.create_user("mika", is_active=False), User.objects.create_user("kim")
    old = give(world.watch(sign(world)).link, owner=gone)
    assert rescue_link(old, world.clock(), kim).link.owner == kim


def test_a_reminder_whose_time_is_past_hinders_no_rescue(world: World) -> None:
    old = give(world.watch(sign(world), days=6).link, remind_days=7, title="Plan")
    new_link = save(world, old)
    assert (new_link.link.title, new_link.link.remind_days, new_link.link.remind_at) == ("Plan", None, None)


def test_what_follows_the_latest_file_still_does(world: World) -> None:
    old = give(world.presign().link, follows_latest=True)
    new_link = save(world, old)
    world.store.put("report.pdf", b"another")
    assert click(new_link, world) == b"another"


@pytest.mark.parametrize("first", [True, False])
def test_of_two_links_to_one_object_each_follows_the_latest_file_or_keeps_its_own(world: World, first: bool) -> None:
    links = [give(world.presign().link, follows_latest=follows) for follows in (first, not first)]
    world.store.versioned = True
    world.store.put("report.pdf", CONTENT)
    rows = rescue_links(links, None, EVERYTHING, world.clock())
    world.store.put("report.pdf", b"another")
    served = [click(row.done, world) for row in rows if row.done]
    assert served == ([b"another", CONTENT] if first else [CONTENT, b"another"])


def test_a_rescued_link_alarms_no_more_and_its_incident_resolves(world: World, settings: Settings) -> None:
    settings.ALERT_MAILS = ["a@b.example"]
    old = world.watch(sign_with_session(world), days=6).link
    world.judge(old)
    incident = open_incident(Code.TEMPORARY_CREDENTIALS)
    IncidentNotice.objects.update(delivered_at=world.clock())
    new_link = save(world, old)
    incident.refresh_from_db()
    assert not incident.is_open
    assert list(incident.notices.filter(kind="resolved").values_list("channel", flat=True))
    old.refresh_from_db()
    assert (old.due_at, old.is_rescued, old.is_revoked) == (None, True, False)
    assert old.rescued_by == new_link.link
    assert world.judge(new_link.link).judgement.verdict is Verdict.HEALTHY


def test_nobody_makes_a_rescued_link_due_again(world: World) -> None:
    old = world.watch(sign_with_session(world)).link
    save(world, old)
    ask_for_validation([old], world.clock)
    proofs.prove_key(world.key, world.clock())
    binding.change_bucket(world.bucket, world.key, region=world.bucket.region, addressing="path", now=world.clock())
    assert old.pk not in {one.link.pk for one in world.validate()}
    old.refresh_from_db()
    assert old.due_at is None
    assert not Incident.objects.exists()


def test_a_validation_that_was_under_way_leaves_a_rescued_link_alone(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = world.watch(sign_with_session(world)).link

    def rescue_meanwhile(*case: Any) -> Judgement:
        save(world, ShareLink.objects.get(pk=old.pk))
        return judge_in_time(*case)

    monkeypatch.setattr("links.services.validation.batches.judge_in_time", rescue_meanwhile)
    assert not world.validate(old)
    old.refresh_from_db()
    assert (old.due_at, old.verdict) == (None, "")
    assert not Incident.objects.exists()


def test_rescuing_twice_names_the_link_that_did_it(world: World) -> None:
    old = world.watch(sign(world)).link
    new_link = save(world, old)
    refused = refusal(world, ShareLink.objects.get(pk=old.pk))
    assert (refused.code, refused.params) == ("already-rescued", {"link": new_link.link.pk})
    assert ShareLink.objects.count() == 2


@pytest.mark.parametrize(
    ("meanwhile", "code"),
    [
        (save, "already-rescued"),
        (lambda world, link: changes.revoke(link, world.clock()), "rescue-revoked"),
        (lambda _world, link: link.delete(), "link-changed"),
    ],
)
def test_what_happens_while_the_store_is_asked_counts(
    world: World, monkeypatch: pytest.MonkeyPatch, meanwhile: Callable[[World, ShareLink], object], code: str
) -> None:
    old = world.watch(sign(world)).link

    def draft_late(*of: Any) -> NewLink:
        monkeypatch.setattr(remake, "rebuild_link", creation.rebuild_link)
        meanwhile(world, ShareLink.objects.get(pk=old.pk))
        return creation.rebuild_link(*of)

    monkeypatch.setattr(remake, "rebuild_link", draft_late)
    assert refusal(world, old).code == code
    assert ShareLink.objects.filter(delivery="stable").count() == (code == "already-rescued")


def test_only_a_url_with_a_promise_left_is_rescued(world: World) -> None:
    assert refusal(world, world.create_link().link).code == "rescue-stable"
    revoked = world.watch(sign(world)).link
    changes.revoke(revoked, world.clock())
    assert refusal(world, revoked).code == "rescue-revoked"
    ended = world.watch(sign(world, seconds=60), days=1).link
    world.ahead = timedelta(days=1, seconds=1)
    assert refusal(world, ended).code == "rescue-ended"


def test_of_a_link_that_was_rescued_and_then_revoked_the_refusal_says_what_its_state_says(world: World) -> None:
    old = world.watch(sign(world)).link
    save(world, old)
    changes.revoke(old, world.clock())
    old = ShareLink.objects.get(pk=old.pk)
    assert read_state(old, world.clock()) is LinkState.REVOKED
    assert refusal(world, old).code == "rescue-revoked"


def test_an_object_that_is_gone_is_said_to_be(world: World) -> None:
    old = world.watch(sign(world)).link
    world.store.delete("report.pdf")
    assert refusal(world, old).code == "object-missing"
    old.refresh_from_db()
    assert old.due_at is not None
    assert ShareLink.objects.count() == 1


def test_a_store_that_does_not_answer_changes_nothing(world: World) -> None:
    old = world.watch(sign(world)).link
    world.s3.answer = Dropped()
    assert refusal(world, old).code == "store-unanswered"


def test_a_bucket_that_was_added_later_is_found(world: World) -> None:
    other = world.s3.add_bucket("archive")
    other.put("old.pdf", b"old")
    old = world.watch(world.s3.presigner(world.access, other).v4("old.pdf", expires=604_800)).link
    refused = refusal(world, old)
    assert (refused.code, refused.params["host"]) == ("rescue-no-bucket", old.host)
    added = binding.add_bucket("archive", world.key, now=world.clock())
    new_link = save(world, old)
    assert (new_link.link.bucket, new_link.link.object_key) == (added, "old.pdf")
    assert click(new_link, world) == b"old"


def test_an_older_version_is_never_swapped_for_another_file(world: World) -> None:
    store = world.s3.add_bucket("versions", versioned=True)
    first = store.put("a", b"one")
    binding.add_bucket("versions", world.key, now=world.clock())
    signed = world.s3.presigner(world.access, store)
    url = signed.v4("a", expires=604_800, parameters={"versionId": first.version_id})
    again = signed.v4("a", expires=604_801 - 2, parameters={"versionId": first.version_id})
    assert click(save(world, world.watch(url).link), world) == b"one"
    old = world.watch(again).link
    store.put("a", b"another")
    assert refusal(world, old).code == "rescue-other-version"


def test_a_whole_incident_is_rescued_row_by_row(world: World) -> None:
    world.store.put("b.pdf", b"b")
    world.store.put("gone.pdf", b"gone")
    names = ["report.pdf", "b.pdf", "gone.pdf", "report.pdf"]
    links = [world.watch(sign_with_session(world, name)).link for name in names]
    for link, note in zip(links, "ABCD", strict=True):
        ShareLink.objects.filter(pk=link.pk).update(note=note)
    world.validate()
    incident = open_incident(Code.TEMPORARY_CREDENTIALS)
    world.store.delete("gone.pdf")
    rows = rescue_links(list(list_to_rescue(incident, OPERATOR)), None, EVERYTHING, world.clock())
    assert [row.item for row in rows] == links
    assert codes(rows) == ["rescued", "rescued", "object-missing", "rescued"]
    assert [row.done.link.note for row in rows if row.done] == ["A", "B", "D"]
    assert [click(row.done, world) for row in rows if row.done] == [CONTENT, b"b", CONTENT]
    incident.refresh_from_db()
    assert (incident.is_open, incident.link_count) == (True, 1)
    world.store.put("gone.pdf", b"back")
    assert codes(rescue_links(list(list_to_rescue(incident, OPERATOR)), None, EVERYTHING, world.clock())) == ["rescued"]
    incident.refresh_from_db()
    assert not incident.is_open
    assert not rescue_links(list(list_to_rescue(incident, OPERATOR)), None, EVERYTHING, world.clock())


def test_of_what_an_incident_harms_each_may_rescue_what_they_may_know_of(world: World) -> None:
    mika = User.objects.create_user("mika", is_staff=True)
    theirs, others = (world.watch(sign_with_session(world)).link for _ in range(2))
    ShareLink.objects.filter(pk=theirs.pk).update(owner=mika)
    world.validate()
    incident = open_incident(Code.TEMPORARY_CREDENTIALS)
    assert list(list_to_rescue(incident, mika)) == [theirs]
    assert count_to_rescue(incident, mika) == 1
    assert set(list_to_rescue(incident, OPERATOR)) == {theirs, others}


def test_an_incident_without_buckets_of_ours_says_so_of_each_link(world: World) -> None:
    other = world.s3.add_bucket("theirs")
    other.put("a", b"a")
    session = world.s3.assume_role("app", "session", ends_at=world.clock() + timedelta(hours=1))
    world.watch(world.s3.presigner(session, other).v4("a", expires=604_800))
    world.validate()
    rows = rescue_links(
        list(list_to_rescue(open_incident(Code.TEMPORARY_CREDENTIALS), OPERATOR)), None, EVERYTHING, world.clock()
    )
    assert codes(rows) == ["rescue-no-bucket"]


def test_many_are_rescued_with_one_question_per_object_and_queued_once(
    world: World,
    queued: list[object],
    django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[object]],
) -> None:
    links = [world.watch(sign(world, seconds=1_000 + number)).link for number in range(60)]
    asked = len(world.s3.requests)
    with django_capture_on_commit_callbacks(execute=True):
        rows = rescue_links(links, None, EVERYTHING, world.clock())
    assert codes(rows) == ["rescued"] * 60
    assert len(world.s3.requests) == asked + 1
    assert queued == [("validate_due_links", None)]
    assert len({row.done.url for row in rows if row.done}) == 60


def test_a_key_that_may_not_sign_refuses_in_its_own_words(world: World) -> None:
    old = world.watch(sign(world)).link
    world.s3.delete_key(world.access.id)
    proofs.prove_key(world.key, world.clock())
    assert "key" in refusal(world, old).reason.fields


def test_a_lost_encryption_key_is_said_to_be(world: World, settings: Settings) -> None:
    old = world.watch(sign(world)).link
    settings.ENCRYPTION_KEYS = ["bG9zdC1sb3N0LWxvc3QtbG9zdC1sb3N0LWxvc3QtMTI="]
    assert refusal(world, old).code == "secrets-unreadable"


def test_a_promise_is_as_short_as_the_objects_own_end(world: World) -> None:
    old = world.watch(sign(world), days=6).link
    world.store.lifecycle = [LifecycleRule("tidy", "", expires_after_days=2)]
    new_link = save(world, old)
    assert new_link.promise.is_shortened
    assert new_link.link.promised_until < old.promised_until


def test_no_url_shows_in_a_row_a_log_line_or_the_rows_of_the_database(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    url = sign(world)
    (row,) = rescue_links([world.watch(url).link], None, EVERYTHING, world.clock())
    assert row.done
    token = row.done.url.rpartition("/")[2]
    told = repr(row) + caplog.text + str(list(ShareLink.objects.values()))
    assert token not in told
    assert url[-64:] not in told
