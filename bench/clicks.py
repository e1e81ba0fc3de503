"""Clicks on stable links, beside a constant redirect by the same server through the same middleware, and beside the
view as one would write it at first. Rounds alternate; every ratio is one of the same round.

    python -m bench.clicks [rows ...]

Rows: postgres, hot, once, slow, sqlite; without any, all of them. Its load generator takes part of the machine, as it
does for what it is compared with.
"""

import os
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from statistics import median

import django
from cryptography.fernet import Fernet
from django.core.management import call_command

from bench.load import Load, load, make_requests
from bench.web.servers import make_store, make_validating_worker, make_web, read_cpu_seconds
from config.processes.ports import HOST
from demo.postgres import Postgres
from demo.servers import Server

ROUNDS = 5
SECONDS = 4.0
LINKS = 200
ONCE = 100_000
DUE = 50_000
STORE_SECONDS = 3.0


@dataclass(frozen=True)
class Site:
    """A site that runs. `tokens` are those of its links, `slow` those on a store that answers after seconds."""

    web: Server
    bare: Server
    costs: tuple[Server, ...]
    tokens: Sequence[str]
    slow: Sequence[str] = ()


@dataclass(frozen=True)
class Measured:
    load: Load
    cpu: float


Round = Callable[[], Load]


def measure(site: Site, ask: Round) -> Measured:
    before = read_cpu_seconds(*site.costs)
    done = ask()
    return Measured(done, (read_cpu_seconds(*site.costs) - before) / max(len(done.latencies), 1))


def compare(site: Site, rounds: Mapping[str, Round], count: int = ROUNDS) -> dict[str, list[Measured]]:
    measured: dict[str, list[Measured]] = {name: [] for name in rounds}
    for _ in range(count):
        for name, ask in rounds.items():
            measured[name].append(measure(site, ask))
    return measured


def report(title: str, measured: Mapping[str, list[Measured]]) -> None:
    """A table in Markdown; the first is the baseline."""
    base = next(iter(measured.values()))
    print(f"## {title}\n")
    columns = ("what", "of the baseline's rate", "spread", "requests/s", "p50, p95, p99 in ms", "p99 to its p99")
    print(f"| {' | '.join((*columns, 'CPU us', 'answers'))} |")
    print(f"{'|---' * (len(columns) + 2)}|")
    for name, taken in measured.items():
        ratios = sorted(own.load.rate / one.load.rate for own, one in zip(taken, base, strict=True))
        tails = [own.load.percentile(0.99) / one.load.percentile(0.99) for own, one in zip(taken, base, strict=True)]
        times = ", ".join(f"{median(one.load.percentile(share) for one in taken):.1f}" for share in (0.5, 0.95, 0.99))
        answers = sum((one.load.statuses for one in taken), start=Counter[str]())
        counts = " ".join(f"{status}: {many}" for status, many in sorted(answers.items()))
        print(
            f"| {name} | {median(ratios):.2f} | {ratios[0]:.2f} to {ratios[-1]:.2f} |"
            f" {median(one.load.rate for one in taken):,.0f} | {times} | {median(tails):.1f} |"
            f" {median(one.cpu for one in taken) * 1e6:.0f} | {counts} |"
        )
    print(flush=True)


def ask_for(server: Server, paths: Sequence[str], *, once: bool = False) -> Round:
    requests = make_requests(paths)
    return lambda: load(server.port, requests, seconds=SECONDS, once=once)


def name_paths(site: Site, *, place: str = "s") -> list[str]:
    return [f"/{place}/{token}" for token in site.tokens]


def measure_many_links(site: Site, database: str) -> None:
    rounds = {
        "a constant 302 through the same middleware": ask_for(site.web, ["/constant"]),
        "a bare Django view's constant 302": ask_for(site.bare, ["/constant"]),
        "the view written the plain way, which counts nothing": ask_for(site.web, name_paths(site, place="plain")),
        "the same, which counts and records": ask_for(site.web, name_paths(site, place="plain-counted")),
        "a click": ask_for(site.web, name_paths(site)),
    }
    ask_for(site.web, name_paths(site))()  # the first look at each file
    report(f"A click on one of {len(site.tokens)} stable links, {database}", compare(site, rounds))


def measure_hot_link(site: Site) -> None:
    rounds = {
        "a constant 302 through the same middleware": ask_for(site.web, ["/constant"]),
        "a click on the one link": ask_for(site.web, name_paths(site)[:1]),
    }
    report("One stable link that everybody clicks, PostgreSQL", compare(site, rounds))


