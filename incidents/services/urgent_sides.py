"""The two sides of an urgent notice: what they knew, and the clocks that follow from it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from incidents.deadline_kinds import URGENT_NOTIFY, URGENT_OMISSION, URGENT_REPORT
from incidents.enums_clocks import OTHER_SIDE, Side
from incidents.models import UrgentKnown, UrgentNotice, UrgentSide
from incidents.rules_clocks import effective_known_at, owes_notice
from incidents.services.clocks import number_on, refuse_struck
from incidents.services.guards import refuse_before, refuse_future
from policeroom.common.deadlines import (
    DeadlineKind,
    cancel_deadline,
    meet_deadline,
    open_deadline,
    restart_deadline,
)
from policeroom.common.errors import DomainError
from stations.services.guards import locked


def locked_notice(notice: UrgentNotice) -> UrgentNotice:
    """The notice as it stands now, held; a struck one is refused."""
    row = locked(notice)
    refuse_struck(row)
    return row


def notice_of(side: UrgentSide) -> UrgentNotice:
    """The notice of a side, held."""
    return locked_notice(side.notice)


def check_instant(side: UrgentSide, at: dt.datetime, *, now: dt.datetime, field: str) -> None:
    """An act of a side lies between its knowledge and now.

    Raises: DomainError with both instants.
    """
    if side.known_at is None:
        raise DomainError(_("Enter first when this side knew of it."))
    refuse_future(at, now=now, field=field)
    refuse_before(at, side.known_at, field=field, what=_("the side's knowledge"))


def set_report(side: UrgentSide, at: dt.datetime, to: str) -> None:
    """Write the first report and stop the clocks that wait for it."""
    side.reported_at, side.reported_to = at, to[:120]
    side.save(update_fields=["reported_at", "reported_to"])
    for kind in (URGENT_REPORT, URGENT_OMISSION):
        meet_deadline(kind, subject=side, at=at)


def set_known(side: UrgentSide, known_at: dt.datetime, *, by: Any, note: str) -> None:
    """Add a statement; the earliest of all counts."""
    UrgentKnown.objects.create(
        side=side, org_path=side.org_path, known_at=known_at, note=note[:200], recorded_by=by
    )
    side.known_at = effective_known_at(side.statements.values_list("known_at", flat=True))
    side.save(update_fields=["known_at"])


def refresh_clocks(notice: UrgentNotice, *, now: dt.datetime) -> None:
    """Let clocks and list order follow what the sides know."""
    sides = {row.side: row for row in notice.sides.all()}
    known = [row.known_at for row in sides.values() if row.known_at is not None]
    if min(known) != notice.known_at:
        notice.known_at = min(known)
        notice.save(update_fields=["known_at"])
    for code, side in sides.items():
        if side.known_at is None:
            continue
        minutes, hours = dt.timedelta(minutes=1), dt.timedelta(hours=1)
        report = side.known_at + number_on("P-14d", side.known_at) * minutes
        omission = side.known_at + number_on("P-14d-3", side.known_at) * hours
        notify = side.known_at + number_on("P-14d-2", side.known_at) * minutes
        _keep(URGENT_REPORT, notice, side, due_at=report)
        _keep(URGENT_OMISSION, notice, side, due_at=omission)
        other = sides[OTHER_SIDE[Side(code)]]
        if owes_notice(known_at=side.known_at, other_known_at=other.known_at):
            _keep(URGENT_NOTIFY, notice, side, due_at=notify)
        else:
            cancel_deadline(URGENT_NOTIFY, subject=side, at=now)


def _keep(
    kind: DeadlineKind, notice: UrgentNotice, side: UrgentSide, *, due_at: dt.datetime
) -> None:
    assert side.known_at is not None  # noqa: S101 -- callers skip sides that know nothing
    if restart_deadline(kind, subject=side, started_at=side.known_at, due_at=due_at):
        return
    open_deadline(
        kind,
        subject=side,
        org_path=notice.org_path,
        label=f"{notice} · {side.get_side_display()}",
        started_at=side.known_at,
        due_at=due_at,
        url=notice.get_absolute_url(),
    )
