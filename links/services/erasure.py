"""A customer is forgotten: their row, their links, and all that hangs on these."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Exists, OuterRef

from links.domain.audit.acts import Act, Kind
from links.models import Customer, Incident, IncidentLink, ShareLink, TimeRequest, Visit
from links.services.audit.digests import TABLES, list_digested_rows, record_erased
from links.services.audit.erasing import erase_customer_details
from links.services.audit.recording import record
from links.services.audit.subjects import Subject
from links.services.links.changes import revoke_all

BATCH_SIZE = 200
"""Links that one transaction deletes: nobody waits for all links of a customer who has many."""


@dataclass(frozen=True, slots=True)
class Erased:
    """How many rows were deleted."""

    links: int
    visits: int


def erase_customer(customer: Customer, now: datetime) -> Erased:
    """Delete the customer with their links, visits, requests, mails, and what the history says of these.

    Their stable links stop at once, with the 404 of a link that never was. A presigned URL that was handed out lives on
    at the store until its signature ends, and the files stay in their buckets: neither is ours to delete. Broken off
    in the middle it has erased some of the links; called again, it goes on.
    """
    links = visits = 0
    while ids := list(customer.links.order_by("pk").values_list("pk", flat=True)[:BATCH_SIZE]):
        with transaction.atomic():
            visits += Visit.objects.filter(link__in=ids).count()
            digested = {kind: list_digested_rows(kind, ids) for kind in TABLES}
            _delete_links(ids, now)
            # The audit trail has a digest of these rows, and what it says of the customer beside its records.
            for kind, numbers in digested.items():
                record_erased(kind, numbers)
            erase_customer_details(customer.pk, ids)
        links += len(ids)
    _delete_row(customer, Act.CUSTOMER_ERASED, {"links": links, "visits": visits})
    return Erased(links, visits)


def delete_customer(customer: Customer) -> None:
    """Delete one who has no links, and forget them as whoever is erased. Raises Django's `ProtectedError` for one who
    has: only `erase_customer` deletes links."""
    _delete_row(customer, Act.CUSTOMER_DELETED, {})


def _delete_row(customer: Customer, act: Act, after: Mapping[str, object]) -> None:
    with transaction.atomic():
        _delete_history(Customer, [customer.pk])
        record(act, Subject(Kind.CUSTOMER, customer.pk, f"#{customer.pk}", customer=customer.pk), after=after)
        erase_customer_details(customer.pk)
        Customer.objects.filter(pk=customer.pk).delete()


def _delete_links(ids: list[int], now: datetime) -> None:
    revoke_all(ids, now)  # which locks them, and ends what was wrong with them
    others = IncidentLink.objects.filter(incident=OuterRef("pk")).exclude(link__in=ids)
    Incident.objects.filter(~Exists(others), incident_links__link__in=ids).delete()  # its subject names their file
    _delete_history(TimeRequest, list(TimeRequest.objects.filter(link__in=ids).values_list("pk", flat=True)))
    _delete_history(ShareLink, ids)
    ShareLink.objects.filter(pk__in=ids).delete()


def _delete_history(model: type[Customer | ShareLink | TimeRequest], ids: list[int]) -> None:
    kind = ContentType.objects.get_for_model(model)
    LogEntry.objects.filter(content_type=kind, object_id__in=[str(number) for number in ids]).delete()
