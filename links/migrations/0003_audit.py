"""Nobody changes or deletes a record of the audit trail: the SQL of each database stands beside this file."""

from pathlib import Path

from django.db import migrations

REMOVE = {
    "postgresql": """
DROP TRIGGER links_keep_audit_record ON links_auditrecord;
DROP TRIGGER links_keep_audit_records ON links_auditrecord;
DROP TRIGGER links_keep_audit_detail ON links_auditdetail;
DROP FUNCTION links_keep_audit_record, links_refuse_change;
""",
    "sqlite": """
DROP TRIGGER links_keep_audit_record;

DROP TRIGGER links_insert_audit_record;

DROP TRIGGER links_chain_audit_record;

DROP TRIGGER links_delete_audit_record;

DROP TRIGGER links_keep_audit_detail;
""",
}


def add(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    _execute(schema_editor, Path(__file__).with_suffix(f".{vendor}.sql").read_text(encoding="utf-8"))


def remove(apps, schema_editor):
    _execute(schema_editor, REMOVE[schema_editor.connection.vendor])


def _execute(schema_editor, sql):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(sql, params=None)
        return
    for statement in sql.split("\n\n"):  # SQLite's driver takes one at a time
        if statement.strip():
            schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("links", "0002_search")]

    operations = [migrations.RunPython(add, remove)]
