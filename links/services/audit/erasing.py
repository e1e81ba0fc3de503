"""What is forgotten of the audit trail: by policy, or because a customer asks. The records stay, and so does the chain:
they keep a digest of what stood beside them, under a salt that goes with it."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from links.domain.audit.acts import Act, Kind, Way
from links.models import AuditDetail, AuditRecord
from links.models.audit.records import DetailKind
from links.services.audit.recording import record
from links.services.audit.subjects import Subject

BATCH_SIZE = 5_000


def erase_customer_details(customer: int, links: Collection[int] = ()) -> int:
    """Forget every personal value that records keep of this customer, and of these links of theirs: names, mail
    addresses, titles, notes, file names, and the network addresses from which customers did something themselves. How
    many details were forgotten. What was done, by whom and when stays.

    Call it in the transaction that erases the customer.
    """
    theirs = Q(customer=customer)
    if links:
        theirs |= Q(record__in=AuditRecord.objects.filter(link__in=links).values("pk"))
    with transaction.atomic():
        details = AuditDetail.objects.filter(theirs, kind=DetailKind.PERSONAL.value)
        count = details.delete()[0]
        by_them = AuditRecord.objects.filter(Q(customer=customer) | Q(link__in=links), way=Way.CUSTOMER.value)
        places = AuditDetail.objects.filter(kind=DetailKind.PLACE.value, record__in=by_them.values("pk"))
        count += places.delete()[0]
        told = {"customer_number": customer, "links": sorted(links), "records": count}
        record(
            Act.PERSONAL_DATA_ERASED, Subject(Kind.CUSTOMER, customer, f"#{customer}", customer=customer), after=told
        )
    return count


def prune_addresses(now: datetime) -> int:
    """Forget the network addresses of records that are older than `VISIT_DAYS`; how many. Bounded: the next call goes
    on."""
    before = now - timedelta(days=settings.VISIT_DAYS)
    old = AuditRecord.objects.filter(at__lt=before).order_by("-at", "-pk").values_list("pk", flat=True).first()
    if old is None:
        return 0
    places = AuditDetail.objects.filter(kind=DetailKind.PLACE.value, record__lte=old)
    ids = list(places.order_by("record").values_list("pk", flat=True)[:BATCH_SIZE])
    if not ids:
        return 0
    with transaction.atomic():
        AuditDetail.objects.filter(pk__in=ids).delete()
        told = {"rows": len(ids), "before": before.astimezone(UTC).isoformat()}
        record(Act.ADDRESSES_PRUNED, after=told)
    return len(ids)
