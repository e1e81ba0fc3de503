"""The way of anything that is delivered, at least once: it is marked as delivered only after it was."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

import structlog
from django.db.models import QuerySet

from links.channels import DeliveryFailed
from links.domain.retries import is_hopeless, retry_after
from links.models.leases import LeasedQuerySet, finished
from links.models.parcels import Parcel

log = structlog.get_logger(__name__)
Row = TypeVar("Row", bound=Parcel)

LEASE = timedelta(minutes=2)  # the tasks' time limits are below it (links.tasks)
MOST_SET_ASIDE = 50
BEGIN_WITHIN = 20.0  # seconds in which a round begins deliveries; with the last one's time-outs well below LEASE
NOT_IN_WORDS = "The message could not be put into words; the log says why."
WORKER_LOST = "The worker that delivered it was lost, again and again; its log says why."


def attempt(deliver: Callable[[], object]) -> str:
    """What went wrong; empty where nothing did."""
    try:
        deliver()
    except DeliveryFailed as error:
        return error.reason or type(error).__name__
    except Exception as error:  # noqa: BLE001  a library's surprise; its text may hold a secret
        return type(error).__name__
    return ""


def record(parcel: Row, rows: QuerySet[Row], error: str, now: datetime, **told: object) -> str:
    """Write down how an attempt ended, unless the lease was lost to somebody else; the name of the outcome, which is
    logged with what is `told`."""
    ended: dict[str, object] = {"last_error": error, "attempts": parcel.attempts + 1}
    if not error:
        outcome, ended["delivered_at"], ended["due_at"] = "delivered", now, None
    elif is_hopeless(parcel.created_at, now):
        outcome, ended["given_up_at"], ended["due_at"] = "given-up", now, None
    else:
        outcome, ended["due_at"] = "failed", now + retry_after(parcel.attempts + 1)
    ours = rows.filter(pk=parcel.pk, lease_id=parcel.lease_id)
    free = {"lease_id": None, "leased_until": None} if error == WORKER_LOST else finished()
    if not ours.update(**free, **ended):
        outcome = "lost"
    write = log.info if outcome == "delivered" else log.warning
    name = rows.model.__name__.lower()
    write(f"{name} {outcome}", **{name: parcel.pk}, error=error, **told)
    return outcome


def set_aside(rows: LeasedQuerySet[Row], now: datetime) -> int:
    """What workers were lost over again and again, alone at last, has failed: it is tried again later and later, each
    time alone, and given up in the end; how many."""
    in_vain = list(rows.in_vain(now).order_by()[:MOST_SET_ASIDE])
    for parcel in in_vain:
        record(parcel, rows, WORKER_LOST, now)
    return len(in_vain)


def release(rows: LeasedQuerySet[Row]) -> None:
    """What there was no time for is free at once, and was not claimed in vain."""
    rows.order_by().update(**finished())
