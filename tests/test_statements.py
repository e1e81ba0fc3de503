"""Which tests PostgreSQL has to run."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError, ProgrammingError, connection
from django.db.transaction import atomic

from tests.statements import Cover, Notes, Sent, choose, describe


def sent(seconds: float, statements: str) -> Sent:
    return Sent(seconds, frozenset(statements))


def test_each_statement_is_sent_by_as_many_tests_as_are_asked_for_or_as_there_are() -> None:
    tests = {"quick": sent(1, "ab"), "slow": sent(9, "ab"), "slower": sent(10, "ab"), "other": sent(5, "c")}
    assert choose(tests, ()) == {"quick", "other"}
    assert choose(tests, (), enough=2) == {"quick", "slow", "other"}


def test_a_test_that_adds_nothing_to_those_that_run_anyhow_is_left_out() -> None:
    tests = {"commits": sent(9, "abc"), "quick": sent(1, "ab"), "other": sent(1, "cd")}
    assert choose(tests, ["commits", "new"]) == {"commits", "new", "other"}


def test_the_quickest_are_chosen() -> None:
    tests = {f"of {seconds} s": sent(seconds, "ab") for seconds in (5, 3, 1, 4, 2)}
    assert choose(tests, (), enough=2) == {"of 1 s", "of 2 s"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('SELECT 1 FROM "links" LIMIT 21', 'SELECT 1 FROM "links" LIMIT 1'),
        ("DELETE FROM a WHERE id IN (%s, %s)", "DELETE FROM a WHERE id IN (%s)"),
        ("INSERT INTO a VALUES (%s, %s), (%s, %s)", "INSERT INTO a VALUES (%s, %s)"),
        ('SAVEPOINT "s139729792228224_x45"', 'SAVEPOINT "s139729792228224_x46"'),
    ],
)
def test_numbers_make_no_other_statement(one: str, other: str) -> None:
    assert describe(one, None, "") == describe(other, None, "")


def test_what_postgresql_may_refuse_makes_another_statement() -> None:
    sql = "SELECT 1 FROM a WHERE b = %s"
    values = ["a", "a\0", "a" * 65, "a" * 300, 2**31, 2**63, -(2**63)]
    kinds = [describe(sql, [value], "") for value in values]
    assert len(set(kinds)) == len(kinds) - 1
    assert describe(sql, {"b": "a\0"}, "") == kinds[1]
    assert describe(sql, ["a"], "IntegrityError") not in kinds


def test_other_tables_make_another_statement() -> None:
    assert describe('SELECT 1 FROM "a"', [], "") != describe('SELECT 1 FROM "b"', [], "")


def test_what_a_test_sends_is_noted_with_what_came_of_it(db: None, pytestconfig: pytest.Config) -> None:
    notes = Notes(pytestconfig)
    before = [*connection.execute_wrappers]
    notes.listen(connection)
    try:
        User.objects.filter(username="a").exists()
        with pytest.raises(OperationalError if connection.vendor == "sqlite" else ProgrammingError), atomic():
            connection.cursor().execute("SELECT 1 FROM nowhere")
    finally:
        connection.execute_wrappers[:] = before
    assert describe("SELECT 1 FROM nowhere", None, "") not in notes.now
    failure = "OperationalError" if connection.vendor == "sqlite" else "ProgrammingError"
    assert describe("SELECT 1 FROM nowhere", None, failure) in notes.now
    assert len(notes.now) == 5  # the question, a savepoint, the way back to it, and its end


@pytest.fixture
def cover(tmp_path: Path) -> Cover:
    """After a pass: of each module, its tests of the database, and whether they commit."""
    tests = {"a.py::one": [1, ["x"]], "a.py::two": [2, ["x"]], "b.py::commits": [9, ["x"]], "c.py::other": [1, ["x"]]}
    collected = {
        "a.py": {"a.py::one": False, "a.py::two": False},
        "b.py": {"b.py::commits": True, "b.py::like it": False},
        "c.py": {"c.py::other": False},
        "d.py": {"d.py::of PostgreSQL alone": False},
        "without.py": {},
    }
    (tmp_path / "notes.json").write_text(json.dumps([tests, collected]))
    option = SimpleNamespace(cover_statements=str(tmp_path / "notes.json"))
    hook = SimpleNamespace(pytest_deselected=lambda **_: None)
    return Cover(cast("Any", SimpleNamespace(option=option, rootpath=tmp_path, hook=hook)))


def test_what_commits_is_new_or_was_not_noted_is_left(cover: Cover) -> None:
    names = ["a.py::one", "a.py::two", "a.py::new", "b.py::commits", "b.py::like it", "d.py::of PostgreSQL alone"]
    items = cast("Any", [SimpleNamespace(nodeid=name) for name in names])
    cover.pytest_collection_modifyitems(items)
    assert [item.nodeid for item in items] == names[2:]


def test_a_module_of_which_no_test_is_left_is_not_imported(cover: Cover, tmp_path: Path) -> None:
    left = [name for name in "abcd" if not cover.pytest_ignore_collect(tmp_path / f"{name}.py")]
    assert left == ["b", "d"]
    assert cover.pytest_ignore_collect(tmp_path / "without.py")
    assert not cover.pytest_ignore_collect(tmp_path / "new.py")
    assert not cover.pytest_ignore_collect(tmp_path)
