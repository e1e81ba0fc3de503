"""A site that is installed, set and started as the files of deploy/ say.

What a container would give is made by hand: for root, the image's user, who may write nowhere but in the site's folder.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_string
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from string import Template

import yaml

from config.processes.ports import HOST, free_port
from demo.servers import executable, guard

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
USER = 10001
"""The image's."""
RUNS_AS = USER if os.geteuid() == 0 else None
GROUPS: list[int] | None = [] if os.geteuid() == 0 else None
PYTHON = "/usr/bin/python3" if os.geteuid() == 0 else "python3"
"""Root's own may lie where nobody else may look."""


class Failed(Exception):
    """A step did not come to its end; the message says which, and what was seen."""


@dataclass
class Site:
    """Everything in one folder: the installed wheel, which its user cannot write, and what it may."""

    folder: Path
    port: int = field(default_factory=free_port)
    https: int = field(default_factory=free_port)
    http: int = field(default_factory=free_port)
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"https://localhost:{self.https}"

    @property
    def holdfast(self) -> str:
        return str(self.folder / "venv" / "bin" / "holdfast")

    @property
    def state(self) -> Path:
        return self.folder / "state"

    @property
    def mails(self) -> Path:
        return self.state / "mail"

    def run(self, *arguments: str, asked: str = "") -> str:
        done = subprocess.run(
            [self.holdfast, *arguments], cwd=self.state, env=self.environment, input=asked, text=True,
            capture_output=True, check=False, user=RUNS_AS, group=RUNS_AS, extra_groups=GROUPS,
        )  # fmt: skip
        if done.returncode not in (0, 1):
            raise Failed(f"holdfast {arguments[0]}: {done.stdout}{done.stderr}")
        if done.returncode and not done.stdout:
            raise Failed(f"holdfast {arguments[0]}: {done.stderr}")
        return done.stdout

    @contextmanager
    def running(self, name: str, command: list[str]) -> Iterator[None]:
        """A program of the site, until the block ends: SIGTERM, and the time that compose.yaml gives a worker."""
        log = self.folder / f"{name}.log"
        log.touch()
        give(log)
        with log.open("ab") as written:
            process = subprocess.Popen(
                command, cwd=self.state, env=self.environment, stdout=written, stderr=written, start_new_session=True,
                user=RUNS_AS, group=RUNS_AS, extra_groups=GROUPS,
            )  # fmt: skip
        guard().watch(process.pid)
        try:
            yield
        finally:
            process.terminate()
            process.wait(300)
            guard().forget(process.pid)

    def read_mails(self) -> str:
        """The texts of all that it has sent."""
        written = "".join(path.read_text() for path in self.mails.iterdir())
        mails = [message_from_string(part.lstrip(), policy=default) for part in written.split(f"{'-' * 79}\n")]
        return "".join(mail.get_content() for mail in mails if isinstance(mail, EmailMessage) and mail["Subject"])

    def logs(self) -> str:
        return "".join(f"--- {path.name}\n{path.read_text()[-2000:]}\n" for path in self.folder.glob("*.log"))


def install(site: Site, release: Path, *more: str) -> None:
    """As the Dockerfile does: the pinned packages with their hashes, then the wheel and nothing else."""
    uv, python = executable("uv"), str(site.folder / "venv" / "bin" / "python")
    if not Path(python).exists():
        subprocess.run(
            [uv, "venv", "-q", "--python", PYTHON, "--no-python-downloads", str(site.folder / "venv")], check=True
        )
    if more:
        subprocess.run([uv, "pip", "install", "-q", "--python", python, "--only-binary", ":all:", *more], check=True)
    [wheel] = release.glob("*.whl")
    subprocess.run([uv, "pip", "install", "-q", "--python", python, "--no-deps", "--offline", str(wheel)], check=True)


def make_settings(site: Site, database: str, redis: str) -> None:
    """compose.yaml's, with the values of `.env.example`, and the secrets that `make-secrets` makes. Where its servers
    are is this machine's own."""
    compose = site.folder / "compose"
    shutil.copytree(DEPLOY / "compose", compose)
    subprocess.run([str(compose / "make-secrets")], check=True, stdout=subprocess.DEVNULL)
    site.mails.mkdir(parents=True)
    for name, value in {"database_url": database, "email_url": f"filemail:///{site.mails}"}.items():
        (compose / "secrets" / name).unlink()
        (compose / "secrets" / name).write_text(value)
        (compose / "secrets" / name).chmod(0o400)
    for path in (site.state, site.mails, compose / "secrets", *(compose / "secrets").iterdir()):
        give(path)
    values = dict(re.findall(r"^([A-Z_]+)=(.*)$", (compose / ".env.example").read_text(), re.MULTILINE))
    values |= {"BASE_URL": site.url, "PROBE_ALLOWED_HOSTS": HOST}
    document = yaml.safe_load((DEPLOY / "compose" / "compose.yaml").read_text())
    settings = {name: fill_in(str(value), values) for name, value in document["x-holdfast"]["environment"].items()}
    settings = {name: value.replace("/run/secrets", str(compose / "secrets")) for name, value in settings.items()}
    own = {
        "REDIS_URL": redis,
        "HOLDFAST_HOME": str(site.state),
        "PATH": os.environ["PATH"],
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    site.environment = {**settings, **own}


def fill_in(text: str, values: Mapping[str, str]) -> str:
    """${NAME}, ${NAME:-default} and ${NAME:?what to do}, as compose reads them."""
    return re.sub(r"\$\{(\w+)(?::[-?]([^}]*))?\}", lambda found: values.get(found[1]) or found[2] or "", text)


def write_proxy(site: Site) -> list[str]:
    """nginx's command; the site's certificate is its own."""
    tls, folder = site.folder / "tls", site.folder / "nginx"
    tls.mkdir()
    folder.mkdir()
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
         "-keyout", str(tls / "privkey.pem"), "-out", str(tls / "fullchain.pem")],
        check=True, capture_output=True,
    )  # fmt: skip
    names = {"HOLDFAST_WEB": f"{HOST}:{site.port}", "HTTP_PORT": site.http, "HTTPS_PORT": site.https, "TLS_FOLDER": tls}
    (folder / "holdfast.conf").write_text(
        Template((DEPLOY / "nginx.conf.template").read_text()).safe_substitute(
            {name: str(value) for name, value in names.items()}
        )
    )
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = " ".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder}/pid; error_log stderr notice; events {{}} "
        f"http {{ access_log off; {temporary} include {folder}/holdfast.conf; }}\n"
    )
    for path in (folder, tls, *tls.iterdir()):
        give(path)
    return ["nginx", "-e", "stderr", "-p", str(folder), "-c", str(folder / "nginx.conf")]


def may_write(folder: Path) -> bool:
    tried = subprocess.run(["test", "-w", str(folder)], check=False, user=RUNS_AS, group=RUNS_AS, extra_groups=GROUPS)
    return tried.returncode == 0


def give(path: Path) -> None:
    if RUNS_AS is not None:
        os.chown(path, USER, USER)
