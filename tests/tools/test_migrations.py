"""What a change of the database is refused for, by the SQL that PostgreSQL would be sent."""

import pytest
from django.db import connection, migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation

from tests.environment import ON_POSTGRES
from tools.migrations import compare, find_dangers, write_sql

SQL = {
    "ALTER TABLE links_sharelink DROP COLUMN note;": "ban-drop-column",
    "ALTER TABLE links_sharelink RENAME COLUMN note TO remark;": "renaming-column",
    "ALTER TABLE links_sharelink ALTER COLUMN note SET NOT NULL;": "adding-not-nullable-field",
    "ALTER TABLE links_sharelink ALTER COLUMN note TYPE text;": "changing-column-type",
    "CREATE INDEX one ON links_sharelink (note);": "require-concurrent-index-creation",
    "CREATE INDEX CONCURRENTLY one ON links_sharelink (note);": "ban-concurrent-index-creation-in-transaction",
}


@pytest.mark.parametrize("sql", SQL)
def test_what_locks_a_table_or_breaks_the_running_code_is_named(sql: str) -> None:
    assert SQL[sql] in find_dangers(sql, in_transaction=True)


def test_what_is_right_passes() -> None:
    sql = "ALTER TABLE links_sharelink ADD COLUMN remark varchar(20) DEFAULT '' NOT NULL;"
    assert find_dangers(sql, in_transaction=True) == {}
    assert find_dangers("CREATE INDEX CONCURRENTLY one ON links_sharelink (note);", in_transaction=False) == {}


def test_sql_that_cannot_be_read_is_no_sql_that_is_right() -> None:
    assert find_dangers("ALTER TABEL links_sharelink;", in_transaction=True)


def test_a_danger_is_accepted_by_its_name_and_an_idle_acceptance_is_told() -> None:
    found = {"ban-drop-column": "Dropping a column may break existing clients."}
    assert compare(found, {}) == ["ban-drop-column: Dropping a column may break existing clients."]
    assert compare(found, {"ban-drop-column": "Nothing has read it since 1.2."}) == []
    assert compare({}, {"ban-drop-column": "Nothing."}) == ["ban-drop-column is accepted, and is no danger of it"]


@pytest.mark.skipif(not ON_POSTGRES, reason="writes PostgreSQL's SQL")
@pytest.mark.parametrize(
    ("field", "is_dangerous"),
    [
        # Django takes the default away from the column again: the code that is running would write NULL.
        (models.CharField(max_length=20, default=""), True),
        (models.CharField(max_length=20, default="", db_default=""), False),
        (models.CharField(max_length=20, null=True), False),
        (models.CharField(max_length=20, default="", db_default="", db_index=True), True),
    ],
)
def test_a_new_column_needs_a_default_in_the_database(
    db: None, field: models.Field[object, object], *, is_dangerous: bool
) -> None:
    added: list[Operation] = [migrations.AddField("sharelink", "remark", field)]
    migration = type("Migration", (migrations.Migration,), {"operations": added})("0003_remark", "links")
    state = MigrationLoader(connection).project_state()
    found = find_dangers(write_sql(migration, state, connection), in_transaction=True)
    assert bool(found) is is_dangerous
