"""Walks an operator's way on this machine, with the files of deploy/ and the wheel.

python -m tools.smoke

Commands, settings and secrets are those of deploy/compose/compose.yaml, and nginx reads deploy/nginx.conf.template.
PostgreSQL, Valkey and the store are those of the tests; nginx and openssl have to be installed.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml

from config.processes.ports import HOST
from demo.postgres import Postgres
from demo.servers import RcloneS3, Redis
from tools.release import build
from tools.smoke.browser import Browser
from tools.smoke.site import DEPLOY, Failed, Site, install, make_settings, may_write, write_proxy

ROOT = DEPLOY.parent
KEY, SECRET = "AKIASMOKETEST0000001", "the-secret-of-the-smoke-test-0000000001"
MADE_AT = 1_795_900_000
PATIENCE = 180.0
"""Seconds, for anything to come true."""


def main() -> int:
    missing = [name for name in ("nginx", "openssl") if shutil.which(name, path=search_path()) is None]
    if missing:
        sys.stderr.write(f"make smoke needs {' and '.join(missing)}: apt-get install nginx-light openssl\n")
        return 2
    os.environ["PATH"] = search_path()
    begun = time.monotonic()
    with TemporaryDirectory(prefix="holdfast-smoke-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        site = Site(folder)
        try:
            walk(site)
        except (Failed, subprocess.CalledProcessError) as error:
            sys.stderr.write(f"FAILED: {error}\n{site.logs()}")
            return 1
    say(f"All of it in {time.monotonic() - begun:.0f} s.")
    return 0


def walk(site: Site) -> None:
    """From nothing to a site that was restarted and upgraded under its links."""
    release = make_release(ROOT, site.folder / "dist")
    say("Installing the wheel, with what requirements.txt pins ...")
    install(site, release, "--require-hashes", "--requirement", str(ROOT / "requirements.txt"))
    require(not may_write(site.folder / "venv"), "the code can be written by the site's user")
    store = RcloneS3(site.folder / "store", {KEY: SECRET})
    for number in "12":
        (store.data_dir / "files").mkdir(parents=True, exist_ok=True)
        (store.data_dir / "files" / f"{number}.txt").write_text(f"file {number}")
    with ExitStack() as servers:
        postgres, redis = servers.enter_context(Postgres()), servers.enter_context(Redis(site.folder / "redis"))
        servers.enter_context(store)
        make_settings(site, postgres.url, redis.url)
        servers.enter_context(site.running("nginx", write_proxy(site)))
        browser = Browser(site)
        with parts(site):
            say("First start: three parts, of which one migrates ...")
            wait("the site is watching", lambda: browser.health() == "watching")
            password = (site.folder / "compose" / "secrets" / "admin_password").read_text().strip()
            require(b"Holdfast" in (page := browser.sign_in("admin", password)), f"no page after signing in: {page!r}")
            require(b"logout" in page, "the first admin cannot sign in")
            say("The first admin signed in over TLS.")
            place = ["--endpoint", store.url, "--region", "us-east-1"]
            site.run("add_key", "smoke", "--access-key-id", KEY, *place, asked=SECRET)
            site.run("add_bucket", "files", "--key", "smoke", "--object", "1.txt")
            made = [site.run("create_link", "files", f"{number}.txt", "--lifetime", "30d", "--json") for number in "12"]
            urls = [str(json.loads(document)["url"]) for document in made]
            require(all(url.startswith(f"{site.url}/s/") for url in urls), f"links do not lead to the site: {urls}")
            require_file(browser, urls[0], b"file 1")
            say("Key, bucket and link were made, and a click brought the file.")
            (store.data_dir / "files" / "2.txt").unlink()
            site.run("validate_links", "--all")
            wait("a mail tells of the incident", lambda: "2.txt" in site.read_mails())
            say("The file of a link was deleted, and a mail told of it.")
        with parts(site):
            wait("the site is back", lambda: browser.health() == "watching")
            require_file(browser, urls[0], b"file 1")
            say("Restarted: the link works.")
        say("Upgrading in place ...")
        install(site, make_next_release(release, site.folder / "next"))
        require("99.0" in site.run("--version"), "the new release is not there")
        with parts(site):
            inside = f"http://{HOST}:{site.port}/readyz"  # the proxy passes it on to nobody
            wait("the new release is ready", lambda: browser.fetch(inside)[0] == 200)
            require(browser.fetch(f"{site.url}/readyz")[0] == 404, "strangers reach /readyz")
            require_file(browser, urls[0], b"file 1")
            wait("it is watching", lambda: browser.health() == "watching")
            say("Upgraded: the link works.")


@contextmanager
def parts(site: Site) -> Iterator[None]:
    """web, worker and beat, by the commands of compose.yaml; the web server on a port of its own."""
    services = yaml.safe_load((DEPLOY / "compose" / "compose.yaml").read_text())["services"]
    with ExitStack() as running:
        for name in ("web", "worker", "beat"):
            command = [site.holdfast, *map(str, services[name]["command"])]
            own = ["--port", str(site.port)] if name == "web" else []
            running.enter_context(site.running(name, [*command, *own]))
        yield


def make_release(tree: Path, folder: Path) -> Path:
    build(tree, folder, MADE_AT)
    return folder


def make_next_release(release: Path, folder: Path) -> Path:
    """The same product under a later version, from the sdist."""
    with tarfile.open(next(release.glob("*.tar.gz"))) as archive:
        archive.extractall(folder, filter="data")
    [tree] = folder.iterdir()
    written = tree / "links" / "__init__.py"
    written.write_text(re.sub(r'__version__ = "[^"]+"', '__version__ = "99.0"', written.read_text()))
    build(tree, tree / "dist", MADE_AT)
    return tree / "dist"


def require_file(browser: Browser, url: str, wanted: bytes) -> None:
    status, body = browser.fetch(url)
    require((status, body) == (200, wanted), f"the link answers {status}, {body[:200]!r}")


def require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise Failed(otherwise)


def wait(what: str, condition: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > until:
            raise Failed(f"Not within {PATIENCE:.0f} s: {what}.")
        time.sleep(0.5)


def search_path() -> str:
    return os.pathsep.join([os.environ["PATH"], "/usr/sbin", "/sbin"])


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
