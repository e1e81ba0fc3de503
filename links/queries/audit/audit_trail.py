"""The audit trail as pages and exports read it: by an index, however long it is."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, Max, Min, Model, OuterRef, Q, QuerySet

from links.domain.audit.acts import Act, Kind
from links.domain.audit.chain import write_canonical
from links.domain.people.token_texts import PREFIX
from links.domain.row_numbers import read_number
from links.models import ApiToken, AuditRecord, Bucket, Customer, ShareLink, SigningKey, TimeRequest
from links.models.audit.records import DetailKind
from links.models.people.accounts import have_numbers, list_accounts, name_field, number_of, where_named
from links.models.search import hold
from links.texts.pages.audit import read_values

MOST_CUSTOMERS = 50  # of one name
MOST_READ = 10_000  # of the newest records about one thing
CHUNK = 1_000

GAVE_ACCESS = (
    *(Act.LINK_CREATED, Act.LINK_COPIED, Act.LINK_RESCUED, Act.LINK_WATCHED, Act.LINK_OWNER_CHANGED),
    *(Act.LINK_TERMS_CHANGED, Act.LINK_END_CHANGED, Act.LINK_DOWNLOADS_ADDED, Act.LINK_FOLLOWS_LATEST),
    *(Act.TIME_GRANTED, Act.URL_REVEALED, Act.URLS_REVEALED, Act.SHARE_PERMITTED, Act.SHARE_WITHDRAWN),
    *(
        Act.LINK_REVOKED,
        Act.BUCKET_ADDED,
        Act.BUCKET_CHANGED,
        Act.BUCKET_TESTED,
        Act.CUSTOMER_EXPORTED,
        Act.KEY_ROTATED,
    ),
)
"""The acts by which somebody had access, or gave or took it."""


def search(rows: QuerySet[AuditRecord], term: str) -> QuerySet[AuditRecord]:
    """Those of a person by a name that their account has or had, also where it was deleted since; those about a link by
    "#" and its number, those about another row by its whole name, and those about customers whose names hold the text;
    those by and about an API token by its public name.
    """
    text = term.strip()
    if not text:
        return rows
    number = read_number(text.removeprefix("#"))
    if number is not None:
        return rows.filter(link=number)
    public_id = text.removeprefix(PREFIX)
    token = ApiToken.objects.filter(public_id=public_id).first() if public_id != text else None
    if token is not None:
        by_it = Q(actor=number_of(token.owner_id), actor_text__endswith=f", {token.public_name}")
        return rows.filter(by_it | Q(kind=Kind.API_TOKEN.value, object_number=token.pk))
    named_so = list_accounts().filter(**where_named(text, "iexact")).values_list("pk", flat=True)
    people = {number_of(key) for key in named_so[:MOST_CUSTOMERS]}
    people |= _find_former(text)
    named = Customer.objects.filter(hold(Customer, text), name__icontains=text).order_by("pk")
    customers = list(named.values_list("pk", flat=True)[:MOST_CUSTOMERS])
    found = Q(actor_text=text) | Q(object_text=text) | Q(actor__in=people)
    if people:
        found |= Q(kind=Kind.ACCOUNT.value, object_number__in=people)
    return rows.filter(found | Q(customer__in=customers) if customers else found)


def _find_former(username: str) -> set[int]:
    """The numbers of accounts that had this user name and are deleted, or are called otherwise now: the trail tells."""
    written = write_canonical({name_field(): username})[1:-1]
    told = AuditRecord.objects.filter(
        act__in=[Act.ACCOUNT_DELETED.value, Act.ACCOUNT_CHANGED.value], values__icontains=written
    )
    numbers = told.order_by("-pk").values_list("object_number", flat=True)[:MOST_CUSTOMERS]
    return {number for number in numbers if number is not None}


def iterate(rows: QuerySet[AuditRecord]) -> Iterator[AuditRecord]:
    """From the newest to the oldest, a chunk at a time: nobody's memory holds a million."""
    rows, before = rows.order_by("-pk").prefetch_related("details"), None
    while True:
        following = rows if before is None else rows.filter(pk__lt=before)
        batch = list(following[:CHUNK])
        yield from batch
        if len(batch) < CHUNK:
            return
        before = batch[-1].pk


def read_record(row: AuditRecord) -> tuple[dict[str, object], dict[str, object], str]:
    """What was before, what is after, and the name that may have to be forgotten."""
    personal = [one.text for one in row.details.all() if one.kind == DetailKind.PERSONAL]
    return read_values([row.values, *personal])


def find_address(row: AuditRecord) -> str:
    """Empty where there is none, and where it was forgotten."""
    for detail in row.details.all():
        if detail.kind == DetailKind.PLACE:
            return str(json.loads(detail.text).get("address", ""))
    return ""


def list_of_deleted_accounts(row: Model) -> list[AuditRecord]:
    """What accounts did to this row that are here no more, the latest first: Django's own history goes with them."""
    kind = _KINDS.get(type(row))
    if kind is None:
        return []
    theirs = AuditRecord.objects.filter(kind=kind.value, object_number=row.pk, actor__isnull=False)
    if not have_numbers():
        return []  # which of them are here no more no query can tell
    is_here = Exists(list_accounts().filter(pk=OuterRef("actor")))
    return list(theirs.filter(~is_here).order_by("-pk")[:CHUNK])


_KINDS: Mapping[type[Model], Kind] = {
    ShareLink: Kind.LINK,
    Customer: Kind.CUSTOMER,
    Bucket: Kind.BUCKET,
    SigningKey: Kind.KEY,
    TimeRequest: Kind.TIME_REQUEST,
}


@dataclass(frozen=True, slots=True)
class Access:
    """What one person did about it, how often, and when."""

    actor: int | None
    actor_text: str
    act: str
    count: int
    first: datetime
    last: datetime


_OF_KIND: Mapping[Kind, str] = {Kind.LINK: "link", Kind.CUSTOMER: "customer", Kind.BUCKET: "bucket"}


def about(kind: Kind, number: int) -> QuerySet[AuditRecord]:
    """All that concerns a link, a customer or a bucket, also of the links of theirs."""
    return AuditRecord.objects.filter(**{_OF_KIND[kind]: number})


def list_access(kind: Kind, number: int) -> list[Access]:
    """Who has had access to it, or gave it: of the newest `MOST_READ` records about it."""
    newest = about(kind, number).filter(act__in=[act.value for act in GAVE_ACCESS]).order_by("-pk")
    ids = newest.values("pk")[:MOST_READ]
    grouped: QuerySet[AuditRecord, Any] = AuditRecord.objects.filter(pk__in=ids).order_by()
    told = grouped.values("actor", "actor_text", "act").annotate(count=Count("pk"), first=Min("at"), last=Max("at"))
    return sorted((Access(**row) for row in told), key=lambda one: (one.actor_text, one.first))
