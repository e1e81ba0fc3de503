"""The customer's order or ticket number; on PostgreSQL it is searched with a link's other texts (0013)."""

from django.db import migrations, models

FUNCTION = """
CREATE OR REPLACE FUNCTION links_write_text() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO links_linktext (link_id, spoken)
    VALUES (NEW.id, concat_ws(E'\\n', {texts}))
    ON CONFLICT (link_id) DO UPDATE SET spoken = EXCLUDED.spoken WHERE links_linktext.spoken <> EXCLUDED.spoken;
    RETURN NULL;
END $$;
"""

TRIGGER = """
DROP TRIGGER links_write_text ON links_sharelink;
CREATE TRIGGER links_write_text
    AFTER INSERT OR UPDATE OF {columns} ON links_sharelink
    FOR EACH ROW EXECUTE FUNCTION links_write_text();
"""

BEFORE = ("object_key", "title", "filename", "note", "slug")


def add(apps, schema_editor):
    _write(schema_editor, (*BEFORE, "reference"))


def remove(apps, schema_editor):
    _write(schema_editor, BEFORE)


def _write(schema_editor, columns):
    if schema_editor.connection.vendor == "postgresql":
        texts = ", ".join(f"NEW.{column}" for column in columns)
        schema_editor.execute(FUNCTION.format(texts=texts), params=None)
        schema_editor.execute(TRIGGER.format(columns=", ".join(columns)), params=None)


class Migration(migrations.Migration):
    dependencies = [("links", "0033_time_request_messages")]

    operations = [
        migrations.AddField(
            "sharelink", "reference", models.CharField(blank=True, max_length=100, verbose_name="reference")
        ),
        migrations.RunPython(add, remove),
    ]
