"""What PostgreSQL's search needs beside the tables: its SQL stands in 0002_search.sql, with the reasons."""

from pathlib import Path

from django.db import migrations

REMOVE = """
DROP TRIGGER links_write_text ON links_sharelink;
DROP FUNCTION links_write_text;
DROP FUNCTION links_grams CASCADE;
DROP FUNCTION links_sought;
DROP INDEX share_link_object, share_link_host;
DELETE FROM links_linktext;
"""


def add(apps, schema_editor):
    _execute(schema_editor, Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))


def remove(apps, schema_editor):
    _execute(schema_editor, REMOVE)


def _execute(schema_editor, sql):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(sql, params=None)


class Migration(migrations.Migration):
    dependencies = [("links", "0001_initial")]

    operations = [migrations.RunPython(add, remove)]
