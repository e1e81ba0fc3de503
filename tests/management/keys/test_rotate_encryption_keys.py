"""What the command says of keys that are to be retired."""

from datetime import UTC, datetime

import pytest
from cryptography.fernet import Fernet
from django.db import connection

from links.models import SigningKey
from tests.management.running import Runner
from tests.site_settings import SiteSettings

SECRET = "a secret of the suite"


@pytest.fixture
def two_keys(transactional_db: None, site_settings: SiteSettings) -> None:
    now = datetime(2026, 3, 1, tzinfo=UTC)
    SigningKey.objects.create(label="share", access_key_id="AKIAEXAMPLE", secret=SECRET, created_at=now)
    site_settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode(), *site_settings.ENCRYPTION_KEYS]


def kinds(told: dict[str, list[dict[str, object]]]) -> dict[object, dict[str, object]]:
    return {one["kind"]: one for one in told["secrets"]}


def test_it_seals_anew_and_says_that_the_old_key_can_go(run: Runner, two_keys: None) -> None:
    before = run("rotate_encryption_keys", "--check", "--json")
    assert (before.code, kinds(before.json)["key-secret"]["by_key"]) == (1, {"2": 1})
    done = run("rotate_encryption_keys")
    assert done.code == 0
    assert "the others can be removed" in done.out
    assert SECRET not in done.out
    after = run("rotate_encryption_keys", "--check", "--json")
    assert (after.code, kinds(after.json)["key-secret"]["by_key"]) == (0, {"1": 1})


def test_it_names_the_rows_that_cannot_be_opened(run: Runner, two_keys: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE links_signingkey SET secret = %s", [b"nonsense"])
    pk = SigningKey.objects.get().pk
    done = run("rotate_encryption_keys", "--json")
    assert (done.code, kinds(done.json)["key-secret"]["unreadable_rows"]) == (1, [pk])
    assert f"no key opens row {pk}" in run("rotate_encryption_keys").out


def test_it_says_which_rows_were_changed_by_hand(run: Runner, two_keys: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE links_signingkey SET endpoint = 'http://203.0.113.7'")
    done = run("rotate_encryption_keys")
    assert done.code == 1
    assert "was changed by hand" in done.out
