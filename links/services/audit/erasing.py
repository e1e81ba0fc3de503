"""What is forgotten of the audit trail: by policy, or because a customer asks. The records stay, and so does the chain:
they keep a digest of what stood beside them, under a salt that goes with it."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from links.conf import site
from links.domain.audit.acts import Act, Kind, Way
from links.models import AuditDetail, AuditRecord, ShareLink
from links.models.audit.records import DetailKind
from links.services.audit.recording import record
from links.services.audit.subjects import Subject

BATCH_SIZE = 5_000
LINKS_BATCH_SIZE = 500  # a record names the links
MAX_BATCHES = 200  # of one call


def erase_customer_details(customer: int, links: Collection[int] = ()) -> int:
    """Forget every personal value that records keep of this customer, and of these links of theirs: names, mail
    addresses, titles, notes, file names, and the network addresses from which customers did something themselves. How
    many details were forgotten. What was done, by whom and when stays.

    Call it in the transaction that erases the customer.
    """
    personal = AuditDetail.objects.filter(kind=DetailKind.PERSONAL.value)
    with transaction.atomic():
        # One after the other, each by its own index: of both in one condition the database would read every detail.
        count = personal.filter(customer=customer).delete()[0]
        count += personal.filter(record__in=AuditRecord.objects.filter(link__in=links).values("pk")).delete()[0]
        for about in (AuditRecord.objects.filter(customer=customer), AuditRecord.objects.filter(link__in=links)):
            by_them = about.filter(way=Way.CUSTOMER.value)
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
    before = now - timedelta(days=site.VISIT_DAYS)
    places = _list_old(DetailKind.PLACE, before)
    pruned = 0
    for _ in range(MAX_BATCHES):
        ids = list(places.order_by("record").values_list("pk", flat=True)[:BATCH_SIZE])
        if ids:
            _delete_places(ids, before)
        pruned += len(ids)
        if len(ids) < BATCH_SIZE:
            break
    return pruned


def prune_ended_links(now: datetime) -> int:
    """Forget titles, notes and file names of records that are older than `VISIT_DAYS`, where the link is of no customer
    and ended as long ago; how many. A customer's are erased with them. Bounded: the next call goes on."""
    before = now - timedelta(days=site.VISIT_DAYS)
    kept = ShareLink.objects.filter(pk=OuterRef("record__link")).exclude(customer=None, promised_until__lt=before)
    details = _list_old(DetailKind.PERSONAL, before).filter(~Exists(kept), customer=None)
    pruned = 0
    for _ in range(MAX_BATCHES):
        links = dict(details.order_by("record").values_list("pk", "record__link")[:LINKS_BATCH_SIZE])
        if links:
            with transaction.atomic():
                AuditDetail.objects.filter(pk__in=links).delete()
                told = {
                    "links": sorted({link for link in links.values() if link is not None}),
                    "before": before.astimezone(UTC).isoformat(),
                }
                record(Act.DETAILS_PRUNED, after={"rows": len(links), **told})
        pruned += len(links)
        if len(links) < LINKS_BATCH_SIZE:
            break
    return pruned


def _list_old(kind: DetailKind, before: datetime) -> QuerySet[AuditDetail]:
    """Of records of before, whatever their numbers: a clock that was set back gives an early one to a young record."""
    old = AuditRecord.objects.filter(at__lt=before).order_by("-at", "-pk").values_list("pk", flat=True).first()
    return AuditDetail.objects.filter(kind=kind.value, record__lte=old or 0, record__at__lt=before)


def _delete_places(ids: list[int], before: datetime) -> None:
    with transaction.atomic():
        AuditDetail.objects.filter(pk__in=ids).delete()
        record(Act.ADDRESSES_PRUNED, after={"rows": len(ids), "before": before.astimezone(UTC).isoformat()})
