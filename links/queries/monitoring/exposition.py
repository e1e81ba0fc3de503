"""Everything that Prometheus is told, as text: what processes have counted, and what rows tell at this moment.

No label holds what somebody wrote, nor has more values than the code or a bound here says. Each web server tells of the
whole site, so that any one of them may be asked.
"""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count, QuerySet
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from links.domain.events.webhooks import WebhookState
from links.domain.findings import Code
from links.domain.link_state import LinkState
from links.domain.monitoring.metrics import COUNTERS, HISTOGRAMS, LINKS, SUM
from links.models import Incident, IncidentNotice, LinkMail, MetricValue, SigningKey, Webhook, WebhookMessage
from links.queries.health import Health, read_health

MAX_COUNTED = 10_000
"""Messages are counted up to here: more of them are no other alarm."""
MAX_KEYS = 200


def write_metrics(now: datetime) -> bytes:
    """In Prometheus' text format."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Site(now))
    return generate_latest(registry)


class _Site(Collector):
    def __init__(self, now: datetime) -> None:
        self._now = now

    def describe(self) -> list[Metric]:
        """Nothing is asked where this is only made known."""
        return []

    def collect(self) -> Iterator[Metric]:
        health = read_health(self._now)
        yield from _tell_counts()
        yield from _tell_health(health, self._now)
        yield _tell_messages()
        yield _tell_webhooks()
        yield _tell_incidents()
        yield _tell_keys(self._now)


def _tell_counts() -> Iterator[Metric]:
    """What all processes have counted. What nobody has met yet is told as nought, so that its first time is a rise."""
    values: dict[str, dict[str, float]] = {}
    for metric, label, value in MetricValue.objects.values_list("metric", "label", "value"):
        values.setdefault(metric, {})[label] = value
    for counter in COUNTERS:
        told = CounterMetricFamily(counter.name, counter.help, labels=[counter.label])
        for label in counter.values:
            told.add_metric([label], values.get(counter.name, {}).get(label, 0))
        yield told
    for histogram in HISTOGRAMS:
        found = values.get(histogram.name, {})
        spread = HistogramMetricFamily(histogram.name, histogram.help)
        spread.add_metric([], buckets=histogram.add_up(found), sum_value=found.get(SUM, 0))
        yield spread
    links = GaugeMetricFamily(LINKS, "Links in each state, counted every five minutes.", labels=["state"])
    for state in LinkState:
        if (number := values.get(LINKS, {}).get(state.value)) is not None:
            links.add_metric([state.value], number)
    yield links


def _tell_health(health: Health, now: datetime) -> Iterator[Metric]:
    yield GaugeMetricFamily("holdfast_watching", "1 while somebody validates and delivers.", value=health.is_watching)
    due = _age(health.oldest_due_at, now)
    yield GaugeMetricFamily("holdfast_oldest_due_seconds", "For how long the oldest due work has waited.", value=due)
    oldest = GaugeMetricFamily(
        "holdfast_oldest_undelivered_seconds", "Age of the oldest message on its way.", labels=["kind"]
    )
    for kind, at in (
        ("notice", health.oldest_notice_at),
        ("mail", health.oldest_mail_at),
        ("webhook", health.oldest_webhook_at),
    ):
        oldest.add_metric([kind], _age(at, now))
    yield oldest


def _tell_messages() -> Metric:
    told = GaugeMetricFamily("holdfast_messages_undelivered", "Messages on their way, by kind.", labels=["kind"])
    waiting: dict[str, QuerySet[IncidentNotice] | QuerySet[LinkMail] | QuerySet[WebhookMessage]] = {
        "notice": IncidentNotice.objects.undelivered(),
        "mail": LinkMail.objects.filter(due_at__isnull=False),
        "webhook": WebhookMessage.objects.undelivered(),
    }
    for kind, rows in waiting.items():
        told.add_metric([kind], rows.order_by()[:MAX_COUNTED].count())
    return told


def _tell_webhooks() -> Metric:
    told = GaugeMetricFamily("holdfast_webhooks", "Webhooks in each state.", labels=["state"])
    counts = dict(Webhook.objects.order_by().values_list("state").annotate(Count("pk")))
    for state in WebhookState:
        told.add_metric([state.value], counts.get(state.value, 0))
    return told


def _tell_incidents() -> Metric:
    told = GaugeMetricFamily("holdfast_incidents_open", "Open incidents, by cause.", labels=["code"])
    counts = dict.fromkeys((code.value for code in Code), 0)
    for code, number in Incident.objects.open().order_by().values_list("code").annotate(Count("pk")):
        if code in counts:  # else an older version found it, which nobody does any more
            counts[code] = number
    for code, number in counts.items():
        told.add_metric([code], number)
    return told


def _tell_keys(now: datetime) -> Metric:
    """By the key's number: its label is somebody's own words."""
    told = GaugeMetricFamily("holdfast_key_age_seconds", "Age of each signing key in use.", labels=["key"])
    for key in SigningKey.objects.present().only("made_at", "created_at").order_by("pk")[:MAX_KEYS]:
        told.add_metric([str(key.pk)], _age(key.since, now))
    return told


def _age(since: datetime | None, now: datetime) -> float:
    return 0.0 if since is None else max((now - since).total_seconds(), 0.0)
