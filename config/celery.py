"""The Celery application: `celery -A config worker`, `celery -A config beat`."""

import os
import resource
import sys
from typing import Any

from celery import Celery
from celery.signals import beat_init, worker_init, worker_process_init, worker_process_shutdown

from . import broker

os.environ.setdefault("DJANGO_SETTINGS_MODULE", f"{__package__}.settings")

broker.use()
app = Celery("holdfast")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["links"])
# By name: it needs the models, which are not there yet.
app.steps["worker"].add("links.worker.DueWorkStep")


@worker_init.connect
def _limit_waits(**_signal: object) -> None:
    from links.database import limits  # noqa: PLC0415  reads the settings

    limits.use(limits.WORKER)


@worker_init.connect
@beat_init.connect
def _keep_files_private(**_signal: object) -> None:
    """Mails in files, beat's schedule: what these processes write is their user's alone."""
    os.umask(0o077)


@worker_init.connect
def _compare_workers_clock(**_signal: object) -> None:
    from links.services.validation.site_clock import try_to_record_process  # noqa: PLC0415  needs the models

    try_to_record_process("worker")


@beat_init.connect
def _compare_beats_clock(**_signal: object) -> None:
    from links.services.validation.site_clock import try_to_record_process  # noqa: PLC0415  needs the models

    try_to_record_process("beat")


MAX_MEMORY_BYTES = 1024**3  # bytes of data; a child at work has some 200 MB


@worker_process_init.connect
def limit_memory(**_: Any) -> None:
    """What grows without end gets a MemoryError, which one link answers for, before the machine's memory is gone and
    its kernel chooses whom to kill.

    Linux counts private writable memory against RLIMIT_DATA since 4.7 (getrlimit(2)); macOS enforces no such limit,
    and there the size after each task and the time limits have to do.
    """
    if sys.platform != "linux":
        return
    hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
    most = MAX_MEMORY_BYTES if hard == resource.RLIM_INFINITY else min(MAX_MEMORY_BYTES, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (most, hard))


@worker_process_shutdown.connect
def _write_counts(**_signal: object) -> None:
    from links.services.monitoring import counting  # noqa: PLC0415  needs the models

    counting.stop()


@worker_process_init.connect
def _give_signs_of_life(**_signal: object) -> None:
    """A child that is killed alone is gone, too, though its worker lives: each says for itself that it holds leases."""
    from links.services.signs_of_life import SignsOfLife  # noqa: PLC0415  needs the models

    signs = SignsOfLife(is_worker=False)
    signs.start()
    worker_process_shutdown.connect(lambda **_signal: signs.stop(), weak=False)
