"""The settings as a process of its own reads them, from an environment that holds nothing else."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import django
import pytest

from tests.processes.running import Done, run

ROOT = Path(__file__).resolve().parents[2]
_DUMP = """
import json, os, warnings
warnings.simplefilter("error")
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
import config.settings as settings
from links.conf import site
named = {name: value for name, value in vars(settings).items() if name.isupper()} | site.read_all()
print(json.dumps(named, default=lambda value: type(value).__name__))
"""


def _start(folder: Path, environment: dict[str, str]) -> Done:
    return run("-c", _DUMP, environment={"PATH": os.environ["PATH"], **environment}, folder=folder)


def read(environment: dict[str, str], folder: Path = ROOT) -> Any:  # noqa: ANN401  every setting by name
    done = _start(folder, environment)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout of its own, where a `.env` may be put beside the settings."""
    for part in ("config", "links"):
        shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def test_nothing_set_is_a_sound_start(checkout: Path) -> None:
    found = read({}, checkout)
    assert found["DEBUG"] is False
    assert found["SECRET_KEY"] == ""
    assert found["ALLOWED_HOSTS"] == []
    assert found["DATABASES"]["default"]["NAME"] == str(checkout / "holdfast.sqlite3")


def test_a_python_that_has_imported_nothing_reads_them_without_a_warning() -> None:
    told = subprocess.run(
        [sys.executable, "-W", "error", "-c", _DUMP], env={}, cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert told.stderr == ""
    assert json.loads(told.stdout) == read({})


def test_every_name_may_be_given_as_a_file(tmp_path: Path) -> None:
    values = {
        "SECRET_KEY": "a secret",
        "ENCRYPTION_KEYS": "new\nold\n",
        "DATABASE_URL": "postgres://u:p%40ss@db:5432/holdfast",
        "REDIS_URL": "redis://redis:6379/1",
        "BASE_URL": "https://share.example.com/",
        "ALLOWED_HOSTS": "share.example.com, other.example.com",
        "TRUSTED_PROXIES": "2",
        "PROBE_ALLOWED_HOSTS": "minio.internal:9000",
        "EMAIL_URL": "smtp+tls://u:p%2Fw@mail:587",
        "ALERT_MAILS": "a@example.com,b@example.com",
        "ALERT_URLS": "json://hooks.example.com",
        "DEBUG": "on",
    }
    for name, value in values.items():
        (tmp_path / name).write_text(value + "\n")
    found = read({f"{name}_FILE": str(tmp_path / name) for name in values})
    assert found["SECRET_KEY"] == "a secret"
    assert found["ENCRYPTION_KEYS"] == ["new", "old"]
    assert found["DATABASES"]["default"]["PASSWORD"] == "p@ss"
    assert found["CELERY_BROKER_URL"] == found["REDIS_URL"] == "redis://redis:6379/1"
    assert found["BASE_URL"] == "https://share.example.com"
    assert found["ALLOWED_HOSTS"] == ["share.example.com", "other.example.com"]
    assert found["TRUSTED_PROXIES"] == 2
    assert found["PROBE_ALLOWED_HOSTS"] == ["minio.internal:9000"]
    mailer = found["MAILERS"]["default"]["OPTIONS"]
    assert (mailer["host"], mailer["port"], mailer["username"], mailer["password"]) == ("mail", 587, "u", "p/w")
    assert (mailer["use_tls"], mailer["use_ssl"]) == (True, False)
    assert ("EMAIL_HOST" in found) is (django.VERSION < (6, 1))
    assert found.get("EMAIL_HOST", "mail") == "mail"
    assert found["ALERT_MAILS"] == ["a@example.com", "b@example.com"]
    assert found["ALERT_URLS"] == ["json://hooks.example.com"]
    assert found["DEBUG"] is True


def test_a_dotenv_beside_it_is_read_and_the_environment_outranks_it(checkout: Path) -> None:
    (checkout / ".env").write_text("SECRET_KEY='from # the file'\nBASE_URL=http://file.example.com\n")
    found = read({"BASE_URL": "http://environment.example.com"}, checkout)
    assert (found["SECRET_KEY"], found["BASE_URL"]) == ("from # the file", "http://environment.example.com")


def test_an_https_address_closes_the_doors() -> None:
    found = read({"BASE_URL": "https://share.example.com"})
    assert found["SECURE_SSL_REDIRECT"] is True
    assert found["SECURE_HSTS_SECONDS"] == 31_536_000
    assert found["SECURE_HSTS_INCLUDE_SUBDOMAINS"] is True
    assert found["SESSION_COOKIE_SECURE"] is found["CSRF_COOKIE_SECURE"] is True
    assert found["ALLOWED_HOSTS"] == ["share.example.com"]
    assert found["CSRF_TRUSTED_ORIGINS"] == ["https://share.example.com"]
    assert not found.get("SECURE_HSTS_PRELOAD", False)
    assert "SECURE_PROXY_SSL_HEADER" not in found


def test_an_http_address_leaves_them_usable() -> None:
    found = read({"BASE_URL": "http://127.0.0.1:8000"})
    assert found["SECURE_SSL_REDIRECT"] is False
    assert found["SECURE_HSTS_SECONDS"] == 0
    assert found["SESSION_COOKIE_SECURE"] is found["CSRF_COOKIE_SECURE"] is False
    assert found["CSRF_TRUSTED_ORIGINS"] == ["http://127.0.0.1:8000"]


def test_what_proxies_tell_is_read_by_one_middleware_and_nothing_else() -> None:
    found = read({"BASE_URL": "https://share.example.com", "TRUSTED_PROXIES": "1"})
    assert "SECURE_PROXY_SSL_HEADER" not in found
    assert found["PROXY_HEADERS"] == "forwarded"
    assert found["MIDDLEWARE"][0] == "links.public.middleware.proxies.ProxyHeaders"


def test_sqlite_queues_writers_and_a_relative_file_is_the_projects() -> None:
    found = read({"DATABASE_URL": "sqlite:///var/data.sqlite3"})["DATABASES"]["default"]
    assert found["NAME"] == str(ROOT / "var" / "data.sqlite3")
    assert found["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in found["OPTIONS"]["init_command"]


def test_a_postgres_that_does_not_answer_is_given_up_soon_unless_its_url_says_otherwise() -> None:
    found = read({"DATABASE_URL": "postgres://u:p@h/d"})["DATABASES"]["default"]
    assert found["OPTIONS"]["connect_timeout"] == 5
    found = read({"DATABASE_URL": "postgres://u:p@h/d?connect_timeout=30"})["DATABASES"]["default"]
    assert found["OPTIONS"]["connect_timeout"] == 30


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DEBUG", "maybe"),
        ("TRUSTED_PROXIES", "some"),
        ("PROXY_HEADERS", "X-Real-IP"),
        ("BASE_URL", "share.example.com"),
        ("DATABASE_URL", "oracle://u:topsecret@h/d"),
        ("DATABASE_URL", "postgres://u:topsecret@h:port/d"),
        ("EMAIL_URL", "smtp://u:topsecret@h:port"),
    ],
)
def test_a_value_that_cannot_be_is_named_and_no_password_repeated(name: str, value: str) -> None:
    done = _start(ROOT, {name: value})
    last = done.stderr.strip().splitlines()[-1]
    assert done.returncode != 0
    assert last.startswith(f"django.core.exceptions.ImproperlyConfigured: {name} ")
    assert "topsecret" not in done.stderr
