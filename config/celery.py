"""The Celery application: `celery -A config worker`, `celery -A config beat`."""

import os

from celery import Celery
from celery.signals import beat_init, worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

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
    from links.services.site_clock import compare_at_start  # noqa: PLC0415  needs the models

    compare_at_start("worker")


@beat_init.connect
def _compare_beats_clock(**_signal: object) -> None:
    from links.services.site_clock import compare_at_start  # noqa: PLC0415  needs the models

    compare_at_start("beat")
