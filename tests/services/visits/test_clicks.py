"""Clicks: served to the last second, counted exactly, honest when refused."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection

from links.domain.signed_urls.gate import CheckedUrl
from links.domain.signed_urls.reading import read
from links.domain.visits.access import Outcome
from links.domain.visits.clicks import CLICK_SECONDS
from links.models import ShareLink, SigningKey, Visit
from links.services.click_signing import OpenBuckets, sign_as_click
from links.services.links import changes
from links.services.links.creation import NewLink
from links.services.validation import batches
from links.services.visits import clicks
from links.services.visits.clicks import VALIDATE_AT_MOST_EVERY, Visitor, VisitResult
from links.services.visits.precheck import PRECHECK_EVERY
from tests.fixtures import CONTENT, World, fetch, token_of
from tests.site_settings import SiteSettings
from tests.strict_s3 import StrictS3, refusals

A_SECOND = timedelta(seconds=1)


def click(world: World, new_link: NewLink) -> VisitResult:
    return clicks.follow(token_of(new_link.url), Visitor("203.0.113.7", "curl"), now=world.clock())


def test_a_click_leads_to_the_object_for_minutes_and_is_counted(world: World) -> None:
    new_link = world.create_link()
    followed = click(world, new_link)
    assert (followed.outcome, followed.link) == (Outcome.SERVED, new_link.link)
    assert fetch(followed.url) == CONTENT
    assert read(followed.url).lifetime == CLICK_SECONDS
    assert followed.url not in repr(followed)
    link = ShareLink.objects.get()
    assert link.visit_count == 1
    assert link.visited_at is not None
    row = Visit.objects.get()
    assert (row.outcome, row.address, row.browser) == ("served", "203.0.113.0/24", "curl")


def test_a_token_that_does_not_exist_tells_and_records_nothing(world: World) -> None:
    world.create_link()
    for token in ("", "nobody", "\N{REPLACEMENT CHARACTER}", "x" * 5_000):
        assert clicks.follow(token, now=world.clock()) == VisitResult(Outcome.UNKNOWN)
    assert not Visit.objects.exists()


def test_a_link_is_followed_to_its_last_second_and_not_one_longer(world: World) -> None:
    new_link = world.create_link()
    token, end = token_of(new_link.url), new_link.link.promised_until
    assert clicks.follow(token, now=end - A_SECOND).outcome is Outcome.SERVED
    assert clicks.follow(token, now=end - timedelta(microseconds=1)).outcome is Outcome.SERVED
    assert clicks.follow(token, now=end).outcome is Outcome.ENDED
    assert clicks.follow(token, now=end + A_SECOND).outcome is Outcome.ENDED
    assert ShareLink.objects.get().visit_count == 2


def test_a_revoked_link_says_so_and_signs_nothing(world: World) -> None:
    new_link = world.create_link()
    changes.revoke(new_link.link, world.clock())
    followed = click(world, new_link)
    assert (followed.outcome, followed.url) == (Outcome.REVOKED, "")


def test_a_link_that_is_over_is_refused_even_where_nothing_can_be_signed(
    world: World, site_settings: SiteSettings
) -> None:
    new_link = world.create_link()
    site_settings.ENCRYPTION_KEYS = []
    assert clicks.follow(token_of(new_link.url), now=new_link.link.promised_until).outcome is Outcome.ENDED


def test_a_link_revoked_while_its_click_is_signed_is_not_served(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    new_link, sign = world.create_link(), sign_as_click

    def revoke_meanwhile(link: ShareLink, opened: OpenBuckets) -> CheckedUrl:
        changes.revoke(ShareLink.objects.get(pk=link.pk), world.clock())
        return sign(link, opened)

    monkeypatch.setattr(clicks, "sign_as_click", revoke_meanwhile)
    followed = click(world, new_link)
    assert (followed.outcome, followed.url) == (Outcome.REVOKED, "")
    assert ShareLink.objects.get().visit_count == 0


def test_a_click_that_cannot_be_signed_fails_and_has_the_link_validated(world: World) -> None:
    new_link = world.create_link()
    batches.validate_due_links(world.clock)
    SigningKey.objects.update(state="refused", state_code="key-of-role")
    world.wait(VALIDATE_AT_MOST_EVERY)
    assert click(world, new_link).outcome is Outcome.FAILED
    assert ShareLink.objects.due(world.clock()).exists()
    batches.validate_due_links(world.clock)
    assert click(world, new_link).outcome is Outcome.FAILED
    assert not ShareLink.objects.due(world.clock()).exists()


def test_a_refused_click_asks_for_a_validation_at_once_and_a_second_one_does_not(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    monkeypatch.setattr("links.services.queue.enqueue", lambda task, ids: asked.append((task, ids)))
    new_link = world.create_link()
    batches.validate_due_links(world.clock)
    asked.clear()
    SigningKey.objects.update(state="refused", state_code="key-of-role")
    world.wait(VALIDATE_AT_MOST_EVERY)
    for _ in range(2):
        assert click(world, new_link).outcome is Outcome.FAILED
    assert asked == [("validate_links", [new_link.link.pk])]


def test_lost_encryption_keys_fail_a_click_and_kill_no_token(world: World, site_settings: SiteSettings) -> None:
    new_link, kept = world.create_link(), site_settings.ENCRYPTION_KEYS
    site_settings.ENCRYPTION_KEYS = []
    assert click(world, new_link).outcome is Outcome.FAILED
    site_settings.ENCRYPTION_KEYS = kept
    assert click(world, new_link).outcome is Outcome.SERVED


def test_of_many_clicks_one_a_minute_looks_at_the_file_first(world: World) -> None:
    new_link = world.create_link()
    asked = len(world.s3.requests)
    for _ in range(5):
        assert click(world, new_link).outcome is Outcome.SERVED
    assert len(world.s3.requests) == asked + 1
    world.wait(PRECHECK_EVERY)
    click(world, new_link)
    assert len(world.s3.requests) == asked + 2


def test_nobody_is_sent_to_a_file_that_is_not_there(world: World) -> None:
    new_link = world.create_link()
    world.store.delete("report.pdf")
    followed = click(world, new_link)
    assert (followed.outcome, followed.url) == (Outcome.FAILED, "")
    assert ShareLink.objects.get().visit_count == 0
    world.store.put("report.pdf", CONTENT, content_type="application/pdf")
    assert click(world, new_link).outcome is Outcome.SERVED


def test_nobody_is_sent_to_another_file_even_before_the_next_validation(world: World) -> None:
    new_link = world.create_link()
    batches.validate_due_links(world.clock)
    world.store.put("report.pdf", b"another file altogether")
    world.wait(VALIDATE_AT_MOST_EVERY)
    followed = click(world, new_link)
    assert (followed.outcome, followed.url) == (Outcome.REPLACED, "")
    assert ShareLink.objects.due(world.clock()).exists()


def test_a_store_that_says_nothing_keeps_nobody_from_trying(world: World) -> None:
    new_link = world.create_link()
    world.store.answer = refusals.slow_down()
    assert click(world, new_link).outcome is Outcome.SERVED


def test_a_rotated_key_signs_the_next_click(world: World) -> None:
    new_link = world.create_link()
    assert read(click(world, new_link).url).access_key_id == world.access.id
    fresh = world.s3.add_key(world.user)
    row = SigningKey.objects.get()
    row.access_key_id, row.secret = fresh.id, fresh.secret
    row.save()
    world.s3.delete_key(world.access.id)
    followed = click(world, new_link)
    assert read(followed.url).access_key_id == fresh.id
    assert fetch(followed.url) == CONTENT


def test_clicks_at_once_are_all_counted(transactional_db: None, strict_s3: StrictS3) -> None:
    world = World.build(strict_s3)
    new_link, together = world.create_link(), Barrier(8)
    outcomes: list[Outcome] = []

    def work() -> None:
        together.wait()
        outcomes.extend(click(world, new_link).outcome for _ in range(5))
        connection.close()

    threads = [Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == [Outcome.SERVED] * 40
    assert ShareLink.objects.get().visit_count == Visit.objects.count() == 40
