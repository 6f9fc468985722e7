"""What hangs on an incident is written once: only a strike, a rotation, a purge, a move change it.

A statement that names any other column is refused, as is every DELETE and TRUNCATE; a strike, a
lift and a purge happen once. What is only ever appended to refuses more: `APPENDED`.
"""

from django.db import migrations

from policeroom.common.triggers import append_only, let_path_move

#: Rows that carry a path of their own: it follows a bureau that moves.
APPENDED = (
    "incidents_incidententry",
    "incidents_disputescreening",
    "incidents_disputestep",
    "incidents_hazardorder",
    "incidents_hazardrecheck",
    "incidents_nilreturn",
    "incidents_urgentjudgement",
    "incidents_urgentknown",
    "incidents_urgentmeasure",
)

#: table -> columns that never change.
FIXED = {
    "incidents_incidentattachment": (
        "id", "client_uuid", "client_digest", "recorded_at", "recorded_by_id", "incident_id",
        "filename", "content_type", "content", "size", "sha256",
    ),
    "incidents_incidentlink": (
        "id", "client_uuid", "client_digest", "recorded_at", "recorded_by_id", "incident_id",
        "other_id", "kind",
    ),
    "incidents_incidentparty": (
        "id", "client_uuid", "recorded_at", "recorded_by_id", "incident_id",
        "uid", "role",
    ),
    "incidents_partyhold": ("id", "recorded_at", "recorded_by_id", "incident_id", "reason"),
}  # fmt: skip
#: table -> (columns, the column that, once set, keeps them).
ONCE = {
    "incidents_incidentattachment": ("struck_at, struck_by_id, strike_reason", "struck_at"),
    "incidents_incidentlink": ("struck_at, struck_by_id, strike_reason", "struck_at"),
    "incidents_incidentparty": ("struck_at, struck_by_id, strike_reason", "struck_at"),
    "incidents_partyhold": ("lifted_at, lifted_by_id", "lifted_at"),
}
PURGE = ("incidents_incidentparty", "name_sealed, telephone_sealed, purged_at", "purged_at")

FUNCTION = """
CREATE OR REPLACE FUNCTION policeroom_written_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: the row is written once', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
"""


def _kept(table: str, columns: str, mark: str) -> tuple[str, str]:
    name = f"{table}_{mark}_once"
    return (
        f"CREATE TRIGGER {name} BEFORE UPDATE OF {columns} ON {table} FOR EACH ROW"
        f" WHEN (OLD.{mark} IS NOT NULL) EXECUTE FUNCTION policeroom_written_once();",
        f"DROP TRIGGER {name} ON {table};",
    )


def _fixed(table: str, columns: tuple[str, ...]) -> tuple[str, str]:
    return (
        f"CREATE TRIGGER {table}_written_once BEFORE UPDATE OF {', '.join(columns)} OR DELETE"
        f" ON {table} FOR EACH ROW EXECUTE FUNCTION policeroom_written_once();"
        f"CREATE TRIGGER {table}_kept BEFORE TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION policeroom_written_once();",
        f"DROP TRIGGER {table}_written_once ON {table}; DROP TRIGGER {table}_kept ON {table};",
    )


PAIRS = [
    *(_fixed(table, columns) for table, columns in FIXED.items()),
    *(_kept(table, *rule) for table, rule in ONCE.items()),
    _kept(*PURGE),
]


class Migration(migrations.Migration):
    dependencies = [("incidents", "0001_initial"), ("common", "0002_append_only")]

    operations = [
        append_only("incidents_sourcerow"),
        *(make(table) for table in APPENDED for make in (append_only, let_path_move)),
        migrations.RunSQL(
            sql=FUNCTION, reverse_sql="DROP FUNCTION IF EXISTS policeroom_written_once();"
        ),
        *(migrations.RunSQL(sql=make, reverse_sql=undo) for make, undo in PAIRS),
    ]
