"""Whoever locks several rows locks them in one order, so that no two wait for each other (docs/architecture.md).

A third transaction holds a row that both need until both wait; then each has taken what it takes first.
"""

import uuid
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections, models, transaction

from links.domain.events.webhooks import WebhookState
from links.domain.findings import Verdict
from links.domain.incidents import MAX_A_DAY, NoticeKind
from links.domain.judging.verdicts import Judgement
from links.models import (
    Bucket,
    Incident,
    IncidentNotice,
    NoticeDigest,
    ShareLink,
    SigningKey,
    Webhook,
    WebhookMessage,
)
from links.services import future_rows
from links.services.buckets import changing
from links.services.incidents import digests, notices
from links.services.keys import corrections, proofs, rotation
from links.services.links import changes
from links.services.validation import batches, on_demand, set_aside
from links.services.validation.cases import ValidationResult
from links.services.validation.record import record
from links.services.webhooks import delivery, events, replays, webhooks
from tests.environment import ON_POSTGRES
from tests.fixtures import World, save_key
from tests.services.incidents.notifying import START, open_incident
from tests.services.webhooks.hearing import add_webhook
from tests.waiting import wait_until

pytestmark = pytest.mark.skipif(not ON_POSTGRES, reason="SQLite locks no rows")

LEASE = uuid.UUID(int=7)


@pytest.fixture
def links(transactional_db: None, queued: list[object], world: World) -> list[ShareLink]:
    """Three links of one bucket, leased; the table holds them in another order than that of their numbers."""
    made = [world.create_link().link for _ in range(3)]
    for link in reversed(made):
        later = world.clock() + timedelta(hours=2)  # what is due already need not be made so
        ShareLink.objects.filter(pk=link.pk).update(lease_id=LEASE, leased_until=later, due_at=later)
    return list(ShareLink.objects.filter(pk__in=[link.pk for link in made]).order_by("pk"))


def collide(held: models.Model, *works: Callable[[], object]) -> None:
    """Begin one after the other while somebody else holds a row; each waits in the end, and goes on when that is free.
    Raises what any of them raises."""

    def run(work: Callable[[], object]) -> None:
        try:
            work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as threads:
        with transaction.atomic():
            type(held)._default_manager.select_for_update().get(pk=held.pk)
            running: list[Future[None]] = []
            for work in works:
                running.append(threads.submit(run, work))
                wait_until(lambda: count_waiting() == len(running), str)
        for one in running:
            one.result()


def count_waiting() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # which a transaction keeps
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return int(cursor.fetchone()[0])


def record_all(world: World, links: list[ShareLink]) -> None:
    judged = [ValidationResult(link, Judgement(Verdict.HEALTHY, ()), None) for link in links]
    assert len(record(judged, LEASE, world.clock())) == len(links)


def change_bucket(world: World) -> None:
    bucket = Bucket.objects.get()
    changing.change_bucket(bucket, world.key, region=bucket.region, addressing=bucket.addressing, now=world.clock())


def rotate_key(world: World) -> None:
    access = world.s3.add_key(world.user)
    rotation.rotate_key(SigningKey.objects.get(), access.id, access.secret, now=world.clock())


def correct_secret(world: World) -> None:
    corrections.set_secret(SigningKey.objects.get(), world.access.secret, now=world.clock())


MANY_LINKS: dict[str, Callable[[World, list[ShareLink]], object]] = {
    "record": record_all,
    "release-lease": lambda world, _: set_aside.release_lease(LEASE, world.clock()),
    "put-off": lambda _, links: set_aside.put_off(LEASE, {link.pk for link in links}),
    "ask": lambda world, links: on_demand.ask_for_validation(links, world.clock),
    "validate": lambda world, links: batches.validate_links([link.pk for link in links], world.clock),
    "future-rows": lambda world, _: future_rows.mend_future_rows(world.clock()),
    "change-bucket": lambda world, _: change_bucket(world),
    "rotate-key": lambda world, _: rotate_key(world),
    "correct-secret": lambda world, _: correct_secret(world),
}


@pytest.mark.parametrize("name", MANY_LINKS)
def test_many_links_are_locked_in_the_order_of_their_numbers(
    name: str, links: list[ShareLink], world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*of: object) -> None:
        raise AssertionError("not recorded together")

    monkeypatch.setattr("links.services.validation.record._try_to_record", fail)
    ids = [link.pk for link in links]
    collide(
        links[1],
        lambda: MANY_LINKS[name](world, links),
        lambda: changes.revoke_all(ids, world.clock()),
    )
    assert not ShareLink.objects.filter(revoked_at=None).exists()


@pytest.fixture
def incident_notices(transactional_db: None) -> list[IncidentNotice]:
    """Three that wait to be sent; the table holds them in another order than that of their numbers."""
    incidents = [open_incident(f"AKIA{number}") for number in range(3)]
    made = [IncidentNotice.objects.create(**of(incident)) for incident in incidents]
    for notice in reversed(made):
        IncidentNotice.objects.filter(pk=notice.pk).update(due_at=START)
    return made


def of(incident: Incident) -> dict[str, Any]:
    return {"incident": incident, "kind": "opened", "channel": "mail", "created_at": START, "due_at": START}


def settle(incident_notices: list[IncidentNotice]) -> None:
    digest = NoticeDigest.objects.create(channel="mail", created_at=START, delivered_at=START)
    for notice in reversed(incident_notices):
        IncidentNotice.objects.filter(pk=notice.pk).update(digest=digest, due_at=None)
    digests.settle()


