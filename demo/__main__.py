"""Runs Holdfast in the foreground, with everything it needs, until Ctrl-C.

python -m demo                   run it; what it keeps is in .demo/
python -m demo --profile postgres   the same on PostgreSQL instead of SQLite, with rows of its own
python -m demo manage COMMAND    run a command of manage.py on what it keeps, while it runs or not
python -m demo --reset           forget .demo/
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psycopg

from config.processes.ports import HOST, connects, free_port, serves
from config.processes.supervisor import Printer, Program, ProgramFailed, Stopped, Supervisor
from demo import samples
from demo.postgres import KeptPostgres
from demo.running import READY
from demo.servers import RcloneS3, Redis, ServerError
from demo.state import ADMIN, PORTS, POSTGRES, PROFILES, SQLITE, Busy, State
from links.channels import CHANNEL_SETTINGS
from links.conf import list_variables

ROOT = Path(__file__).resolve().parent.parent
FOREIGN_SETTINGS = ("AWS_", "CELERY_", "DJANGO_", "GRANIAN_")
"""Names in the person's environment that are not for the demo begin with these."""
HARMLESS = {
    "redis": r"WARNING.*(overcommit|TCP backlog|Transparent Huge)|config file|To fix this issue",
    "postgres": r" LOG: ",
}
"""What a server says of a machine that is not a production server's, and that hides what matters here."""
SETTINGS = list_variables(ROOT / "config" / "settings.py")
"""What the demo does not set itself is empty, whatever the person's environment and `.env` say."""


@dataclass(frozen=True)
class Demo:
    """One run: where it keeps things, on which ports, and what it says."""

    state: State
    ports: Mapping[str, int]
    printer: Printer
    profile: str = SQLITE

    @property
    def base_url(self) -> str:
        return f"http://{HOST}:{self.ports['web']}"

    @property
    def mail_dir(self) -> Path:
        return self.state.folder / "mail"

    @property
    def redis(self) -> Redis:
        return Redis(self.state.folder / "redis", self.ports["redis"])

    @property
    def postgres(self) -> KeptPostgres | None:
        """Where the rows are; None where they are in SQLite's file."""
        if self.profile != POSTGRES:
            return None
        password = self.state.settings()["DEMO_POSTGRES_PASSWORD"]
        return KeptPostgres(self.state.folder / "postgres", self.ports["postgres"], password)

    @property
    def database_url(self) -> str:
        file = self.state.folder / "holdfast.sqlite3"
        return self.postgres.url if self.postgres else f"sqlite:///{quote(str(file))}"

    @property
    def s3(self) -> RcloneS3:
        kept = self.state.settings()
        kinds = ("DEMO_S3_", "DEMO_S3_SECOND_", "DEMO_S3_TEMPORARY_")
        keys = {kept[f"{kind}ACCESS_KEY_ID"]: kept[f"{kind}SECRET_ACCESS_KEY"] for kind in kinds}
        return RcloneS3(self.state.folder / "s3", keys, self.ports["s3"])

    def environment(self) -> dict[str, str]:
        """What the product's programs run in: the person's environment, without what would change them."""
        ours = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN_SETTINGS)}
        silenced = {variant: "" for name in SETTINGS for variant in (name, f"{name}_FILE")}
        channels = {setting.name: os.environ.get(setting.name, "") for setting in CHANNEL_SETTINGS}
        kept = self.state.settings()
        return {
            **ours,
            **silenced,
            # Channels can be tried with one's own receivers; mails stay here.
            **channels,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "SECRET_KEY": kept["SECRET_KEY"],
            "ENCRYPTION_KEYS": kept["ENCRYPTION_KEYS"],
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis.url,
            "BASE_URL": self.base_url,
            "ALLOWED_HOSTS": "127.0.0.1,localhost",
            "PROBE_ALLOWED_HOSTS": HOST,
            "EMAIL_URL": f"filemail:///{quote(str(self.mail_dir))}",
            "ALERT_MAILS": "ops@example.com",
            "DEBUG": "off",
            "NO_PROXY": f"{HOST},localhost",
            "no_proxy": f"{HOST},localhost",
            "PYTHONUNBUFFERED": "1",
        }

    def seed_environment(self) -> dict[str, str]:
        """`demo.seed` and `demo.prepare` also learn what no other program needs to know."""
        secrets = {name: value for name, value in self.state.settings().items() if name.startswith("DEMO_")}
        return {
            **self.environment(),
            **secrets,
            "DEMO_S3_URL": self.s3.url,
            "DEMO_S3_DIR": str(self.s3.data_dir),
            "DEMO_ADMIN_PASSWORD": self.state.admin_password(),
        }

    def program(self, name: str, *arguments: str, environment: Mapping[str, str] | None = None) -> Program:
        return Program(name, [sys.executable, "-m", *arguments], environment or self.environment(), ROOT)

    def say(self, text: str) -> None:
        self.printer.line("demo", text)


