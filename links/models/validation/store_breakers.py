"""Stores that did not answer as they should: a row for each, until it does again."""

from datetime import datetime

from django.db import models
from django.db.models import Q

from links.domain.judging.breaker import BreakerState

MAX_STORES = 50  # stores that are looked after apart from all others, the most silent first


class StoreBreakerQuerySet(models.QuerySet["StoreBreaker"]):
    def read_worst(self) -> dict[str, BreakerState]:
        return {row.store: row.to_state() for row in self.order_by("-silent", "-failure_count", "store")[:MAX_STORES]}


class StoreBreaker(models.Model):
    """The breaker of one store (links.domain.judging.breaker), shared by all workers. One that answers has no row."""

    store = models.CharField(max_length=255, primary_key=True)
    silent = models.PositiveIntegerField(default=0)
    failure_count = models.PositiveIntegerField(default=0)
    failed_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    tried_at = models.DateTimeField(null=True)
    is_slow = models.BooleanField(default=False)

    objects = models.Manager.from_queryset(StoreBreakerQuerySet)()

    def __str__(self) -> str:
        return self.store

    def to_state(self) -> BreakerState:
        return BreakerState(
            self.silent, self.failure_count, self.failed_at, self.opened_at, self.tried_at, self.is_slow
        )

    def take(self, state: BreakerState) -> None:
        """Put what was heard into the row's fields, unsaved; when it was tried last is written by who tries."""
        self.silent, self.failure_count, self.failed_at = state.silent, state.failure_count, state.failed_at
        self.opened_at, self.is_slow = state.opened_at, state.is_slow

    @classmethod
    def claim_retry(cls, store: str, now: datetime, since: datetime) -> bool:
        """Whether this worker is the one who tries the store now: nobody has since then."""
        free = Q(tried_at__isnull=True) | Q(tried_at__lte=since)
        return bool(cls.objects.filter(free, pk=store).update(tried_at=now))
