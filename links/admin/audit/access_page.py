"""Who has had access to a link, to what a customer was sent, or to a bucket."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max, Min, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext

from links.admin.base import badges
from links.admin.base.pages import address, get_row, may_view, render_page, require, staff_user
from links.domain.audit.acts import Kind
from links.models import AuditRecord, Bucket, Customer, ShareLink, Visit
from links.queries.audit.audit_trail import MOST_READ, list_access
from links.services.links import sharing
from links.texts.audit import explain_act

_MODELS: Mapping[Kind, type[ShareLink | Customer | Bucket]] = {
    Kind.LINK: ShareLink,
    Kind.CUSTOMER: Customer,
    Kind.BUCKET: Bucket,
}
_VISITS_OF = {Kind.LINK: "link", Kind.CUSTOMER: "link__customer", Kind.BUCKET: "link__bucket"}


@dataclass(frozen=True, slots=True)
class AccessRow:
    """What one of them did, or what came of it, how often, and when: a member of staff, or a network of visitors."""

    who: str
    what: str | badges.Badge
    count: int
    first: datetime
    last: datetime


def show_access(request: HttpRequest, kind: str, object_id: str) -> HttpResponse:
    """What people did by the audit trail, who may share it now, and what customers' visits came of it."""
    require(may_view(request, AuditRecord))
    found = next((each for each in _MODELS if each.value == kind), None)
    if found is None:
        raise Http404
    model = _MODELS[found]
    require(may_view(request, model))
    row = get_row(_list_rows(request, model), object_id)
    people = [
        AccessRow(one.actor_text, explain_act(one.act), one.count, one.first, one.last)
        for one in list_access(found, row.pk)
    ]
    bucket = row if isinstance(row, Bucket) else row.bucket if isinstance(row, ShareLink) else None
    return render_page(
        request,
        "auditrecord/access",
        AuditRecord,
        title=gettext("Who had access: %(name)s") % {"name": str(row)},
        back=address(model, "change", row.pk),
        records=f"{address(AuditRecord, 'changelist')}?{kind}={row.pk}",
        people=people,
        permissions=list(sharing.list_given(bucket)) if bucket else [],
        unlimited=sharing.list_unlimited_roles() if bucket else [],
        visitors=_list_visitors(found, row.pk) if may_view(request, Visit) else None,
    )


def _list_rows(request: HttpRequest, model: type[ShareLink | Customer | Bucket]) -> Any:  # noqa: ANN401  of three models
    return ShareLink.objects.seen_by(staff_user(request)) if model is ShareLink else model._default_manager.all()  # noqa: SLF001


def _list_visitors(kind: Kind, number: int) -> list[AccessRow]:
    """Of the newest `MOST_READ` visits: from which network, with what result, how often."""
    newest = Visit.objects.filter(**{_VISITS_OF[kind]: number}).order_by("-pk").values("pk")[:MOST_READ]
    grouped = Visit.objects.filter(pk__in=newest).order_by().values("address", "outcome")
    counted = grouped.annotate(count=Sum("times"), first=Min("at"), last=Max("at")).order_by("-last")
    return [
        AccessRow(group["address"], badges.of_visit(group["outcome"]), group["count"], group["first"], group["last"])
        for group in counted
    ]
