"""The `webhooks` of the OpenAPI document: what other systems are sent, of each kind of event."""

from typing import Any

from pydantic import TypeAdapter

from links.domain.events.kinds import VERSION, EventKind
from links.domain.events.payloads import PAYLOADS, Payload

Document = dict[str, Any]
_REFERENCE = "#/components/schemas/{model}"


def describe_webhooks(document: Document) -> None:
    """Add them, and the schemas that they lead to."""
    schemas = document["components"]["schemas"]
    document["webhooks"] = {}
    for kind, payload in PAYLOADS.items():
        schema = TypeAdapter(payload).json_schema(ref_template=_REFERENCE, mode="serialization")
        schemas |= schema.pop("$defs", {})
        schemas[payload.__name__] = schema
        document["webhooks"][kind.value] = {"post": _describe_message(kind, payload)}


def _describe_message(kind: EventKind, payload: type[Payload]) -> Document:
    envelope = {
        "type": "object",
        "required": ["id", "type", "version", "timestamp", "data"],
        "properties": {
            "id": {"type": "string", "description": "The same in each attempt, and in the header webhook-id."},
            "type": {"const": kind.value},
            "version": {"const": VERSION},
            "timestamp": {"type": "string", "format": "date-time", "description": "When it happened, in UTC."},
            "data": {"$ref": _REFERENCE.format(model=payload.__name__)},
        },
    }
    return {
        "operationId": kind.value.replace(".", "_"),
        "summary": kind.value,
        "tags": ["Webhooks"],
        "requestBody": {"required": True, "content": {"application/json": {"schema": envelope}}},
        "responses": {"2XX": {"description": "Taken. Anything else is tried again; 410 turns the webhook off."}},
    }
