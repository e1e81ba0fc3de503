"""The command that verifies the audit trail: what it says, and by which exit code."""

import pytest

from links.domain.audit.acts import Act
from links.models import AuditRecord
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
