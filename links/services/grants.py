"""Grants: whoever pressed the button downloads, and resumes, for some hours without being counted again."""

import secrets
from datetime import datetime

from links.domain.admission import GRANT_LASTS
from links.domain.tokens import digest
from links.models import Grant, ShareLink


def make_grant(link: ShareLink, now: datetime) -> str:
    """The grant's token, a bearer secret that is told once."""
    token = secrets.token_urlsafe(32)
    Grant.objects.create(link=link, token_hash=digest(token), created_at=now, expires_at=now + GRANT_LASTS)
    return token


def find_granted(token: str, now: datetime) -> ShareLink | None:
    """The link that this grant opens, while it lasts."""
    if not token:
        return None
    grants = Grant.objects.select_related("link__bucket__key", "link__owner", "link__customer")
    grant = grants.filter(token_hash=digest(token), expires_at__gt=now, link__bucket__isnull=False).first()
    return grant.link if grant else None
