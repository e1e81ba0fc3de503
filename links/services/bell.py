"""The bell: tells a worker that there is work. The work is a row, so a bell that nobody hears loses nothing."""

from functools import partial

import structlog
from celery import current_app
from django.db import transaction

log = structlog.get_logger(__name__)

# A worker may wait for Redis; whoever has just saved a link may not. One attempt, and no wait longer than these.
_PATIENCE = {"socket_connect_timeout": 0.4, "socket_timeout": 0.4, "max_retries": 0}


def ring(task: str, ids: list[int] | None = None) -> bool:
    """Ask for a task of `links.tasks` soon; whether Redis took it. Never raises, and gives up within a second."""
    try:
        with current_app.connection_for_write(transport_options=_PATIENCE) as connection:
            arguments = [] if ids is None else [ids]
            current_app.send_task(f"links.tasks.{task}", args=arguments, retry=False, connection=connection)
    except Exception as error:  # noqa: BLE001  whatever the broker's trouble is, the due row stands
        log.warning("bell not heard", task=task, error=type(error).__name__)
        return False
    return True


def ring_after_commit(task: str, ids: list[int] | None = None) -> None:
    """Ring once the work is there to be seen; where it is rolled back nobody is rung for."""
    transaction.on_commit(partial(ring, task, ids) if ids else partial(ring, task))
