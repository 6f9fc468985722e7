"""台账零报告: a month in which a ledger had nothing to enter (JS-11-5)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from incidents.enums_clocks import NOT_KEPT_YET, Ledger
from incidents.models import NilReturn
from incidents.queries.registers import entries_in
from policeroom.common import audit
from policeroom.common.clock import ZONE
from policeroom.common.errors import DomainError
from policeroom.common.periods import month_of
from stations.models import Station
from stations.services.guards import locked


@transaction.atomic
def file_nil_return(
    *, station: Station, ledger: str, month: dt.date, by: Any, now: dt.datetime
) -> NilReturn:
    """Say that a ledger had no entry in a month: from its last day on. Sent twice, it stands once.

    Source: JS-11-5 (规范第十一条; the list of ledgers is practice).
    Raises: DomainError for a month that has entries, has not reached its last day, or lies before
    the room opened, and for a ledger that is not kept yet.
    """
    wanted = Ledger(ledger)
    period = month_of(month)
    today = now.astimezone(ZONE).date()
    if wanted in NOT_KEPT_YET:
        raise DomainError(_("The %(ledger)s is not kept here yet.") % {"ledger": wanted.label})
    if today < period.last_day:
        raise DomainError(
            _("%(month)s is not over: a nil return is filed from %(day)s on.")
            % {"month": period.label, "day": period.last_day}
        )
    if period.end <= station.opened_on:
        raise DomainError(_("The room opened on %(day)s.") % {"day": station.opened_on})
    locked(station)
    rows = NilReturn.objects.unscoped("nil returns of a room its caller fetched")
    earlier = rows.filter(station=station, ledger=wanted, month=period.start).first()
    if earlier is not None:
        return earlier
    entries = entries_in(station, wanted, period)
    if entries:
        raise DomainError(
            _("%(month)s has %(count)d entries in the %(ledger)s: there is nothing to file.")
            % {"month": period.label, "count": entries, "ledger": wanted.label}
        )
    row = NilReturn(
        station=station,
        org_path=station.org_path,
        ledger=wanted,
        month=period.start,
        recorded_by=by,
    )
    row.full_clean()
    row.save(force_insert=True)
    after = {"ledger": str(wanted), "month": period.label}
    audit.record("registers.nil", by=by, obj=row, after=after)
    return row
