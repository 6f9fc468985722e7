"""What hangs on clocks in every room: transfers, leads, tasks. Some rooms keep none late."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any, Final

from django.utils.translation import gettext as _

from incidents.deadline_kinds import LEAD_RESULT, TASK_RESULT, TRANSFER_RECEIPT
from incidents.enums import Disposition, EntryKind, IncidentState, ReceiverKind, TransferWhat
from incidents.enums_clocks import LeadResult
from incidents.models import AssignedTask, Incident, IncidentEntry, Lead, Transfer
from incidents.services.clocks import number_on, to_minute
from policeroom.common.deadlines import DeadlineKind
from policeroom.common.models import Deadline
from policeroom.demo.hazards import build_hazards
from policeroom.demo.stage import BACK_DAYS, STRUCK, Stage, clock, opened_at, write
from stations.models import Station

TASKS: Final = (
    "开展校园周边治安巡查",
    "核对校内重点部位清单",
    "反诈宣传进宿舍",
    "考试期间校门秩序维护",
    "校内电动车集中登记",
)
SIGNERS: Final = ("周明", "吴磊", "郑洁", "孙浩", "钱进", "冯丽", "陈斌", "蒋欣")


def build_follow_ups(stage: Stage, incidents: Iterable[Incident]) -> None:
    """Records with clocks of the whole province; dates follow from the day of the seed."""
    clocks = [
        *_transfers(stage, incidents),
        *_leads(stage),
        *_tasks(stage),
        *build_hazards(stage),
    ]
    write(clocks)


# --- transfers ------------------------------------------------------------------------------------


def _transfers(stage: Stage, incidents: Iterable[Incident]) -> list[Deadline]:
    """One transfer for every closed case (JS-13-6a), most of them received in time."""
    kept = {room.pk: kept for room, kept in stage.rooms}
    hours = dt.timedelta(hours=number_on("P-13c", stage.now))
    rows = [
        _transfer(stage, incident, hours, kept=kept[incident.station_id])
        for incident in incidents
        if _was_handed_over(incident)
    ]
    write(rows)
    lines = [line for row in rows for line in _lines(row, stage.author)]
    write(lines)
    return [
        clock(
            TRANSFER_RECEIPT,
            row,
            label=_("Receipt: %(transfer)s") % {"transfer": row},
            url=row.get_absolute_url(),
            started_at=row.handed_at,
            due_at=row.handed_at + hours,
            done_at=row.received_at,
        )
        for row in rows
    ]


def _was_handed_over(incident: Incident) -> bool:
    case = incident.category is not None and bool(incident.category.case_kind)
    handed = case or incident.disposition == Disposition.TRANSFERRED
    return incident.state == IncidentState.CLOSED and handed


def _transfer(stage: Stage, incident: Incident, hours: dt.timedelta, *, kept: bool) -> Transfer:
    assert incident.closed_at is not None  # noqa: S101 -- the caller chose closed ones
    handed = max(to_minute(incident.closed_at), to_minute(incident.reported_at))
    received = stage.done(handed, handed + hours, kept=kept)
    kind, name = _receiver(incident)
    return Transfer(
        incident=incident,
        org_path=incident.org_path,
        what=TransferWhat.CASE,
        receiver_kind=kind,
        receiver_name=name,
        handed_at=handed,
        document_no=f"海公移〔{handed.year}〕{stage.rng.randint(100, 9999)}号",
        received_at=received,
        received_by_name=stage.rng.choice(SIGNERS) if received else "",
        receipt_recorded_by=stage.author if received else None,
        recorded_by=stage.author,
    )


def _receiver(incident: Incident) -> tuple[str, str]:
    area = incident.station.operator.area_name
    code = incident.category.code if incident.category else ""
    if code.startswith("fraud"):
        return ReceiverKind.BRANCH, f"{area}刑侦大队"
    if incident.number.endswith("2"):
        return ReceiverKind.SERVICE_STATION, f"{area}校园警务服务站"
    return ReceiverKind.PRECINCT, f"{area}派出所"


def _lines(row: Transfer, author: Any) -> Iterator[IncidentEntry]:
    said = [({"transfer": ["", str(row)]}, row.handed_at)]
    if row.received_at is not None:
        said.append(({"receipt": ["", f"{row} · {row.received_by_name}"]}, row.received_at))
    for changes, at in said:
        yield IncidentEntry(
            incident=row.incident,
            org_path=row.org_path,
            kind=EntryKind.CHANGE,
            changes=changes,
            at=at,
            recorded_by=author,
        )


# --- leads and tasks ------------------------------------------------------------------------------


def _leads(stage: Stage) -> list[Deadline]:
    rows = [
        Lead(
            reference_no=f"海公线〔{facts['received_at'].year}〕{room.code}-{number}",
            due_named=True,
            result=stage.rng.choice(LeadResult.values) if facts["closed_at"] else "",
            **facts,
        )
        for room, kept in stage.rooms
        for number, facts in enumerate(_issued(stage, room, kept=kept), start=1)
    ]
    write(rows)
    return [
        _issued_clock(LEAD_RESULT, row, _("Lead %(number)s") % {"number": row.reference_no})
        for row in rows
    ]


def _tasks(stage: Stage) -> list[Deadline]:
    rows = [
        AssignedTask(
            title=TASKS[number % len(TASKS)],
            document_no=f"海公内保〔{facts['received_at'].year}〕{number + 20}号",
            result="已按要求完成并报送小结" if facts["closed_at"] else "",
            **facts,
        )
        for room, kept in stage.rooms
        for number, facts in enumerate(_issued(stage, room, kept=kept))
    ]
    write(rows)
    return [
        _issued_clock(TASK_RESULT, row, _("Task: %(title)s") % {"title": row.title}) for row in rows
    ]


def _issued(stage: Stage, room: Station, *, kept: bool) -> Iterator[dict[str, Any]]:
    """What a superior gave the room over the months; the last one is some days old."""
    days = sorted((stage.rng.randint(10, BACK_DAYS) for _number in range(3)), reverse=True)
    for back in (*days, stage.rng.randint(1, 4)):
        received = max(stage.ago(back), opened_at(room))
        due = received + dt.timedelta(days=stage.rng.choice((3, 5, 7, 10)))
        struck = stage.rng.random() < STRUCK
        done = None if struck else stage.done(received, due, kept=kept)
        yield {
            "station": room,
            "org_path": room.org_path,
            "issuer": room.operator,
            "issuer_name": room.operator.name,
            "received_at": received,
            "due_at": due,
            "closed_at": done,
            "closed_by": stage.author if done else None,
            "struck_at": received + dt.timedelta(minutes=10) if struck else None,
            "struck_by": stage.author if struck else None,
            "strike_reason": "重复下发" if struck else "",
            "recorded_by": stage.author,
        }


def _issued_clock(kind: DeadlineKind, row: Any, label: str) -> Deadline:
    return clock(
        kind,
        row,
        label=label,
        url=row.get_absolute_url(),
        started_at=row.received_at,
        due_at=row.due_at,
        done_at=row.closed_at,
        cancelled_at=row.struck_at,
    )
