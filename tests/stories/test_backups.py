"""A site moves from SQLite to PostgreSQL and back, by one file each time."""

import json
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet

from demo.postgres import Postgres
from tests.management.running import ROOT, Ran, run_alone
from tests.processes.running import run

LINKS = 2_500
SECRET = "canary-of-the-secret-key"
SEED = f"""
import django; django.setup()
from datetime import timedelta
from django.contrib.auth.models import Group, User
from django.utils import timezone
from bench import rows
from links.domain.audit.acts import Act, Kind
from links.models import Customer, Incident, IncidentNotice, ShareLink, Visit
from links.services.audit.chaining import chain_records
from links.services.audit.recording import record
from links.services.audit.subjects import Subject

rows.SECRET = {SECRET!r}
now = timezone.now()
rows.make_stable("http://127.0.0.1:9", {LINKS})
rows.make_foreign("http://127.0.0.1:9", 50, "foreign")
owner = User.objects.create_superuser("mika", "mika@example.com", "a good password")
owner.groups.add(Group.objects.get(name="Manager"))
customer = Customer.objects.create(name="水野 商店 \\u202f, \\"Söhne\\"", created_at=now)
ShareLink.objects.update(owner=owner, customer=customer, lease_id=None, remind_at=now - timedelta(hours=1))
first = ShareLink.objects.earliest("pk")
ShareLink.objects.filter(pk=ShareLink.objects.latest("pk").pk).update(rescued_by=first, revoked_at=now)
Visit.objects.bulk_create(Visit(link=first, at=now, outcome="served", address="203.0.113.0/24") for _ in range(3000))
incident = Incident.objects.create(code="key-unknown", subject="AKIA", verdict="broken", opened_at=now, changed_at=now)
IncidentNotice.objects.create(incident=incident, kind="opened", channel="mail", created_at=now, due_at=now)
IncidentNotice.objects.create(incident=incident, kind="reminder", channel="mail", created_at=now, delivered_at=now)
for number in range(20):
    record(Act.COMMAND_RUN, Subject(Kind.COMMAND, text=f"command {{number}}"))
chain_records()
"""
LOOK = """
import django; django.setup()
import json
from django.contrib.auth.models import User
from django.utils import timezone
from links.models import Customer, IncidentNotice, ShareLink, SigningKey

new = Customer.objects.create(name="made after the restore", created_at=timezone.now())
print(json.dumps({
    "secret": SigningKey.objects.earliest("pk").secret.open(),
    "roles": list(User.objects.get(username="mika").groups.values_list("name", flat=True)),
    "is_password_right": User.objects.get(username="mika").check_password("a good password"),
    "waiting": IncidentNotice.objects.undelivered().count(),
    "given up": list(IncidentNotice.objects.exclude(given_up_at=None).values_list("last_error", flat=True)),
    "due": ShareLink.objects.filter(due_at__lte=timezone.now()).count(),
    "to remind of": ShareLink.objects.exclude(remind_at=None).count(),
    "new": new.pk,
}))
"""
# What a restored site does anew, and what says that it was restored.
CHANGED = {"links.sharelink", "links.incidentnotice", "links.auditrecord", "links.auditdetail", "links.customer"}


@pytest.fixture
def site(tmp_path: Path) -> dict[str, str]:
    return {
        "DATABASE_URL": f"sqlite:///{tmp_path / 'first.sqlite3'}",
        "SECRET_KEY": "x" * 50,
        "ENCRYPTION_KEYS": Fernet.generate_key().decode(),
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }


@pytest.fixture
def postgres() -> Iterator[Postgres]:
    with Postgres() as server:
        yield server


def manage(site: dict[str, str], *arguments: str) -> Ran:
    ran = run_alone(*arguments, environment=site)
    assert ran.code == 0, ran.err
    return ran


def execute(site: dict[str, str], script: str) -> str:
    done = run("-c", script, environment={"PATH": os.environ["PATH"], **site}, folder=ROOT)
    assert done.returncode == 0, done.stderr
    return done.stdout


def read(file: Path) -> dict[str, Any]:
    with zipfile.ZipFile(file) as archive:
        tables: dict[str, Any] = json.loads(archive.read("manifest.json"))["tables"]
    return tables


@pytest.mark.slow
def test_a_site_goes_from_sqlite_to_postgresql_and_back(
    site: dict[str, str], postgres: Postgres, tmp_path: Path
) -> None:
    files = [tmp_path / f"{number}.zip" for number in range(3)]
    manage(site, "migrate", "-v", "0")
    execute(site, SEED)
    manage(site, "backup", str(files[0]))
    assert SECRET.encode() not in b"".join(_read_all(files[0]))
    assert files[0].stat().st_mode & 0o077 == 0
    for number, url in enumerate((postgres.url, f"sqlite:///{tmp_path / 'last.sqlite3'}"), 1):
        moved = {**site, "DATABASE_URL": url}
        manage(moved, "migrate", "-v", "0")
        told = manage(moved, "restore", str(files[number - 1]), "--json").json
        assert told["audit_faults"] == 0
        found = json.loads(execute(moved, LOOK))
        assert (found["secret"], found["roles"], found["is_password_right"]) == (SECRET, ["Manager"], True)
        assert (found["waiting"], found["given up"]) == (0, ["Restored from a backup: not sent again."])
        assert (found["due"], found["to remind of"]) == (LINKS + 49, 0)
        assert found["new"] == number + 1
        manage(moved, "verify_audit")
        manage(moved, "backup", str(files[number]))
        before, after = read(files[0]), read(files[number])
        assert {name for name in before if before[name] != after[name]} <= CHANGED
        assert after["links.sharelink"]["rows"] == LINKS + 50
        refused = run_alone("restore", str(files[0]), environment=moved)
        assert (refused.code, "not empty" in refused.err) == (2, True)


def _read_all(file: Path) -> Iterator[bytes]:
    with zipfile.ZipFile(file) as archive:
        yield from (archive.read(name) for name in archive.namelist())
