"""移交: a case, person or item goes to the unit that goes on with it, against receipt."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from incidents.deadline_kinds import TRANSFER_RECEIPT
from incidents.enums import Disposition, EntryKind, Precision
from incidents.models import Incident, Transfer
from incidents.queries.transfers import RECEIVER_OF, live_transfers, receivers
from incidents.services.clocks import number_on, replay, to_minute
from incidents.services.filing import is_case
from incidents.services.guards import local, locked, refuse_before, refuse_future
from incidents.services.timeline import note_change, touch
from policeroom.common import audit
from policeroom.common.deadlines import cancel_deadline, meet_deadline, open_deadline
from policeroom.common.errors import DomainError
from stations.models import OrgUnit
from stations.services.guards import locked as held

FACTS = ("what", "description", "receiver_kind", "receiver_name", "handed_at", "document_no")


@transaction.atomic
def make_transfer(
    *,
    incident: Incident,
    what: str,
    handed_at: dt.datetime,
    by: Any,
    now: dt.datetime,
    receiver_unit: OrgUnit | None = None,
    receiver_kind: str = "",
    receiver_name: str = "",
    description: str = "",
    document_no: str = "",
    client_uuid: uuid.UUID | None = None,
) -> Transfer:
    """Hand over a case, person or item; the receipt clock starts (JS-13-6b, P-13c).

    Source: 第十三条(六): to the local precinct, a police service station or the competent branch.
    A unit of the tree says itself what it is; else kind and name are given. An open incident
    without a disposition becomes “transferred”, a disposition somebody chose stays.
    Raises: ConflictError for other content under a used `client_uuid`; DomainError on a receiver
    that may not be one, or an instant before the report or to come.
    """
    kind, name = _receiver(incident, receiver_unit, receiver_kind, receiver_name)
    values = {
        "what": what,
        "description": description.strip(),
        "receiver_kind": kind,
        "receiver_unit": receiver_unit,
        "receiver_name": name,
        "handed_at": handed_at,
        "document_no": document_no.strip(),
    }
    earlier, client = replay(
        Transfer,
        station=incident.station,
        client_uuid=client_uuid,
        incident=incident.pk,
        **values,
    )
    if earlier is not None:
        return earlier
    incident = locked(incident)
    _check(incident, handed_at, now=now)
    row = Transfer(
        incident=incident, org_path=incident.org_path, recorded_by=by, **values, **client
    )
    row.full_clean()
    row.save(force_insert=True)
    _await_receipt(row)
    _enter(incident, row, by=by, at=handed_at)
    audit.record("transfers.make", by=by, obj=row, after=audit.snapshot(row, FACTS))
    return row


@transaction.atomic
def receive_transfer(
    *,
    transfer: Transfer,
    received_at: dt.datetime,
    received_by_name: str,
    by: Any,
    now: dt.datetime,
) -> Transfer:
    """Record the receipt: when it was signed, and the name as on the receipt. Once.

    Source: JS-13-6b (规范第十三条(六)).
    Raises: DomainError for a struck transfer, a second receipt with other facts, or an instant
    before the hand-over or to come.
    """
    row = held(transfer)
    name = received_by_name.strip()
    if row.struck_at is not None:
        raise DomainError(_("This transfer is struck; there is nothing to receive."))
    if row.received_at is not None:
        if (row.received_at, row.received_by_name) == (received_at, name):
            return row
        raise DomainError(
            _("It was received on %(at)s by %(name)s. A receipt is recorded once.")
            % {"at": local(row.received_at), "name": row.received_by_name}
        )
    if not name:
        raise DomainError(_("Enter who signed for it."), field="received_by_name")
    refuse_future(received_at, now=now, field="received_at")
    refuse_before(received_at, row.handed_at, field="received_at", what=_("the hand-over"))
    row.received_at, row.received_by_name, row.receipt_recorded_by = received_at, name, by
    row.full_clean()
    row.save(update_fields=["received_at", "received_by_name", "receipt_recorded_by"])
    meet_deadline(TRANSFER_RECEIPT, subject=row, at=received_at)
    incident = row.incident
    changes = {"receipt": ["", f"{row} · {name}"]}
    note_change(incident, kind=EntryKind.CHANGE, changes=changes, by=by, at=received_at)
    touch(incident)
    audit.record("transfers.receive", by=by, obj=row, after={"received_at": local(received_at)})
    return row


@transaction.atomic
def strike_transfer(*, transfer: Transfer, reason: str, by: Any, now: dt.datetime) -> Transfer:
    """Strike a transfer that did not happen; its clock falls away. Sent twice, struck once.

    Source: JS-13-6a: a closed case keeps the transfer it was closed with.
    Raises: DomainError without a reason, or where the closed incident needs this transfer.
    """
    reason = reason.strip()
    if not reason:
        raise DomainError(_("Say why the transfer is struck."), field="reason")
    incident = locked(transfer.incident)
    row = held(transfer)
    if row.struck_at is not None:
        return row
    needed = is_case(incident) or incident.disposition == Disposition.TRANSFERRED
    others = live_transfers(incident).exclude(pk=row.pk).exists()
    if needed and not incident.is_open and not others:
        raise DomainError(
            _("The incident was closed with this transfer. Take it up again first, with a reason.")
        )
    row.struck_at, row.strike_reason = now, reason
    row.full_clean()
    row.save(update_fields=["struck_at", "strike_reason"])
    cancel_deadline(TRANSFER_RECEIPT, subject=row, at=now)
    changes = {"transfer": [str(row), ""]}
    note_change(incident, kind=EntryKind.CHANGE, changes=changes, by=by, at=now, text=reason)
    touch(incident)
    audit.record("transfers.strike", by=by, obj=row, after={"struck": reason})
    return row


def _receiver(incident: Incident, unit: OrgUnit | None, kind: str, name: str) -> tuple[str, str]:
    if unit is not None:
        if not receivers(incident.org_path).filter(pk=unit.pk).exists():
            raise DomainError(
                _("Choose a precinct of this county, or a branch of this county or city."),
                field="receiver_unit",
            )
        return RECEIVER_OF[unit.kind], unit.name
    if not name.strip():
        raise DomainError(_("Choose the receiving unit, or enter its name."), field="receiver_name")
    if not kind:
        raise DomainError(_("Say what kind of unit receives it."), field="receiver_kind")
    return kind, name.strip()


def _check(incident: Incident, handed_at: dt.datetime, *, now: dt.datetime) -> None:
    refuse_future(handed_at, now=now, field="handed_at")
    if incident.reported_precision == Precision.EXACT:
        reported = to_minute(incident.reported_at)
        refuse_before(handed_at, reported, field="handed_at", what=_("the report"))


def _await_receipt(row: Transfer) -> None:
    open_deadline(
        TRANSFER_RECEIPT,
        subject=row,
        org_path=row.org_path,
        label=_("Receipt: %(transfer)s") % {"transfer": row},
        started_at=row.handed_at,
        due_at=row.handed_at + dt.timedelta(hours=number_on("P-13c", row.handed_at)),
        url=row.get_absolute_url(),
    )


def _enter(incident: Incident, row: Transfer, *, by: Any, at: dt.datetime) -> None:
    changes: dict[str, list[Any]] = {"transfer": ["", str(row)]}
    if incident.is_open and not incident.disposition:
        changes["disposition"] = ["", str(Disposition.TRANSFERRED)]
        incident.disposition = Disposition.TRANSFERRED
        incident.save(update_fields=["disposition"])
    note_change(incident, kind=EntryKind.CHANGE, changes=changes, by=by, at=at)
    touch(incident)
