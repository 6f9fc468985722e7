"""What acts on an incident begin with: the row, locked, and facts that can be."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.models import Incident
from policeroom.common.errors import DomainError
from stations.models import Station

#: A clock that runs ahead by this much is still believed; more is a typing mistake.
CLOCK_SKEW = dt.timedelta(minutes=5)


def locked(incident: Incident) -> Incident:
    """The incident as it stands now, held until the act is done."""
    rows = Incident.objects.unscoped("lock of a row its caller fetched through the scope")
    return (
        rows.select_for_update(of=("self",))
        .select_related("category", "station")
        .get(pk=incident.pk)
    )


def refuse_future(instant: dt.datetime | None, *, now: dt.datetime, field: str) -> None:
    """What is recorded has happened.

    Raises: DomainError naming the instant.
    """
    if instant is not None and instant > now + CLOCK_SKEW:
        raise DomainError(
            _("%(instant)s lies in the future; it is %(now)s. Enter a time up to now.")
            % {"instant": local(instant), "now": local(now)},
            field=field,
        )


def refuse_before(
    instant: dt.datetime | None, earliest: dt.datetime, *, field: str, what: str
) -> None:
    """An instant that cannot precede another.

    Raises: DomainError with both instants.
    """
    if instant is not None and instant < earliest:
        raise DomainError(
            _("%(instant)s lies before %(what)s (%(earliest)s). Correct one of the two.")
            % {"instant": local(instant), "what": what, "earliest": local(earliest)},
            field=field,
        )


def require_operating(station: Station, *, on: dt.date) -> None:
    """The room exists on the day.

    Raises: DomainError for a room that is not open yet or closed for good.
    """
    if on < station.opened_on or (station.closed_on is not None and on >= station.closed_on):
        raise DomainError(
            _("%(room)s does not operate on %(day)s.") % {"room": station.name, "day": on}
        )


def local(instant: dt.datetime) -> str:
    """An instant as people read it."""
    return timezone.localtime(instant).strftime("%Y-%m-%d %H:%M")
