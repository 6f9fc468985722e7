"""The words of incidents, kept by triggers, and the index over their two-character pieces.

The functions name nothing outside pg_catalog: PostgreSQL 17 and later build indexes with an empty
search path. `policeroom_fold` lowers ASCII only, so that the answer depends on no locale.
"""

from django.db import migrations

FUNCTIONS = r"""
CREATE FUNCTION policeroom_fold(value text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS
$$ SELECT lower(normalize(value, NFKC) COLLATE "C") $$;

CREATE FUNCTION policeroom_bigrams(value text) RETURNS text[]
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS
$$
    SELECT coalesce(array_agg(DISTINCT (a || b) COLLATE "C"), '{}')
    FROM ROWS FROM (
        unnest(string_to_array(value, NULL)), unnest((string_to_array(value, NULL))[2:])
    ) AS pair(a, b)
    WHERE a COLLATE "C" > ' ' AND b COLLATE "C" > ' '
$$;

-- The pieces of one incident as the index holds them: each with the path of the city before it,
-- and "^" with the first character of the place.
CREATE FUNCTION policeroom_pieces(org_path text, value text) RETURNS text[]
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 2000 AS
$$
    SELECT coalesce(array_agg(DISTINCT (left(org_path, 4) || a || b) COLLATE "C"), '{}')
           || CASE WHEN left(value, 1) COLLATE "C" > ' '
              THEN ARRAY[left(org_path, 4) || '^' || left(value, 1)] ELSE '{}' END
    FROM ROWS FROM (
        unnest(string_to_array(value, NULL)), unnest((string_to_array(value, NULL))[2:])
    ) AS pair(a, b)
    WHERE a COLLATE "C" > ' ' AND b COLLATE "C" > ' '
$$;

CREATE FUNCTION incidents_words(incident bigint, place text, narrative text) RETURNS text
    LANGUAGE sql STABLE AS
$$
    SELECT policeroom_fold(place || E'\n' || narrative || coalesce(
        (SELECT string_agg(E'\n' || e.text, '' ORDER BY e.id) FROM incidents_incidententry e
         WHERE e.incident_id = incident AND e.kind <> 'filed' AND e.text <> ''), ''))
$$;
"""

TRIGGERS = r"""
CREATE FUNCTION incidents_words_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO incidents_incidenttext (incident_id, org_path, reported_at, number, text)
    SELECT id, org_path, reported_at, number, policeroom_fold(place_text || E'\n' || narrative)
    FROM added;
    RETURN NULL;
END $$;
CREATE TRIGGER incidents_words_added AFTER INSERT ON incidents_incident
    REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION incidents_words_added();

CREATE FUNCTION incidents_words_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE incidents_incidenttext t
    SET org_path = a.org_path, reported_at = a.reported_at, number = a.number,
        text = CASE WHEN (a.place_text, a.narrative) IS DISTINCT FROM (r.place_text, r.narrative)
               THEN incidents_words(a.id, a.place_text, a.narrative) ELSE t.text END
    FROM added a JOIN removed r ON r.id = a.id
    WHERE t.incident_id = a.id
      AND (a.org_path, a.reported_at, a.number, a.place_text, a.narrative)
          IS DISTINCT FROM (r.org_path, r.reported_at, r.number, r.place_text, r.narrative);
    RETURN NULL;
END $$;
CREATE TRIGGER incidents_words_changed AFTER UPDATE ON incidents_incident
    REFERENCING OLD TABLE AS removed NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION incidents_words_changed();

CREATE FUNCTION incidents_words_removed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM incidents_incidenttext t USING removed r WHERE t.incident_id = r.id;
    RETURN NULL;
END $$;
CREATE TRIGGER incidents_words_removed AFTER DELETE ON incidents_incident
    REFERENCING OLD TABLE AS removed
    FOR EACH STATEMENT EXECUTE FUNCTION incidents_words_removed();

CREATE FUNCTION incidents_words_appended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE incidents_incidenttext t SET text = t.text || n.words
    FROM (SELECT incident_id, string_agg(E'\n' || policeroom_fold(text), '' ORDER BY id) AS words
          FROM added WHERE kind <> 'filed' AND text <> '' GROUP BY incident_id) n
    WHERE t.incident_id = n.incident_id;
    RETURN NULL;
END $$;
CREATE TRIGGER incidents_words_appended AFTER INSERT ON incidents_incidententry
    REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION incidents_words_appended();
"""

INDEX = """
INSERT INTO incidents_incidenttext (incident_id, org_path, reported_at, number, text)
SELECT id, org_path, reported_at, number, incidents_words(id, place_text, narrative)
FROM incidents_incident;
CREATE INDEX incidenttext_pieces_idx ON incidents_incidenttext
    USING gin (policeroom_pieces(org_path, text));
ALTER INDEX incidenttext_pieces_idx ALTER COLUMN 1 SET STATISTICS 1000;
"""

BACK = """
DROP INDEX incidenttext_pieces_idx;
DROP TRIGGER incidents_words_appended ON incidents_incidententry;
DROP TRIGGER incidents_words_removed ON incidents_incident;
DROP TRIGGER incidents_words_changed ON incidents_incident;
DROP TRIGGER incidents_words_added ON incidents_incident;
DROP FUNCTION incidents_words_appended(), incidents_words_removed(), incidents_words_changed(),
    incidents_words_added(), incidents_words(bigint, text, text), policeroom_pieces(text, text),
    policeroom_bigrams(text), policeroom_fold(text);
DELETE FROM incidents_incidenttext;
"""


class Migration(migrations.Migration):
    dependencies = [("incidents", "0002_written_once")]

    operations = [migrations.RunSQL(sql=FUNCTIONS + TRIGGERS + INDEX, reverse_sql=BACK)]
