"""Upkeep of the words a search reads."""

from __future__ import annotations

from django.db import connection, transaction


@transaction.atomic
def rebuild_words() -> int:
    """Write the words of every incident anew; returns how many rows.

    Holds every write to incidents while it runs.
    """
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE incidents_incident IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute("LOCK TABLE incidents_incidententry IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute("DELETE FROM incidents_incidenttext")
        cursor.execute(
            "INSERT INTO incidents_incidenttext (incident_id, org_path, reported_at, number, text)"
            " SELECT id, org_path, reported_at, number, incidents_words(id, place_text, narrative)"
            " FROM incidents_incident"
        )
        return cursor.rowcount
