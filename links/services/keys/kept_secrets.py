"""Secrets that a page carries for its reader, encrypted, until its form is sent again."""

import base64
import json
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken
from django.utils.crypto import salted_hmac

KEPT_SECONDS = 3_600


def encrypt_kept(secrets: Sequence[str], reader: int) -> str:
    return _open_box(reader).encrypt(json.dumps(list(secrets)).encode()).decode()


def decrypt_kept(encrypted: str, reader: int) -> list[str] | None:
    """None where it is older than `KEPT_SECONDS`, was encrypted for somebody else, or was not encrypted here."""
    try:
        return [str(secret) for secret in json.loads(_open_box(reader).decrypt(encrypted.encode(), ttl=KEPT_SECONDS))]
    except (InvalidToken, ValueError):
        return None


def _open_box(reader: int) -> Fernet:
    """A key for this reader alone, made of `SECRET_KEY`: nothing of it is kept, so it may change with that."""
    key = salted_hmac("links.kept-secrets", str(reader), algorithm="sha256").digest()
    return Fernet(base64.urlsafe_b64encode(key))
