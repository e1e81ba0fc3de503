"""A customer's click: look up, authorise, count, sign for minutes."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

import structlog
from django.db.models import F, Q

from links.domain.addresses import shorten
from links.domain.errors import HoldfastError, Refused
from links.domain.tokens import digest
from links.models import ShareLink, Visit
from links.s3 import signer
from links.services.buckets import to_store

log = structlog.get_logger(__name__)

# Below two minutes clock skew begins to kill URLs; above five a leaked one is worth something.
CLICK_SECONDS = 180
VALIDATED_LATELY = timedelta(minutes=1)


class Outcome(StrEnum):
    SERVED = "served"
    UNKNOWN = "unknown"
    ENDED = "ended"
    REVOKED = "revoked"
    REPLACED = "replaced"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Followed:
    """What came of a visit. `url` is set only where it was served, and only for the answer to this visitor."""

    outcome: Outcome
    link: ShareLink | None = None
    url: str = field(default="", repr=False)


def follow(token: str, *, address: str = "", now: datetime) -> Followed:
    """Follow a stable link. A token that does not exist tells nothing; one that does gets an honest outcome."""
    link = find_link(token)
    if link is None:
        return Followed(Outcome.UNKNOWN)
    outcome, url = _admit(link, now)
    Visit.objects.create(link=link, at=now, outcome=outcome.value, address=shorten(address))
    return Followed(outcome, link, url)


def find_link(token: str) -> ShareLink | None:
    return (
        ShareLink.objects.select_related("bucket__key").filter(token_hash=digest(token), bucket__isnull=False).first()
    )


def _admit(link: ShareLink, now: datetime) -> tuple[Outcome, str]:
    if refused := refuse(link, now):
        return refused, ""
    try:
        url = sign_as_click(link)
    except Exception as error:  # noqa: BLE001  whatever it is, the customer gets an honest page, and staff are told
        reason = error.code if isinstance(error, HoldfastError) else type(error).__name__
        log.error("click not served", link=link.pk, reason=reason)  # noqa: TRY400  a traceback tells no more
        _have_validated(link, now)
        return Outcome.FAILED, ""
    if _count(link, now):
        return Outcome.SERVED, url
    link.refresh_from_db(fields=["revoked_at", "promised_until"])
    return refuse(link, now) or Outcome.FAILED, ""


def _have_validated(link: ShareLink, now: datetime) -> None:
    """Soon, but not for each of a thousand clicks."""
    lately = Q(validated_at__gt=now - VALIDATED_LATELY)
    ShareLink.objects.exclude(lately).filter(pk=link.pk, revoked_at=None).update(due_at=now)


def sign_as_click(link: ShareLink) -> str:
    """The URL that a click on this link leads to, for three minutes.

    Raises `Refused` and its kin, `Unavailable("secrets-unreadable")`: whatever keeps the bucket's key from signing.
    """
    if link.bucket is None:
        raise Refused("link-without-bucket")
    store = to_store(link.bucket)
    return signer.sign(store, link.object_key, CLICK_SECONDS, filename=link.filename, version_id=link.version_id)


def _count(link: ShareLink, now: datetime) -> bool:
    """One conditional UPDATE both authorises and counts: check-then-act would let parallel clicks through."""
    alive = ShareLink.objects.filter(pk=link.pk, revoked_at=None, promised_until__gt=now)
    return alive.update(visit_count=F("visit_count") + 1, visited_at=now) == 1


def refuse(link: ShareLink, now: datetime) -> Outcome | None:
    """Why this link is no longer followed, or None where it is."""
    if link.is_revoked:
        return Outcome.REVOKED
    if link.is_over(now):
        return Outcome.ENDED
    return Outcome.REPLACED if link.is_stopped else None
