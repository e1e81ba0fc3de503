"""Play faults against the whole product, and print what was measured.

python -m chaos                              every scenario, with a seed of its own
python -m chaos --seed 7 worker_kills        one, as it was played with this seed
python -m chaos --size 0.1                   all of them with a tenth of the links and faults

It needs Linux. Nothing but loopback is asked, and nothing is left running.
"""

from __future__ import annotations

import argparse
import logging
import os
import random
import secrets
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import django
from cryptography.fernet import Fernet
from django.core.management import call_command

from chaos.parts import ROOT, Parts
from config.processes.ports import HOST
from demo.postgres import Postgres
from demo.servers import Redis
from links.conf import env, list_variables, site

if TYPE_CHECKING:
    from chaos.running_site import RunningSite

SCENARIOS = (
    "worker_kills",
    "redis_outages",
    "postgres_outages",
    "failing_stores",
    "sender_kills",
    "throttled_webhook",
    "flapping",
    "due_storm",
    "three_beats",
    "paused_workers",
    "poison_links",
    "limit_presses",
    "wrong_clock",
    "orderly_stops",
)
WORKERS = 3


@dataclass(frozen=True)
class Row:
    """What came of one scenario; `broken` are the invariants that do not hold."""

    name: str
    reach: str
    measured: str
    broken: tuple[str, ...]
    seconds: float


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m chaos", description=__doc__.splitlines()[0])
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO", help=f"of {', '.join(SCENARIOS)}; all if none")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000), help="plays the same once more")
    parser.add_argument("--size", type=float, default=1.0, help="share of the links and faults (1)")
    options = parser.parse_args()
    if unknown := set(options.scenarios) - set(SCENARIOS):
        parser.error(f"there is no {', '.join(sorted(unknown))}; there are {', '.join(SCENARIOS)}")
    print(f"seed {options.seed}, size {options.size}", flush=True)
    rows = []
    for name in options.scenarios or SCENARIOS:
        rows.append(play(name, options.seed, options.size))
        print(_describe(rows[-1]), flush=True)
    print(f"\nseed {options.seed}, size {options.size}\n\n| scenario | reach | measured | holds |\n|---|---|---|---|")
    for row in rows:
        holds = "; ".join(row.broken) or "every invariant"
        print(f"| {row.name} | {row.reach} | {row.measured} | {holds} |")
    return 1 if any(row.broken for row in rows) else 0


def _describe(row: Row) -> str:
    return f"{row.name}: {row.measured} ({'; '.join(row.broken) or 'every invariant holds'}; {row.seconds:.0f} s)"


def play(name: str, seed: int, size: float) -> Row:
    """Start everything; load, fault, repair and settle, which is the scenario's own part; check. Each has parts of its
    own, so that one scenario played alone is the same as among all."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="holdfast-chaos-") as folder, Postgres() as postgres:
        redis = Redis(Path(folder) / "redis").start()
        try:
            with _start_site(Path(folder), postgres, redis, random.Random(f"{name} {seed}"), size) as site:
                return _play(name, site, began)
        finally:
            redis.stop()


def _play(name: str, site: RunningSite, began: float) -> Row:
    from chaos.invariants import find_broken  # noqa: PLC0415  needs the models
    from chaos.running_site import NotReached  # noqa: PLC0415

    scenario = import_module(f"chaos.scenarios.{name}")
    broken: list[str] = []
    try:
        site.wait_for_parts()
        site.clean()
        measured = scenario.play(site)
    except NotReached as error:
        measured, broken = str(error), [str(error)]
    broken += find_broken(site.due_since, datetime.now(UTC), may_be_broken=site.may_be_broken)
    if broken:
        _keep_logs(name, site.parts)
    return Row(name, scenario.REACH, measured, tuple(broken), time.monotonic() - began)


def _keep_logs(name: str, parts: Parts) -> None:
    folder = Path(tempfile.gettempdir()) / "holdfast-chaos-logs"
    folder.mkdir(exist_ok=True)
    for part in [*parts.workers, *(part for part in (parts.web, parts.beat) if part)]:
        (folder / f"{name}-{part.name}.log").write_text(part.read_log())
    print(f"{name}: logs are in {folder}", flush=True)


@contextmanager
def _start_site(
    folder: Path, postgres: Postgres, redis: Redis, rng: random.Random, size: float
) -> Iterator[RunningSite]:
    from tests.fake_receivers import MailReceiver, WebhookReceiver  # noqa: PLC0415
    from tests.strict_s3 import StrictS3  # noqa: PLC0415

    with MailReceiver() as mails, WebhookReceiver() as webhook, StrictS3() as store:
        environment = _make_environment(postgres, redis, mails.port, webhook.apprise_url())
        _use(environment)
        from chaos.running_site import RunningSite  # noqa: PLC0415  once Django is set up
        from tests.fixtures import World  # noqa: PLC0415

        call_command("migrate", verbosity=0)
        parts = Parts(postgres, redis, environment, folder)
        try:
            world = World.build(store, "files", "report.pdf")
            parts.start(WORKERS)
            yield RunningSite(parts, store, world, mails, webhook, rng, size)
        finally:
            parts.stop()
            django.db.connections.close_all()
            for standby in parts.standbys:
                standby.stop()


def _make_environment(postgres: Postgres, redis: Redis, mail_port: int, webhook: str) -> dict[str, str]:
    foreign = ("AWS_", "CELERY_", "DJANGO_", "GRANIAN_")
    ours = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    read = list_variables(ROOT / "config" / "settings.py")
    silenced = {variant: "" for name in read for variant in (name, f"{name}_FILE")}
    return {
        **ours,
        **silenced,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "SECRET_KEY": "the secret key of nothing but this run, which protects nothing",
        "ENCRYPTION_KEYS": _KEYS,
        "DATABASE_URL": postgres.url,
        "REDIS_URL": redis.url,
        "BASE_URL": f"http://{HOST}",
        "ALLOWED_HOSTS": f"{HOST},localhost",
        "PROBE_ALLOWED_HOSTS": f"{HOST},localhost,.localhost",
        "EMAIL_URL": f"smtp://{HOST}:{mail_port}",
        "ALERT_MAILS": "ops@example.com",
        "ALERT_URLS": webhook,
        "ALERTS_PER_HOUR": "100000",
        "PYTHONWARNINGS": "ignore",
        "DEBUG": "off",
    }


_KEYS = Fernet.generate_key().decode()


def _use(environment: dict[str, str]) -> None:
    """This process reads the same database as the parts; the second time only that has changed."""
    os.environ.update(environment)
    if not django.apps.apps.ready:
        django.setup()
        logging.disable(logging.WARNING)  # of this process alone; what the parts wrote is kept where something broke
    from django.conf import settings  # noqa: PLC0415

    django.db.connections.close_all()
    kept = settings.DATABASES["default"]
    now = env.database("DATABASE_URL", "")
    kept.update({name: now[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")})
    django.db.connections["default"].settings_dict.update(kept)
    site.forget()


if __name__ == "__main__":
    sys.exit(main())
