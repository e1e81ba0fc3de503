"""What happens to links and incidents is told to the webhooks that want it, once, in order, and without a secret."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import CharField, JSONField, Model, TextField
from pytest_django import DjangoAssertNumQueries

from links.domain.events.kinds import EventKind
from links.domain.sharing import EVERYTHING
from links.models import Customer, Incident, ShareLink, WebhookEvent, WebhookMessage
from links.models.fields import EncryptedField
from links.services.link_terms import Terms
from links.services.links import changes, time_requests
from links.services.visits import clicks
from links.services.webhooks import events, webhooks
from tests.fake_receivers import WebhookReceiver
from tests.fixtures import CONTENT, World, rescue_link, token_of
from tests.services.webhooks.hearing import add_webhook, deliver, hear, read_address

START = datetime(2026, 3, 1, 9, tzinfo=UTC)
MISSING = {"code": "object-missing", "verdict": "broken", "fails_at": None}


def list_types(told: list[dict[str, Any]]) -> list[str]:
    return [each["type"] for each in told]


def click(world: World, url: str) -> None:
    assert clicks.follow(token_of(url), now=world.clock()).url


def test_a_links_life_is_told_in_order(world: World, receiver: WebhookReceiver) -> None:
    secret = add_webhook(receiver).secret
    new = world.create_link(title="Annual report", reference="PO-17")
    world.validate(new.link)
    click(world, new.url)
    click(world, new.url)
    changes.change_terms(ShareLink.objects.get(), Terms(title="Other"), EVERYTHING, world.clock())
    changes.revoke(new.link, world.clock())
    deliver()
    told = hear(receiver, secret)
    assert list_types(told) == [
        "link.made", "link.opened", "link.downloaded", "link.downloaded", "link.changed", "link.revoked",
    ]  # fmt: skip
    made, changed = told[0]["data"], told[4]["data"]
    assert (made["origin"], made["link"]["id"], made["link"]["object_key"]) == ("created", new.link.pk, "report.pdf")
    assert (made["link"]["title"], made["link"]["reference"], made["link"]["downloads"]) == (
        "Annual report",
        "PO-17",
        0,
    )
    assert [each["data"]["link"]["downloads"] for each in told[1:4]] == [1, 1, 2]
    assert ("title" in changed["changed"], changed["link"]["title"]) == (True, "Other")
    assert told[5]["data"]["link"]["revoked_at"].endswith("Z")


def test_trouble_is_told_with_its_reason_and_so_is_its_end(world: World, receiver: WebhookReceiver) -> None:
    secret = add_webhook(receiver).secret
    link = world.create_link().link
    world.validate(link)
    world.store.delete("report.pdf")
    world.wait(timedelta(minutes=10))
    world.validate(link)
    world.store.put("report.pdf", CONTENT)
    world.wait(timedelta(minutes=10))
    world.validate(link)
    deliver(world.clock)
    told = {each["type"]: each["data"] for each in hear(receiver, secret)}
    assert set(told) == {"link.made", "link.broken", "incident.opened", "link.healthy", "incident.resolved"}
    assert [each["code"] for each in told["link.broken"]["findings"]] == ["object-missing"]
    assert (told["link.broken"]["before"], told["link.healthy"]["before"]) == ("healthy", "broken")
    opened, resolved = told["incident.opened"]["incident"], told["incident.resolved"]["incident"]
    assert (opened["code"], opened["links"], opened["resolved_at"]) == ("object-missing", 1, None)
    assert (resolved["id"], resolved["resolved_at"] is None) == (opened["id"], False)


def test_the_end_of_a_link_is_told(world: World, receiver: WebhookReceiver) -> None:
    secret = add_webhook(receiver, EventKind.LINK_ENDED).secret
    link = world.create_link(lifetime="1 day").link
    world.validate(link)
    ShareLink.objects.update(promised_until=world.clock() - timedelta(seconds=1))
    world.validate(link)
    world.validate(link)
    deliver()
    assert list_types(hear(receiver, secret)) == ["link.ended"]


def test_a_question_and_a_rescue_are_told(world: World, receiver: WebhookReceiver) -> None:
    kinds = EventKind.TIME_ASKED, EventKind.LINK_MADE, EventKind.LINK_CHANGED
    secret = add_webhook(receiver, *kinds).secret
    asked = time_requests.ask(world.create_link().link, world.clock(), message="Please", mail="anna@example.com")
    old = world.presign().link
    new = rescue_link(old, world.clock()).link
    deliver()
    told = hear(receiver, secret)
    said = {(each["type"], each["data"]["link"]["id"]): each["data"] for each in told}
    assert said["time_request.asked", asked.link_id]["time_request"] == asked.pk
    assert "anna" not in str(told)
    made = said["link.made", new.pk]
    assert (made["origin"], made["made_from"]) == ("rescued", old.pk)
    assert said["link.changed", old.pk]["changed"] == ["rescued_by"]


def test_of_a_customer_nothing_is_told_but_the_number(world: World, receiver: WebhookReceiver) -> None:
    add_webhook(receiver)
    customer = Customer.objects.create(name="Ogata Miki", mail="miki@example.com", created_at=world.clock())
    world.create_link(customer=customer, owner=User.objects.create_user("mika", "mika@example.com"))
    body = WebhookEvent.objects.get().body
    assert f'"customer":{customer.pk}' in body
    assert not {"Ogata", "miki@", "mika"} & set(body.replace('"', " ").split())


def test_nothing_is_written_down_where_nobody_wants_it(world: World, receiver: WebhookReceiver) -> None:
    add_webhook(receiver, EventKind.LINK_REVOKED)
    new = world.create_link()
    click(world, new.url)
    assert not WebhookEvent.objects.exists()


def test_what_a_webhook_that_is_off_wants_is_kept_and_not_sent(world: World, receiver: WebhookReceiver) -> None:
    webhook = add_webhook(receiver).webhook
    webhooks.turn_off(webhook, world.clock())
    world.create_link()
    deliver()
    assert WebhookEvent.objects.count() == 1
    assert not WebhookMessage.objects.exists()
    assert receiver.calls == []


def test_an_event_is_written_with_what_happened_or_not_at_all(world: World, receiver: WebhookReceiver) -> None:
    add_webhook(receiver)
    with transaction.atomic():
        world.create_link()
        transaction.set_rollback(True)
    assert not WebhookEvent.objects.exists()


def test_a_click_costs_no_statement_more_where_no_webhook_wants_to_know(
    world: World, receiver: WebhookReceiver, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    add_webhook(receiver, EventKind.LINK_MADE, EventKind.INCIDENT_OPENED)
    new = world.create_link()
    click(world, new.url)
    link = clicks.find_link(token_of(new.url))
    assert link is not None
    with django_assert_num_queries(0):
        assert not events.wants_download(link)


SAID = {"delivery", "object_key", "title", "reference", "verdict"}


def fill_with_canaries(row: Model) -> None:
    """Every field that holds words, whatever they are, and is not said on purpose; JSON as findings have it."""
    for field in type(row)._meta.concrete_fields:
        words = f"canary-{field.name}"
        if isinstance(field, JSONField):
            setattr(row, field.name, [{**MISSING, "params": {"url": f"https://{words}/"}}])
        elif isinstance(field, CharField | TextField | EncryptedField) and field.name not in SAID:
            setattr(row, field.name, words)


def test_no_event_of_any_kind_holds_what_opens_a_link_or_names_a_person(db: None, receiver: WebhookReceiver) -> None:
    webhook = add_webhook(receiver).webhook
    owner = User.objects.create_user("canary-user", "canary@owner.example.com", first_name="canary-first")
    customer = Customer.objects.create(name="canary-name", mail="canary@customer.example.com", created_at=START)
    link = ShareLink(delivery="stable", asked_until=START, promised_until=START, created_at=START)
    fill_with_canaries(link)
    link.owner, link.customer, link.token_hash, link.url_hash = owner, customer, b"canary" * 5, b"hidden" * 5
    link.object_key, link.title, link.reference = "a.pdf", "Annual report", "PO-17"
    link.save()
    incident = Incident(subject="files", opened_at=START, changed_at=START, code="object-missing", verdict="broken")
    incident.params = {"url": "https://canary-incident/"}
    incident.save()
    events.tell_made({link.pk: None}, "created", START)
    events.tell_changed([link.pk], ["slug", "password"], START)
    events.tell_downloaded(link, START)
    for before, after in (("healthy", "at_risk"), ("at_risk", "broken"), ("broken", "healthy"), ("healthy", "ended")):
        ShareLink.objects.update(verdict=after)
        events.tell_judged({link.pk: before}, START)
    events.tell_revoked([link.pk], START)
    time_requests.ask(link, START, message="canary-message", mail="canary@asker.example.com")
    events.tell_opened([incident.pk], START)
    events.tell_resolved([incident], START)
    told = dict(WebhookEvent.objects.values_list("kind", "body"))
    assert set(told) == {kind.value for kind in EventKind}
    said = "".join(told.values())
    assert json.loads(told["link.broken"])["data"]["findings"][0]["code"] == "object-missing"
    assert not re.findall('canary[^"]*|hidden|://', said)
    assert read_address(webhook) not in said


def test_the_canaries_are_in_the_rows(db: None) -> None:
    link = ShareLink(delivery="stable", asked_until=START, promised_until=START, created_at=START)
    fill_with_canaries(link)
    assert link.token is not None
    assert (link.token.open(), link.slug, link.password) == ("canary-token", "canary-slug", "canary-password")
