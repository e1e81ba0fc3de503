"""What is kept of a customer is handed out whole, and erased to the last table."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client

from links.domain.judging.facts import Delivery
from links.models import (
    AuditRecord,
    Customer,
    DailyVerdictCount,
    Grant,
    Incident,
    IncidentLink,
    LinkMail,
    LinkText,
    ShareLink,
    Throttle,
    TimeRequest,
    TimeRequestMessage,
    Validation,
    Visit,
    Webhook,
    WebhookEvent,
    WebhookMessage,
)
from links.queries.customer_data import write_json
from links.services import erasure
from links.services.erasure import erase_customer
from links.services.links import time_requests
from links.texts.pages.histories import log_message
from tests.fixtures import World
from tests.services.webhooks.hearing import add_webhook

WORD = "Kanarienvogel"
"""Stands in whatever is known of the customer."""

# Whose rows tell of a customer, or of one of their links; and whether the export has them.
EXPORTED = {Customer, ShareLink, Visit, Grant, TimeRequest, TimeRequestMessage, LinkMail}
NOT_EXPORTED = {
    Validation: "what a store answered to us",
    IncidentLink: "which cause affects a link",
    LinkText: "the words of a link once more",
    WebhookEvent: "the number of a customer, and what the row of the link says",
    WebhookMessage: "when an event was told to another system",
}


@pytest.fixture
def staff(db: None) -> User:
    return User.objects.create_superuser("mika", "mika@example.com")


def know_much(world: World, staff: User, name: str, key: str) -> Customer:
    """A customer of whom every table tells."""
    now = world.clock()
    if not Webhook.objects.exists():
        add_webhook(9)
    customer = Customer.objects.create(name=name, mail=f"{name.lower()}@example.com", created_at=now, added_by=staff)
    world.store.put(key, b"a report")
    said: dict[str, Any] = {"customer": customer, "owner": staff}
    words = {"title": f"For {name}", "note": f"{name} asked", "reference": f"{name}-1", "filename": f"{name}.pdf"}
    new = world.create_link(key, lifetime="1 hour", **said, **words)
    guarded = world.create_link(key, **said, slug=f"for-{name.lower()}", password="eleven blue owls")
    world.create_link(key, lifetime="1 hour", delivery=Delivery.PRESIGNED, customer=customer, owner=staff)
    client = Client()
    client.get(new.url)
    client.post(f"/f/for-{name.lower()}", {"password": "eleven blue owls"})
    world.store.delete(key)
    world.validate(*ShareLink.objects.filter(customer=customer))
    world.wait(timedelta(hours=2))
    time_requests.ask(new.link, world.clock(), message=f"{name} needs it", mail=f"{name.lower()}@example.com")
    history = log_message("Transferred to %(name)s.", name=name)
    LogEntry.objects.log_actions(staff.pk, [customer, new.link, guarded.link], CHANGE, history)
    LogEntry.objects.log_actions(staff.pk, [TimeRequest.objects.get(link=new.link)], CHANGE, history)
    return customer


def find_tables(word: str) -> set[str]:
    """The tables of which a row has this word in any column, in capitals or not, in one piece or escaped."""
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            if word.lower() in repr(cursor.fetchall()).lower():
                found.add(table)
    return found


def count_rows() -> dict[str, int]:
    """By table, but for counters of which no row belongs to one link, and the audit trail, which only grows."""
    counted = set(apps.get_models()) - {Throttle, DailyVerdictCount, AuditRecord}
    return {model._meta.label: model._default_manager.count() for model in counted}


def test_nothing_of_an_erased_customer_is_left_in_any_table(world: World, staff: User) -> None:
    customer = know_much(world, staff, WORD, f"{WORD}/report.pdf")
    expected = {Customer, ShareLink, TimeRequestMessage, LinkMail, Incident, LogEntry, WebhookEvent}
    assert {model._meta.db_table for model in expected} <= find_tables(WORD)
    assert all(model._default_manager.exists() for model in EXPORTED | NOT_EXPORTED.keys() - {LinkText})
    erase_customer(customer, world.clock())
    assert find_tables(WORD) == set()
    assert not ShareLink.objects.exists()
    assert not Visit.objects.exists()


def test_others_keep_every_row(world: World, staff: User) -> None:
    know_much(world, staff, "Other", "other/report.pdf")
    before = count_rows()
    erase_customer(know_much(world, staff, WORD, f"{WORD}/report.pdf"), world.clock())
    assert count_rows() == before


def test_an_incident_that_others_share_stays(world: World, staff: User) -> None:
    customer = Customer.objects.create(name=WORD, created_at=world.clock())
    theirs, other = world.create_link(customer=customer).link, world.create_link().link
    world.s3.delete_key(world.access.id)
    world.validate(theirs, other)
    incident = Incident.objects.get()
    erase_customer(customer, world.clock())
    assert [row.link for row in incident.incident_links.all()] == [other]


def test_their_url_stops_with_the_answer_of_one_that_never_was(world: World, client: Client) -> None:
    customer = Customer.objects.create(name=WORD, created_at=world.clock())
    url = world.create_link(customer=customer).url
    assert client.get(url).status_code == 302
    erase_customer(customer, world.clock())
    answer = client.get(url)
    assert (answer.status_code, answer.content) == (404, client.get(f"/s/{'x' * 43}").content)


def test_what_was_broken_off_goes_on(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    customer = Customer.objects.create(name=WORD, created_at=world.clock())
    for _ in range(3):
        world.create_link(customer=customer)
    monkeypatch.setattr(erasure, "BATCH_SIZE", 2)
    with monkeypatch.context() as patch:
        patch.setattr(erasure, "_delete_history", _fail_at(call=4))
        with pytest.raises(RuntimeError):
            erase_customer(customer, world.clock())
    assert customer.links.count() == 1
    assert erase_customer(customer, world.clock()) == erasure.Erased(links=1, visits=0)
    assert not Customer.objects.exists()


def _fail_at(call: int) -> Callable[..., None]:
    calls = iter(range(1, call + 1))

    def fail(*_: object) -> None:
        if next(calls) == call:
            raise RuntimeError

    return fail


# Handed out -----------------------------------------------------------------------------------------------------


def test_the_export_tells_all_and_no_secret(world: World, staff: User) -> None:
    know_much(world, staff, "Other", "other/report.pdf")
    customer = know_much(world, staff, WORD, f"{WORD}/report.pdf")
    text = "".join(write_json(customer, world.clock()))
    data = json.loads(text)
    assert "Other" not in text
    assert data["customer"][0]["mail"] == f"{WORD.lower()}@example.com"
    link = data["links"][0]
    assert (link["title"], link["note"], link["reference"]) == (f"For {WORD}", f"{WORD} asked", f"{WORD}-1")
    assert [row["has_password"] for row in data["links"]] == [False, True, False]
    assert data["time_request_messages"][0]["message"] == f"{WORD} needs it"
    assert {act["what"] for act in data["history"]} == {f"Transferred to {WORD}."}
    assert {table for table, rows in data.items() if not rows} == set()
    told = {act["what"]: act["kept"] for act in data["audit_trail"]}
    assert told["Created the link"]["after"]["title"] == f"For {WORD}"
    asked = [act["kept"] for act in data["audit_trail"] if act["what"] == "A customer asked for more time"]
    assert asked[0]["after"]["message"] == f"{WORD} needs it"
    for row in customer.links.all():
        for kept in (row.password, row.token and row.token.open(), row.url and row.url.open()):
            assert not kept or kept not in text


def test_every_table_that_tells_of_a_link_is_exported_or_has_a_reason() -> None:
    told = {Customer, ShareLink}
    while more := {
        relation.related_model
        for model in told
        for relation in model._meta.related_objects
        if not relation.many_to_many and relation.related_model not in told | {Incident}
    }:
        told |= more
    assert told == EXPORTED | NOT_EXPORTED.keys()


def test_a_thousand_visits_are_read_in_portions(world: World) -> None:
    customer = Customer.objects.create(name=WORD, created_at=world.clock())
    link = world.create_link(customer=customer).link
    Visit.objects.bulk_create(Visit(link=link, at=world.clock(), outcome="served") for _ in range(1_200))
    assert len(json.loads("".join(write_json(customer, world.clock())))["visits"]) == 1_200
