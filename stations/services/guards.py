"""What acts on places and police rooms begin with: the row, locked, and a day that has come."""

from __future__ import annotations

import datetime as dt
from typing import TypeVar

from django.utils.translation import gettext as _

from policeroom.common.errors import DomainError
from policeroom.common.models import ScopedModel

Locked = TypeVar("Locked", bound=ScopedModel)


def locked(row: Locked) -> Locked:
    """The row as it stands now, held until the act is done: concurrent acts wait, none is lost."""
    rows = type(row).objects.unscoped("lock of a row its caller fetched through the scope")
    return rows.select_for_update(of=("self",)).get(pk=row.pk)


def refuse_future(day: dt.date, *, today: dt.date, field: str) -> None:
    """A fact that is recorded has happened.

    Raises: DomainError naming the day.
    """
    if day > today:
        raise DomainError(
            _("%(day)s lies in the future; today is %(today)s. Enter a day up to today.")
            % {"day": day, "today": today},
            field=field,
        )
