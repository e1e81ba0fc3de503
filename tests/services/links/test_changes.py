"""What may be changed about a link after it was made, and what is refused."""

from datetime import UTC, timedelta
from functools import partial

import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks

from links.domain.errors import Unavailable
from links.domain.promise.ends import EndChange
from links.domain.promise.promises import PromiseCode
from links.domain.sharing import EVERYTHING
from links.models import ShareLink
from links.services.link_terms import Terms
from links.services.links import changes
from tests.fixtures import CONTENT, World, fetch
from tests.services.links.changing import DAY, change_end, follow, read_again, refusal_of
from tests.strict_s3 import refusals

HOUR = timedelta(hours=1)


# Revoke ---------------------------------------------------------------------------------------------------------


def test_a_link_is_revoked_once(world: World) -> None:
    link = world.create_link().link
    assert changes.revoke(link, world.clock()) is True
    first = link.revoked_at
    assert changes.revoke(link, world.clock() + HOUR) is False
    assert link.revoked_at == first is not None
    assert link.due_at is None


# Extend ---------------------------------------------------------------------------------------------------------


def test_a_stable_link_gets_a_new_end_counted_from_now(world: World) -> None:
    new_link = world.create_link(lifetime="1 hour")
    world.wait(timedelta(hours=2))
    assert follow(world, new_link).outcome == "ended"
    promise = change_end(world, new_link.link, "1 day").promise
    assert ShareLink.objects.get().promised_until == promise.promised_until > world.clock() + timedelta(hours=23)
    assert fetch(follow(world, new_link).url) == CONTENT
    assert ShareLink.objects.due(world.clock()).count() == 1


def test_a_url_that_states_its_own_end_is_given_no_other(world: World) -> None:
    link = world.presign().link
    for lifetime in ("1 day", "30 days"):
        assert refusal_of(partial(change_end, world, link, lifetime)) == "extend-presigned"


def test_a_link_revoked_while_it_is_extended_stays_revoked(world: World) -> None:
    stale = read_again(world.create_link().link)
    changes.revoke(read_again(stale), world.clock())
    assert refusal_of(partial(change_end, world, stale, "1 day")) == "extend-revoked"
    assert ShareLink.objects.get().due_at is None


def test_a_link_is_not_extended_while_the_store_is_silent(world: World) -> None:
    link = world.create_link().link
    world.s3.answer = refusals.service_unavailable()
    with pytest.raises(Unavailable):
        change_end(world, link, "1 year")
    assert read_again(link).promised_until == link.promised_until


def test_of_two_who_change_the_same_end_the_second_is_told(world: World) -> None:
    first, second = (read_again(link) for link in [world.create_link().link] * 2)
    change_end(world, first, "60 days")
    assert refusal_of(partial(change_end, world, second, "90 days")) == "link-changed"
    assert read_again(first).promised_until == first.promised_until
    assert second.promised_until == first.promised_until


