"""What it takes to begin: processor time and memory of whole processes, beside bare Django's.

    python -m bench.imports

Each is started anew in turn, with compiled modules kept. A web worker is what granian loads, with its first page.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from cryptography.fernet import Fernet

ROUNDS = 7
_SIGNED = (
    "https://files.s3.eu-central-1.amazonaws.com/report.pdf?X-Amz-Algorithm=AWS4-HMAC-SHA256"
    "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20261128%2Feu-central-1%2Fs3%2Faws4_request"
    f"&X-Amz-Date=20261128T000000Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature={'0' * 64}"
)
_BARE = """
import django, boto3, storages.backends.s3
from django.conf import settings
contrib = ["admin", "auth", "contenttypes", "sessions", "messages", "staticfiles"]
settings.configure(
    SECRET_KEY="bare", ROOT_URLCONF="bare_urls", ALLOWED_HOSTS=["*"],
    INSTALLED_APPS=["django.contrib." + name for name in contrib],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    MIDDLEWARE=["django.middleware.security.SecurityMiddleware", "django.middleware.common.CommonMiddleware"],
)
import sys, types
django.setup()
from django.contrib import admin
from django.urls import path
sys.modules["bare_urls"] = types.ModuleType("bare_urls")
sys.modules["bare_urls"].urlpatterns = [path("admin/", admin.site.urls)]
"""
_ASK = """
from django.core.wsgi import get_wsgi_application
from django.test import RequestFactory
get_wsgi_application().get_response(RequestFactory().get("/nothing-here", HTTP_HOST="holdfast.test"))
"""
PAIRS = {
    "`check_url`, whole process": (
        ["-c", "import django; django.setup()"],
        ["manage.py", "check_url", _SIGNED],
    ),
    "a web worker with its first page": (["-c", _BARE + _ASK], ["-c", _ASK]),
}


def run(arguments: list[str]) -> tuple[float, float]:
    """Seconds of processor time, and the most memory in MB, of one process."""
    code = (
        "import os, resource, sys\n"
        "pid = os.fork()\n"
        "if not pid: os.execv(sys.executable, [sys.executable, *sys.argv[1:]])\n"
        "_, _, used = os.wait4(pid, 0)\n"
        "print(used.ru_utime + used.ru_stime, used.ru_maxrss)"
    )
    done = subprocess.run(  # noqa: S603  our own Python, and what stands above
        [sys.executable, "-c", code, *arguments], env=_environment(), capture_output=True, text=True, check=True
    )
    seconds, kilobytes = done.stdout.split()[-2:]
    return float(seconds), float(kilobytes) / 1024


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {
        **kept,
        "PYTHONPATH": str(Path(__file__).resolve().parents[1]),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "SECRET_KEY": "a benchmark's own secret key, which protects nothing at all",
        "ENCRYPTION_KEYS": _KEY,
        "DATABASE_URL": f"sqlite:///{tempfile.gettempdir()}/holdfast-bench.sqlite3",
        "BASE_URL": "http://holdfast.test",
    }


_KEY = Fernet.generate_key().decode()


def main() -> None:
    lines = ["## Beginning", "", "| what | times bare Django | spread | CPU s | MB | times its memory |"]
    lines.append("|---|---|---|---|---|---|")
    for name, (bare, ours) in PAIRS.items():
        rounds = [(run(bare), run(ours)) for _ in range(ROUNDS)]
        ratios = sorted(own[0] / base[0] for base, own in rounds)
        seconds, memory = (median(own[at] for _, own in rounds) for at in (0, 1))
        weight = median(own[1] / base[1] for base, own in rounds)
        spread = f"{ratios[0]:.2f} to {ratios[-1]:.2f}"
        lines.append(f"| {name} | {median(ratios):.2f} | {spread} | {seconds:.2f} | {memory:.0f} | {weight:.2f} |")
    sys.stdout.write("\n".join([*lines, "", ""]))


if __name__ == "__main__":
    main()
