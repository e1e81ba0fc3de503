"""The command that verifies the audit trail: what it says, and by which exit code."""

import json
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from links.domain.audit.acts import Act
from links.models import AuditRecord, Customer
from links.services.audit.recording import record
from tests.database_reset import without_audit_triggers
from tests.management.running import Runner


@pytest.fixture
def head(run: Runner) -> str:
    """Of a trail of three records and the run's own, as the command prints it."""
    for _ in range(3):
        record(Act.EXPORTED)
    ran = run("verify_audit", "--json")
    assert (ran.code, ran.json["records"], ran.json["faults"]) == (0, 4, [])
    return f"{ran.json['number']}:{ran.json['head']}"


def test_a_whole_trail_is_said_to_be_whole(run: Runner, head: str) -> None:
    ran = run("verify_audit", "--expect", head)
    assert ran.code == 0
    assert "The audit trail is whole." in ran.out


def test_what_is_wrong_is_said_first_of_all(run: Runner, head: str) -> None:
    with without_audit_triggers():
        AuditRecord.objects.filter(number=2).delete()
    ran = run("verify_audit", "--expect", head)
    assert ran.code == 1
    assert "Record 2 up to 2 is missing." in ran.out


def test_a_head_that_is_not_there_is_a_cut_end(run: Runner, head: str) -> None:
    ran = run("verify_audit", "--expect", "999:" + "a" * 64)
    assert ran.code == 1
    assert "the trail's end was cut" in ran.out


@pytest.mark.parametrize("expected", ["x", "1", "1:abc", "１:" + "a" * 64])
def test_an_unreadable_head_is_refused(run: Runner, expected: str) -> None:
    assert run("verify_audit", "--expect", expected).code == 2


@pytest.fixture
def export(run: Runner, head: str, admin_client: Client, tmp_path: Path) -> Path:
    """Of the whole trail, as the admin exports it."""
    customer = Customer.objects.create(name="Tanaka Ltd", created_at=timezone.now())
    record(Act.CUSTOMER_CHANGED, customer, before={"name": "Tanaka", "language": ""}, after={"language": "ja"})
    path = tmp_path / "audit.jsonl"
    path.write_bytes(b"".join(admin_client.post("/admin/links/auditrecord/", {"export": "jsonl"})))
    return path


def test_an_export_is_verified_by_itself(run: Runner, export: Path, head: str) -> None:
    ran = run("verify_audit", "--file", str(export), "--expect", head)
    assert ran.code == 0, ran.out
    assert "Every record is as the trail wrote it." in ran.out
    part = export.with_name("part.jsonl")
    part.write_text("".join(export.read_text().splitlines(keepends=True)[::2]))
    assert run("verify_audit", "--file", str(part)).code == 0
    assert run("verify_audit", "--file", str(part), "--expect", "999:" + "a" * 64).code == 1


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        ('"actor_text": "admin"', '"actor_text": "mika"'),
        ('"after": {"language": "ja"}', '"after": {"language": "en"}'),
        ('"act": "exported"', '"act": "signed-in"'),
    ],
)
def test_an_export_that_was_changed_is_said_to_be(run: Runner, export: Path, written: str, instead: str) -> None:
    text = export.read_text()
    assert written in text
    export.write_text(text.replace(written, instead, 1))
    ran = run("verify_audit", "--file", str(export))
    assert ran.code == 1
    assert "was changed" in ran.out


def test_a_record_in_anothers_place_breaks_the_chain(run: Runner, export: Path) -> None:
    lines = [json.loads(line) for line in export.read_text().splitlines()]
    forged = lines[0]
    row = AuditRecord.objects.get(number=forged["number"])
    forged["previous"] = "ab" * 32
    forged["hash"] = row.make_hash(forged["number"], bytes.fromhex(forged["previous"])).hex()
    export.write_text("".join(json.dumps(line) + "\n" for line in lines))
    ran = run("verify_audit", "--file", str(export))
    assert ran.code == 1
    assert "does not follow the one before" in ran.out


@pytest.mark.parametrize("text", ["x", "[]", "{}", "[" * 100_000, '{"number": "1"}'])
def test_what_is_no_export_is_refused(run: Runner, tmp_path: Path, text: str) -> None:
    path = tmp_path / "audit.jsonl"
    path.write_text(text)
    assert run("verify_audit", "--file", str(path)).code == 2
    assert run("verify_audit", "--file", str(path / "none")).code == 2
