"""The audit trail: listed."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import Field

from links.api.authentication import BearerToken, require, token_of
from links.api.bodies import Moment
from links.api.paging import PageRequest, add_next, find_page
from links.domain.audit.acts import Act, Way
from links.domain.people.scopes import Scope
from links.models import AuditRecord
from links.queries.audit.audit_trail import find_address, read_record
from links.services.audit.acts.exports import record_trail_read
from links.texts.audit import explain_act

router = Router()


class RecordFilters(PageRequest):
    act: Act | None = None
    way: Way | None = None
    actor: int | None = Field(None, ge=1, le=2**63 - 1, description="The number of the account that did it.")
    link: int | None = Field(None, ge=1, le=2**63 - 1)
    customer: int | None = Field(None, ge=1, le=2**63 - 1)
    bucket: int | None = Field(None, ge=1, le=2**63 - 1)
    since: Moment | None = None
    until: Moment | None = None


class RecordOut(Schema):
    """`number` is its place in the chain, null until it was chained. `detail` is for people."""

    id: int
    number: int | None
    at: datetime
    actor: int | None
    actor_text: str
    way: str
    address: str
    act: str
    detail: str
    kind: str
    object_number: int | None
    object_text: str
    name: str
    link: int | None
    customer: int | None
    bucket: int | None
    before: dict[str, Any]
    after: dict[str, Any]
    hash: str


class RecordPageOut(Schema):
    items: list[RecordOut]
    next: str | None


@router.get("", response=RecordPageOut, auth=BearerToken(Scope.AUDIT_READ), operation_id="list_audit_records")
def list_audit_records(request: HttpRequest, response: HttpResponse, chosen: Query[RecordFilters]) -> RecordPageOut:
    """Who did what, the newest first. That a token reads it is itself recorded, once a day."""
    require(request, "view_auditrecord")
    given = {
        **{name: getattr(chosen, name) for name in ("act", "way", "actor", "link", "customer", "bucket")},
        "at__gte": chosen.since,
        "at__lt": chosen.until,
    }
    rows = AuditRecord.objects.filter(**{name: value for name, value in given.items() if value is not None})
    page = find_page(rows.prefetch_related("details"), chosen)
    # After the page is read: the record of its being read belongs to the next one.
    record_trail_read(token_of(request), {name: str(value) for name, value in given.items() if value}, timezone.now())
    add_next(request, response, page)
    return RecordPageOut(items=[write_record(row) for row in page.rows], next=page.next)


def write_record(row: AuditRecord) -> RecordOut:
    before, after, name = read_record(row)
    return RecordOut(
        id=row.pk,
        address=find_address(row),
        detail=explain_act(row.act),
        name=name,
        before=before,
        after=after,
        hash=bytes(row.hash or b"").hex(),
        **{name: getattr(row, name) for name in _AS_THEY_ARE},
    )


_AS_THEY_ARE = (
    *("number", "at", "actor", "actor_text", "way", "act", "kind", "object_number", "object_text", "link"),
    *("customer", "bucket"),
)
