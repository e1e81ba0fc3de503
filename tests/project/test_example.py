"""The example project of docs/examples, on the wheel and on PostgreSQL, as somebody else's project would run it."""

import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from demo.postgres import Postgres
from tests.strict_s3 import AccessKey, StrictS3
from tools.release import build

ROOT = Path(__file__).resolve().parents[2]
WALK = """
from urllib.request import urlopen

from django.core.files.base import ContentFile
from django.core.management import call_command
from django.test import Client

from links.models import AuditRecord, ShareLink
from shop.models import Account, Document

SITE = "https://shop.example.com"
visitor, staff = (Client(headers={"host": "shop.example.com", "accept-language": "de"}) for _ in range(2))

# A file that the shop saved has a link, which a customer follows to its bytes.
document = Document.objects.create(title="Invoice", file=ContentFile(b"some money", "invoice.pdf"))
url = document.file.url
answer = visitor.get(url.removeprefix(SITE), secure=True)
assert answer.status_code == 302, answer.status_code
with urlopen(answer["Location"]) as stored:
    assert stored.read() == b"some money"
assert ShareLink.objects.get().visit_count == 1

# The API and the office of the shop show the very same one.
assert visitor.get("/shop-api/documents/", secure=True).json() == [{"title": "Invoice", "file": url}]
boss = Account.objects.create_superuser("boss@example.com", "correct horse battery staple")
staff.force_login(boss)
assert staff.get("/office/", secure=True).status_code == 200
for page in ("/office/shop/document/", f"/office/shop/document/{document.pk}/change/"):
    assert url in staff.get(page, secure=True).content.decode(), page

# Holdfast's own pages, for an account without a user name and with a UUID as its key.
link = ShareLink.objects.get()
for page in ("", "links/sharelink/", "links/sharelink/?owner=me", f"links/sharelink/{link.pk}/change/",
             "links/sharelink/add/", "links/bucket/", "links/auditrecord/", "links/customer/", "account/"):
    answer = staff.get(f"/admin/{page}", secure=True)
    assert answer.status_code == 200, (page, answer.status_code)
assert AuditRecord.objects.filter(act="account-added", object_text="boss@example.com").exists()

# What validates links does without a broker, and a link that ends stays the one it was.
call_command("run_due_work")
link.refresh_from_db()
assert link.verdict in ("healthy", "at_risk"), link.verdict
print("walked")
"""


@dataclass
class Shop:
    folder: Path
    environment: dict[str, str]
    access: AccessKey
    endpoint: str

    def run(self, *arguments: str, entered: str = "") -> str:
        ran = subprocess.run(
            [sys.executable, "-W", "error", "manage.py", *arguments],
            cwd=self.folder, env=self.environment, input=entered, capture_output=True, text=True, timeout=120,
            check=False,
        )  # fmt: skip
        assert ran.returncode == 0, f"{arguments[0]}: {ran.stdout}{ran.stderr}"
        return ran.stdout + ran.stderr


@pytest.fixture
def shop(tmp_path: Path, strict_s3: StrictS3) -> Iterator[Shop]:
    (wheel,) = (path for path in build(ROOT, tmp_path / "dist", 1_795_900_000) if path.suffix == ".whl")
    zipfile.ZipFile(wheel).extractall(tmp_path / "installed")
    shutil.copytree(
        ROOT / "docs" / "examples" / "shop", tmp_path / "shop", ignore=shutil.ignore_patterns("__pycache__")
    )
    access = strict_s3.add_key(strict_s3.add_user("shop"))
    strict_s3.add_bucket("shop-files")
    with Postgres() as database:
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(tmp_path / "installed"),
            "SHOP_SECRET_KEY": "the shop's own secret key, which protects nothing at all",
            "SHOP_ENCRYPTION_KEY": Fernet.generate_key().decode(),
            "SHOP_DATABASE_URL": database.url,
            "SHOP_S3_KEY_ID": access.id,
            "SHOP_S3_SECRET": access.secret,
            "SHOP_S3_ENDPOINT": strict_s3.url,
            "SHOP_S3_HOSTS": "127.0.0.1,localhost,.localhost",
        }
        yield Shop(tmp_path / "shop", environment, access, strict_s3.url)


@pytest.mark.slow
def test_a_project_with_accounts_pages_and_languages_of_its_own_hands_out_links(shop: Shop) -> None:
    shop.run("migrate", "--verbosity", "0")
    told = shop.run("check", "--database", "default")
    assert {number for number in ("E0", "W09") if f"holdfast.{number}" in told} == set(), told
    assert "No changes detected" in shop.run("makemigrations", "--check", "--dry-run")
    shop.run(
        "add_key", "shop", "--access-key-id", shop.access.id, "--endpoint", shop.endpoint, entered=shop.access.secret
    )
    shop.run("add_bucket", "shop-files", "--key", "shop")
    assert "walked" in shop.run("shell", "--verbosity", "0", "--command", WALK)
