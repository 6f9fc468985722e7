"""Clocks that ran out: whoever stands above the room learns of it, exactly once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from personnel.queries import holders
from policeroom.accounts.models import User
from policeroom.common.deadlines import kind_of
from policeroom.common.models import Deadline
from policeroom.common.notify import notify
from policeroom.common.roles import Role

#: Clocks of one transaction: small enough to hold few locks, large enough for a bad morning.
BATCH = 200


def people_above(path: str, roles: Iterable[Role], *, at: dt.datetime) -> list[User]:
    """Active people who hold one of `roles` at `path` or at a unit above it, each once."""
    found: dict[int, User] = {}
    for role in sorted(roles):
        for grant in holders(role, path, at=at).filter(user__is_active=True):
            found[grant.user_id] = grant.user
    return list(found.values())


def escalate_overdue(*, now: dt.datetime) -> int:
    """Tell of every clock that ran out and was not told of; returns how many.

    Source: matrix Art. 13 to 15. A clock is taken with a row lock that others skip, and marked in
    the transaction of its notifications: two workers, or one that died, never tell twice, and
    never leave one out.
    """
    told = 0
    while taken := _escalate_batch(now=now):
        told += taken
    return told


@transaction.atomic
def _escalate_batch(*, now: dt.datetime) -> int:
    rows = list(
        Deadline.objects.unscoped("a task for every room")
        .filter(
            due_at__lt=now,
            done_at__isnull=True,
            cancelled_at__isnull=True,
            escalated_at__isnull=True,
        )
        .order_by("due_at", "id")
        .select_for_update(skip_locked=True)[:BATCH]
    )
    for row in rows:
        _tell(row, at=now)
        row.escalated_at = now
        row.save(update_fields=["escalated_at"])
    return len(rows)


def _tell(row: Deadline, *, at: dt.datetime) -> None:
    kind = kind_of(row.kind)
    for person in people_above(row.org_path, kind.escalate_to, at=at):
        with translation.override(person.language or settings.LANGUAGE_CODE):
            title = _("Overdue: %(label)s") % {"label": row.label}
            body = str(kind.label)
        notify(
            [person],
            kind="deadline",
            title=title[:200],
            body=body,
            url=row.url,
            due_at=row.due_at,
            key=f"deadline-{row.pk}-{row.due_at:%Y%m%d%H%M%S}",
        )
