"""Rows to be measured with, written to the database as if staff had made them. Import it once Django is set up.

It starts nothing: `store` is the URL of a store that runs.
"""

import secrets
from datetime import UTC, datetime, timedelta

from django.db import connection, connections

from links.domain.buckets.endpoints import Addressing
from links.domain.credentials import KeyPair, KeyState
from links.domain.signed_urls.presigning import Presigner
from links.domain.signed_urls.tokens import digest
from links.models import Bucket, EncryptedValue, ShareLink, SigningKey

BUCKETS = 10
LIFETIME = timedelta(days=30)
REGION = "eu-central-1"
SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"  # noqa: S105  AWS's own example
STABLE = "customers"
"""The folder in which stable links' objects are."""


def clock() -> datetime:
    return datetime.now(UTC)


def make_stable(store: str, count: int) -> None:
    """So many stable links in ten buckets."""
    key = _make_key(store)
    buckets = [_make_bucket(f"files-{number}", key) for number in range(BUCKETS)]
    ShareLink.objects.bulk_create(
        (
            _build_stable(
                buckets[number % BUCKETS],
                f"{STABLE}/{number % 997}/report-{number}.pdf",
                token_hash=number.to_bytes(32, "big"),
            )
            for number in range(count)
        ),
        batch_size=500,
    )


def make_clickable(store: str, count: int, *, due: int = 0) -> list[str]:
    """So many stable links in one bucket, and their tokens; besides, `due` links that are to be validated now."""
    bucket, now = _make_bucket("files", _make_key(store)), clock()
    tokens = [secrets.token_urlsafe(32) for _ in range(count + due)]
    ShareLink.objects.bulk_create(
        (
            _build_stable(
                bucket,
                f"{STABLE}/4711/report-{number}.pdf",
                token_hash=digest(token),
                due_at=now if number >= count else now + LIFETIME,
            )
            for number, token in enumerate(tokens)
        ),
        batch_size=500,
    )
    if connection.vendor == "postgresql":
        analyze()
    connection.close()
    return tokens[:count]


def make_foreign(store: str, count: int, folder: str) -> None:
    """So many presigned URLs of objects below this folder, each signed by a key of its own."""
    now = clock()

    def build(number: int) -> ShareLink:
        key_id, object_key = f"AKIA{folder[:1].upper()}{number:015d}", f"{folder}/report-{number}.pdf"
        url = Presigner(store, REGION, KeyPair(key_id, SECRET)).presign(f"/files/{object_key}", {}, 604_800, now)
        return ShareLink(
            delivery="foreign",
            object_key=object_key,
            url=EncryptedValue.encrypt(url),
            url_hash=digest(url),
            host=store.partition("://")[2],
            access_key_id=key_id,
            signature_ends_at=now + timedelta(days=7),
            created_at=now,
            asked_until=now + timedelta(days=6),
            promised_until=now + timedelta(days=6),
        )

    ShareLink.objects.bulk_create(map(build, range(count)), batch_size=500)


def copy_link(alias: str, count: int) -> None:
    """So many links like the first of this database: made there, and quickly."""
    own = ("id", "token_hash", "object_key")
    fields = [field for field in ShareLink._meta.concrete_fields if not field.generated]  # noqa: SLF001  documented
    copied = ", ".join(str(field.column) for field in fields if field.column not in own)
    with connections[alias].cursor() as cursor:
        cursor.execute(
            f"INSERT INTO links_sharelink (token_hash, object_key, {copied})"  # noqa: S608
            f" SELECT sha256(n::text::bytea), '{STABLE}/' || n, {copied}"
            " FROM (SELECT * FROM links_sharelink ORDER BY id LIMIT 1) AS one, generate_series(1, %s) AS n",
            [count],
        )


def analyze() -> None:
    """As autovacuum would have done long since."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")


def _make_key(store: str) -> SigningKey:
    now = clock()
    return SigningKey.objects.create(
        label=f"bench {store}",
        access_key_id=f"AKIA{store.rpartition(':')[2]:0>16}",
        secret=EncryptedValue.encrypt(SECRET),
        endpoint=store,
        region=REGION,
        state=KeyState.PROVED.value,
        arn="arn:aws:iam::123456789012:user/bench",
        proved_at=now,
        checked_at=now,
        check_due_at=now + timedelta(days=1),
        created_at=now,
    )


def _make_bucket(name: str, key: SigningKey) -> Bucket:
    return Bucket.objects.create(
        name=name,
        key=key,
        region=REGION,
        endpoint=key.endpoint,
        addressing=Addressing.PATH.value,
        created_at=clock(),
    )


def _build_stable(bucket: Bucket, object_key: str, *, token_hash: bytes, due_at: datetime | None = None) -> ShareLink:
    now = clock()
    return ShareLink(
        delivery="stable",
        bucket=bucket,
        object_key=object_key,
        filename=object_key.rpartition("/")[2],
        token_hash=token_hash,
        host=bucket.endpoint.partition("://")[2],
        access_key_id=bucket.key.access_key_id,
        created_at=now,
        asked_until=now + LIFETIME,
        promised_until=now + LIFETIME,
        due_at=due_at,
    )
