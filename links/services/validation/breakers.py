"""The breakers of stores, as one batch knows and feeds them. The rules are those of links.domain.judging.breaker."""

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from threading import Lock
from time import monotonic

from django.db import transaction
from django.db.models import F

from links.domain.judging.breaker import TRIES, TRY_EVERY, BreakerState, is_about_store, is_sound
from links.domain.stores.answers import Answer
from links.models import ShareLink, StoreBreaker
from links.models.leases import make_lease_id
from links.services.incidents.revalidate import of_stores
from links.services.validation.cases import Clock

MAX_UNASKED = 200
BEGIN_SECONDS = 60.0  # in which probes of a batch are begun: it has to end before its lease


class StoreWatch:
    """Listens to the probes of one batch: a store that falls silent is asked no more, by this batch at once and by
    every other as soon as it is written down. No row is locked while a store is asked."""

    def __init__(self, stores: Sequence[str], tries: Mapping[str, int], clock: Clock) -> None:
        self._stores = stores
        self._tries = Counter(tries)
        self._clock = clock
        self._begin_until = monotonic() + BEGIN_SECONDS
        self._lock = Lock()
        self._answers: dict[str, list[Answer]] = {}
        self._states = {row.store: row.to_state() for row in StoreBreaker.objects.filter(pk__in=set(stores))}

    def wants(self, index: int) -> bool:
        """Not where its store is silent; nor where the batch has taken long enough, which says nothing of the store."""
        if monotonic() >= self._begin_until:
            return False
        store = self._stores[index]
        if not self.is_silent(store):
            return True
        self._tries[store] -= 1
        return self._tries[store] >= 0

    def take(self, index: int, answer: Answer) -> None:
        store = self._stores[index]
        with self._lock:
            self._states[store] = self._states.get(store, BreakerState()).add_answer(answer, self._clock())
            if is_about_store(answer):
                self._answers.setdefault(store, []).append(answer)

    def write(self) -> None:
        """Let every worker know what was answered since this was called last."""
        with self._lock:
            by_store, self._answers = self._answers, {}
        sound = {store for store, answers in by_store.items() if all(is_sound(answer) for answer in answers)}
        StoreBreaker.objects.filter(pk__in=sound).delete()
        for store in sorted(by_store.keys() - sound):
            self._write_one(store, by_store[store])

    def _write_one(self, store: str, answers: Sequence[Answer]) -> None:
        with transaction.atomic():
            row, _ = StoreBreaker.objects.select_for_update().get_or_create(pk=store)
            state = row.to_state().add_answers(answers, self._clock())
            if state.is_over:
                row.delete()
            else:
                row.take(state)
                row.save()
        with self._lock:
            pending = self._answers.get(store, [])
            self._states[store] = state.add_answers(pending, self._clock())

    def is_silent(self, store: str) -> bool:
        return self._states.get(store, BreakerState()).is_open

    def find_out(self) -> frozenset[str]:
        """The stores that could not tell anything often enough: that is an outage."""
        return frozenset(store for store, state in self._states.items() if state.is_alarming)


def claim_of_failing_stores(
    breakers: Mapping[str, BreakerState], at_once: int, lease: timedelta, now: datetime
) -> tuple[uuid.UUID, Counter[str]]:
    """Lease links of these stores, and say how many of each are tried though it is silent.

    Where a store is not asked, many are quickly said to be unknown; where it is, no more are claimed than this
    process asks `at_once`, so that the whole takes as long as one answer. Where none is due some are made so, to find
    out.
    """
    lease_id, tries = make_lease_id(), Counter[str]()
    for store, state in breakers.items():
        links = ShareLink.objects.filter(of_stores([store]), claim_count=0)
        if state.may_be_tried(now) and StoreBreaker.claim_retry(store, now, now - TRY_EVERY):
            tries[store] = TRIES
            if not links.due(now).exists():
                links.watched().order_by(F("validated_at").asc(nulls_first=True)).schedule_now(now, limit=TRIES)
        limit = MAX_UNASKED if state.is_open else at_once
        links.claim(now, limit=limit, lease=lease, lease_id=lease_id)
    return lease_id, tries
