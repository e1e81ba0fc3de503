"""Rows that are work to be done: due at a time, and leased by whoever does them."""

import uuid
from datetime import datetime, timedelta
from typing import Self, TypeVar

from django.db import connections, models, transaction
from django.db.models import Q

Row_co = TypeVar("Row_co", bound="LeasedModel", covariant=True)


def due_afresh(now: datetime) -> dict[str, datetime | None]:
    """What is written to a row about which something changed: it is due at once, and what a worker does about it at
    this moment counts no more."""
    return {"due_at": now, "leased_until": None, "lease_id": None}


class LeasedQuerySet(models.QuerySet[Row_co]):
    def due(self, now: datetime) -> Self:
        free = Q(leased_until__isnull=True) | Q(leased_until__lte=now)
        return self.filter(free, due_at__lte=now).order_by("due_at")

    def claim(self, now: datetime, *, limit: int, lease: timedelta) -> uuid.UUID:
        """Lease up to `limit` due rows under the id that is returned; nobody else gets them meanwhile.

        A lease that ran out (its worker was killed) is free again: work may be done twice, never forgotten.
        """
        lease_id = uuid.uuid4()
        with transaction.atomic(using=self.db):
            due = self.due(now)
            if connections[self.db].features.has_select_for_update_skip_locked:
                due = due.select_for_update(skip_locked=True, of=("self",))
            chosen = list(due.values_list("pk", flat=True)[:limit])
            # The condition is repeated: without row locks another worker may have leased them since.
            self.filter(pk__in=chosen).due(now).order_by().update(leased_until=now + lease, lease_id=lease_id)
        return lease_id

    def hasten(self, now: datetime, *, limit: int) -> None:
        """Make up to `limit` rows due that would be so later. What is leased or locked by somebody else is
        in work already, and waited for by nobody: two workers who hasten each other's rows must not stand still."""
        with transaction.atomic(using=self.db):
            later = self.filter(Q(leased_until__isnull=True) | Q(leased_until__lte=now), due_at__gt=now)
            if connections[self.db].features.has_select_for_update_skip_locked:
                later = later.select_for_update(skip_locked=True, of=("self",))
            chosen = list(later.values_list("pk", flat=True)[:limit])
            self.filter(pk__in=chosen).order_by().update(due_at=now)


class LeasedModel(models.Model):
    """`due_at` is None where there is nothing more to do."""

    due_at = models.DateTimeField(null=True, editable=False)
    leased_until = models.DateTimeField(null=True, editable=False)
    lease_id = models.UUIDField(null=True, editable=False)

    class Meta:
        abstract = True
