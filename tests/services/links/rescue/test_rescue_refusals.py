"""Rescues of many, and those that are refused."""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from links.domain.findings import Code
from links.domain.sharing import EVERYTHING
from links.domain.viewers import OPERATOR
from links.models import ShareLink
from links.services.buckets import binding
from links.services.keys import proofs
from links.services.links.remake import Remade, count_to_rescue, list_to_rescue, rescue_links
from tests.fixtures import CONTENT, World, open_incident, sign
from tests.services.links.rescue.rescuing import click, refusal, save, sign_with_session
from tests.site_settings import SiteSettings
from tests.strict_s3 import Dropped, LifecycleRule


def codes(rows: list[Remade]) -> list[str]:
    return [row.refused.code if row.refused else "rescued" for row in rows]


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


def test_a_lost_encryption_key_is_said_to_be(world: World, site_settings: SiteSettings) -> None:
    old = world.watch(sign(world)).link
    site_settings.ENCRYPTION_KEYS = ["bG9zdC1sb3N0LWxvc3QtbG9zdC1sb3N0LWxvc3QtMTI="]
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
