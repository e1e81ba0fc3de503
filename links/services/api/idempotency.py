"""A request that a program sends twice is done once: the database lets one of them take its key.

claim           the first takes the key; each later one gets the answer of the first, or is refused
keep_answer     what was answered is answered again for a day
release         nothing was done: the same request may be tried again
"""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.crypto import salted_hmac

from links.domain.errors import Refused
from links.domain.reasons import Reason
from links.domain.signed_urls.tokens import digest
from links.models import ApiToken, IdempotencyKey

KEPT_FOR = timedelta(hours=24)
LONGEST_REQUEST = timedelta(minutes=10)
"""What was begun before that ended without an answer: its process was stopped."""


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """`body` may hold a link's URL."""

    status: int
    headers: dict[str, str]
    body: str = field(repr=False)


def claim(token: ApiToken, key: str, request: bytes, now: datetime) -> IdempotencyKey | KeptAnswer:
    """Take the key for this request, or find what was answered to it. `request` is all of it that decides what is done.

    Raises `Refused`: idempotency-key-used (by another request), -busy (the same is being done at this moment),
    -unfinished (it was begun, and never ended: whether it was done, only its links tell).
    """
    fingerprint = salted_hmac("links.services.api.idempotency", request, algorithm="sha256").hexdigest()
    row = IdempotencyKey(token=token, key_hash=digest(key), fingerprint=fingerprint, begun_at=now)
    try:
        with transaction.atomic():
            IdempotencyKey.objects.filter(
                token=token, key_hash=row.key_hash, begun_at__lte=now - KEPT_FOR
            ).delete()  # what the hourly task has not taken away yet
            row.save(force_insert=True)
    except IntegrityError:
        first = IdempotencyKey.objects.filter(token=token, key_hash=row.key_hash).first()
        if first is None:  # it has just been released
            raise Refused(Reason.IDEMPOTENCY_KEY_BUSY) from None
        return _read_first(first, fingerprint, now)
    return row


def _read_first(first: IdempotencyKey, fingerprint: str, now: datetime) -> KeptAnswer:
    if first.fingerprint != fingerprint:
        raise Refused(Reason.IDEMPOTENCY_KEY_USED)
    if first.answer is None:
        is_lost = first.begun_at <= now - LONGEST_REQUEST
        raise Refused(Reason.IDEMPOTENCY_KEY_UNFINISHED if is_lost else Reason.IDEMPOTENCY_KEY_BUSY)
    return KeptAnswer(**json.loads(first.answer.open()))


def keep_answer(claimed: IdempotencyKey, answer: KeptAnswer) -> None:
    claimed.answer = json.dumps({"status": answer.status, "headers": answer.headers, "body": answer.body})
    claimed.save(update_fields=["answer"])


def release(claimed: IdempotencyKey) -> None:
    claimed.delete()