def hold_back(incident_notices: list[IncidentNotice]) -> None:
    """All but one are for another day."""
    for notice in incident_notices[::2]:
        IncidentNotice.objects.bulk_create(
            IncidentNotice(**of(notice.incident), admitted_at=START, delivered_at=START) for _ in range(MAX_A_DAY)
        )
    digests.admit("mail", 100, START)


def admit_the_middle_alone(incident_notices: list[IncidentNotice]) -> None:
    Incident.objects.exclude(pk=incident_notices[1].incident_id).update(verdict=Verdict.AT_RISK)
    digests.admit("mail", 2, START)


MANY_NOTICES: dict[str, Callable[[list[IncidentNotice]], object]] = {
    "withdraw": lambda rows: notices.withdraw([each.incident_id for each in rows], NoticeKind.OPENED),
    "admit": lambda _: digests.admit("mail", 100, START),
    "admit-some-to-a-digest": admit_the_middle_alone,
    "hold-back": hold_back,
    "settle": settle,
    "give-up": lambda _: notices._give_up_strangers([], START),
    "future-rows": lambda _: future_rows.mend_future_rows(START - timedelta(days=30)),
}


@pytest.mark.parametrize("name", MANY_NOTICES)
def test_many_notices_are_locked_in_the_order_of_their_numbers(
    name: str, incident_notices: list[IncidentNotice]
) -> None:
    everybody = IncidentNotice.objects.filter(pk__in=[notice.pk for notice in incident_notices])
    collide(
        incident_notices[1],
        lambda: MANY_NOTICES[name](incident_notices),
        lambda: everybody.update_in_order(last_error="seen"),
    )


@pytest.fixture
def webhook_messages(transactional_db: None) -> list[WebhookMessage]:
    """Three that wait for one webhook; the table holds them in another order than that of their numbers."""
    webhook = add_webhook(9).webhook
    for code in range(3):
        incident = open_incident(f"AKIA{code}")
        events.tell_resolved([incident], START)
    for message in WebhookMessage.objects.order_by("-pk"):
        WebhookMessage.objects.filter(pk=message.pk).update(due_at=START)
    return list(webhook.messages.order_by("pk"))


def turn_off_by_row(webhook: Webhook) -> None:
    """Somebody who did not see the messages yet."""
    Webhook.objects.filter(pk=webhook.pk).update(state=WebhookState.OFF.value)
    delivery._give_up_strays(START)


MANY_MESSAGES: dict[str, Callable[[Webhook], object]] = {
    "stop": lambda webhook: delivery.stop(webhook, WebhookState.OFF, START),
    "give-up-strays": turn_off_by_row,
    "replay": lambda webhook: replays.replay_since(webhook, START, START),
    "put-off": lambda webhook: WebhookMessage.objects.filter(webhook=webhook).in_turn().put_off(START, START),
    "delete": webhooks.delete,
    "future-rows": lambda _: future_rows.mend_future_rows(START - timedelta(days=30)),
}


@pytest.mark.parametrize("name", MANY_MESSAGES)
def test_many_messages_to_a_webhook_are_locked_in_the_order_of_their_numbers(
    name: str, webhook_messages: list[WebhookMessage]
) -> None:
    everybody = WebhookMessage.objects.filter(pk__in=[message.pk for message in webhook_messages])
    collide(
        webhook_messages[1],
        lambda: MANY_MESSAGES[name](Webhook.objects.get()),
        lambda: everybody.update_in_order(last_error="seen"),
    )


@pytest.mark.parametrize("deleted_first", [True, False])
def test_deleting_a_webhook_fails_nothing_of_which_it_is_told(
    webhook_messages: list[WebhookMessage], *, deleted_first: bool
) -> None:
    def tell() -> None:
        with transaction.atomic():
            events.tell_resolved(Incident.objects.all(), START)

    def delete() -> None:
        webhooks.delete(Webhook.objects.get())

    first, second = (delete, tell) if deleted_first else (tell, delete)

    def follow() -> None:
        try:
            second()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as threads:
        with transaction.atomic():
            first()
            following = threads.submit(follow)
            wait_until(lambda: count_waiting() == 1, str)
        following.result()
    assert not Webhook.objects.exists()
    assert not WebhookMessage.objects.exists()


def test_a_webhook_is_locked_before_its_messages(webhook_messages: list[WebhookMessage]) -> None:
    webhook = webhook_messages[0].webhook
    collide(
        webhook,
        lambda: delivery.stop(webhook, WebhookState.GONE, START),
        lambda: webhooks.delete(Webhook.objects.get()),
    )
    assert not WebhookMessage.objects.exists()


@pytest.mark.parametrize("name", ["recheck", "future-rows"])
def test_many_keys_are_locked_in_the_order_of_their_numbers(name: str, links: list[ShareLink], world: World) -> None:
    for number in range(2):
        save_key(world.s3, world.s3.add_key(world.user), f"key {number}", world.clock())
    keys = list(SigningKey.objects.order_by("pk"))
    for key in reversed(keys):
        SigningKey.objects.filter(pk=key.pk).update(checked_at=None)
    works: dict[str, Callable[[], object]] = {
        "recheck": lambda: proofs.recheck({key.access_key_id for key in keys}, world.clock()),
        "future-rows": lambda: future_rows.mend_future_rows(world.clock() - timedelta(days=30)),
    }

    def lock_all() -> None:
        with transaction.atomic():
            list(SigningKey.objects.select_for_update().order_by("pk"))

    collide(keys[1], works[name], lock_all)


@pytest.mark.parametrize("other", [rotate_key, correct_secret])
def test_links_are_locked_before_keys_and_keys_before_buckets(
    other: Callable[[World], None], links: list[ShareLink], world: World
) -> None:
    collide(world.key, lambda: other(world), lambda: change_bucket(world))
    assert ShareLink.objects.filter(lease_id=None).count() == len(links)
