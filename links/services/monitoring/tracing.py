"""Traces by OpenTelemetry, where `OTEL_EXPORTER_OTLP_ENDPOINT` says who takes them: of clicks, validations, deliveries.

Its packages are needed only then (`pip install opentelemetry-sdk opentelemetry-exporter-otlp-proto-http`). What a span
tells are numbers and words of ours: no address, no name and no secret.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

import structlog

from links.conf import env, site
from links.services.monitoring.request_ids import find_request_id

if TYPE_CHECKING:
    from opentelemetry.trace import Span as Recorded
    from opentelemetry.trace import Tracer

log = structlog.get_logger(__name__)


class Span:
    """What is told of one piece of work; nothing where nobody takes traces."""

    def __init__(self, recorded: Recorded | None = None) -> None:
        self._recorded = recorded

    def set(self, name: str, value: str | float) -> None:
        """Words of ours and numbers only."""
        if self._recorded is not None:
            self._recorded.set_attribute(f"holdfast.{name}", value)


@contextmanager
def span(name: str) -> Iterator[Span]:
    """How long what is done within takes, and what it was told of. Of an error its kind is told, and no text."""
    tracer = find_tracer()
    if tracer is None:
        yield Span()
        return
    with tracer.start_as_current_span(name, record_exception=False, set_status_on_exception=False) as recorded:
        told = Span(recorded)
        if request_id := find_request_id():
            told.set("request_id", request_id)
        try:
            yield told
        except Exception as error:
            told.set("error", type(error).__name__)
            raise


@cache
def find_tracer() -> Tracer | None:
    """Made at the first span of a process, since an exporter has a thread of its own."""
    endpoint = site.OTEL_EXPORTER_OTLP_ENDPOINT
    if not endpoint:
        return None
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415  optional
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415
    except ImportError:
        log.error("no traces: opentelemetry-sdk and opentelemetry-exporter-otlp-proto-http are not installed")  # noqa: TRY400
        return None
    name = env.text("OTEL_SERVICE_NAME", "holdfast")  # the library would say "unknown_service"
    provider = TracerProvider(resource=Resource.create({"service.name": name}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces")))
    return provider.get_tracer("holdfast")
