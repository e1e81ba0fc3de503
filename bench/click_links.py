"""Rows for `bench.clicks`. Import it once Django is set up."""

import secrets
from datetime import UTC, datetime, timedelta

from django.db import connection

from links.domain.buckets.endpoints import Addressing
from links.domain.credentials import KeyState
from links.domain.signed_urls.tokens import digest
from links.models import Bucket, EncryptedValue, ShareLink, SigningKey

LIFETIME = timedelta(days=30)


def make_links(store: str, count: int, *, due: int = 0) -> list[str]:
    """So many stable links on this store, and their tokens; besides, `due` links that are to be validated now."""
    now = datetime.now(UTC)
    bucket = _make_bucket(store, now)
    tokens = [secrets.token_urlsafe(32) for _ in range(count + due)]
    ShareLink.objects.bulk_create(
        (
            ShareLink(
                delivery="stable",
                bucket=bucket,
                object_key=f"customers/4711/report-{number}.pdf",
                filename=f"report-{number}.pdf",
                host=store.partition("://")[2],
                access_key_id=bucket.key.access_key_id,
                token_hash=digest(token),
                created_at=now,
                asked_until=now + LIFETIME,
                promised_until=now + LIFETIME,
                due_at=now if number >= count else now + LIFETIME,
            )
            for number, token in enumerate(tokens)
        ),
        batch_size=500,
    )
    if connection.vendor == "postgresql":  # as autovacuum would have done long since
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE)")
    connection.close()
    return tokens[:count]


def _make_bucket(store: str, now: datetime) -> Bucket:
    key = SigningKey.objects.create(
        label=f"bench {store}",
        access_key_id=f"AKIA{store.rpartition(':')[2]:0>16}",
        secret=EncryptedValue.encrypt("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
        endpoint=store,
        region="eu-central-1",
        state=KeyState.PROVED.value,
        arn="arn:aws:iam::123456789012:user/bench",
        proved_at=now,
        checked_at=now,
        check_due_at=now + timedelta(days=1),
        created_at=now,
    )
    return Bucket.objects.create(
        name="files",
        key=key,
        region="eu-central-1",
        endpoint=store,
        addressing=Addressing.PATH.value,
        created_at=now,
    )
