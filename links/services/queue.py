"""The queue: tells a worker that there is work. The work is a row, so a message that is lost loses nothing."""

from collections.abc import Sequence
from functools import partial
from typing import Literal

import structlog
from celery import current_app
from django.db import transaction

from links.services.monitoring.request_ids import write_headers

log = structlog.get_logger(__name__)
Task = Literal["validate_links", "validate_due_links"]

# A worker may wait for Redis; whoever has just saved a link may not. One attempt, and no wait longer than these.
_TIMEOUTS = {"socket_connect_timeout": 0.4, "socket_timeout": 0.4, "max_retries": 0}


def enqueue(task: Task, ids: Sequence[int] | None = None) -> None:
    """Ask for a task of `links.tasks` once the work is committed; where it is rolled back nobody is asked."""
    transaction.on_commit(partial(enqueue_now, task, ids))


def enqueue_now(task: Task, ids: Sequence[int] | None = None) -> bool:
    """Ask for a task now; whether Redis took it. Never raises, and gives up within a second. A project without a broker
    asks nobody: `run_due_work` finds the row."""
    if not current_app.conf.broker_url:
        return False
    try:
        with current_app.connection_for_write(transport_options=_TIMEOUTS) as connection:
            arguments = [] if ids is None else [list(ids)]
            current_app.send_task(
                f"links.tasks.{task}", args=arguments, headers=write_headers(), retry=False, connection=connection
            )
    except Exception as error:  # noqa: BLE001  whatever the broker's trouble is, the due row stands
        log.warning("queue not reached", task=task, error=type(error).__name__)
        return False
    return True