def test_a_new_end_is_validated_soon(
    world: World, queued: list[object], django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    link = world.create_link().link
    queued.clear()
    with django_capture_on_commit_callbacks(execute=True):
        change_end(world, link, "60 days")
    assert queued == [("validate_links", [link.pk])]


# Shorten --------------------------------------------------------------------------------------------------------


def test_a_link_is_cut_short_though_the_store_is_silent(world: World) -> None:
    new_link = world.create_link(lifetime="30 days")
    world.s3.answer = refusals.service_unavailable()
    promise = change_end(world, new_link.link, "1 hour").promise
    soon = world.clock() + HOUR + timedelta(minutes=1)
    assert read_again(new_link.link).promised_until == promise.promised_until < soon
    assert [reason.code for reason in new_link.link.promise_reasons] == [PromiseCode.SIGNED_AT_EACH_CLICK]
    world.wait(2 * HOUR)
    assert follow(world, new_link).outcome == "ended"


def test_a_link_does_not_end_before_it_begins(world: World) -> None:
    """It would never open, however often its customer came."""
    link = world.create_link(lifetime="30 days").link
    begins = world.clock() + 20 * DAY
    ShareLink.objects.update(starts_at=begins)
    link.refresh_from_db()
    assert refusal_of(partial(change_end, world, link, "10 days")) == "ends-before-start"
    assert read_again(link).promised_until == link.promised_until
    assert change_end(world, link, "21 days").change is EndChange.SHORTEN
    changes.revoke(link, world.clock())
    assert refusal_of(partial(change_end, world, link, "10 days")) == "ends-before-start"


def test_an_end_that_was_decided_upon_another_beginning_is_refused(world: World) -> None:
    link = world.create_link(lifetime="30 days").link
    stale = read_again(link)
    changes.change_terms(link, Terms(starts_at=world.clock() + 20 * DAY), EVERYTHING, world.clock())
    assert refusal_of(partial(change_end, world, stale, "10 days")) == "link-changed"
    assert read_again(link).promised_until == link.promised_until


# Revive ---------------------------------------------------------------------------------------------------------


def test_a_revoked_link_lives_again_under_the_same_url(world: World) -> None:
    new_link = world.create_link()
    changes.revoke(new_link.link, world.clock())
    assert follow(world, new_link).outcome == "revoked"
    change_end(world, new_link.link, "1 day")
    assert fetch(follow(world, new_link).url) == CONTENT
    assert not new_link.link.is_revoked
    assert new_link.link.due_at is not None


def test_an_ended_link_lives_again_under_the_same_url(world: World) -> None:
    new_link = world.create_link(lifetime="1 hour")
    world.wait(2 * HOUR)
    change_end(world, new_link.link, "1 day")
    assert fetch(follow(world, new_link).url) == CONTENT


def test_a_link_to_a_file_that_is_gone_is_not_revived(world: World) -> None:
    lost = world.create_link().link
    changes.revoke(lost, world.clock())
    world.store.delete("report.pdf")
    assert refusal_of(partial(change_end, world, lost, "1 day")) == "object-missing"
    assert read_again(lost).is_revoked


# Whichever the new end means ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lifetime", "kind"), [("60 days", EndChange.EXTEND), ("1 day", EndChange.SHORTEN), ("30 days", EndChange.EXTEND)]
)
def test_a_new_end_is_foreseen_as_it_will_be(world: World, lifetime: str, kind: EndChange) -> None:
    link = world.create_link(lifetime="30 days").link
    world.wait(timedelta(seconds=2))
    before, now = link.promised_until, world.clock()
    foreseen = changes.foresee_end(link, lifetime, zone=UTC, now=now, scope=EVERYTHING)
    assert read_again(link).promised_until == before
    assert changes.change_end(link, lifetime, zone=UTC, now=now, scope=EVERYTHING) == foreseen
    assert (foreseen.change, foreseen.before) == (kind, before)
    assert read_again(link).promised_until == foreseen.promise.promised_until


def test_a_reminder_follows_the_end(world: World) -> None:
    link = world.create_link(lifetime="30 days").link
    changes.change_terms(link, Terms(remind_days=7), EVERYTHING, world.clock())
    assert read_again(link).remind_at == link.promised_until - 7 * DAY
    change_end(world, link, "60 days")
    assert read_again(link).remind_at == link.promised_until - 7 * DAY
    change_end(world, link, "2 days")
    assert read_again(link).remind_at is None


def test_a_link_that_was_revoked_follows_nothing_and_is_not_watched_again(world: World) -> None:
    link = world.create_link().link
    assert changes.follow_latest(link, EVERYTHING, world.clock()) is True
    changes.revoke(link, world.clock())
    ShareLink.objects.update(follows_latest=False)
    assert changes.follow_latest(link, EVERYTHING, world.clock()) is False
    assert not link.follows_latest
    assert not ShareLink.objects.watched().exists()
