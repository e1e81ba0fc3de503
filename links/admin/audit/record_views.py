"""Records as the list and the export show them."""

from collections.abc import Mapping

from django.contrib.auth.models import User
from django.db.models import CharField, QuerySet, Value
from django.urls import reverse
from django.utils.html import format_html

from links.admin.base.columns import NOTHING, show_text
from links.domain.audit.acts import Kind
from links.models import AuditRecord
from links.models.people.accounts import are_djangos
from links.queries.audit.audit_trail import read_record
from links.texts.audit import name_kind
from links.texts.pages.audit import describe_change

# Where a row of each kind has a page.
_PAGES: Mapping[str, str] = {
    Kind.LINK: "links_sharelink",
    Kind.CUSTOMER: "links_customer",
    Kind.BUCKET: "links_bucket",
    Kind.KEY: "links_signingkey",
    Kind.ACCOUNT: "auth_user",
    Kind.ROLE: "auth_group",
    Kind.TIME_REQUEST: "links_timerequest",
    Kind.INCIDENT: "links_incident",
}
MAX_LINES = 12


def mark_seen(rows: QuerySet[AuditRecord], reader: User) -> QuerySet[AuditRecord]:
    """The same rows; each knows of which kinds the reader may see the pages."""
    seen = " ".join(kind for kind, page in _PAGES.items() if _may_see(reader, page))
    return rows.annotate(seen_kinds=Value(seen, output_field=CharField()))


def list_changes(row: AuditRecord) -> list[str]:
    before, after, _name = read_record(row)
    return [show_text(line, 300) for line in describe_change(before, after)[:MAX_LINES]]


def name_object(row: AuditRecord) -> str:
    """Its kind and name, which leads to its page for whoever may see that. Of a row that `mark_seen` has marked."""
    if not row.kind:
        return NOTHING
    name = read_record(row)[2]
    text = " ".join(part for part in (row.object_text, show_text(name)) if part)
    if row.object_number is not None and row.kind in getattr(row, "seen_kinds", "").split():
        page = reverse(f"admin:{_PAGES[row.kind]}_change", args=[row.object_number])
        return format_html('{} <a href="{}">{}</a>', name_kind(row.kind), page, text)
    return format_html("{} {}", name_kind(row.kind), text)


def _may_see(reader: User, page: str) -> bool:
    app, model = page.split("_")
    if page == _PAGES[Kind.ACCOUNT] and not are_djangos():
        return False  # a project's own accounts have pages of their own, or none
    return any(reader.has_perm(f"{app}.{act}_{model}") for act in ("view", "change"))
