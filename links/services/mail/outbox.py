"""The outbox: whatever is sent is a row until it was delivered, and is delivered at least once."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic
from typing import Generic, TypeVar

import structlog

from links.channels import DeliveryFailed
from links.lib.backoff import plan_retry
from links.models.leases import LeasedQuerySet, finished
from links.models.mail.outbox import OutboxMessage
from links.services import throttle
from links.services.monitoring.tracing import span
from links.services.signs_of_life import count_doubts, may_be_taken_for_gone

log = structlog.get_logger(__name__)
Row = TypeVar("Row", bound=OutboxMessage)

LEASE = timedelta(minutes=2)  # the tasks' time limits are below it (links.tasks)
BEGIN_SECONDS = 20.0  # in which a round begins deliveries; with the last one's time-outs well below LEASE
ROUND_SECONDS = 45.0  # until a round is over, whatever hangs; well below LEASE
MAX_SET_ASIDE = 50

NOT_IN_WORDS = "The message could not be put into words; the log says why."
NO_ANSWER = f"No answer within {ROUND_SECONDS:.0f} seconds."
NO_LONGER_CONFIGURED = "This channel is no longer configured."
WORKER_LOST = "The worker that delivered it was lost, again and again; its log says why."

Clock = Callable[[], datetime]
# Hands one message over, in a thread that must not touch the database. Raises where it was not taken.
Send = Callable[[], object]
# After so many attempts of a message made then: how long to wait for the next, None where there is to be none.
Plan = Callable[[int, datetime, datetime], timedelta | None]


@dataclass(frozen=True, slots=True)
class Route(Generic[Row]):
    """One way out: the messages that wait for it, `rows` with all that composing one reads, and how one is put into
    words at this moment. `compose` gives back None where there is nothing left to say; the message is then deleted.
    `channel` is whom they go to, "" for anybody: what asked to be left alone is sent nothing by any route.

    `plan` says when what failed is tried again. `settle` is told, after the message was marked, what went wrong, ""
    for nothing. Where it `goes_on`, the next messages are leased as soon as these are delivered, however long other
    routes take.
    """

    waiting: LeasedQuerySet[Row]
    rows: LeasedQuerySet[Row]
    compose: Callable[[Row, datetime], Send | None]
    channel: str = ""
    plan: Plan = plan_retry
    settle: Callable[[Row, str, datetime], None] | None = None
    goes_on: bool = False

    def hold(self, wait: timedelta, now: datetime) -> None:
        """A wait that runs already and is longer goes on."""
        if self.channel and wait.total_seconds() > throttle.find_wait(self._pause, now):
            throttle.begin(self._pause, now + wait)

    def is_held(self, now: datetime) -> bool:
        """Whether its channel asked to be left alone; then what is due is put off until it may be told again."""
        seconds = throttle.find_wait(self._pause, now) if self.channel else 0
        if seconds:
            self.waiting.put_off(now, now + timedelta(seconds=seconds))
        return bool(seconds)

    @property
    def _pause(self) -> throttle.Key:
        return throttle.Key("channel", (self.channel,))


@dataclass(frozen=True, slots=True)
class Tally:
    delivered: int = 0
    failed: int = 0
    given_up: int = 0


def deliver(routes: Sequence[Route[Row]], clock: Clock, *, limit: int = 50) -> Tally:
    """Deliver up to `limit` due messages of each route; returns within about `ROUND_SECONDS`."""
    begin_until, over_at = monotonic() + BEGIN_SECONDS, monotonic() + ROUND_SECONDS
    outcomes = Counter[str]()
    for route in routes:
        # What workers were lost over again and again, alone at last, has failed: it is tried again later and later,
        # each time alone, and given up in the end.
        for message in route.waiting.in_vain(clock()).order_by()[:MAX_SET_ASIDE]:
            mark(message, WORKER_LOST, clock(), plan=route.plan)
    for batches in _lease_in_turn(routes, clock, limit, begin_until):
        with span("delivery") as told:
            before = outcomes.total()
            # Each route works in a thread of its own: one that fails or hangs keeps no other waiting.
            again = partial(_lease_again, clock=clock, limit=limit)
            for batch, message, error, wait in _send_all(batches, begin_until, over_at, again):
                if wait:
                    batch.route.hold(wait, clock())
                # Only now that it was taken: whoever is killed before leaves it to be repeated, under the same key.
                outcome = mark(message, error, clock(), wait, plan=batch.route.plan)
                outcomes[outcome] += 1
                if batch.route.settle and outcome != "lost":
                    batch.route.settle(message, error, clock())
            # What there was no time for is free at once, and was not claimed in vain.
            for batch in batches:
                batch.rows.update_in_order(**finished())
            told.set("messages", outcomes.total() - before)
    return Tally(outcomes["delivered"], outcomes["failed"], outcomes["given-up"])


def mark(message: Row, error: str, now: datetime, wait: timedelta | None = None, *, plan: Plan = plan_retry) -> str:
    """Write down how an attempt ended, unless the lease was lost to another worker; the name of the outcome. What
    failed is tried again no sooner than after `wait`."""
    retry = plan(message.attempts + 1, message.created_at, now)
    ended: dict[str, object] = {"last_error": error, "attempts": message.attempts + 1}
    if not error:
        outcome, ended["delivered_at"], ended["due_at"] = "delivered", now, None
    elif retry is None:
        outcome, ended["given_up_at"], ended["due_at"] = "given-up", now, None
    else:
        outcome, ended["due_at"] = "failed", now + max(retry, wait or timedelta())
    free = {"lease_id": None, "leased_until": None} if error == WORKER_LOST else finished()
    ours = type(message)._base_manager.filter(pk=message.pk, lease_id=message.lease_id)  # noqa: SLF001  documented
    if not ours.update(**free, **ended):
        outcome = "lost"
    write = log.info if outcome == "delivered" else log.warning
    write(f"message {outcome}", **message.describe(), error=error)
    return outcome


# Leasing and composing --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class _Batch(Generic[Row]):
    """What was leased for one route; each message with what hands it over, None where it could not be composed."""

    route: Route[Row]
    rows: LeasedQuerySet[Row]
    messages: list[tuple[Row, Send | None]]
    doubts: int  # of this process's leases, when it leased them


def _lease_in_turn(
    routes: Sequence[Route[Row]], clock: Clock, limit: int, begin_until: float
) -> Iterator[list[_Batch[Row]]]:
    """What no worker was lost over, of all routes at once; then the others, each alone, so that it takes no other with
    it."""
    open_routes = [route for route in routes if not route.is_held(clock())]
    yield [_lease(route, route.waiting.filter(claim_count=0), clock(), limit) for route in open_routes]
    for route in open_routes:
        while (
            monotonic() < begin_until and not route.is_held(clock()) and route.waiting.suspected().due(clock()).exists()
        ):
            yield [_lease(route, route.waiting.suspected(), clock(), 1)]


def _lease(route: Route[Row], some: LeasedQuerySet[Row], now: datetime, limit: int) -> _Batch[Row]:
    doubts = count_doubts()
    lease_id = some.claim(now, limit=limit, lease=LEASE)
    rows = route.rows.filter(lease_id=lease_id, due_at__isnull=False)  # as the index on `due_at` has it
    messages = list[tuple[Row, Send | None]]()
    for message in rows.order_by("due_at", "pk"):
        try:
            send = route.compose(message, now)
        except Exception:  # one message that cannot be put into words must not silence the others
            log.exception("message not put into words", **message.describe())
            messages.append((message, None))
            continue
        if send is None:
            message.delete()
        else:
            messages.append((message, send))
    return _Batch(route, rows.order_by(), messages, doubts)


def _lease_again(batch: _Batch[Row], *, clock: Clock, limit: int) -> _Batch[Row] | None:
    """What the route of this batch, which is done, can go on with; None where that is nothing."""
    route = batch.route
    if not route.goes_on or route.is_held(clock()):
        return None
    more = _lease(route, route.waiting.filter(claim_count=0), clock(), limit)
    return more if more.messages else None


# Handing over -----------------------------------------------------------------------------------------------------

# What went wrong, empty where nothing did, and for how long the other side asks to be left alone.
_Failure = tuple[str, timedelta | None]
_Outcome = tuple[_Batch[Row], Row, str, timedelta | None]


def _send_all(
    batches: list[_Batch[Row]],
    begin_until: float,
    over_at: float,
    again: Callable[[_Batch[Row]], _Batch[Row] | None],
) -> Iterator[_Outcome[Row]]:
    """Each message that was tried, and how that ended, as soon as it is known. A batch that is done is followed by the
    one that `again` gives, which is added to `batches`."""
    outcomes: SimpleQueue[_Outcome[Row] | _Batch[Row]] = SimpleQueue()
    under_way = [batch for batch in batches if batch.messages]
    for batch in under_way:
        Thread(target=_work, args=(batch, begin_until, outcomes), daemon=True).start()
    tried = set[int]()
    while under_way:
        try:
            outcome = outcomes.get(timeout=max(over_at - monotonic(), 0.0))
        except Empty:
            break
        if not isinstance(outcome, _Batch):
            tried.add(outcome[1].pk)
            yield outcome
            continue
        # All of it was marked; what its route has now comes before those who still wait for an answer.
        under_way.remove(outcome)
        if monotonic() < begin_until and (more := again(outcome)):
            batches.append(more)
            under_way.append(more)
            tried.difference_update(message.pk for message, _ in more.messages)
            Thread(target=_work, args=(more, begin_until, outcomes), daemon=True).start()
    for batch in under_way:
        left = [message for message, _ in batch.messages if message.pk not in tried]
        yield from [(batch, message, NO_ANSWER, None) for message in left[:1]]


def _work(batch: _Batch[Row], begin_until: float, outcomes: "SimpleQueue[_Outcome[Row] | _Batch[Row]]") -> None:
    for message, send in batch.messages:
        if monotonic() >= begin_until or may_be_taken_for_gone() or count_doubts() != batch.doubts:
            break
        error, wait = _attempt(send) if send else (NOT_IN_WORDS, None)
        outcomes.put((batch, message, error, wait))
        if wait:
            break
    outcomes.put(batch)


def _attempt(send: Send) -> _Failure:
    try:
        send()
    except DeliveryFailed as error:
        return error.detail or type(error).__name__, error.wait
    except Exception as error:  # noqa: BLE001  a library's surprise; its text may hold a secret
        return type(error).__name__, None
    return "", None
