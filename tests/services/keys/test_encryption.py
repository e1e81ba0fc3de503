"""Old encryption keys can be retired, while everybody works on."""

import os
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.fernet import Fernet
from django.db import connection, connections

from links.conf import site
from links.domain.signed_urls.tokens import digest
from links.models import EncryptedField, EncryptedValue, ShareLink, SigningKey
from links.services.keys import encryption
from tests.processes.running import start
from tests.site_settings import SiteSettings

NOW = datetime(2026, 3, 1, tzinfo=UTC)
LINKS = 450


@pytest.fixture
def old_key(transactional_db: None) -> str:
    return site.ENCRYPTION_KEYS[0]


@pytest.fixture
def new_key(old_key: str, site_settings: SiteSettings) -> str:
    """Rows encrypted with the old key, and a new one before it."""
    SigningKey.objects.create(label="share", access_key_id="AKIAEXAMPLE", secret="a secret", created_at=NOW)
    ShareLink.objects.bulk_create([_draft(number) for number in range(LINKS)])
    site_settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode(), old_key]
    return str(site_settings.ENCRYPTION_KEYS[0])


def _draft(number: int) -> ShareLink:
    until, token = NOW + timedelta(days=30), f"token {number}"
    return ShareLink(
        delivery="stable",
        asked_until=until,
        promised_until=until,
        created_at=NOW,
        token=token,
        token_hash=digest(token),
    )


def count_older() -> int:
    return sum(found.older for found in encryption.examine_secrets())


def open_tokens() -> set[str]:
    return {link.token.open() for link in ShareLink.objects.all() if link.token}


def test_the_old_key_can_be_retired_once_everything_is_encrypted_anew(
    new_key: str, site_settings: SiteSettings
) -> None:
    assert count_older() == LINKS + 1
    assert sum(found.reencrypted for found in encryption.reencrypt_secrets()) == LINKS + 1
    assert sum(found.reencrypted for found in encryption.reencrypt_secrets()) == 0
    site_settings.ENCRYPTION_KEYS = [new_key]
    assert open_tokens() == {f"token {number}" for number in range(LINKS)}
    assert {key.secret.open() for key in SigningKey.objects.all() if key.secret} == {"a secret"}
    assert not any(found.unreadable or found.misplaced for found in encryption.examine_secrets())


def test_what_no_key_opens_and_what_belongs_elsewhere_is_named(new_key: str) -> None:
    first, second, third = ShareLink.objects.order_by("pk")[:3]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE links_sharelink SET token = %s WHERE id = %s", [b"nonsense", first.pk])
        cursor.execute(
            "UPDATE links_sharelink SET token = (SELECT secret FROM links_signingkey) WHERE id = %s", [second.pk]
        )
    found = {one.kind: one for one in encryption.reencrypt_secrets()}["link-token"]
    assert (found.unreadable, found.misplaced, found.older) == ([first.pk], [second.pk], 0)
    assert third.token
    assert third.token.open().startswith("token")


def test_what_others_write_meanwhile_stays(new_key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between reading a batch and writing it, half of its rows are changed."""
    seal_batch = encryption._reencrypt_batch

    def change_first(column: EncryptedField, old: dict[int, EncryptedValue]) -> int:
        if column.kind != "link-token":
            return seal_batch(column, old)
        for link in ShareLink.objects.filter(pk__in=[pk for pk in old if pk % 2]):
            link.token, link.token_hash = f"new {link.pk}", digest(f"new {link.pk}")
            link.save(update_fields=["token", "token_hash"])
        monkeypatch.setattr(encryption, "_reencrypt_batch", seal_batch)
        return seal_batch(column, old)

    monkeypatch.setattr(encryption, "_reencrypt_batch", change_first)
    encryption.reencrypt_secrets()
    assert count_older() == 0
    tokens = open_tokens()
    assert len(tokens) == LINKS
    assert any(token.startswith("new ") for token in tokens)


@pytest.fixture
def writers(new_key: str) -> Iterator[list[Exception]]:
    """Four threads which do to links what clicks, validations and people do."""
    over, failures = threading.Event(), list[Exception]()
    pks = list(ShareLink.objects.order_by("pk").values_list("pk", flat=True))

    def write(offset: int) -> None:
        try:
            while not over.is_set():
                for pk in pks[offset::40]:
                    link = ShareLink.objects.get(pk=pk)
                    link.token, link.note = f"written {pk}", "by hand"
                    link.token_hash = digest(f"written {pk}")
                    link.save(update_fields=["token", "token_hash", "note"])
        except Exception as failure:  # noqa: BLE001  the test tells
            failures.append(failure)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write, args=(offset,)) for offset in range(4)]
    for thread in threads:
        thread.start()
    yield failures
    over.set()
    for thread in threads:
        thread.join()


@pytest.mark.slow
def test_secrets_are_encrypted_anew_while_others_write(writers: list[Exception]) -> None:
    time.sleep(0.1)
    encryption.reencrypt_secrets()
    assert not writers
    assert count_older() == 0
    assert len(open_tokens()) == LINKS


@pytest.mark.slow
def test_one_that_was_killed_goes_on_where_it_was(new_key: str) -> None:
    """A process of its own, killed as soon as it has begun."""
    code = (
        "import django; django.setup(); from links.services.keys import encryption; import time;"
        "seal = encryption._reencrypt_batch;"
        "encryption._reencrypt_batch = lambda *of: (seal(*of), print('one', flush=True), time.sleep(60))[0];"
        "encryption.reencrypt_secrets()"
    )
    environment = {**os.environ, **_name_database(), "ENCRYPTION_KEYS": ",".join(site.ENCRYPTION_KEYS)}
    reading, writing = os.pipe()
    with os.fdopen(reading) as told:
        process = start("-c", code, environment=environment, files=(None, writing, 2))
        os.close(writing)
        assert told.readline() == "one\n"
        process.kill()
        process.wait()
    left = count_older()
    assert 0 < left < LINKS + 1
    assert sum(found.reencrypted for found in encryption.reencrypt_secrets()) == left
    assert count_older() == 0


def _name_database() -> dict[str, str]:
    """That of the tests, for a process of its own."""
    told = connection.settings_dict
    if connection.vendor == "sqlite":
        return {"DJANGO_SETTINGS_MODULE": "config.settings", "DATABASE_URL": f"sqlite:///{told['NAME']}"}
    whole = os.environ["DATABASE_URL"].partition("?")
    url = f"{whole[0].rpartition('/')[0]}/{told['NAME']}{whole[1]}{whole[2]}"
    return {"DJANGO_SETTINGS_MODULE": "config.settings", "DATABASE_URL": url}
