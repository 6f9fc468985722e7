"""Append-only tables: the database refuses changes, whoever asks."""

from __future__ import annotations

from django.db.migrations import RunSQL

_FUNCTION = """
CREATE OR REPLACE FUNCTION policeroom_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: the table is append-only', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
"""


def append_only(table: str) -> RunSQL:
    """Migration operation: refuse UPDATE, DELETE and TRUNCATE on `table` (reversible)."""
    return RunSQL(
        sql=_FUNCTION
        + f"""
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION policeroom_append_only();
""",
        reverse_sql=f"DROP TRIGGER {table}_append_only ON {table};",
    )
