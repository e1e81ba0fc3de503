"""Writing records, with what they are about, in one transaction."""

import json
import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime

import structlog
from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db import Error as DatabaseError
from django.db.models import Model
from django.utils import timezone

from links.domain.audit.acts import Act
from links.domain.audit.chain import SALT_BYTES, digest_personal, write_canonical
from links.domain.audit.values import clean_text, split_personal, to_plain
from links.models import AuditDetail, AuditRecord
from links.models.audit.records import DetailKind
from links.models.people.accounts import number_of
from links.services.addresses import keep_address
from links.services.audit.chaining import chain_records
from links.services.audit.sources import Source, find_source
from links.services.audit.subjects import Subject, describe
from links.texts.people import name_account

log = structlog.get_logger(__name__)

BATCH_SIZE = 500


@dataclass(frozen=True, slots=True)
class _Entry:
    record: AuditRecord
    details: list[AuditDetail]


_gathered: ContextVar[list[_Entry] | None] = ContextVar("audit_gathered", default=None)


def record(
    act: Act,
    about: Model | Subject | None = None,
    *,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
    source: Source | None = None,
) -> None:
    """Append one record. Call it in the transaction of the change: neither is there without the other.

    `before` and `after` are plain values (`links.domain.audit.values`): text, numbers, truth values, moments, and lists
    of those. Raises `TypeError` for what is encrypted, for bytes, and for a name such as "password" with anything but a
    truth value. `source` only where the one who acts is not the one who asks: somebody whose password was refused.
    """
    entry = _build(act, _find_subject(about), before or {}, after or {}, source or find_source(), timezone.now())
    gathered = _gathered.get()
    if gathered is not None:
        gathered.append(entry)
    else:
        _write([entry])


def record_if_possible(act: Act, about: Subject | None = None, *, after: Mapping[str, object]) -> None:
    """Of what changes nothing, and is not refused because it cannot be recorded: what was lost is logged. Where there
    is no trail yet, or no database, whoever asks is told so, or needs none."""
    try:
        record(act, about, after=after)
    except (DatabaseError, ImproperlyConfigured) as error:
        if _is_trail_there():
            log.critical("audit record lost", act=act.value, error=type(error).__name__)


def _is_trail_there() -> bool:
    try:
        AuditRecord.objects.order_by("pk").only("pk").first()
    except (DatabaseError, ImproperlyConfigured):
        return False
    return True


def record_each(
    act: Act,
    rows: Iterable[Model],
    *,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> None:
    """The same of many rows, by one INSERT."""
    with gather():
        for row in rows:
            record(act, row, before=before, after=after)


@contextmanager
def gather() -> Iterator[None]:
    """What is recorded within is written at the end, by one INSERT: a change of a thousand links makes no thousand
    statements more. Within the transaction of the changes."""
    if _gathered.get() is not None:
        yield
        return
    token = _gathered.set([])
    try:
        yield
        _write(_gathered.get() or [])
    finally:
        _gathered.reset(token)


def _find_subject(about: Model | Subject | None) -> Subject:
    if about is None:
        return Subject()
    return about if isinstance(about, Subject) else describe(about)


def _build(
    act: Act,
    subject: Subject,
    before: Mapping[str, object],
    after: Mapping[str, object],
    source: Source,
    now: datetime,
) -> _Entry:
    kept: dict[str, object] = {}
    personal: dict[str, object] = {}
    for when, values in (("before", before), ("after", after)):
        if subject.is_personal:
            plain, apart = split_personal(values)
        else:
            plain, apart = {name: to_plain(name, value) for name, value in values.items()}, {}
        kept |= {when: plain} if plain else {}
        personal |= {when: apart} if apart else {}
    if subject.name:
        personal["name"] = to_plain("name", subject.name)
    address = keep_address(source.address) if source.address else ""
    details = [
        _build_detail(DetailKind.PLACE, None, {"address": address} if address else {}),
        _build_detail(DetailKind.PERSONAL, subject.customer, personal),
    ]
    actor = source.actor
    row = AuditRecord(
        at=now,
        actor=number_of(actor.pk) if actor else None,
        actor_text=_name_actor(source),
        way=source.way.value,
        act=act.value,
        kind=subject.kind.value,
        object_number=subject.number,
        object_text=clean_text(subject.text, 300),
        link=subject.link,
        customer=subject.customer,
        bucket=subject.bucket,
        values=write_canonical(kept) if kept else "",
        place_digest=details[0][1],
        personal_digest=details[1][1],
    )
    return _Entry(row, [detail for detail, _digest in details if detail is not None])


def _name_actor(source: Source) -> str:
    """A long name is cut, and never the token, by which one of many programs of the same account is found."""
    name = name_account(source.actor) if source.actor else source.name
    token = f", {source.token}" if source.token else ""
    return clean_text(name, 200 - len(token)) + token


def _build_detail(
    kind: DetailKind, customer: int | None, values: Mapping[str, object]
) -> tuple[AuditDetail | None, bytes]:
    if not values:
        return None, b""
    salt, text = secrets.token_bytes(SALT_BYTES), write_canonical(values)
    return AuditDetail(kind=kind.value, customer=customer, salt=salt, text=text), digest_personal(salt, text)


def _write(entries: list[_Entry]) -> None:
    if not entries:
        return
    connection = connections[DEFAULT_DB_ALIAS]
    with transaction.atomic(savepoint=False):  # where it fails, so does the change
        AuditRecord.objects.bulk_create([entry.record for entry in entries], batch_size=BATCH_SIZE)
        for entry in entries:
            for detail in entry.details:
                detail.record = entry.record
        AuditDetail.objects.bulk_create([one for entry in entries for one in entry.details], batch_size=BATCH_SIZE)
        if connection.vendor == "postgresql":
            # After the commit: the chain is written by one at a time, and a lock that was held until then would make
            # everybody's transactions wait for each other.
            transaction.on_commit(chain_records, robust=True)
        else:
            chain_records()  # SQLite has one writer anyway


def read_values(text: str) -> dict[str, dict[str, object]]:
    """What was `before` and `after`, of a record's or a detail's text."""
    return json.loads(text) if text else {}
