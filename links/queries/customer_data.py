"""All that is kept of one customer, to be handed to them: as JSON, table by table, without a secret."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import BooleanField, Case, Model, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Cast

from links.domain.audit.acts import Way
from links.models import AuditDetail, Customer, Grant, LinkMail, ShareLink, TimeRequest, TimeRequestMessage, Visit
from links.models.audit.records import DetailKind
from links.texts.audit import explain_act
from links.texts.pages import histories

CHUNK_SIZE = 500
"""Rows that are read at once."""


@dataclass(frozen=True, slots=True)
class _Table:
    name: str
    rows: QuerySet[Any]
    fields: tuple[str, ...]


def write_json(customer: Customer, now: datetime) -> Iterator[str]:
    """One JSON object in pieces, however many rows there are. Tokens, signed URLs and passwords are left out."""
    yield f'{{"exported_at": {_to_json(now)}'
    for table in _list_tables(customer):
        yield from _write_rows(table.name, table.rows.values(*table.fields).iterator(CHUNK_SIZE))
    yield from _write_rows("history", map(_describe_act, find_history(customer).iterator(CHUNK_SIZE)))
    yield from _write_rows("audit_trail", map(_describe_detail, _find_details(customer).iterator(CHUNK_SIZE)))
    yield "\n}\n"


def find_history(customer: Customer) -> QuerySet[LogEntry]:
    """What staff did to the customer, to their links, and to their requests for more time."""
    return LogEntry.objects.filter(
        _of(Customer, Customer.objects.filter(pk=customer.pk))
        | _of(ShareLink, customer.links.all())
        | _of(TimeRequest, TimeRequest.objects.filter(link__customer=customer))
    ).order_by("pk")


def _of(model: type[Model], rows: QuerySet[Any]) -> Q:
    kind = ContentType.objects.get_for_model(model)
    return Q(content_type=kind, object_id__in=rows.order_by().values_list(Cast("pk", TextField())))


def _list_tables(customer: Customer) -> list[_Table]:
    has_password = Case(When(password="", then=Value(False)), default=Value(True), output_field=BooleanField())
    links = customer.links.annotate(has_password=has_password)
    link_fields = (
        "id", "delivery", "bucket__name", "object_key", "host", "size", "title", "filename", "note", "reference",
        "slug", "is_public", "has_password", "download_limit", "starts_at", "lifetime", "asked_until", "promised_until",
        "created_at", "revoked_at", "verdict", "visit_count", "visited_at",
    )  # fmt: skip
    visit_fields = ("link", "at", "outcome", "times", "address", "browser")
    request_fields = ("id", "link", "at", "answered_at", "granted_until")
    message_fields = ("time_request", "at", "message", "mail", "language", "zone")
    mail_fields = ("link", "kind", "to", "language", "zone", "created_at", "delivered_at")
    named = Customer.objects.filter(pk=customer.pk)
    return [
        _Table("customer", named, ("id", "name", "kind", "mail", "language", "zone", "created_at")),
        _Table("links", links.order_by("pk"), link_fields),
        _Table("visits", Visit.objects.filter(link__customer=customer).order_by("pk"), visit_fields),
        _Table("downloads_under_way", _of_links(Grant, customer), ("link", "created_at", "expires_at")),
        _Table("time_requests", _of_links(TimeRequest, customer), request_fields),
        _Table(
            "time_request_messages",
            TimeRequestMessage.objects.filter(time_request__link__customer=customer).order_by("pk"),
            message_fields,
        ),
        _Table("mails", _of_links(LinkMail, customer), mail_fields),
    ]


def _of_links(model: type[Model], customer: Customer) -> QuerySet[Any]:
    return QuerySet(model).filter(link__customer=customer).order_by("pk")


def _describe_act(entry: LogEntry) -> dict[str, object]:
    """What was done and when; who did it is data of staff."""
    what = histories.render(entry.change_message) or str(entry.get_change_message())
    return {"at": entry.action_time, "about": entry.object_repr, "what": what}


def _find_details(customer: Customer) -> QuerySet[AuditDetail]:
    """What the audit trail tells of the customer and of their links, as it is erased with them: the network addresses
    of what they did themselves, and of what staff did all but those."""
    links = customer.links.order_by().values("pk")
    theirs = Q(record__customer=customer.pk) | Q(record__link__in=links)
    told = Q(kind=DetailKind.PERSONAL) & (Q(customer=customer.pk) | Q(record__link__in=links))
    places = Q(kind=DetailKind.PLACE, record__way=Way.CUSTOMER.value) & theirs
    return AuditDetail.objects.filter(told | places).select_related("record").order_by("record", "pk")


def _describe_detail(detail: AuditDetail) -> dict[str, object]:
    """Who did it is data of staff."""
    row = detail.record
    return {"at": row.at, "link": row.link, "what": explain_act(row.act), "kept": json.loads(detail.text)}


def _write_rows(name: str, rows: Iterator[dict[str, Any]]) -> Iterator[str]:
    yield f",\n{json.dumps(name)}: ["
    for number, row in enumerate(rows):
        yield f"{',' if number else ''}\n  {_to_json(row)}"
    yield "]"


def _to_json(value: object) -> str:
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)
