"""Records are written with what they are about, chained, and never changed."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from links.domain.audit.acts import Act, Way
from links.domain.audit.chain import BEGINNING, digest_personal
from links.models import AuditDetail, AuditRecord, Customer, EncryptedValue, SigningKey
from links.services.audit.chaining import chain_records
from links.services.audit.recording import gather, record
from links.services.audit.sources import Source, acting_as
from tests.database_reset import without_audit_triggers
from tests.environment import ON_POSTGRES

pytestmark = pytest.mark.django_db


@pytest.fixture
def key() -> SigningKey:
    secret = EncryptedValue.encrypt("a secret")
    return SigningKey.objects.create(label="old", access_key_id="AKIA1", secret=secret, created_at=timezone.now())


def test_a_record_says_who_did_what_from_where_by_which_way(key: SigningKey, admin_user: User) -> None:
    with acting_as(lambda: Source(Way.ADMIN, actor=admin_user, address="192.0.2.77")):
        record(Act.KEY_CHANGED, key, before={"label": "old"}, after={"label": "new"})
    row = AuditRecord.objects.get(act="key-changed")
    assert (row.actor, row.actor_text, row.way, row.act) == (admin_user.pk, "admin", "admin", "key-changed")
    assert (row.kind, row.object_number) == ("key", key.pk)
    assert json.loads(row.values) == {"before": {"label": "old"}, "after": {"label": "new"}}
    assert json.loads(AuditDetail.objects.get().text) == {"address": "192.0.2.0/24"}


def test_a_long_name_is_cut_and_never_the_token_after_it(key: SigningKey) -> None:
    someone = User.objects.create_user("x" * 150, first_name="F" * 150, last_name="L" * 150)
    with acting_as(lambda: Source(Way.API, actor=someone, token="hf_mfrggzdfmztwq2lk")):
        record(Act.KEY_CHANGED, key)
    text = AuditRecord.objects.get(act="key-changed").actor_text
    assert (len(text), text[-20:]) == (200, " hf_mfrggzdfmztwq2lk")


def test_an_account_that_is_deleted_takes_no_record_with_it(key: SigningKey, admin_user: User) -> None:
    with acting_as(lambda: Source(Way.ADMIN, actor=admin_user)):
        record(Act.KEY_CHANGED, key)
    number = admin_user.pk
    admin_user.delete()
    row = AuditRecord.objects.get(act=Act.KEY_CHANGED)
    assert (row.actor, row.actor_text) == (number, "admin")


def test_what_tells_of_a_customer_stands_beside_the_record_under_a_salt(db: None) -> None:
    customer = Customer.objects.create(name="Mika Tanaka", mail="mika@example.com", created_at=timezone.now())
    record(Act.CUSTOMER_ADDED, customer, after={"mail": customer.mail, "language": "ja"})
    row, detail = AuditRecord.objects.get(), AuditDetail.objects.get()
    assert "Mika" not in str(row.read_contents())
    assert json.loads(row.values) == {"after": {"language": "ja"}}
    assert json.loads(detail.text) == {"after": {"mail": "mika@example.com"}, "name": "Mika Tanaka"}
    assert bytes(row.personal_digest) == digest_personal(bytes(detail.salt), detail.text)
    assert detail.customer == customer.pk


def test_many_are_written_by_one_insert(key: SigningKey, django_assert_max_num_queries: Callable[..., Any]) -> None:
    with django_assert_max_num_queries(20), gather():
        for number in range(300):
            record(Act.KEY_CHANGED, key, after={"number": number})
    assert AuditRecord.objects.count() == 300


def test_what_is_encrypted_never_enters_a_record(key: SigningKey) -> None:
    for value in (key.secret, EncryptedValue.encrypt("canary"), b"canary"):
        with pytest.raises(TypeError):
            record(Act.KEY_CHANGED, key, after={"kept": value})
    assert not AuditRecord.objects.exists()


def test_each_record_is_chained_to_the_one_before(key: SigningKey) -> None:
    for number in range(3):
        record(Act.KEY_CHANGED, key, after={"number": number})
    chain_records()
    previous = BEGINNING
    for number, row in enumerate(AuditRecord.objects.order_by("pk"), 1):
        assert (row.number, bytes(row.previous or b"")) == (number, previous)
        previous = row.make_hash(number, previous)
        assert bytes(row.hash or b"") == previous


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE links_auditrecord SET actor_text = 'nobody'",
        "UPDATE links_auditrecord SET number = 7",
        "UPDATE links_auditrecord SET number = NULL",
        "UPDATE links_auditrecord SET hash = previous",
        "DELETE FROM links_auditrecord",
        "UPDATE links_auditdetail SET text = '{}'",
    ],
)
def test_the_database_lets_nobody_change_or_delete_a_record(statement: str, key: SigningKey) -> None:
    with acting_as(lambda: Source(Way.ADMIN, address="192.0.2.1")):
        record(Act.KEY_CHANGED, key)
    chain_records()
    with pytest.raises(DatabaseError, match="only ever appended"), transaction.atomic():
        connection.cursor().execute(statement)


_ADDED = 'at, actor_text, way, act, kind, object_text, "values", place_digest, personal_digest, {more}'
_OF_ADDED = "at, 'x', way, act, kind, object_text, \"values\", place_digest, personal_digest"


@pytest.mark.parametrize(("column", "value"), [("number", 9223372036854775807), ("previous", "hash"), ("hash", "hash")])
def test_no_record_is_added_with_a_place_in_the_chain(column: str, value: object, key: SigningKey) -> None:
    record(Act.KEY_CHANGED, key)
    chain_records()
    added = f"INSERT INTO links_auditrecord ({_ADDED.format(more=column)}) SELECT {_OF_ADDED}, {value}"
    with pytest.raises(DatabaseError, match="only ever appended"), transaction.atomic():
        connection.cursor().execute(f"{added} FROM links_auditrecord LIMIT 1")


@pytest.mark.skipif(ON_POSTGRES, reason="REPLACE is SQLite's word")
@pytest.mark.parametrize(
    "statement",
    [
        f"REPLACE INTO links_auditrecord ({_ADDED.format(more='id')}) SELECT {_OF_ADDED}, id FROM links_auditrecord",
        f"REPLACE INTO links_auditrecord ({_ADDED.format(more='number')}) SELECT {_OF_ADDED}, 1 FROM links_auditrecord",
        (
            f"INSERT INTO links_auditrecord ({_ADDED.format(more='id')}) SELECT {_OF_ADDED}, id FROM links_auditrecord"
            " WHERE true ON CONFLICT (id) DO UPDATE SET actor_text = 'x'"
        ),
        "UPDATE OR REPLACE links_auditrecord SET number = 1, previous = x'00', hash = x'00' WHERE number IS NULL",
        "UPDATE links_auditrecord SET id = id + 100",
        "UPDATE links_auditrecord SET rowid = rowid + 100",
        "UPDATE OR REPLACE links_auditrecord SET _rowid_ = 1 WHERE number IS NULL",
        "UPDATE OR REPLACE links_auditrecord SET oid = (SELECT min(id) FROM links_auditrecord) WHERE number IS NULL",
    ],
)
def test_no_record_takes_the_place_of_another(statement: str, key: SigningKey) -> None:
    record(Act.KEY_CHANGED, key)
    chain_records()
    kept = AuditRecord.objects.values_list()
    AuditRecord.objects.bulk_create([AuditRecord(at=timezone.now(), place_digest=b"", personal_digest=b"")])
    before = list(kept.order_by("pk"))
    with pytest.raises(DatabaseError, match="only ever appended"), transaction.atomic():
        connection.cursor().execute(statement)
    assert list(kept.order_by("pk")) == before


def test_the_owner_of_the_database_can(key: SigningKey) -> None:
    """What the tests of the verification rely on: the triggers are what refused it."""
    record(Act.KEY_CHANGED, key)
    with without_audit_triggers():
        assert AuditRecord.objects.update(actor_text="nobody") == 1
    with pytest.raises(DatabaseError), transaction.atomic():
        AuditRecord.objects.update(actor_text="x")
