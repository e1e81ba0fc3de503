from datetime import datetime, timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import DjangoAssertNumQueries

from links.domain.events.webhooks import WebhookState
from links.models import Incident, IncidentNotice, MetricValue, Webhook, WebhookMessage
from links.queries.monitoring.exposition import write_metrics
from links.services.webhooks import delivery, webhooks
from tests.fixtures import World
from tests.services.webhooks.hearing import add_webhook

pytestmark = pytest.mark.django_db


def read(now: datetime) -> dict[tuple[str, str], float]:
    """By name and the value of the one label, as Prometheus reads it."""
    families = text_string_to_metric_families(write_metrics(now).decode())
    return {(sample.name, "".join(sample.labels.values())): sample.value for one in families for sample in one.samples}


def test_counts_of_all_processes_are_told(now: datetime) -> None:
    MetricValue.add({("holdfast_clicks", "served"): 3, ("holdfast_click_seconds", "0.05"): 2})
    MetricValue.add({("holdfast_click_seconds", "+Inf"): 1, ("holdfast_click_seconds", "sum"): 20.5})
    found = read(now)
    assert found["holdfast_clicks_total", "served"] == 3
    assert found["holdfast_clicks_total", "failed"] == 0
    assert found["holdfast_click_seconds_bucket", "0.025"] == 0
    assert found["holdfast_click_seconds_bucket", "0.1"] == 2
    assert (found["holdfast_click_seconds_count", ""], found["holdfast_click_seconds_sum", ""]) == (3, 20.5)


def test_what_waits_and_what_is_wrong_is_told(world: World, now: datetime) -> None:
    incident = Incident.objects.create(
        code="key-unknown", subject="AKIA", verdict="broken", opened_at=now, changed_at=now
    )
    late = now - timedelta(hours=2)
    IncidentNotice.objects.create(incident=incident, kind="opened", channel="mail", created_at=late, due_at=late)
    world.create_link()
    found = read(now + timedelta(hours=1))
    assert found["holdfast_incidents_open", "key-unknown"] == 1
    assert found["holdfast_incidents_open", "object-missing"] == 0
    assert found["holdfast_messages_undelivered", "notice"] == 1
    assert found["holdfast_messages_undelivered", "webhook"] == 0
    assert found["holdfast_oldest_undelivered_seconds", "notice"] == 3 * 3600
    assert found["holdfast_oldest_due_seconds", ""] == 3 * 3600
    assert found["holdfast_watching", ""] == 0
    assert 3500 < found["holdfast_key_age_seconds", str(world.key.pk)] < 3700


def test_webhooks_are_told_by_their_state_and_their_oldest_message(world: World, now: datetime) -> None:
    add_webhook(9)
    webhooks.turn_off(add_webhook(9, name="other").webhook, now)
    world.create_link()
    WebhookMessage.objects.update(created_at=now - timedelta(hours=1))
    found = read(now)
    assert found["holdfast_oldest_undelivered_seconds", "webhook"] == 3600
    assert [found["holdfast_webhooks", state] for state in ("on", "off", "gone", "given-up")] == [1, 1, 0, 0]
    delivery.stop(Webhook.objects.on().get(), WebhookState.GONE, now)
    found = read(now)
    assert found["holdfast_oldest_undelivered_seconds", "webhook"] == 0
    assert (found["holdfast_webhooks", "on"], found["holdfast_webhooks", "gone"]) == (0, 1)


def test_no_words_of_anybody_and_no_key_id_are_labels(world: World, now: datetime) -> None:
    text = write_metrics(now).decode()
    assert not [word for word in (world.key.label, world.access.id, "files", "report") if word in text]


def test_few_queries_tell_all(world: World, now: datetime, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    write_metrics(now)
    with django_assert_num_queries(9):
        write_metrics(now)
