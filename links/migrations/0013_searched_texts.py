"""On PostgreSQL a part of a text is found by an index: see `links.models.texts`.

Its own extension for that, pg_trgm, is not on every server, needs its database's owner, and knows no words of one or
two characters. What stands here needs nothing but PostgreSQL.
"""

import django.db.models.deletion
from django.db import migrations, models

# A tsvector has room for a megabyte. A text that is too long for it bears a mark by which it is always found, and is
# looked through. What is sought bears no more than is needed to leave little to look through.
GRAMS = """
CREATE FUNCTION links_grams(said text) RETURNS tsvector LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 100000 AS $$
    SELECT CASE
        WHEN length(said) > 10000 THEN array_to_tsvector('{overlong}')
        ELSE coalesce(array_to_tsvector(array_agg(substr(said, n, 3))), '')
    END
    FROM generate_series(1, least(length(said), 10000)) AS n
$$;

CREATE FUNCTION links_sought(said text) RETURNS tsquery LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT string_agg(
        '''' || replace(replace(substr(said, n, 3), '\\', '\\\\'), '''', '''''') || ''''
        || CASE WHEN length(said) < 3 THEN ':*' ELSE '' END,
        ' & '
    )::tsquery || 'overlong'::tsquery
    FROM generate_series(1, greatest(1, least(length(said) - 2, 64))) AS n
$$;
"""

# It does not concern an UPDATE that names none of these columns.
TRIGGER = """
CREATE FUNCTION links_write_text() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO links_linktext (link_id, spoken)
    VALUES (NEW.id, concat_ws(E'\\n', NEW.object_key, NEW.title, NEW.filename, NEW.note, NEW.slug))
    ON CONFLICT (link_id) DO UPDATE SET spoken = EXCLUDED.spoken WHERE links_linktext.spoken <> EXCLUDED.spoken;
    RETURN NULL;
END $$;

CREATE TRIGGER links_write_text
    AFTER INSERT OR UPDATE OF object_key, title, filename, note, slug ON links_sharelink
    FOR EACH ROW EXECUTE FUNCTION links_write_text();
"""

# Statistics would make the grams of many rows to tell the planner what it need not know: it always asks the index,
# since to make grams is dear.
INDEX = """
CREATE INDEX {table}_grams ON {table} USING gin (links_grams(upper({first} || E'\\n' || {second})));
ALTER INDEX {table}_grams ALTER COLUMN 1 SET STATISTICS 0;
"""

# Links that share a cause. What is compared whole may be longer than a tree has room for.
SIBLINGS = """
CREATE INDEX share_link_object ON links_sharelink USING hash (object_key);
CREATE INDEX share_link_host ON links_sharelink (reverse(host) text_pattern_ops);
"""


REMOVE = """
DROP TRIGGER links_write_text ON links_sharelink;
DROP FUNCTION links_write_text;
DROP FUNCTION links_grams CASCADE;
DROP FUNCTION links_sought;
DROP INDEX share_link_object, share_link_host;
"""


def add(apps, schema_editor):
    customers = INDEX.format(table="links_customer", first="name", second="mail")
    incidents = INDEX.format(table="links_incident", first="subject", second="code")
    _execute(schema_editor, SIBLINGS, GRAMS, TRIGGER, customers, incidents)


def remove(apps, schema_editor):
    _execute(schema_editor, REMOVE)


def _execute(schema_editor, *statements):
    if schema_editor.connection.vendor == "postgresql":
        for statement in statements:
            schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("links", "0012_named_lists")]

    operations = [
        migrations.CreateModel(
            name="LinkText",
            fields=[
                ("link", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name="text", serialize=False, to="links.sharelink")),
                ("spoken", models.TextField()),
            ],
        ),
        migrations.RunPython(add, remove),
    ]