def run(demo: Demo, supervisor: Supervisor) -> None:
    """Everything up, in the order in which one part needs another; then stay. Raises Stopped at its end."""
    start_servers(demo, supervisor)
    demo.say("Preparing the database ...")
    demo.mail_dir.mkdir(exist_ok=True)
    supervisor.run(demo.program("prepare", "demo.prepare", environment=demo.seed_environment()))
    supervisor.start(web(demo))
    supervisor.wait_until(lambda: connects(demo.ports["redis"]), "redis", seconds=60)
    supervisor.wait_until(lambda: connects(demo.ports["s3"]), "s3", seconds=60)
    seeded = seed(demo, supervisor)
    supervisor.start(worker(demo))
    supervisor.start(beat(demo))
    supervisor.wait_until(lambda: serves(demo.ports["web"]), "web", seconds=120)
    demo.printer.block(welcome(demo, seeded))
    supervisor.watch()


def start_servers(demo: Demo, supervisor: Supervisor) -> None:
    demo.say(f"Starting {'PostgreSQL, ' if demo.postgres else ''}Redis and the S3 server ...")
    if samples.put(demo.s3.data_dir):
        demo.say(f"Sample objects are in {_short(demo.s3.data_dir / samples.BUCKET)}")
    for server in filter(None, (demo.postgres, demo.redis, demo.s3)):
        server.prepare()
        hidden_lines = HARMLESS.get(server.name, "")
        program = Program(server.name, server.command, server.environment, server.data_dir, hidden_lines)
        supervisor.start(replace(program, ends_last=True, user=server.user))
    if demo.postgres:
        supervisor.wait_until(partial(_takes_queries, demo.postgres.url), "postgres", seconds=60)


def seed(demo: Demo, supervisor: Supervisor) -> dict[str, list[object]]:
    """What `python -m demo.seed` made to look at: see its own words. A demo without it runs all the same."""
    if find_spec("demo.seed") is None:
        return {}
    demo.say("Preparing the sample links ...")
    heard: list[str] = []
    try:
        supervisor.run(demo.program("seed", "demo.seed", environment=demo.seed_environment()), heard)
        return dict(json.loads("\n".join(heard)))
    except (ProgramFailed, ValueError) as error:
        demo.say(f"*** The sample links could not be prepared: {error}")
        return {}


def web(demo: Demo) -> Program:
    arguments = ["--interface", "wsgi", "config.wsgi:application", "--host", HOST, "--no-ws"]
    size = ["--port", str(demo.ports["web"]), "--workers", "1", "--blocking-threads", "4"]
    return demo.program("web", "granian", *arguments, *size)


def worker(demo: Demo) -> Program:
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    hidden_lines = {"PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges"}
    arguments = ["-q", "-A", "config", "worker", "--concurrency", "2", *quiet]
    return demo.program("worker", "celery", *arguments, environment={**demo.environment(), **hidden_lines})


def beat(demo: Demo) -> Program:
    return demo.program("beat", "celery", "-q", "-A", "config", "beat")


def welcome(demo: Demo, seeded: Mapping[str, list[object]]) -> list[str]:
    second = demo.state.settings()["DEMO_S3_SECOND_ACCESS_KEY_ID"]
    return [
        READY,
        "",
        f"  Admin      {demo.base_url}/admin/",
        f"  User       {ADMIN}",
        f"  Password   {demo.state.admin_password()}   (kept in {_short(demo.state.folder / 'admin-password')})",
        f"  Mails      {_short(demo.mail_dir)}/   (every alert, as text)",
        f"  S3 server  {demo.s3.url}   (objects: {_short(demo.s3.data_dir)}/)",
        f"  Second key {second}   (to rotate to; its secret is in {_short(demo.state.folder / 'settings.env')})",
        *_sample_links(seeded.get("links", [])),
        *_things_to_try(seeded.get("try", [])),
        "",
        f"  Commands   {_short(Path(sys.executable))} -m demo manage list_incidents   (or any other of manage.py)",
        "",
        "  Ctrl-C stops everything and keeps the data; `make demo-reset` forgets it.",
    ]


