"""Rotating `ENCRYPTION_KEYS`: which key encrypted what is stored, and sealing it anew under the newest."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.apps import apps
from django.db import connections, models, router, transaction

from links.domain.audit.acts import Act
from links.domain.errors import Unavailable
from links.models import EncryptedField, EncryptedValue
from links.services.audit.recording import record

BATCH_SIZE = 200
MAX_PASSES = 20
PAUSE_SECONDS = 0.2  # between passes over rows that somebody else was writing
SHOWN = 20


@dataclass(slots=True)
class EncryptedKind:
    """How the secrets of one kind are encrypted: how many with which of `ENCRYPTION_KEYS` (1 is the newest), and the
    rows of those that no key opens, and of those that belong elsewhere. The latter are counted under their key, too."""

    kind: str
    by_key: dict[int, int] = field(default_factory=dict)
    unreadable: list[int] = field(default_factory=list)
    misplaced: list[int] = field(default_factory=list)
    reencrypted: int = 0
    busy: int = 0

    @property
    def older(self) -> int:
        return sum(count for position, count in self.by_key.items() if position > 1)


def examine_secrets() -> list[EncryptedKind]:
    """How everything that is stored is encrypted; changes nothing. Tries every key on every secret."""
    return [_read_column(column) for column in list_encrypted_fields()]


def reencrypt_secrets() -> list[EncryptedKind]:
    """Encrypt under the newest key what older ones encrypted, some rows at a time, while everybody works on.

    It may be stopped at any moment and started again: what is done is seen by the rows themselves. A secret that was
    changed meanwhile is left as it is now, and a row that somebody else holds is tried again later; `busy` counts what
    was still held at the end. Raises `Unavailable("secrets-unreadable")` where the newest key is no key.
    """
    done = [_reencrypt_column(column) for column in list_encrypted_fields()]
    record(Act.SECRETS_ENCRYPTED_ANEW, after={"rows": sum(one.reencrypted for one in done)})
    return done


def list_encrypted_fields() -> list[EncryptedField]:
    found = (one for model in apps.get_models() for one in model._meta.concrete_fields)  # noqa: SLF001  as documented
    return sorted((one for one in found if isinstance(one, EncryptedField)), key=lambda one: one.kind)


def _reencrypt_column(column: EncryptedField) -> EncryptedKind:
    reencrypted = 0
    for _ in range(MAX_PASSES):
        changed, busy = _reencrypt_rows(column)
        reencrypted += changed
        if not busy:
            break
        time.sleep(PAUSE_SECONDS)
    found = _read_column(column)
    found.reencrypted, found.busy = reencrypted, busy
    return found


def _reencrypt_rows(column: EncryptedField) -> tuple[int, int]:
    """One pass over the rows; how many were encrypted anew, and how many have to be tried again."""
    changed = busy = 0
    for rows in _read_batches(column):
        old = {pk: held for pk, held in rows.items() if (held.key_position or 1) > 1}
        if old:
            done = _reencrypt_batch(column, old)
            changed, busy = changed + done, busy + len(old) - done
    return changed, busy


def _reencrypt_batch(column: EncryptedField, old: dict[int, EncryptedValue]) -> int:
    """Nobody is waited for, so that nobody can wait for us in a circle; and what was changed since stays."""
    using = router.db_for_write(column.model)
    connection = connections[using]
    with transaction.atomic(using=using):
        free = column.model._default_manager.using(using).filter(pk__in=old)  # noqa: SLF001  as documented
        if connection.features.has_select_for_update_skip_locked:
            free = free.select_for_update(skip_locked=True, of=("self",))
        done = 0
        for pk in list(free.order_by("pk").values_list("pk", flat=True)):
            there = column.model._default_manager.using(using).filter(pk=pk, **{column.attname: old[pk]})  # noqa: SLF001
            done += there.update(**{column.attname: old[pk].reencrypt()})
        return done


def _read_column(column: EncryptedField) -> EncryptedKind:
    found = EncryptedKind(column.kind)
    for rows in _read_batches(column):
        for pk, held in rows.items():
            position = held.key_position
            if position is None:
                found.unreadable.append(pk)
                continue
            found.by_key[position] = found.by_key.get(position, 0) + 1
            if not _belongs(held):
                found.misplaced.append(pk)
    return found


def _belongs(held: EncryptedValue) -> bool:
    try:
        held.open()
    except Unavailable:
        return False
    return True


def _read_batches(column: EncryptedField) -> Iterator[dict[int, EncryptedValue]]:
    """The secrets by the keys of their rows, some at a time, in the order of the keys."""
    filled: models.QuerySet[models.Model] = column.model._default_manager.exclude(**{column.attname: None})  # noqa: SLF001
    names = [name for name in ("encryption_id", *column.bound_to) if hasattr(column.model, name)]
    stored = {one.name for one in column.model._meta.concrete_fields}  # noqa: SLF001
    rows = filled.only(column.attname, *(name for name in names if name in stored)).order_by("pk")
    last = 0
    while batch := list(rows.filter(pk__gt=last)[:BATCH_SIZE]):
        yield {row.pk: getattr(row, column.attname) for row in batch}
        last = batch[-1].pk
