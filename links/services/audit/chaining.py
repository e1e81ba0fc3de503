"""Records get their number and their hash: by one at a time, in a transaction of its own, after they were committed.

`record` only inserts, and locks nothing: no transaction of a service waits for another's, whatever order it locks rows
in, and a thousand links that are changed at once are chained by one statement. What a killed process has left unchained
is chained by whoever comes next, the worker's own round each minute at the latest. Until then its columns of the chain
are empty, which is all that the database lets anybody change about it.
"""

from itertools import count

import structlog
from django.db import DEFAULT_DB_ALIAS, connections, transaction

from links.domain.audit.chain import BEGINNING
from links.models import AuditRecord
from links.models.bulk import write_each

log = structlog.get_logger(__name__)

_LOCK = 0x41554449  # of PostgreSQL's advisory locks
BATCH_SIZE = 1_000


def chain_records() -> int:
    """Chain what was committed and is not chained yet, in the order in which it was written; how many records. 0 where
    somebody else is at it."""
    done = 0
    while chained := _chain_batch():
        done += chained
        if chained < BATCH_SIZE:
            break
    return done


def _chain_batch() -> int:
    connection = connections[DEFAULT_DB_ALIAS]
    with transaction.atomic(savepoint=False):
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                # What a power cut undoes of it is chained again: there is nothing to wait for the disk for.
                cursor.execute(
                    "SELECT pg_try_advisory_xact_lock(%s), set_config('synchronous_commit', 'off', true)", [_LOCK]
                )
                if not cursor.fetchone()[0]:
                    return 0
        unchained = list(AuditRecord.objects.filter(number=None).order_by("pk")[:BATCH_SIZE])
        if not unchained:
            return 0
        last = AuditRecord.objects.exclude(number=None).order_by("-number").only("number", "hash").first()
        number, previous = (last.number or 0, bytes(last.hash or b"")) if last else (0, BEGINNING)
        for row, following in zip(unchained, count(number + 1)):
            row.number, row.previous = following, previous
            row.hash = previous = row.make_hash(following, previous)
        write_each(unchained, ["number", "previous", "hash"])
        return len(unchained)
