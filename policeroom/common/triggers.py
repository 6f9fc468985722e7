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


_PATH_FUNCTION = """
CREATE OR REPLACE FUNCTION policeroom_only_path_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_jsonb(OLD) - 'org_path' IS DISTINCT FROM to_jsonb(NEW) - 'org_path' THEN
        RAISE EXCEPTION '% on % is refused: the table is append-only', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""


def let_path_move(table: str) -> RunSQL:
    """Migration operation: an append-only `table` still follows a bureau that moves in the tree.

    Its `org_path` may be rewritten (stations.services.moves); every other column, whatever is
    added later, stays as it was written.
    """
    return RunSQL(
        sql=_PATH_FUNCTION
        + f"""
DROP TRIGGER {table}_append_only ON {table};
CREATE TRIGGER {table}_append_only BEFORE DELETE OR TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION policeroom_append_only();
CREATE TRIGGER {table}_only_path_moves BEFORE UPDATE ON {table}
    FOR EACH ROW EXECUTE FUNCTION policeroom_only_path_moves();
""",
        reverse_sql=f"""
DROP TRIGGER {table}_only_path_moves ON {table};
DROP TRIGGER {table}_append_only ON {table};
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION policeroom_append_only();
""",
    )


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
