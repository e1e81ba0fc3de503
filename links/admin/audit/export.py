"""The audit trail as a file: JSON lines, or CSV for spreadsheets. It is streamed, and is itself recorded."""

import csv
import json
from collections.abc import Iterable, Iterator
from datetime import UTC

from django.contrib.admin.views.main import SEARCH_VAR
from django.core.exceptions import BadRequest
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone

from links.lib.safe_text.spreadsheets import disarm_formula
from links.models import AuditRecord
from links.queries.audit.audit_trail import find_address, iterate, read_record
from links.services.audit.acts.exports import record_export

COLUMNS = (
    *("number", "at", "actor", "actor_text", "way", "address", "act", "kind", "object_number", "object_text", "name"),
    *("link", "customer", "bucket", "before", "after", "previous", "hash"),
)
_TYPES = {"jsonl": "application/x-ndjson", "csv": "text/csv"}


def export_records(request: HttpRequest, rows: QuerySet[AuditRecord], filters: Iterable[str]) -> HttpResponse:
    """`rows` are those that the list finds under the same filters and search, all of them. `filters` are the names of
    the list's own: whatever else stands in an address was read by nobody."""
    ending = request.POST.get("export", "")
    if ending not in _TYPES:
        raise BadRequest("There is no such format.")
    # What is written from now on, this export's own record too, belongs to the next one.
    newest = rows.order_by("-pk").values_list("pk", flat=True).first() or 0
    asked = {name: request.GET[name] for name in filters if name in request.GET}
    record_export("audit trail", ending, asked, is_searched=bool(request.GET.get(SEARCH_VAR, "").strip()))
    lines = _write_csv if ending == "csv" else _write_json
    answer = StreamingHttpResponse(lines(iterate(rows.filter(pk__lte=newest))), content_type=_TYPES[ending])
    answer["Content-Disposition"] = f'attachment; filename="audit-{timezone.now():%Y%m%d-%H%M%S}.{ending}"'
    return answer  # type: ignore[return-value]  # of all answers but Django's own type's name


def _read(row: AuditRecord) -> dict[str, object]:
    before, after, name = read_record(row)
    own = {name: getattr(row, name) for name in COLUMNS if hasattr(row, name)}
    return {
        **own,
        "at": row.at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "address": find_address(row),
        "name": name,
        "before": before,
        "after": after,
        "previous": bytes(row.previous or b"").hex(),
        "hash": bytes(row.hash or b"").hex(),
    }


def _write_json(rows: Iterable[AuditRecord]) -> Iterator[str]:
    """With what the hash covers, so that the file can be verified without the database (`verify_audit --file`)."""
    for row in rows:
        digests = {name: bytes(getattr(row, name)).hex() for name in ("place_digest", "personal_digest")}
        yield json.dumps({**_read(row), "values": row.values, **digests}, ensure_ascii=False) + "\n"


class _Line:
    """What `csv` writes to: it hands each line back."""

    def write(self, text: str) -> str:
        return text


def _write_csv(rows: Iterable[AuditRecord]) -> Iterator[str]:
    table = csv.writer(_Line(), lineterminator="\r\n")
    yield "\ufeff" + table.writerow(COLUMNS)
    for row in rows:
        cells = _read(row)
        yield table.writerow([_to_cell(cells.get(name)) for name in COLUMNS])


def _to_cell(value: object) -> str:
    if isinstance(value, dict):
        value = json.dumps(value, ensure_ascii=False) if value else ""
    return "" if value is None else disarm_formula(str(value))
