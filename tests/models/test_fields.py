"""Secrets at rest, as the database itself holds them."""

from datetime import UTC, datetime

import pytest
from cryptography.fernet import Fernet
from django.core import serializers
from django.db import connection, transaction

from links.conf import site
from links.domain.errors import Unavailable
from links.models import EncryptedValue, ShareLink, SigningKey
from tests.site_settings import SiteSettings

SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def key(db: None) -> SigningKey:
    key = SigningKey(label="share", access_key_id="AKIAEXAMPLE", secret=SECRET, created_at=NOW)
    key.save()
    return SigningKey.objects.get(pk=key.pk)


def read_column() -> bytes:
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM links_signingkey")
        return bytes(cursor.fetchone()[0])


def open_secret(key: SigningKey) -> str:
    assert key.secret is not None
    return key.secret.open()


def test_the_column_holds_no_secret(key: SigningKey) -> None:
    assert SECRET.encode() not in read_column()
    assert Fernet(_first_key()).decrypt(read_column()).endswith(SECRET.encode())


def _first_key() -> str:
    return site.ENCRYPTION_KEYS[0]


def test_a_encrypted_secret_opens_and_never_shows_itself(key: SigningKey) -> None:
    assert open_secret(key) == SECRET
    for shown in (str(key.secret), repr(key.secret), f"{key.secret}", repr(vars(key))):
        assert SECRET not in shown


def test_saving_a_row_again_keeps_its_secret(key: SigningKey) -> None:
    before = read_column()
    key.save()
    assert read_column() == before


def test_an_older_key_still_opens_and_a_new_one_seals(key: SigningKey, site_settings: SiteSettings) -> None:
    old, new = site_settings.ENCRYPTION_KEYS[0], Fernet.generate_key().decode()
    site_settings.ENCRYPTION_KEYS = [new, old]
    assert open_secret(key) == SECRET
    assert key.secret is not None
    key.secret = key.secret.reencrypt()
    key.save()
    site_settings.ENCRYPTION_KEYS = [new]
    assert open_secret(SigningKey.objects.get()) == SECRET


@pytest.mark.parametrize("keys", [[], ["not a key"], ["bG9zdC1sb3N0LWxvc3QtbG9zdC1sb3N0LWxvc3QtMTI="]])
def test_without_its_key_a_row_loads_and_its_secret_does_not_open(
    key: SigningKey, site_settings: SiteSettings, keys: list[str]
) -> None:
    site_settings.ENCRYPTION_KEYS = keys
    (listed,) = SigningKey.objects.all()
    assert str(listed) == "share"
    with pytest.raises(Unavailable) as refused:
        open_secret(listed)
    assert refused.value.code == "secrets-unreadable"


def test_without_any_key_nothing_is_encrypted(site_settings: SiteSettings) -> None:
    site_settings.ENCRYPTION_KEYS = []
    with pytest.raises(Unavailable):
        EncryptedValue.encrypt(SECRET)


def test_a_dump_carries_no_secret(key: SigningKey) -> None:
    dumped = serializers.serialize("json", [key])
    assert SECRET not in dumped
    assert '"secret": ""' in dumped


def test_an_empty_column_stays_empty(db: None) -> None:
    link = ShareLink.objects.create(delivery="stable", asked_until=NOW, promised_until=NOW, created_at=NOW)
    assert ShareLink.objects.get(pk=link.pk).token is None


def test_a_secret_is_not_written_past_its_row(key: SigningKey) -> None:
    for secret in ("another", EncryptedValue.encrypt("another")):
        with pytest.raises(ValueError, match="encrypted for its row"), transaction.atomic():
            SigningKey.objects.update(secret=secret)
    assert open_secret(SigningKey.objects.get()) == SECRET
