"""Counts of incidents, kept by statement-level triggers: each appends what it added or took away."""

from django.db import migrations

FUNCTIONS = """
-- What the figures know a call by; no row where its day is not known. Codes as in models/rollups.py.
CREATE FUNCTION incidents_figure_keys(reported timestamptz, known text, arrived timestamptz)
    RETURNS TABLE (day date, month date, weekday smallint, hour smallint, minutes smallint)
    LANGUAGE sql IMMUTABLE AS
$$
    SELECT moment::date, date_trunc('month', moment)::date,
        extract(isodow FROM moment)::smallint,
        (CASE WHEN known = 'exact' THEN extract(hour FROM moment) ELSE -1 END)::smallint,
        (CASE WHEN arrived IS NULL THEN -1 WHEN known <> 'exact' THEN -2
              WHEN arrived < reported THEN -3
              ELSE least(floor(extract(epoch FROM arrived - reported) / 60), 10080)
         END)::smallint
    FROM (SELECT timezone('Asia/Shanghai', reported)) AS local(moment)
    WHERE known <> 'unknown'
$$;
"""

#: table -> its keys beside the county, over `c` (the incidents) and `k` (their keys).
TABLES = {
    "dayfigure": {"day": "k.day", "category": "coalesce(c.category_id, 0)", "kind": "c.kind"},
    "monthfigure": {"month": "k.month", "category": "coalesce(c.category_id, 0)", "kind": "c.kind"},
    "hourfigure": {"month": "k.month", "weekday": "k.weekday", "hour": "k.hour"},
    "responsefigure": {"month": "k.month", "minutes": "k.minutes"},
}
#: event -> (transition tables, the rows that count, with their weight)
EVENTS = {
    "INSERT": ("NEW TABLE AS added", "SELECT *, 1 AS weight FROM added"),
    "DELETE": ("OLD TABLE AS removed", "SELECT *, -1 AS weight FROM removed"),
    "UPDATE": (
        "OLD TABLE AS removed NEW TABLE AS added",
        "SELECT *, 1 AS weight FROM added UNION ALL SELECT *, -1 AS weight FROM removed",
    ),
}
#: Most changes of an incident move no count.
UNCHANGED = """
    IF NOT EXISTS (SELECT 1 FROM added a JOIN removed r ON r.id = a.id
        WHERE (a.org_path, a.reported_at, a.reported_precision, a.arrived_at, a.category_id, a.kind)
              IS DISTINCT FROM (r.org_path, r.reported_at, r.reported_precision, r.arrived_at,
                                r.category_id, r.kind)) THEN
        RETURN NULL;
    END IF;"""


def count_into(table, keys, rows):
    """The statement that appends the counts of `rows` to one table."""
    return f"""
    INSERT INTO incidents_{table} (county_path, {", ".join(keys)}, n, folded)
    SELECT left(c.org_path, 6), {", ".join(keys.values())}, sum(c.weight), false
    FROM ({rows}) c
    CROSS JOIN LATERAL incidents_figure_keys(c.reported_at, c.reported_precision, c.arrived_at) k
    GROUP BY 1, {", ".join(str(n + 2) for n in range(len(keys)))} HAVING sum(c.weight) <> 0;"""


def trigger(event):
    """Function and trigger of one event."""
    tables, rows = EVENTS[event]
    body = "".join(count_into(table, keys, rows) for table, keys in TABLES.items())
    name = f"incidents_figures_{event.lower()}"
    return f"""
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN{UNCHANGED if event == "UPDATE" else ""}{body}
    RETURN NULL;
END $$;
CREATE TRIGGER {name} AFTER {event} ON incidents_incident REFERENCING {tables}
    FOR EACH STATEMENT EXECUTE FUNCTION {name}();
"""


def fill():
    """Counts of what is there already."""
    rows = "SELECT *, 1 AS weight FROM incidents_incident"
    return "".join(count_into(table, keys, rows) for table, keys in TABLES.items())


BACK = """
DROP TRIGGER incidents_figures_insert ON incidents_incident;
DROP TRIGGER incidents_figures_delete ON incidents_incident;
DROP TRIGGER incidents_figures_update ON incidents_incident;
DROP FUNCTION incidents_figures_insert(), incidents_figures_delete(), incidents_figures_update(),
    incidents_figure_keys(timestamptz, text, timestamptz);
""" + "".join(f"DELETE FROM incidents_{table};\n" for table in TABLES)


class Migration(migrations.Migration):
    dependencies = [("incidents", "0003_search_words")]

    operations = [
        migrations.RunSQL(
            sql=FUNCTIONS + "".join(trigger(event) for event in EVENTS) + fill(),
            reverse_sql=BACK,
        )
    ]
