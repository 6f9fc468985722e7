"""Notifications: rows in the act's transaction, one per person and event."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from policeroom.common.models import Notification


def notify(
    recipients: Iterable[Any],
    *,
    kind: str,
    title: str,
    key: str,
    body: str = "",
    url: str = "",
    due_at: dt.datetime | None = None,
) -> int:
    """Put one line into each recipient's inbox; the same `key` never lands twice.

    Returns the number of recipients addressed.
    """
    rows = [
        Notification(
            recipient=person,
            kind=kind,
            title=title,
            body=body,
            url=url,
            due_at=due_at,
            dedupe_key=key,
        )
        for person in recipients
    ]
    Notification.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def unread_count(user: Any, *, cap: int = 99) -> int:
    """Unread lines of a person, counted up to `cap` + 1."""
    rows = Notification.objects.filter(recipient=user, read_at__isnull=True).order_by()
    return rows[: cap + 1].count()
