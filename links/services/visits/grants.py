"""Grants: the browser that pressed the button downloads, and resumes, for some hours without being counted again."""

import secrets
from collections.abc import Collection
from datetime import datetime

from django.db.models import F

from links.domain.signed_urls.tokens import derive_address, digest
from links.domain.visits.access import FRESH_DOWNLOADS, GRANT_LIFETIME, Outcome, refuse_grant
from links.models import Grant, ShareLink


def make_grant(link: ShareLink, now: datetime) -> str:
    """The secret that the browser keeps, told once; the grant's address is made of it."""
    secret = secrets.token_urlsafe(32)
    Grant.objects.create(
        link=link,
        token_hash=digest(derive_address(secret)),
        generation=link.generation,
        created_at=now,
        expires_at=now + GRANT_LIFETIME,
    )
    return secret


def find_grant(address: str, now: datetime) -> Grant | None:
    """The grant at this address, while it lasts. Who knows the address alone does not hold it: see `holds`."""
    grants = Grant.objects.select_related("link__bucket__key", "link__owner", "link__customer")
    return grants.filter(token_hash=digest(address), expires_at__gt=now, link__bucket__isnull=False).first()


def holds(browser: Collection[str], address: str) -> bool:
    """Whether one of a browser's secrets makes this address."""
    return any(secrets.compare_digest(derive_address(secret), address) for secret in browser)


def find_held(browser: Collection[str], link: int | None, now: datetime) -> str | None:
    """The address of a grant to this link that a browser with these secrets holds, and that gives a download yet."""
    addresses = {digest(derive_address(secret)): derive_address(secret) for secret in browser}
    if not addresses:
        return None
    current = Grant.objects.filter(link=link, link__generation=F("generation"), expires_at__gt=now)
    unused = current.filter(token_hash__in=list(addresses), fresh_count__lt=FRESH_DOWNLOADS)
    found = unused.order_by("-pk").values_list("token_hash", flat=True).first()
    return addresses[bytes(found)] if found else None


def refuse_changed(grant: Grant, link: ShareLink) -> Outcome | None:
    """A new password, a lower limit or a revocation ended what was given before, and nothing brings it back."""
    return None if grant.generation == link.generation else Outcome.GRANT_OVER


def use(grant: Grant, *, goes_on: bool) -> Outcome | None:
    """Count a download of this grant, or a part of one; why there is none left, or None. Call it in the transaction
    that holds the link."""
    grant.refresh_from_db(fields=["fresh_count", "resume_count"])
    if used := refuse_grant(grant.fresh_count, grant.resume_count, goes_on=goes_on):
        return used
    if goes_on:
        grant.resume_count += 1
    else:
        grant.fresh_count += 1
    grant.save(update_fields=["fresh_count", "resume_count"])
    return None
