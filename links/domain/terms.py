"""Terms: under what conditions customers may use a link."""

import re
from datetime import datetime

from links.domain.errors import Refused

SHORTEST_PASSWORD = 8
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{1,58}[a-z0-9])")


def check_slug(slug: str, *, has_password: bool, is_public: bool) -> None:
    """An address that can be guessed is no secret: a password must lock it, or somebody say that it is public.

    Raises `Refused`: `slug-malformed`, `slug-unprotected`.
    """
    if not _SLUG.fullmatch(slug):
        raise Refused("slug-malformed", slug=slug[:60])
    if not (has_password or is_public):
        raise Refused("slug-unprotected")


def check_password(password: str) -> None:
    """Raises `Refused("password-too-short")`. Trying is slowed down besides (`links.domain.admission`)."""
    if len(password) < SHORTEST_PASSWORD:
        raise Refused("password-too-short", least=SHORTEST_PASSWORD)


def check_beginning(starts_at: datetime, promised_until: datetime) -> None:
    """Raises `Refused("starts-after-end")`."""
    if starts_at >= promised_until:
        raise Refused("starts-after-end", end=promised_until.isoformat())


def check_end(promised_until: datetime, starts_at: datetime | None) -> None:
    """Raises `Refused("ends-before-start")`: a link that ends before it begins never opens."""
    if starts_at is not None and promised_until <= starts_at:
        raise Refused("ends-before-start", start=starts_at.isoformat())
