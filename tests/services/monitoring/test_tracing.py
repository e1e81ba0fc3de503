import sys
from collections.abc import Iterator

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from links.services.monitoring import tracing
from links.services.monitoring.tracing import find_tracer, span
from links.services.validation.batches import validate_due_links
from links.services.visits.clicks import follow
from tests.fixtures import World, token_of
from tests.processes.running import run
from tests.site_settings import SiteSettings


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> InMemorySpanExporter:
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(tracing, "find_tracer", lambda: provider.get_tracer("tests"))
    return exporter


@pytest.fixture
def fresh() -> Iterator[None]:
    find_tracer.cache_clear()
    yield
    find_tracer.cache_clear()


@pytest.mark.django_db
def test_a_click_and_a_validation_are_traced_without_a_secret(spans: InMemorySpanExporter, world: World) -> None:
    new_link = world.create_link()
    follow(token_of(new_link.url), now=world.clock())
    validate_due_links(world.clock)
    told = {one.name: dict(one.attributes or {}) for one in reversed(spans.get_finished_spans())}
    assert told["click"] == {"holdfast.outcome": "served"}
    assert told["validation"]["holdfast.links"] in (0, 1)
    assert token_of(new_link.url) not in str([one.to_json() for one in spans.get_finished_spans()])


def test_of_an_error_its_kind_is_told_and_no_text(spans: InMemorySpanExporter) -> None:
    with pytest.raises(ValueError, match="canary"), span("click"):
        raise ValueError("canary of a secret")
    [one] = spans.get_finished_spans()
    assert dict(one.attributes or {}) == {"holdfast.error": "ValueError"}
    assert "canary" not in one.to_json()


def test_nothing_of_it_is_imported_where_nobody_takes_traces() -> None:
    script = (
        "import django, sys; django.setup()\n"
        "from links.services.monitoring.tracing import span\n"
        "with span('click') as told: told.set('outcome', 'served')\n"
        "print('opentelemetry.sdk' in sys.modules)"
    )
    done = run("-c", script, environment={"DJANGO_SETTINGS_MODULE": "config.settings", "SECRET_KEY": "x" * 50})
    assert done.stdout.strip() == "False", done.stderr


@pytest.mark.usefixtures("fresh")
def test_a_site_without_the_packages_works_on(site_settings: SiteSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    site_settings.OTEL_EXPORTER_OTLP_ENDPOINT = "http://127.0.0.1:9"
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    with span("click") as told:
        told.set("outcome", "served")
    assert find_tracer() is None
