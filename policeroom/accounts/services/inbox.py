"""The inbox: reading a line is an act of its own reader."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from policeroom.accounts.models import User
from policeroom.common import audit
from policeroom.common.models import Notification


@transaction.atomic
def mark_read(*, notification: Notification, by: User, at: dt.datetime) -> bool:
    """Mark one line as read; returns whether it was unread. A second time changes nothing."""
    unread = Notification.objects.filter(pk=notification.pk, recipient=by, read_at__isnull=True)
    if not unread.update(read_at=at):
        return False
    audit.record("inbox.read", by=by, obj=notification, org_path=by.org_path)
    return True


@transaction.atomic
def mark_all_read(*, by: User, at: dt.datetime) -> int:
    """Mark every unread line as read; returns how many."""
    unread = Notification.objects.filter(recipient=by, read_at__isnull=True)
    changed = unread.update(read_at=at)
    if changed:
        audit.record("inbox.read", by=by, org_path=by.org_path, after={"lines": changed})
    return changed
