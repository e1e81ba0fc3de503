"""Links to be measured with, written to the database as if staff had made them."""

from datetime import UTC, datetime, timedelta

from django.db import connection, connections

from bench.site import STORE
from links.domain.buckets.endpoints import Addressing
from links.domain.credentials import KeyPair, KeyState
from links.domain.signed_urls.presigning import Presigner
from links.domain.signed_urls.tokens import digest
from links.models import Bucket, EncryptedValue, ShareLink, SigningKey

BUCKETS = 10
DAYS = 30
STABLE = "customers"
"""The folder in which stable links' objects are."""


def clock() -> datetime:
    return datetime.now(UTC)


def make_stable(count: int) -> None:
    now = clock()
    key = SigningKey.objects.create(
        label="bench",
        access_key_id="AKIAIOSFODNN7EXAMPLE",
        secret=EncryptedValue.encrypt("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
        endpoint=STORE.url,
        region="eu-central-1",
        state=KeyState.PROVED.value,
        arn="arn:aws:iam::123456789012:user/bench",
        proved_at=now,
        checked_at=now,
        check_due_at=now + timedelta(days=1),
        created_at=now,
    )
    buckets = [
        Bucket.objects.create(
            name=f"files-{number}",
            key=key,
            region="eu-central-1",
            endpoint=STORE.url,
            addressing=Addressing.PATH.value,
            created_at=now,
        )
        for number in range(BUCKETS)
    ]
    ShareLink.objects.bulk_create(
        (
            ShareLink(
                delivery="stable",
                bucket=buckets[number % BUCKETS],
                object_key=f"{STABLE}/{number % 997}/report-{number}.pdf",
                filename="report.pdf",
                token_hash=number.to_bytes(32, "big"),
                host=STORE.url.partition("://")[2],
                access_key_id=key.access_key_id,
                created_at=now,
                asked_until=now + timedelta(days=DAYS),
                promised_until=now + timedelta(days=DAYS),
            )
            for number in range(count)
        ),
        batch_size=500,
    )


def make_foreign(count: int, folder: str) -> None:
    now = clock()

    def build(number: int) -> ShareLink:
        key_id, object_key = f"AKIA{folder[:1].upper()}{number:015d}", f"{folder}/report-{number}.pdf"
        pair = KeyPair(key_id, "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
        url = Presigner(STORE.url, "eu-central-1", pair).presign(f"/files/{object_key}", {}, 604_800, now)
        return ShareLink(
            delivery="foreign",
            object_key=object_key,
            url=EncryptedValue.encrypt(url),
            url_hash=digest(url),
            host=STORE.url.partition("://")[2],
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
