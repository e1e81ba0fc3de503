"""The role of the running site adds to the audit trail, and never changes it."""

from collections.abc import Iterator

import pytest
from django.db import DatabaseError, connection, transaction

from links.domain.audit.acts import Act
from links.models import AuditDetail, AuditRecord, Customer
from links.services.audit.chaining import chain_records
from links.services.audit.erasing import erase_customer_details
from links.services.audit.grants import is_role_name, write_grants
from links.services.audit.recording import record
from links.services.audit.verification import verify_trail
from tests.environment import ON_POSTGRES
from tests.management.running import Runner

ROLE = "holdfast_site_of_the_tests"
on_postgres = pytest.mark.skipif(not ON_POSTGRES, reason="SQLite has no roles")


@pytest.mark.parametrize("name", ["", "a; DROP TABLE x", "Ä", "1a", "a" * 64, 'a"b'])
def test_what_is_no_name_of_a_role_is_refused(name: str) -> None:
    assert not is_role_name(name)
    assert is_role_name(ROLE)


@pytest.mark.skipif(ON_POSTGRES, reason="as SQLite's site hears it")
@pytest.mark.django_db
def test_sqlite_has_no_roles(run: Runner) -> None:
    ran = run("print_grants", ROLE)
    assert ran.code == 2
    assert "docs/audit.md" in ran.err


@on_postgres
@pytest.mark.django_db(transaction=True)
def test_it_is_printed_as_one_transaction(run: Runner) -> None:
    ran = run("print_grants", ROLE)
    lines = ran.out.splitlines()
    assert (ran.code, lines[0], lines[-1]) == (0, "BEGIN;", "COMMIT;")
    assert lines[1:-1] == write_grants(ROLE)


@pytest.fixture
def as_site(db: None) -> Iterator[None]:
    """Whatever follows is done by the role of the running site; all of it is rolled back."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {ROLE}")
        for statement in write_grants(ROLE):
            cursor.execute(statement)
        cursor.execute(f"SET LOCAL ROLE {ROLE}")
        yield
        cursor.execute("RESET ROLE")


@on_postgres
def test_the_site_works_as_that_role(as_site: None) -> None:
    customer = Customer.objects.create(name="Mika", created_at="2026-01-01T00:00Z")
    record(Act.CUSTOMER_ADDED, customer, after={"mail": "mika@example.com"})
    assert chain_records() == 1
    assert erase_customer_details(customer.pk) == 1
    customer.delete()
    assert not verify_trail().faults


@on_postgres
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE links_auditrecord SET actor_text = 'nobody'",
        "DELETE FROM links_auditrecord",
        "TRUNCATE links_auditrecord",
        "ALTER TABLE links_auditrecord DISABLE TRIGGER USER",
        "DROP TRIGGER links_keep_audit_record ON links_auditrecord",
        "SET LOCAL session_replication_role = replica",
        "UPDATE links_auditdetail SET text = '{}'",
        "DELETE FROM django_migrations",
        "DROP TABLE links_auditrecord",
    ],
)
def test_that_role_cannot_change_the_trail(as_site: None, statement: str) -> None:
    record(Act.EXPORTED)
    with pytest.raises(DatabaseError, match=r"permission denied|must be owner"), transaction.atomic():
        connection.cursor().execute(statement)


@on_postgres
def test_that_role_chains_a_record_once(as_site: None) -> None:
    record(Act.EXPORTED)
    chain_records()
    with pytest.raises(DatabaseError, match="only ever appended"), transaction.atomic():
        AuditRecord.objects.update(number=7)
    assert not AuditDetail.objects.exists()
