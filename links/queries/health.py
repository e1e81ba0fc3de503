"""Whether somebody still validates and delivers: the watcher is watched."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Case, CharField, F, Min, QuerySet, Value, When

from links.models import Heartbeat, IncidentNotice, LinkMail, NoticeDigest, ShareLink, SigningKey, WebhookMessage
from links.models.leases import LeasedQuerySet

VALIDATE = "validate"
DELIVER = "deliver"
# A worker gives a sign of life each ten seconds, also during a batch (links.services.signs_of_life).
SILENT_AFTER = timedelta(minutes=1)
STOPPED_AFTER = timedelta(minutes=5)
MAX_VALIDATION_AGE = timedelta(minutes=10)
FIRST_GRACE = timedelta(minutes=2)
MAX_DUE_AGE = timedelta(minutes=5)
# What a worker was lost over: three leases of a link that kills its workers, and some ticks, then it is set aside and
# waits no longer. And what is worked on one by one, each with a time-out of its own.
MAX_RETRIED_AGE = timedelta(minutes=20)
MAX_LOOKED_AT = 2_000  # messages to webhooks
_ASKED_AT = datetime(2000, 1, 1, tzinfo=UTC)
"""Stands in a statement that is compiled once for the moment of asking."""


# A message that a rule held back was not late before it was due.
_SINCE = Case(When(attempts=0, due_at__isnull=False, then=F("due_at")), default=F("created_at"))


class WatchState(StrEnum):
    WATCHING = "watching"
    SILENT = "worker-silent"
    STOPPED = "watch-stopped"
    OVERDUE = "overdue"
    NOT_STARTED = "not-started"


@dataclass(frozen=True, slots=True)
class Health:
    """`seen_at` is the last sign of life of any worker, `last_validation_at` when the validator last ran to its end,
    whether or not a link was due; `oldest_due_at` since when the work that waits for longest has been due.
    `oldest_notice_at`, `oldest_mail_at` and `oldest_webhook_at` tell when the messages were written that have been on
    their way for longest, whatever keeps them but a rule that has them wait."""

    state: WatchState
    seen_at: datetime | None = None
    last_validation_at: datetime | None = None
    oldest_due_at: datetime | None = None
    oldest_notice_at: datetime | None = None
    oldest_mail_at: datetime | None = None
    oldest_webhook_at: datetime | None = None

    @property
    def is_watching(self) -> bool:
        """Whether somebody watches, as far as can be told: a worker that has just fallen silent may come back."""
        return self.state in (WatchState.WATCHING, WatchState.SILENT)


def read_health(now: datetime) -> Health:
    """Read the signs of life and what waits, by one statement.

    Nobody watches where no worker has given a sign of life for `STOPPED_AFTER`, where the validator has not run to its
    end for `MAX_VALIDATION_AGE`, or where work that is due has been waiting for too long: a worker may run and get
    nothing done.
    """
    moments, windows = _read_moments(now), _compile(connection.vendor).windows
    since = {what: moments.pop(what) for what in windows}
    # A sign of life from the future was written by a clock that was ahead, and tells nothing of now.
    signs = {name: at for name, at in moments.items() if at is not None and at - now < SILENT_AFTER}
    seen, validated = max(signs.values(), default=None), signs.get(VALIDATE)
    due = [(at, window) for what, window in windows.items() if window and (at := since[what]) is not None]
    late = any(now - at >= window for at, window in due)
    return Health(
        _judge(seen, validated, late=late, now=now),
        seen_at=seen,
        last_validation_at=validated,
        oldest_due_at=min((at for at, _ in due), default=None),
        oldest_notice_at=since["undelivered notice"],
        oldest_mail_at=since["undelivered mail"],
        oldest_webhook_at=since["undelivered webhook message"],
    )


def _judge(seen: datetime | None, validated: datetime | None, *, late: bool, now: datetime) -> WatchState:
    is_alive = seen is not None and now - seen < STOPPED_AFTER
    if late and is_alive:
        return WatchState.OVERDUE
    if validated is None and (is_alive or not ShareLink.objects.filter(created_at__lt=now - FIRST_GRACE).exists()):
        return WatchState.NOT_STARTED
    if seen is None or validated is None or not is_alive:
        return WatchState.STOPPED
    if now - validated >= MAX_VALIDATION_AGE:
        return WatchState.OVERDUE
    return WatchState.SILENT if now - seen >= SILENT_AFTER else WatchState.WATCHING


@dataclass(frozen=True, slots=True)
class _Work:
    """Rows that wait, each since the moment in `field`; `window` is how long they may, None where it is only told."""

    rows: QuerySet[Any]
    field: str
    window: timedelta | None = None


def _list_work(now: datetime) -> dict[str, _Work]:
    """What has to wait for an earlier one about the same incident, or link, is not due."""
    # Where many wait for an earlier one, each is looked at in vain, and every page of staff's would wait for that.
    first_messages = WebhookMessage.objects.filter(due_at__lte=now).order_by("due_at").values("pk")[:MAX_LOOKED_AT]
    leased: dict[str, LeasedQuerySet[Any]] = {
        "link": ShareLink.objects.all(),
        "mail": LinkMail.objects.all(),
        "notice": IncidentNotice.objects.in_turn(),
        "digest": NoticeDigest.objects.all(),
        "webhook message": WebhookMessage.objects.in_turn().filter(pk__in=first_messages),
    }
    due = {what: rows.filter(due_at__lte=now) for what, rows in leased.items()}
    return {
        **{what: _Work(rows.filter(claim_count=0), "due_at", MAX_DUE_AGE) for what, rows in due.items()},
        **{f"claimed {what}": _Work(rows.suspected(), "due_at", MAX_RETRIED_AGE) for what, rows in due.items()},
        "reminder": _Work(ShareLink.objects.filter(remind_at__lte=now), "remind_at", MAX_RETRIED_AGE),
        "key": _Work(SigningKey.objects.due(now), "check_due_at", MAX_RETRIED_AGE),
        "undelivered notice": _Work(IncidentNotice.objects.overdue(now).annotate(since=_SINCE), "since"),
        "undelivered mail": _Work(LinkMail.objects.filter(due_at__isnull=False), "created_at"),
        "undelivered webhook message": _Work(WebhookMessage.objects.undelivered(), "created_at"),
    }


@dataclass(frozen=True, slots=True)
class _Statement:
    """`values` hold `_ASKED_AT` where the moment of asking belongs."""

    sql: str
    values: tuple[object, ...]
    windows: Mapping[str, timedelta | None]


@cache
def _compile(vendor: str) -> _Statement:  # noqa: ARG001  each kind of database has SQL of its own
    """Each sign of life, and since when the first of each kind of work waits: one statement, each part of which an
    index answers, since every page of staff's asks. Django takes longer to write it than a database to answer it."""
    work = _list_work(_ASKED_AT)
    firsts = [
        one.rows.order_by()
        .annotate(what=Value(what, output_field=CharField()))
        .values_list("what")
        .annotate(first=Min(one.field))
        for what, one in work.items()
    ]
    # Who merely leases rows may live on when its worker is gone.
    signs = Heartbeat.objects.exclude(name__startswith=Heartbeat.HOLDER)
    moments = signs.values_list("name", "at").union(*firsts, all=True)
    sql, values = moments.query.get_compiler(connection=connection).as_sql()
    return _Statement(sql, tuple(values), {what: one.window for what, one in work.items()})


def _read_moments(now: datetime) -> dict[str, datetime | None]:
    statement = _compile(connection.vendor)
    asked_at = connection.ops.adapt_datetimefield_value(_ASKED_AT)
    values = [now if value == asked_at else value for value in statement.values]
    return {row.name: row.at for row in Heartbeat.objects.raw(statement.sql, values)}
