"""What a click reads: a link by one statement, with a third of its columns, and how its store's breaker stands.

The ORM would write each statement anew for each click, which takes several times as long as the database does.
"""

from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections, models

from links.database.prepared import open_cursor
from links.models import Bucket, ShareLink, SigningKey

BUCKETS_KEPT = 256

Row = TypeVar("Row", bound=models.Model)
_Converter = Callable[[Any, object, object], object]

_LINK = (
    *("id", "bucket", "object_key", "filename", "version_id", "host", "notify_downloads", "prechecked_at"),
    *("promised_until", "starts_at", "revoked_at", "rescued_by", "findings", "verdict", "follows_latest"),
    *("slug", "password", "download_limit", "visit_count", "generation", "etag", "size", "object_made_at"),
)
_BUCKET = ("id", "key", "name", "region", "endpoint", "addressing", "encryption_id", "binding")
_KEY = ("id", "label", "access_key_id", "secret", "endpoint", "state", "state_code", "encryption_id")


def find_by_token(token_hash: bytes) -> ShareLink | None:
    """The stable link with this token, with its bucket and key. What only pages tell is not read: see `load_whole`."""
    with open_cursor() as cursor:
        cursor.execute(_write_select(), [token_hash])
        row = cursor.fetchone()
    if row is None:
        return None
    link, *_ = _list_columns()
    found = link.build(row[: link.count])
    found.bucket = _build_bucket(tuple(row[link.count :]))
    return found


def keeps_waiting(store: str) -> bool:
    """Whether this store is silent or slow, as far as validations know."""
    with open_cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM links_storebreaker WHERE store = %s AND (opened_at IS NOT NULL OR is_slow)", [store]
        )
        return cursor.fetchone() is not None


def load_whole(link: ShareLink) -> ShareLink:
    """The same link with all that its page tells."""
    if not link.get_deferred_fields():
        return link
    return ShareLink.objects.select_related("bucket__key", "owner", "customer").get(pk=link.pk)


class _Columns(Generic[Row]):
    """The columns of one table in the statement, and how its rows become the model's."""

    def __init__(self, model: type[Row], names: Sequence[str]) -> None:
        connection, meta = connections[DEFAULT_DB_ALIAS], model._meta  # noqa: SLF001  Django's documented interface
        fields = [field for field in meta.concrete_fields if field.name in names]  # in the order that `from_db` takes
        self._model, self._names = model, [field.attname for field in fields]
        self.count = len(fields)
        self.text = ", ".join(f"{meta.db_table}.{field.column}" for field in fields)
        self._converters: list[tuple[int, _Converter, object]] = [
            (place, convert, field.cached_col)
            for place, field in enumerate(fields)
            for convert in (*connection.ops.get_db_converters(field.cached_col), *field.get_db_converters(connection))
        ]

    def build(self, row: Sequence[object]) -> Row:
        values, connection = list(row), connections[DEFAULT_DB_ALIAS]
        for place, convert, column in self._converters:
            values[place] = convert(values[place], column, connection)
        return self._model.from_db(DEFAULT_DB_ALIAS, self._names, values)


@cache
def _list_columns() -> tuple[_Columns[ShareLink], _Columns[Bucket], _Columns[SigningKey]]:
    return _Columns(ShareLink, _LINK), _Columns(Bucket, _BUCKET), _Columns(SigningKey, _KEY)


@cache
def _write_select() -> str:
    link, bucket, key = _list_columns()
    return (
        f"SELECT {link.text}, {bucket.text}, {key.text} FROM links_sharelink"  # noqa: S608  names of ours alone
        " JOIN links_bucket ON links_bucket.id = links_sharelink.bucket_id"
        " JOIN links_signingkey ON links_signingkey.id = links_bucket.key_id"
        " WHERE links_sharelink.token_hash = %s"
    )


@lru_cache(maxsize=BUCKETS_KEPT)
def _build_bucket(row: tuple[object, ...]) -> Bucket:
    """Kept by all that was read, secrets still encrypted: one row serves many clicks, and is seldom changed."""
    _, bucket, key = _list_columns()
    built = bucket.build(row[: bucket.count])
    built.key = key.build(row[bucket.count :])
    return built
