-- How PostgreSQL finds a part of a text by an index (links/models/search.py asks it).
--
-- PostgreSQL's own extension for that, pg_trgm, is not on every server, needs the database's owner, and knows no words
-- of one or two characters, as Japanese has many. What stands here needs nothing but PostgreSQL.
--
-- A text is kept as a tsvector of its grams: every three characters in a row, and at its end two and one. What is
-- looked for becomes a tsquery of its own grams. Rows that an index finds are compared once more, character by
-- character, so that what stands here may find too many, and never too few.

-- The grams of a text. A tsvector has room for a megabyte: a text that is too long for it has one mark instead, by which
-- it is always found. The cost keeps the planner from making grams where it can ask the index.
CREATE FUNCTION links_grams(said text) RETURNS tsvector LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 100000 AS $$
    SELECT CASE
        WHEN length(said) > 10000 THEN array_to_tsvector('{overlong}')
        ELSE coalesce(array_to_tsvector(array_agg(substr(said, n, 3))), '')
    END
    FROM generate_series(1, least(length(said), 10000)) AS n
$$;

-- What is looked for: at most 64 grams, which leave little to compare. One or two characters are the beginning of three.
CREATE FUNCTION links_sought(said text) RETURNS tsquery LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT string_agg(
        '''' || replace(replace(substr(said, n, 3), '\', '\\'), '''', '''''') || ''''
        || CASE WHEN length(said) < 3 THEN ':*' ELSE '' END,
        ' & '
    )::tsquery || 'overlong'::tsquery
    FROM generate_series(1, greatest(1, least(length(said) - 2, 64))) AS n
$$;

-- A link's searched texts lie in a row of their own: a click or a validation, which write the link, touch no index of
-- texts. The trigger fires only for an UPDATE that names one of these columns. They are the searched terms of
-- links/domain/promise/terms.py and the object's key: change them here, in a new migration, when you change them there.
CREATE FUNCTION links_write_text() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO links_linktext (link_id, spoken)
    VALUES (
        NEW.id, concat_ws(E'\n', NEW.object_key, NEW.title, NEW.filename, NEW.note, NEW.slug, NEW.reference)
    )
    ON CONFLICT (link_id) DO UPDATE SET spoken = EXCLUDED.spoken WHERE links_linktext.spoken <> EXCLUDED.spoken;
    RETURN NULL;
END $$;

CREATE TRIGGER links_write_text
    AFTER INSERT OR UPDATE OF object_key, title, filename, note, slug, reference ON links_sharelink
    FOR EACH ROW EXECUTE FUNCTION links_write_text();

-- The indexes of grams. Statistics would make the grams of many rows, to tell the planner what it need not know.
CREATE INDEX links_linktext_grams ON links_linktext USING gin (links_grams(upper(spoken)));
ALTER INDEX links_linktext_grams ALTER COLUMN 1 SET STATISTICS 0;
CREATE INDEX links_customer_grams ON links_customer USING gin (links_grams(upper(name || E'\n' || mail)));
ALTER INDEX links_customer_grams ALTER COLUMN 1 SET STATISTICS 0;
CREATE INDEX links_incident_grams ON links_incident USING gin (links_grams(upper(subject || E'\n' || code)));
ALTER INDEX links_incident_grams ALTER COLUMN 1 SET STATISTICS 0;

-- Links that share a cause are found by their object or their host. What is compared whole may be longer than a tree
-- has room for, hence the hash.
CREATE INDEX share_link_object ON links_sharelink USING hash (object_key);
CREATE INDEX share_link_host ON links_sharelink (reverse(host) text_pattern_ops);

-- The texts of links that are there already; last, since no index can be made while its rows await their foreign keys'
-- checks.
INSERT INTO links_linktext (link_id, spoken)
SELECT id, concat_ws(E'\n', object_key, title, filename, note, slug, reference) FROM links_sharelink;
