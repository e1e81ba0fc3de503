"""The texts of the links that are there, some at a time: clicks and validations go on meanwhile."""

from django.db import migrations

AT_ONCE = 2_000

FILL = """
INSERT INTO links_linktext (link_id, spoken)
SELECT id, concat_ws(E'\\n', object_key, title, filename, note, slug) FROM links_sharelink
WHERE id > %s AND id <= %s
ON CONFLICT DO NOTHING
"""

# Last, for it is made faster than it is kept; and anew where it was interrupted.
INDEX = (
    "DROP INDEX IF EXISTS links_linktext_grams",
    "CREATE INDEX CONCURRENTLY links_linktext_grams ON links_linktext"
    " USING gin (links_grams(upper(spoken)))",
    "ALTER INDEX links_linktext_grams ALTER COLUMN 1 SET STATISTICS 0",
)


def fill(apps, schema_editor):
    connection = schema_editor.connection
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(id) FROM links_sharelink")
        last = cursor.fetchone()[0] or 0
        for first in range(0, last, AT_ONCE):
            cursor.execute(FILL, [first, first + AT_ONCE])
        for statement in INDEX:
            cursor.execute(statement)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("links", "0013_searched_texts")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
