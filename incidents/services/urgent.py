"""重大情况即时通报: raise, report, notify, act (第十四条(四))."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from incidents.deadline_kinds import URGENT_NOTIFY
from incidents.enums import Precision
from incidents.enums_clocks import OTHER_SIDE, Side
from incidents.models import Incident, UrgentMeasure, UrgentNotice, UrgentSide
from incidents.services.clocks import next_number, replay, tell, to_minute
from incidents.services.guards import local, refuse_before, refuse_future, require_operating
from incidents.services.urgent_sides import (
    check_instant,
    locked_notice,
    notice_of,
    refresh_clocks,
    set_known,
    set_report,
)
from policeroom.common import audit
from policeroom.common.clients import digest, replayed
from policeroom.common.clock import ZONE
from policeroom.common.deadlines import meet_deadline
from policeroom.common.errors import DomainError
from policeroom.common.roles import Role
from stations.models import Station

SERIES: Final = "ZD"
#: Who is told at once that a notice was raised.
SUPERIORS: Final = frozenset({Role.COUNTY, Role.CITY, Role.COMMAND})
FACTS = ("number", "summary", "place_text", "occurred_at", "known_at", "incident")


@transaction.atomic
def raise_notice(
    *,
    station: Station,
    summary: str,
    side: str,
    known_at: dt.datetime,
    by: Any,
    now: dt.datetime,
    incident: Incident | None = None,
    place_text: str = "",
    occurred_at: dt.datetime | None = None,
    client_uuid: uuid.UUID | None = None,
) -> UrgentNotice:
    """Raise a notice of a major situation; the clocks of the side that knows start at `known_at`.

    Source: 第十四条(四). An incident has one notice that counts: a second tap returns it. The
    superiors find it in their inbox at once; that is no report, the report is recorded by people.
    Raises: ConflictError for other content under a used `client_uuid`; DomainError on an instant
    to come, or known before it happened.
    """
    values = {
        "summary": summary.strip(),
        "place_text": place_text.strip(),
        "occurred_at": occurred_at,
        "incident": incident,
    }
    earlier, client = replay(
        UrgentNotice,
        station=station,
        client_uuid=client_uuid,
        side=side,
        known_at=known_at,
        **values,
    )
    if earlier is None and incident is not None:
        earlier = incident.urgent_notices.filter(struck_at__isnull=True).first()
    if earlier is not None:
        return earlier
    _check_known(known_at, occurred_at, now=now)
    require_operating(station, on=known_at.astimezone(ZONE).date())
    row = UrgentNotice(
        station=station,
        org_path=station.org_path,
        known_at=known_at,
        number=next_number(station=station, series=SERIES, year=now.astimezone(ZONE).year),
        recorded_by=by,
        **values,
        **client,
    )
    row.full_clean()
    row.save(force_insert=True)
    sides = {
        code: UrgentSide.objects.create(notice=row, org_path=row.org_path, side=code)
        for code in Side.values
    }
    set_known(sides[side], known_at, by=by, note="")
    refresh_clocks(row, now=now)
    audit.record("urgent.raise", by=by, obj=row, after=audit.snapshot(row, FACTS))
    _tell_superiors(row, at=now)
    return row


def _check_known(
    known_at: dt.datetime, occurred_at: dt.datetime | None, *, now: dt.datetime
) -> None:
    refuse_future(known_at, now=now, field="known_at")
    refuse_future(occurred_at, now=now, field="occurred_at")
    if occurred_at is not None:
        refuse_before(known_at, occurred_at, field="known_at", what=_("the event"))


def raise_from_incident(*, incident: Incident, by: Any, now: dt.datetime) -> UrgentNotice:
    """One tap on an incident: the police knew when it was reported; nothing is typed again.

    Category and place make the summary: the narrative may name people and stays where it is.
    """
    exact = incident.reported_precision == Precision.EXACT
    known_at = to_minute(incident.reported_at if exact else now)
    occurred = incident.occurred_from if incident.occurred_precision == Precision.EXACT else None
    what = incident.category or incident.get_kind_display()
    return raise_notice(
        station=incident.station,
        summary=f"{what} · {incident.number}",
        side=Side.POLICE,
        known_at=known_at,
        incident=incident,
        place_text=incident.place_text,
        occurred_at=occurred if occurred is not None and occurred <= known_at else None,
        by=by,
        now=now,
    )


@transaction.atomic
def state_known(
    *, side: UrgentSide, known_at: dt.datetime, by: Any, now: dt.datetime, note: str = ""
) -> UrgentSide:
    """State when a side knew. Every statement is kept, the earliest one counts.

    Source: matrix D 23. The clocks follow: a correction to an earlier instant moves them, one to
    a later instant moves nothing.
    Raises: DomainError on an instant to come, or before it happened.
    """
    notice = notice_of(side)
    side = notice.sides.get(pk=side.pk)
    refuse_future(known_at, now=now, field="known_at")
    if notice.occurred_at is not None:
        refuse_before(known_at, notice.occurred_at, field="known_at", what=_("the event"))
    before = side.known_at
    set_known(side, known_at, by=by, note=note)
    refresh_clocks(notice, now=now)
    audit.record(
        "urgent.known",
        by=by,
        obj=notice,
        before={f"{side.side}_known_at": audit.plain(before)},
        after={
            f"{side.side}_known_at": audit.plain(side.known_at),
            "stated": audit.plain(known_at),
        },
    )
    return side


@transaction.atomic
def report_to_superior(
    *, side: UrgentSide, reported_at: dt.datetime, reported_to: str, by: Any, now: dt.datetime
) -> UrgentSide:
    """Record the first report of a side to its superior (JS-14-4a). Once.

    Raises: DomainError for a side that knows nothing, a second report with other facts, no unit, or
    an instant before it knew or to come.
    """
    notice = notice_of(side)
    side = notice.sides.get(pk=side.pk)
    if not reported_to.strip():
        raise DomainError(_("Enter the unit that took the report."), field="reported_to")
    if side.reported_at is not None:
        if side.reported_at == reported_at:
            return side
        raise DomainError(
            _("The first report was at %(at)s; it is recorded once.")
            % {"at": local(side.reported_at)}
        )
    check_instant(side, reported_at, now=now, field="reported_at")
    set_report(side, reported_at, reported_to.strip())
    audit.record(
        "urgent.report",
        by=by,
        obj=notice,
        after={"side": side.side, "reported_at": local(reported_at), "to": side.reported_to},
    )
    return side


@transaction.atomic
def notify_other_side(
    *, side: UrgentSide, notified_at: dt.datetime, by: Any, now: dt.datetime
) -> UrgentSide:
    """Record that a side told the other (JS-14-4b). The other side knows from then on. Once.

    Raises: DomainError as `report_to_superior`.
    """
    notice = notice_of(side)
    side = notice.sides.get(pk=side.pk)
    if side.notified_at is not None:
        if side.notified_at == notified_at:
            return side
        raise DomainError(
            _("The other side was told at %(at)s; it is recorded once.")
            % {"at": local(side.notified_at)}
        )
    check_instant(side, notified_at, now=now, field="notified_at")
    side.notified_at = notified_at
    side.save(update_fields=["notified_at"])
    meet_deadline(URGENT_NOTIFY, subject=side, at=notified_at)
    other = notice.sides.get(side=OTHER_SIDE[Side(side.side)])
    if other.known_at is None:
        set_known(other, notified_at, by=by, note=_("through the notice of the other side"))
        refresh_clocks(notice, now=now)
    audit.record(
        "urgent.notify",
        by=by,
        obj=notice,
        after={"side": side.side, "notified_at": local(notified_at)},
    )
    return side


@transaction.atomic
def record_measure(
    *,
    notice: UrgentNotice,
    side: str,
    text: str,
    taken_at: dt.datetime,
    by: Any,
    now: dt.datetime,
    client_uuid: uuid.UUID | None = None,
) -> UrgentMeasure:
    """Record what a side does against it (JS-14-4c). The first one also starts the disposal.

    Source: JS-14-4c, JS-14-4d. Raises: ConflictError for other content under a used `client_uuid`;
    DomainError on an empty text or an instant to come.
    """
    text = text.strip()
    if not text:
        raise DomainError(_("Write what is done."), field="text")
    notice = locked_notice(notice)
    fingerprint = digest({"notice": notice.pk, "side": side, "text": text, "at": taken_at})
    earlier = replayed(UrgentMeasure, client_uuid, fingerprint)
    if earlier is not None:
        return earlier
    refuse_future(taken_at, now=now, field="taken_at")
    row = UrgentMeasure(
        notice=notice,
        org_path=notice.org_path,
        side=side,
        text=text,
        taken_at=taken_at,
        recorded_by=by,
        client_uuid=client_uuid,
        client_digest=fingerprint if client_uuid else "",
    )
    row.full_clean()
    row.save(force_insert=True)
    if notice.disposal_started_at is None:
        notice.disposal_started_at = taken_at
        notice.save(update_fields=["disposal_started_at"])
    audit.record("urgent.measure", by=by, obj=notice, after={"side": side, "measure": row.pk})
    return row


@transaction.atomic
def start_disposal(
    *, notice: UrgentNotice, started_at: dt.datetime, by: Any, now: dt.datetime
) -> UrgentNotice:
    """Record when somebody began to act on it (JS-14-4d). Once.

    Raises: DomainError for a second start at another time, or an instant that cannot be.
    """
    notice = locked_notice(notice)
    if notice.disposal_started_at is not None:
        if notice.disposal_started_at == started_at:
            return notice
        raise DomainError(
            _("The disposal began at %(at)s; it is recorded once.")
            % {"at": local(notice.disposal_started_at)}
        )
    refuse_future(started_at, now=now, field="started_at")
    if notice.occurred_at is not None:
        refuse_before(started_at, notice.occurred_at, field="started_at", what=_("the event"))
    notice.disposal_started_at = started_at
    notice.save(update_fields=["disposal_started_at"])
    after = {"disposal_started_at": local(started_at)}
    audit.record("urgent.dispose", by=by, obj=notice, after=after)
    return notice


def _tell_superiors(notice: UrgentNotice, *, at: dt.datetime) -> None:
    tell(
        notice.org_path,
        SUPERIORS,
        at=at,
        kind="urgent",
        key=f"urgent-{notice.pk}",
        url=notice.get_absolute_url(),
        words=lambda: (
            _("Major situation: %(summary)s") % {"summary": notice.summary},
            notice.station.name,
        ),
    )
