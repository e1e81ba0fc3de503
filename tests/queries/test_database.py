"""Whether there is a database is told without making one."""

from pathlib import Path

import pytest
from django.db import connection

from links.queries import database
from tests.environment import ON_POSTGRES


def test_the_databases_of_the_suite_are_there(db: None) -> None:
    assert database.is_there()


@pytest.mark.skipif(ON_POSTGRES, reason="a file is what SQLite has")
def test_a_file_that_does_not_exist_is_no_database_and_is_not_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    absent = tmp_path / "absent.sqlite3"
    for name, is_there in ((absent, False), (str(absent), False), (":memory:", True), (tmp_path, True)):
        monkeypatch.setitem(connection.settings_dict, "NAME", name)
        assert database.is_there() is is_there
    assert not absent.exists()
