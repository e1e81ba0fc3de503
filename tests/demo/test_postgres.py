from pathlib import Path

import psycopg
import pytest

from config.processes.ports import free_port
from demo.postgres import KeptPostgres, Postgres
from demo.servers import ServerError

from .processes import alive


def test_postgres_answers_and_leaves_nothing() -> None:
    with Postgres() as server, psycopg.connect(server.url) as connection:
        row = connection.execute("SELECT current_setting('server_version_num')::int, 'ÄÖ' ILIKE 'äö'").fetchone()
        process = server.pid
    assert row is not None
    assert row[0] >= 180000
    assert row[1] is True
    assert process is not None
    assert not alive(process)
    assert not server.data_dir.exists()


def test_what_the_demos_postgres_keeps_outlives_it_until_it_is_forgotten(tmp_path: Path) -> None:
    port = free_port()
    with KeptPostgres(tmp_path / "kept", port, "password") as server, psycopg.connect(server.url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
    try:
        with KeptPostgres(tmp_path / "kept", port, "password") as again, psycopg.connect(again.url) as connection:
            assert connection.execute("SELECT one, current_setting('fsync') FROM kept").fetchone() == (1, "on")
    finally:
        again.forget()
    assert not again.data_dir.exists()


def test_a_cluster_that_was_begun_and_not_finished_is_made_anew(tmp_path: Path) -> None:
    half = KeptPostgres(tmp_path / "kept", free_port(), "password")
    (half.data_dir / "cluster.new").mkdir(parents=True)
    try:
        with half, psycopg.connect(half.url) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    finally:
        half.forget()


def test_a_cluster_that_cannot_be_made_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server = KeptPostgres(tmp_path / "kept", free_port(), "")  # initdb takes no empty password
    monkeypatch.setattr(server, "timeout", 5.0)
    with pytest.raises(ServerError, match="initdb failed"):
        server.start()
    assert not (server.data_dir / "cluster").exists()
    server.forget()
