"""What beat and `links.services.queue` ask for. Arguments are ids, never URLs or secrets; every task may run twice.

A task ends before a lease that it holds: its hard time limit is below the lease, so that nobody else claims a row
while this worker is still at it, and its soft one below that, so that a loop without an end is noticed by the row that
it is about. Work is begun for `BEGIN_SECONDS` seconds only.
"""

from datetime import timedelta
from time import monotonic
from typing import Any

from celery import shared_task
from celery.signals import task_postrun, task_prerun
from django.utils import timezone

from links.services import future_rows, heartbeat
from links.services.audit import maintenance
from links.services.buckets import configuration
from links.services.incidents import notices
from links.services.keys import proofs
from links.services.links import reminders
from links.services.mail import link_mails, outbox
from links.services.monitoring import link_states, request_ids
from links.services.validation import batches
from links.services.webhooks import delivery

BEGIN_SECONDS = 60.0  # seconds


@task_prerun.connect
def _begin(task_id: str, task: Any, **_signal: object) -> None:  # noqa: ANN401  Celery's own, which has no types
    # A worker puts what a message's headers say beside all else that is known of the request; a call has them apart.
    told = task.request.get(request_ids.KEY) or (task.request.headers or {}).get(request_ids.KEY)
    request_ids.begin_task(str(told or ""), task_id)


@task_postrun.connect
def _end(**_signal: object) -> None:
    request_ids.end_task()


def _soft(lease: timedelta) -> int:
    return int(lease.total_seconds() * 0.7)


def _hard(lease: timedelta) -> int:
    return int(lease.total_seconds() * 0.8)


@shared_task(
    name="links.tasks.validate_due_links", soft_time_limit=_soft(batches.LEASE), time_limit=_hard(batches.LEASE)
)
def validate_due_links() -> int:
    """Validate batch by batch while something is due; how many links were validated.

    After `BEGIN_SECONDS` the next tick goes on: a backlog must not keep a worker from delivering notices.
    """
    done, begin_until = 0, monotonic() + BEGIN_SECONDS
    while monotonic() < begin_until and (judged := batches.validate_due_links(timezone.now)):
        done += len(judged)
    return done


@shared_task(name="links.tasks.validate_links", soft_time_limit=_soft(batches.LEASE), time_limit=_hard(batches.LEASE))
def validate_links(ids: list[int]) -> int:
    """Validate these batch by batch; what there is no time for was made due, and the next tick goes on."""
    done, begin_until = 0, monotonic() + BEGIN_SECONDS
    for start in range(0, len(ids), batches.BATCH_SIZE):
        if monotonic() >= begin_until:
            break
        done += len(batches.validate_links(ids[start : start + batches.BATCH_SIZE], timezone.now))
    return done


@shared_task(name="links.tasks.deliver_notices", soft_time_limit=_soft(outbox.LEASE), time_limit=_hard(outbox.LEASE))
def deliver_notices() -> int:
    notices.remind(timezone.now())
    return notices.deliver_due(timezone.now).delivered


@shared_task(name="links.tasks.deliver_link_mails", soft_time_limit=_soft(outbox.LEASE), time_limit=_hard(outbox.LEASE))
def deliver_link_mails() -> int:
    return link_mails.deliver_due(timezone.now)


@shared_task(name="links.tasks.deliver_webhooks", soft_time_limit=_soft(outbox.LEASE), time_limit=_hard(outbox.LEASE))
def deliver_webhooks() -> int:
    return delivery.deliver_due(timezone.now).delivered


@shared_task(name="links.tasks.remind_of_endings")
def remind_of_endings() -> int:
    return reminders.remind_of_endings(timezone.now())


@shared_task(name="links.tasks.prove_due_keys")
def prove_due_keys() -> int:
    return proofs.prove_due_keys(timezone.now())


@shared_task(name="links.tasks.read_due_configurations")
def read_due_configurations() -> int:
    return configuration.read_due_configurations(timezone.now())


@shared_task(name="links.tasks.watch_clocks")
def watch_clocks() -> int:
    return future_rows.watch_clocks(timezone.now())


@shared_task(name="links.tasks.ping_monitor")
def ping_monitor() -> bool:
    return heartbeat.ping_monitor(timezone.now())


@shared_task(name="links.tasks.delete_expired")
def delete_expired() -> int:
    return heartbeat.delete_expired(timezone.now())


@shared_task(name="links.tasks.maintain_audit_trail")
def maintain_audit_trail() -> int:
    return maintenance.maintain_trail(timezone.now())


@shared_task(name="links.tasks.count_links")
def count_links() -> int:
    return link_states.count_links(timezone.now())