def measure_first_clicks(site: Site) -> None:
    """Each link once: a fifth of them in each round."""
    share, paths = len(site.tokens) // ROUNDS, name_paths(site)
    portions = iter([paths[number * share :][:share] for number in range(ROUNDS)])
    rounds = {
        "a constant 302 through the same middleware": ask_for(site.web, ["/constant"]),
        "a first click, with its look at the store": lambda: load(
            site.web.port, make_requests(next(portions)), seconds=SECONDS, once=True
        ),
    }
    report(f"{len(site.tokens):,} stable links clicked once each, PostgreSQL", compare(site, rounds))


def click_for_seconds(port: int, paths: Sequence[str], seconds: float) -> None:
    load(port, make_requests(paths), seconds=seconds, connections=4)


def measure_slow_store(site: Site) -> None:
    """Clicks on links of a quick store, while others click on those of one that answers after seconds."""
    click = ask_for(site.web, name_paths(site))

    def click_beside_slow_ones() -> Load:
        slow = [f"/s/{token}" for token in site.slow]
        others = get_context("fork").Process(target=click_for_seconds, args=(site.web.port, slow, SECONDS))
        others.start()
        done = click()
        others.join()
        return done

    click()
    beside = f"clicks, beside 4 who click on a store of {STORE_SECONDS:.0f} s"
    rounds = {
        "clicks, alone": click,
        beside: click_beside_slow_ones,
    }
    report("A store that answers slowly, and clicks on other stores, PostgreSQL", compare(site, rounds))


@contextmanager
def running_site(database: str, links: int, *, more: Sequence[Server] = (), due: bool = False) -> Iterator[Site]:
    from bench.rows import make_clickable  # noqa: PLC0415  its models need the settings

    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="holdfast-bench-")))
        store = stack.enter_context(make_store(folder))
        slow_store = stack.enter_context(make_store(folder, STORE_SECONDS))
        environment = {
            **make_environment(database),
            "PROBE_ALLOWED_HOSTS": f"{HOST}:{store.port},{HOST}:{slow_store.port}",
        }
        tokens, slow = make_clickable(store.url, links, due=DUE if due else 0), make_clickable(slow_store.url, LINKS)
        web = stack.enter_context(make_web(folder, environment))
        bare = stack.enter_context(make_web(folder, environment, bare=True))
        if due:
            stack.enter_context(make_validating_worker(folder, environment))
        yield Site(web, bare, (web, bare, *more), tokens, slow)


def make_environment(database: str) -> dict[str, str]:
    return {
        "SECRET_KEY": "a benchmark's own secret key, which protects nothing at all",
        "ENCRYPTION_KEYS": os.environ["ENCRYPTION_KEYS"],
        "DATABASE_URL": database,
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "BASE_URL": f"http://{HOST}",
        "ALERT_MAILS": "ops@example.com",
        "EMAIL_URL": "memorymail://",
    }


def set_up(database: str) -> None:
    """Django reads its settings once: each database is measured by a process of its own."""
    os.environ.setdefault("ENCRYPTION_KEYS", Fernet.generate_key().decode())
    os.environ |= make_environment(database)
    django.setup()
    call_command("migrate", verbosity=0)


def run_on_postgres(rows: set[str]) -> None:
    with Postgres() as postgres:
        set_up(postgres.url)
        if rows & {"postgres", "hot", "slow"}:
            with running_site(postgres.url, LINKS, more=[postgres]) as site:
                if "postgres" in rows:
                    measure_many_links(site, "PostgreSQL")
                if "hot" in rows:
                    measure_hot_link(site)
                if "slow" in rows:
                    measure_slow_store(site)
        if "once" in rows:
            with running_site(postgres.url, ONCE, more=[postgres]) as site:
                measure_first_clicks(site)


def run_on_sqlite() -> None:
    with tempfile.TemporaryDirectory(prefix="holdfast-bench-") as folder:
        database = f"sqlite:///{folder}/bench.sqlite3"
        set_up(database)
        with running_site(database, LINKS, due=True) as site:
            measure_many_links(site, "SQLite, while a worker validates")


def main() -> None:
    rows = set(sys.argv[1:]) or {"postgres", "hot", "once", "slow", "sqlite"}
    processes = get_context("fork")
    for part in (lambda: run_on_postgres(rows - {"sqlite"}), run_on_sqlite if "sqlite" in rows else lambda: None):
        process = processes.Process(target=part)
        process.start()
        process.join()


if __name__ == "__main__":
    main()
