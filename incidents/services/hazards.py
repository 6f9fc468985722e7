"""隐患排查整改: found, ordered, extended by decision, rechecked; and what universities keep."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from incidents.deadline_kinds import HAZARD_RECHECK
from incidents.enums_clocks import OrderKind, RecheckResult
from incidents.models import Hazard, HazardOrder, HazardRecheck, UniversityEvidence
from incidents.queries.hazards import current_order, universities_of
from incidents.services.clocks import next_number, refuse_struck, replay, strike
from incidents.services.guards import local, refuse_before, refuse_future, require_operating
from policeroom.common import audit
from policeroom.common.clients import digest, replayed
from policeroom.common.clock import ZONE
from policeroom.common.deadlines import cancel_deadline, meet_deadline, open_deadline
from policeroom.common.errors import DomainError
from stations.models import Campus, Station, University
from stations.services.guards import locked
from stations.services.guards import refuse_future as refuse_future_day

SERIES: Final = "YH"
FACTS = ("number", "place_text", "description", "found_at", "responsible", "due_on")
END_OF_DAY: Final = dt.time(23, 59, 59)


@transaction.atomic
def record_hazard(
    *,
    station: Station,
    place_text: str,
    description: str,
    found_at: dt.datetime,
    responsible: str,
    due_on: dt.date,
    by: Any,
    now: dt.datetime,
    campus: Campus | None = None,
    document_no: str = "",
    client_uuid: uuid.UUID | None = None,
) -> Hazard:
    """Record a hazard with the day it must be put right by; the recheck clock runs until then.

    Source: JS-13-3b (规范第十三条(三)): every hazard has a rectification due date.
    Raises: ConflictError for other content under a used `client_uuid`; DomainError on an instant
    to come, a due date before the finding, or a room that does not operate.
    """
    values = {
        "campus": campus,
        "place_text": place_text.strip(),
        "description": description.strip(),
        "found_at": found_at,
        "responsible": responsible.strip(),
        "due_on": due_on,
    }
    earlier, client = replay(
        Hazard, station=station, client_uuid=client_uuid, document_no=document_no, **values
    )
    if earlier is not None:
        return earlier
    refuse_future(found_at, now=now, field="found_at")
    day = found_at.astimezone(ZONE).date()
    if due_on < day:
        raise DomainError(
            _("The due date %(due)s lies before the finding (%(found)s).")
            % {"due": due_on, "found": day},
            field="due_on",
        )
    require_operating(station, on=day)
    row = Hazard(
        station=station,
        org_path=station.org_path,
        number=next_number(station=station, series=SERIES, year=day.year),
        recorded_by=by,
        **values,
        **client,
    )
    row.full_clean()
    row.save(force_insert=True)
    _order(row, OrderKind.ORDER, due_on, at=found_at, by=by, document_no=document_no)
    audit.record("hazards.record", by=by, obj=row, after=audit.snapshot(row, FACTS))
    return row


@transaction.atomic
def extend_hazard(
    *,
    hazard: Hazard,
    due_on: dt.date,
    document_no: str,
    reason: str,
    by: Any,
    now: dt.datetime,
) -> HazardOrder:
    """Extend the due date by a decision, as long as it has not passed.

    A date that passed without a recheck stays overdue: it is rechecked, and the recheck may set
    a further date. The clock of the old date falls away, the one of the new date runs.
    Raises: DomainError for a closed hazard, a date that passed, one that is not later, or a
    decision without number or reason.
    """
    row = locked(hazard)
    refuse_struck(row)
    _require_open(row)
    order = current_order(row)
    today = now.astimezone(ZONE).date()
    if order.due_on < today:
        raise DomainError(
            _("The due date %(due)s has passed. Recheck first; the recheck can set a further date.")
            % {"due": order.due_on}
        )
    if due_on <= order.due_on:
        raise DomainError(
            _("The new date must lie after %(due)s.") % {"due": order.due_on}, field="due_on"
        )
    if not document_no.strip():
        raise DomainError(_("Enter the number of the decision."), field="document_no")
    if not reason.strip():
        raise DomainError(_("Say why it takes longer."), field="reason")
    cancel_deadline(HAZARD_RECHECK, subject=order, at=now)
    new = _order(
        row,
        OrderKind.EXTENSION,
        due_on,
        at=now,
        by=by,
        document_no=document_no.strip(),
        reason=reason.strip(),
    )
    audit.record(
        "hazards.order",
        by=by,
        obj=row,
        before={"due_on": audit.plain(order.due_on)},
        after={"due_on": audit.plain(due_on), "document_no": new.document_no},
    )
    return new


@transaction.atomic
def recheck_hazard(
    *,
    order: HazardOrder,
    checked_at: dt.datetime,
    result: str,
    by: Any,
    now: dt.datetime,
    note: str = "",
    next_due_on: dt.date | None = None,
    client_uuid: uuid.UUID | None = None,
) -> HazardRecheck:
    """Recheck by the due date of an order: put right closes the hazard, else a further date runs.

    Source: JS-13-3b. Reading: the recheck itself meets the clock, whatever it finds.
    Raises: ConflictError for other content under a used `client_uuid`; DomainError for an order
    that no longer holds, an instant that cannot be, or a finding without note and further date.
    """
    row = locked(order.hazard)
    refuse_struck(row)
    note = note.strip()
    facts = {"checked_at": checked_at, "result": result, "note": note}
    fingerprint = digest({"order": order.pk, "next_due_on": next_due_on, **facts})
    earlier = replayed(HazardRecheck, client_uuid, fingerprint)
    if earlier is not None:
        return earlier
    _require_open(row)
    if current_order(row).pk != order.pk:
        raise DomainError(_("A later date holds by now. Recheck that one."))
    refuse_future(checked_at, now=now, field="checked_at")
    refuse_before(checked_at, row.found_at, field="checked_at", what=_("the finding"))
    _require_next(result, note, next_due_on, after=checked_at.astimezone(ZONE).date())
    recheck = HazardRecheck(
        order=order,
        org_path=row.org_path,
        recorded_by=by,
        client_uuid=client_uuid,
        client_digest=fingerprint if client_uuid else "",
        **facts,
    )
    recheck.full_clean()
    recheck.save(force_insert=True)
    meet_deadline(HAZARD_RECHECK, subject=order, at=checked_at)
    if result == RecheckResult.FIXED:
        row.closed_at = checked_at
        row.save(update_fields=["closed_at"])
    elif next_due_on is not None:
        _order(row, OrderKind.FURTHER, next_due_on, at=checked_at, by=by, reason=note)
    after = {"result": result, "checked_at": local(checked_at), "due_on": audit.plain(next_due_on)}
    audit.record("hazards.recheck", by=by, obj=row, after=after)
    return recheck


def strike_hazard(*, hazard: Hazard, reason: str, by: Any, now: dt.datetime) -> Hazard:
    """Strike a hazard entered by mistake; its clocks fall away.

    Raises: DomainError without a reason.
    """
    return strike(
        record=hazard,
        reason=reason,
        action="hazards.strike",
        by=by,
        now=now,
        clocks=[(HAZARD_RECHECK, order) for order in hazard.orders.all()],
    )


@transaction.atomic
def record_evidence(
    *,
    station: Station,
    university: University,
    kind: str,
    held_on: dt.date,
    by: Any,
    now: dt.datetime,
    document_no: str = "",
    note: str = "",
    client_uuid: uuid.UUID | None = None,
) -> UniversityEvidence:
    """Record a review of institutions, a plan on file or a drill of a university the room serves.

    Source: JS-13-3a, JS-13-3c, JS-13-3d (规范第十三条(三)).
    Raises: ConflictError for other content under a used `client_uuid`; DomainError for another
    university, a day to come, or a room that does not operate.
    """
    values = {
        "university": university,
        "kind": kind,
        "held_on": held_on,
        "document_no": document_no.strip(),
        "note": note.strip(),
    }
    earlier, client = replay(UniversityEvidence, station=station, client_uuid=client_uuid, **values)
    if earlier is not None:
        return earlier
    refuse_future_day(held_on, today=now.astimezone(ZONE).date(), field="held_on")
    require_operating(station, on=held_on)
    require_served(station, [university], on=held_on)
    row = UniversityEvidence(
        station=station, org_path=station.org_path, recorded_by=by, **values, **client
    )
    row.full_clean()
    row.save(force_insert=True)
    audit.record("hazards.evidence", by=by, obj=row, after=audit.snapshot(row, tuple(values)))
    return row


def strike_evidence(
    *, evidence: UniversityEvidence, reason: str, by: Any, now: dt.datetime
) -> UniversityEvidence:
    """Strike an entry made by mistake.

    Raises: DomainError without a reason.
    """
    return strike(record=evidence, reason=reason, action="hazards.evidence", by=by, now=now)


def require_served(station: Station, universities: list[University], *, on: dt.date) -> None:
    """The room serves each of the universities on the day.

    Raises: DomainError naming the first it does not serve.
    """
    served = {row.pk for row in universities_of(station, on=on)}
    for university in universities:
        if university.pk not in served:
            raise DomainError(
                _("%(university)s is not served by this room on %(day)s.")
                % {"university": university, "day": on},
                field="university",
            )


def _require_open(row: Hazard) -> None:
    if row.closed_at is not None:
        raise DomainError(_("The hazard was closed on %(at)s.") % {"at": local(row.closed_at)})


def _require_next(result: str, note: str, next_due_on: dt.date | None, *, after: dt.date) -> None:
    if result == RecheckResult.FIXED:
        if next_due_on is not None:
            raise DomainError(_("What is put right has no further date."), field="next_due_on")
        return
    if not note:
        raise DomainError(_("Say what is still to be done."), field="note")
    if next_due_on is None:
        raise DomainError(_("Set the day it must be put right by."), field="next_due_on")
    if next_due_on <= after:
        raise DomainError(
            _("The further date must lie after the recheck (%(day)s).") % {"day": after},
            field="next_due_on",
        )


def _order(
    row: Hazard,
    kind: str,
    due_on: dt.date,
    *,
    at: dt.datetime,
    by: Any,
    document_no: str = "",
    reason: str = "",
) -> HazardOrder:
    order = HazardOrder(
        hazard=row,
        org_path=row.org_path,
        kind=kind,
        issued_at=at,
        due_on=due_on,
        document_no=document_no,
        reason=reason,
        recorded_by=by,
    )
    order.full_clean()
    order.save(force_insert=True)
    if row.due_on != due_on:
        row.due_on = due_on
        row.save(update_fields=["due_on"])
    open_deadline(
        HAZARD_RECHECK,
        subject=order,
        org_path=row.org_path,
        label=_("Recheck %(number)s: %(what)s") % {"number": row.number, "what": row.description},
        started_at=at,
        due_at=dt.datetime.combine(due_on, END_OF_DAY, ZONE),
        url=row.get_absolute_url(),
    )
    return order
