"""Rows that are work to be done: due at a time, and leased by whoever does them."""

import os
import secrets
import uuid
from datetime import datetime, timedelta
from typing import Any, Self, TypeVar

from django.db import connections, models, transaction
from django.db.models import F, Q

from links.database import locks
from links.domain.judging.claims import SET_ASIDE_AFTER, find_group_size

Row_co = TypeVar("Row_co", bound="LeasedModel", covariant=True)


def due_afresh(now: datetime) -> dict[str, object]:
    """What is written to a row about which something changed: it is due at once, and what a worker does about it at
    this moment, or failed to do before, counts no more."""
    return {"due_at": now, **finished()}


def finished() -> dict[str, object]:
    """What is written to a row with what came of a claim: it is free again, and its claims were not in vain."""
    return {"leased_until": None, "lease_id": None, "claim_count": 0}


class _Process:
    """A number for this process among all that claim rows. What a process forks has a number of its own."""

    number = ""

    @classmethod
    def renew(cls) -> None:
        cls.number = secrets.token_hex(8)


_Process.renew()
os.register_at_fork(after_in_child=_Process.renew)


def process_number() -> str:
    """16 hexadecimal digits, with which the id of each lease of this process begins: so it can be told whose it is."""
    return _Process.number


def make_lease_id() -> uuid.UUID:
    return uuid.UUID(_Process.number + secrets.token_hex(8))


class LeasedQuerySet(models.QuerySet[Row_co]):
    def due(self, now: datetime) -> Self:
        free = Q(leased_until__isnull=True) | Q(leased_until__lte=now)
        return self.filter(free, due_at__lte=now).order_by("due_at")

    def claim(self, now: datetime, *, limit: int, lease: timedelta, lease_id: uuid.UUID | None = None) -> uuid.UUID:
        """Lease up to `limit` due rows under the id that is returned; nobody else gets them meanwhile.

        A lease that ran out (its worker was killed) is free again: work may be done twice, never forgotten. A row
        whose last claim ended in vain may be what killed the worker: it is claimed only where no other row is due, with
        a few of its kind, and where that was in vain, too, alone. Of several such rows the one with the fewest claims
        comes first: it is the least suspected.
        """
        lease_id = lease_id or make_lease_id()
        with transaction.atomic(using=self.db):
            due = self.due(now)
            if connections[self.db].features.has_select_for_update_skip_locked:
                due = due.select_for_update(skip_locked=True, of=("self",))
            chosen = list(due.filter(claim_count=0).values_list("pk", flat=True)[:limit])
            if not chosen:
                once = self.due(now).filter(claim_count=1)[: 4 * limit].count()
                suspected = due.filter(claim_count__gt=0).order_by("claim_count", "due_at")
                chosen = list(suspected.values_list("pk", flat=True)[: min(find_group_size(once), limit)])
            # The condition is repeated: without row locks another worker may have leased them since.
            self.filter(pk__in=chosen).due(now).order_by().update(
                leased_until=now + lease, lease_id=lease_id, claim_count=F("claim_count") + 1
            )
        return lease_id

    def free_leases_of(self, process: str, now: datetime) -> int:
        """The process with this number is gone: what it had leased is as if its lease had run out; how many rows. What
        somebody is writing at this moment is left alone."""
        ids = uuid.UUID(process + "0" * 16), uuid.UUID(process + "f" * 16)
        # What is leased was due, by whichever clock: the index on `due_at` finds it.
        held = self.filter(lease_id__range=ids, leased_until__gt=now, due_at__lte=now + timedelta(hours=1))
        with transaction.atomic(using=self.db):
            if connections[self.db].features.has_select_for_update_skip_locked:
                held = held.select_for_update(skip_locked=True, of=("self",))
            return self.filter(pk__in=list(held.values_list("pk", flat=True))).order_by().update(leased_until=now)

    def suspected(self) -> Self:
        """Those whose last claim ended in vain, or is under way."""
        return self.filter(claim_count__gt=0)

    def in_vain(self, now: datetime) -> Self:
        """Those that have just been claimed in vain so often that they are to be set aside."""
        return self.filter(lease_id__isnull=False, leased_until__lte=now, claim_count__gte=SET_ASIDE_AFTER)

    def schedule_now(self, now: datetime, *, limit: int) -> None:
        """Make up to `limit` rows due that would be so later. What is leased or locked by somebody else is
        in work already, and waited for by nobody: two workers who hasten each other's rows must not stand still."""
        with transaction.atomic(using=self.db):
            later = self.filter(Q(leased_until__isnull=True) | Q(leased_until__lte=now), due_at__gt=now)
            if connections[self.db].features.has_select_for_update_skip_locked:
                later = later.select_for_update(skip_locked=True, of=("self",))
            chosen = list(later.values_list("pk", flat=True)[:limit])
            self.filter(pk__in=chosen).order_by().update(due_at=now)

    def put_off(self, now: datetime, until: datetime) -> int:
        """What is free and due is due later; how many rows."""
        waiting = list(self.due(now).values_list("pk", flat=True))
        return self.filter(pk__in=waiting).due(now).update_in_order(due_at=until)

    def make_due(self, now: datetime) -> int:
        """Make these rows due; one that is so already has waited as long as before. How many were not due."""
        return self.exclude(due_at__lte=now).update_in_order(due_at=now)

    def lock_in_order(self) -> None:
        locks.lock_in_order(self)

    def update_in_order(self, **values: Any) -> int:
        return locks.update_in_order(self, **values)


class LeasedModel(models.Model):
    """`due_at` is None where there is nothing more to do; `claim_count` counts the claims since the last that was
    finished (links.domain.judging.claims)."""

    due_at = models.DateTimeField(null=True, editable=False)
    leased_until = models.DateTimeField(null=True, editable=False)
    lease_id = models.UUIDField(null=True, editable=False)
    claim_count = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        abstract = True
