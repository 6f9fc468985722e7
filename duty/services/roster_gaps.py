"""Hours a room means to be empty: they are no gap of its roster."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from duty.models import IntendedGap
from duty.services.roster import hours
from policeroom.common import audit
from policeroom.common.errors import DomainError
from stations.models import Station

OWN = "rows of a room its caller fetched through the scope"
FACTS = ("starts_at", "ends_at", "reason")


@transaction.atomic
def add_gap(
    *, station: Station, starts_at: dt.datetime, ends_at: dt.datetime, reason: str, by: Any
) -> IntendedGap:
    """Record hours that are meant to be empty.

    Source: 第十六条. Reading: they change what counts as a gap of the roster, and nothing an order
    (第十五条) or a 24-hour presence (第九条) asks for.
    Raises: DomainError if some of the hours are meant to be empty already, with those;
    ValidationError if the end does not lie after the start.
    """
    Station.objects.unscoped(OWN).select_for_update().get(pk=station.pk)
    row = IntendedGap(
        station=station, starts_at=starts_at, ends_at=ends_at, reason=reason, recorded_by=by
    )
    row.full_clean(exclude=["org_path"])
    rows = IntendedGap.objects.unscoped(OWN).filter(station=station, struck_at__isnull=True)
    other = rows.filter(starts_at__lt=ends_at, ends_at__gt=starts_at).first()
    if other is not None:
        raise DomainError(
            _("These hours are already meant to be empty: %(hours)s (%(reason)s).")
            % {"hours": hours(other.starts_at, other.ends_at), "reason": other.reason},
            field="starts_at",
        )
    row.save()
    audit.record("roster.gap", by=by, obj=row, after=audit.snapshot(row, FACTS))
    return row


@transaction.atomic
def strike_gap(*, gap: IntendedGap, by: Any, at: dt.datetime) -> IntendedGap:
    """Say that the hours are to be filled after all; the row stays in the trail.

    Raises: DomainError if it is already struck.
    """
    row: IntendedGap = IntendedGap.objects.unscoped(OWN).select_for_update().get(pk=gap.pk)
    if row.struck_at is not None:
        raise DomainError(_("These hours are already struck."))
    row.struck_at = at
    row.save(update_fields=["struck_at"])
    audit.record("roster.gap-strike", by=by, obj=row, before=audit.snapshot(row, FACTS))
    return row
