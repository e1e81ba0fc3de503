"""Of two that migrate, one waits, on either database."""

import threading
from pathlib import Path

import pytest
from django.db import connection

from links.database import migration_lock
from tests.waiting import TIMEOUT_SECONDS

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_second_one_waits_until_the_first_is_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor == "sqlite":  # whose tests' is in memory
        monkeypatch.setitem(connection.settings_dict, "NAME", str(tmp_path / "holdfast.sqlite3"))
    asked, came_in = threading.Event(), threading.Event()

    def migrate() -> None:
        asked.set()
        with migration_lock.hold():
            came_in.set()

    second = threading.Thread(target=migrate)
    with migration_lock.hold():
        second.start()
        assert asked.wait(TIMEOUT_SECONDS)
        assert not came_in.wait(0.3)
    assert came_in.wait(TIMEOUT_SECONDS)
    second.join(TIMEOUT_SECONDS)


def test_it_is_given_back_after_an_error() -> None:
    with pytest.raises(ZeroDivisionError), migration_lock.hold():
        _ = 1 / 0
    with migration_lock.hold():
        pass
