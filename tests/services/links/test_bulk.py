from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, timedelta
from threading import Barrier, Event

import pytest
from django.contrib.auth.models import User
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from links.domain.buckets.s3_objects import ObjectFacts
from links.domain.errors import Unreadable
from links.domain.promise.ends import EndChange
from links.domain.results import ItemResult
from links.domain.sharing import EVERYTHING
from links.models import ShareLink
from links.services.click_signing import OpenBuckets
from links.services.links import bulk, changes, creation, transfers
from links.services.links.creation import NewLinkRequest
from tests.fixtures import World


def find_all() -> list[ShareLink]:
    return list(ShareLink.objects.select_related("bucket__key", "customer").order_by("pk"))


def refused_codes(rows: Sequence[ItemResult[object, object]]) -> list[str]:
    return [row.refused.code if row.refused else "" for row in rows]


def test_each_link_gets_the_new_end_that_it_can(world: World) -> None:
    world.store.put("gone.pdf", b"x", content_type="application/pdf")
    world.create_link(lifetime="1 day")
    world.create_link(lifetime="90 days")
    ended, revoked = world.create_link().link, world.create_link().link
    ShareLink.objects.filter(pk=ended.pk).update(promised_until=world.clock())
    changes.revoke(revoked, world.clock())
    world.presign()
    world.create_link("gone.pdf", lifetime="1 day")
    world.store.delete("gone.pdf")
    end = f"{world.clock() + timedelta(days=30):%Y-%m-%d}"
    rows = bulk.change_ends(find_all(), end, zone=UTC, now=world.clock(), scope=EVERYTHING)
    assert [row.done.change for row in rows if row.done] == [EndChange.EXTEND, EndChange.SHORTEN, EndChange.REVIVE]
    assert refused_codes(rows) == ["", "", "", "revive-first", "extend-presigned", "object-missing"]
    for row in rows[:3]:
        assert row.done
        assert ShareLink.objects.get(pk=row.item.pk).promised_until == row.done.promise.promised_until
        assert row.item.promised_until > world.clock() + timedelta(days=29)


@pytest.mark.parametrize("lifetime", ["7 days", "+7 days"])
def test_a_duration_for_many_shortens_none_of_them(lifetime: str, world: World) -> None:
    short, long = world.create_link(lifetime="1 day").link, world.create_link(lifetime="90 days").link
    before = {link.pk: link.promised_until for link in (short, long)}
    foreseen = bulk.foresee_ends(find_all(), lifetime, zone=UTC, now=world.clock(), scope=EVERYTHING)
    rows = bulk.change_ends(find_all(), lifetime, zone=UTC, now=world.clock(), scope=EVERYTHING)
    assert refused_codes(foreseen) == refused_codes(rows) == ["", "would-shorten" if lifetime == "7 days" else ""]
    for link in find_all():
        grown = link.promised_until - before[link.pk]
        assert grown == timedelta(days=7) if lifetime == "+7 days" else grown >= timedelta()


def test_an_end_that_was_added_to_is_kept_as_a_date(world: World) -> None:
    link = world.create_link(lifetime="30 days").link
    before = link.promised_until
    changes.change_end(link, "+7 days", scope=EVERYTHING, zone=UTC, now=world.clock())
    assert link.promised_until == link.asked_until == before + timedelta(days=7)
    assert link.lifetime == link.promised_until.isoformat().replace("+00:00", "Z")


def test_of_many_new_links_the_objects_are_looked_up_at_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    both = Barrier(2, timeout=10)

    def wait_for_the_other(request: NewLinkRequest, opened: OpenBuckets) -> ObjectFacts:
        both.wait()
        return creation.look_up(request, opened)

    monkeypatch.setattr(bulk, "look_up", wait_for_the_other)
    world.store.put("other.pdf", b"x")
    wanted = [world.link_request(), replace(world.link_request(), object_key="other.pdf"), world.link_request()]
    results = bulk.create_links(wanted, world.clock())
    assert refused_codes(results) == ["", "", ""]
    assert [result.item for result in results] == wanted
    assert len({result.done.url for result in results if result.done}) == 3 == ShareLink.objects.count()


def test_a_store_that_is_silent_keeps_no_other_link_from_being_made(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = Event()

    def look_up(request: NewLinkRequest, opened: OpenBuckets) -> ObjectFacts:
        if request.object_key == "silent.pdf":
            answers.wait(10)
        return creation.look_up(request, opened)

    monkeypatch.setattr(bulk, "look_up", look_up)
    wanted = [replace(world.link_request(), object_key="silent.pdf"), world.link_request()]
    results = bulk.create_links(wanted, world.clock(), timeout=0.5)
    answers.set()
    assert refused_codes(results) == ["store-unanswered", ""]


def test_a_lifetime_that_nobody_can_read_is_refused_once(world: World) -> None:
    world.create_link()
    with pytest.raises(Unreadable):
        bulk.change_ends(find_all(), "a while", zone=UTC, now=world.clock(), scope=EVERYTHING)


def test_one_task_is_queued_for_all(
    world: World, queued: list[object], django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    world.create_link()
    world.create_link()
    with django_capture_on_commit_callbacks(execute=True):
        bulk.change_ends(find_all(), "60 days", zone=UTC, now=world.clock(), scope=EVERYTHING)
    assert queued == [("validate_due_links", None)]


def test_many_are_revoked_by_a_few_queries(world: World, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    for _ in range(5):
        world.create_link()
    changes.revoke(ShareLink.objects.latest("pk"), world.clock())
    links = find_all()
    with django_assert_max_num_queries(13):  # six of them for the audit trail
        rows = bulk.revoke_links(links, world.clock())
    assert refused_codes(rows) == ["", "", "", "", "revoked-already"]
    assert not ShareLink.objects.filter(revoked_at=None).exists()


def test_many_are_handed_over_and_it_says_whose_they_were(world: World) -> None:
    colleague = User.objects.create_superuser("ken")
    world.create_link(owner=colleague)
    world.create_link()
    rows = transfers.transfer(find_all(), colleague, colleague, world.clock()).results
    assert refused_codes(rows) == ["owned-already", ""]
    assert ShareLink.objects.filter(owner=colleague).count() == 2
