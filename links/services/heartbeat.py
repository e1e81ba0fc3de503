"""The watcher is watched: an outside monitor hears that somebody still validates. And what has been kept for long
enough is forgotten."""

from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db.models import Exists, OuterRef, Q, QuerySet

from links.channels.monitor import ping
from links.conf import site
from links.domain.audit.acts import Kind
from links.domain.visits import sign_in_limits
from links.models import (
    Grant,
    Heartbeat,
    IdempotencyKey,
    LinkMail,
    Session,
    SignIn,
    Throttle,
    Validation,
    Visit,
    WebhookEvent,
    WebhookMessage,
)
from links.queries.health import DELIVER, VALIDATE, WatchState, read_health
from links.services.api import idempotency
from links.services.audit import erasing
from links.services.audit.digests import record_pruning

log = structlog.get_logger(__name__)

KEEP_VALIDATIONS = timedelta(days=7)
"""Of those after which a link was as before. A million links have some millions of them a day."""
KEEP_CHANGES = timedelta(days=400)
"""Of validations with which a link's verdict or findings changed."""
KEEP_LINK_MAILS = timedelta(days=90)
KEEP_EVENTS = timedelta(days=30)
"""Of those that wait for no webhook any more: for so long they can be replayed."""
KEEP_SIGNS = timedelta(days=1)
BATCH_SIZE = 1_000  # rows that one statement deletes
MAX_BATCHES = 200  # that one tick takes of each table; the next goes on

_WAITED_FOR = Q(Exists(WebhookMessage.objects.undelivered().filter(event=OuterRef("pk"))))


def ping_monitor(now: datetime) -> bool:
    """Ping the outside monitor, where there is one and all is well; whether it heard. As soon as anything is not, it
    hears no more: it waits for some minutes itself before it alarms."""
    if not site.MONITOR_URL or read_health(now).state is not WatchState.WATCHING:
        return False
    return ping(site.MONITOR_URL)


def delete_expired(now: datetime) -> int:
    """Forget what has been kept for long enough; how many rows. Bounded, so that a backlog blocks nobody."""
    visits_until = now - timedelta(days=site.VISIT_DAYS)
    return sum([
        _forget_digested(Kind.VALIDATIONS, Validation.objects.filter(is_change=False), now - KEEP_VALIDATIONS),
        _forget_digested(Kind.VERDICT_CHANGES, Validation.objects.filter(is_change=True), now - KEEP_CHANGES),
        _forget_digested(Kind.VISITS, Visit.objects.all(), visits_until),
        erasing.prune_addresses(now),
        erasing.prune_ended_links(now),
        _forget(LinkMail.objects.order_by("pk"), Q(created_at__lt=now - KEEP_LINK_MAILS, due_at=None)),
        _forget(WebhookEvent.objects.order_by("pk"), Q(at__lt=now - KEEP_EVENTS) & ~_WAITED_FOR),
        _forget(Grant.objects.order_by("expires_at"), Q(expires_at__lt=now)),
        _forget(IdempotencyKey.objects.order_by("begun_at"), Q(begun_at__lt=now - idempotency.KEPT_FOR)),
        _forget(Session.objects.order_by("ends_at"), Q(ends_at__lt=now)),
        _forget(SignIn.objects.order_by("pk"), Q(at__lt=now - sign_in_limits.KEPT_FOR)),
        _forget(Heartbeat.objects.order_by("at"), Q(at__lt=now - KEEP_SIGNS) & ~Q(name__in=[VALIDATE, DELIVER])),
        _forget(Throttle.objects.order_by("ends_at"), Q(ends_at__lt=now)),
    ])  # fmt: skip


def _forget_digested(kind: Kind, rows: QuerySet[Any], before: datetime) -> int:
    """The audit trail hears of it first: else what it has digested would seem to have been taken away."""
    oldest_first = rows.order_by("pk")
    first = oldest_first.values_list("at", flat=True)[:BATCH_SIZE]
    if any(at < before for at in first):
        record_pruning(kind, before)
    return _forget(oldest_first, Q(at__lt=before))


def _forget(oldest_first: QuerySet[Any], is_old: Q) -> int:
    """One table that cannot be tidied keeps no other from it."""
    try:
        return _delete_oldest(oldest_first, is_old)
    except Exception:
        log.exception("rows not forgotten", table=oldest_first.model._meta.db_table)  # noqa: SLF001  documented
        return 0


def _delete_oldest(oldest_first: QuerySet[Any], is_old: Q) -> int:
    """Rows are appended as time goes, so that only the first are looked at: a time without an index costs nothing."""
    forgotten = 0
    for _batch in range(MAX_BATCHES):
        first = list(oldest_first.values_list("pk", flat=True)[:BATCH_SIZE])
        deleted = oldest_first.filter(is_old, pk__in=first).delete()[0]
        forgotten += deleted
        if deleted < BATCH_SIZE:
            break
    return forgotten