def _sample_links(links: list[object]) -> list[str]:
    lines = [f"  {link['title']}\n             {link['url']}" for link in links if isinstance(link, dict)]
    return ["", *lines] if lines else []


def _things_to_try(things: list[object]) -> list[str]:
    return ["", "  What to try:", *(f"  - {thing}" for thing in things)] if things else []


def choose_ports(state: State, printer: Printer) -> dict[str, int]:
    """Last time's ports where they can be had: links that were handed out have them in their URLs."""
    before, again = state.ports(), state.has_run()
    ports = {}
    for name, wanted in before.items():
        port = ports[name] = free_port(wanted, *range(PORTS[name] + 1, PORTS[name] + 20))
        if port != wanted:
            printer.line("demo", f"Port {wanted} is taken by another program: {name} is on port {port} now.")
        if port != wanted and again and name != "redis":
            printer.line("demo", f"Links of earlier runs name port {wanted}: they work when it is free again.")
    state.keep_ports(ports)
    return ports


def _takes_queries(url: str) -> bool:
    """It listens before it is ready, while it mends what a crash has left."""
    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


def _short(path: Path) -> str:
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)


def main(arguments: list[str] | None = None) -> int:
    os.umask(0o077)  # its mails, databases and logs are nobody else's, wherever --state puts them
    parser = argparse.ArgumentParser(prog="python -m demo", description="Run Holdfast on this machine.")
    parser.add_argument("--reset", action="store_true", help="forget what the demo keeps, and end")
    parser.add_argument("--state", type=Path, default=ROOT / ".demo", help="where it is kept (.demo)")
    parser.add_argument("--profile", choices=PROFILES, default=SQLITE, help="the database (sqlite)")
    parser.add_argument("--no-color", action="store_true", help="no colours, on a terminal either")
    parser.add_argument(
        "manage", nargs=argparse.REMAINDER, metavar="manage COMMAND", help="run a command of manage.py on the demo"
    )
    options = parser.parse_args(arguments)
    if options.manage and options.manage[0] != "manage":
        parser.error(f"there is no {options.manage[0]!r}; did you mean: manage {options.manage[0]}")
    printer = Printer(colour=False if options.no_color else None)
    state = State(options.state)
    if options.manage:
        return _manage(state, printer, options.manage[1:])
    try:
        with state.locked() as lock:
            return _reset(state, printer) if options.reset else _run(state, printer, lock, options.profile)
    except (Busy, ProgramFailed, ServerError) as error:
        printer.line("demo", f"*** {error}")
        return 1
    except KeyboardInterrupt:
        return 130


def _manage(state: State, printer: Printer, command: list[str]) -> int:
    if not state.has_run():
        printer.line("demo", f"*** There is no demo in {_short(state.folder)} yet. Start it once, with make demo.")
        return 1
    environment = Demo(state, state.ports(), printer, state.profile()).environment()
    try:
        return subprocess.run([sys.executable, ROOT / "manage.py", *command], env=environment, check=False).returncode
    except KeyboardInterrupt:
        return 130


def _reset(state: State, printer: Printer) -> int:
    if postgres := Demo(state, state.ports(), printer, POSTGRES).postgres:
        postgres.forget()
    state.forget()
    printer.line("demo", f"Forgot {_short(state.folder)}: the next demo starts anew.")
    return 0


def _run(state: State, printer: Printer, lock: int, profile: str) -> int:
    state.keep_profile(profile)
    with Supervisor(printer, keep=[lock]) as supervisor:
        try:
            run(Demo(state, choose_ports(state, printer), printer, profile), supervisor)
        except Stopped:
            printer.line("demo", "Stopping everything ...")
    printer.line("demo", "Stopped. Nothing is left running.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
