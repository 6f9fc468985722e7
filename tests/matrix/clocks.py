"""Addresses and objects of clocks, notices, transfers, leads, disputes, hazards, ledgers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, Final

from django.utils import timezone

from incidents.enums import IncidentKind, Source
from incidents.models import Incident
from incidents.queries.hazards import current_order, universities_of
from incidents.services.disputes import record_dispute
from incidents.services.filing import file_incident
from incidents.services.hazards import record_evidence, record_hazard
from incidents.services.leads import issue_lead
from incidents.services.outreach import record_activity
from incidents.services.tasks import assign_task
from incidents.services.transfers import make_transfer
from incidents.services.urgent import raise_notice
from policeroom.accounts.models import User
from stations.models import Station
from tests.matrix import Route
from tests.world import World

VIEW: Final = "incidents.view"
LISTS = ("clock", "transfer", "urgent", "lead", "task", "dispute", "screening", "hazard")
NEW = {
    "urgent-new": "urgent.report",
    "lead-new": "leads.issue",
    "task-new": "leads.issue",
    "dispute-new": "disputes.edit",
    "screening-new": "disputes.edit",
    "hazard-new": "hazards.edit",
    "evidence-new": "hazards.edit",
    "outreach-new": "outreach.edit",
}
READS = {
    "transfer-detail": "transfer",
    "urgent-detail": "urgent-notice",
    "lead-detail": "lead",
    "task-detail": "assigned-task",
    "dispute-detail": "dispute",
    "hazard-detail": "hazard",
    "outreach-detail": "outreach",
    "register-room": "station",
}
ACTS = {
    "transfer-new": ("call", "transfers.make"),
    "transfer-receipt": ("transfer", "transfers.receive"),
    "transfer-strike": ("transfer", "transfers.make"),
    "urgent-raise": ("call", "urgent.report"),
    "urgent-measure": ("urgent-notice", "urgent.report"),
    "urgent-dispose": ("urgent-notice", "urgent.report"),
    "urgent-acknowledge": ("urgent-notice", "urgent.receive"),
    "urgent-judge": ("urgent-notice", "urgent.judge"),
    "urgent-close": ("urgent-notice", "urgent.report"),
    "urgent-strike": ("urgent-notice", "urgent.judge"),
    "urgent-known": ("urgent-side", "urgent.report"),
    "urgent-report": ("urgent-side", "urgent.report"),
    "urgent-notify": ("urgent-side", "urgent.report"),
    "lead-answer": ("lead", "leads.answer"),
    "lead-strike": ("lead", "leads.issue"),
    "task-answer": ("assigned-task", "leads.answer"),
    "task-strike": ("assigned-task", "leads.issue"),
    **{
        f"dispute-{act}": ("dispute", "disputes.edit")
        for act in ("revise", "mediate", "follow-up", "close", "strike")
    },
    "hazard-extend": ("hazard", "hazards.order"),
    "hazard-strike": ("hazard", "hazards.order"),
    "hazard-recheck": ("hazard-order", "hazards.edit"),
    "evidence-strike": ("evidence", "hazards.edit"),
    "outreach-strike": ("outreach", "outreach.edit"),
    "register-nil": ("station", "registers.nil"),
}

ROUTES: Final[dict[str, Route]] = {
    **{f"incidents:{name}-list": Route(VIEW) for name in (*LISTS, "evidence", "outreach")},
    "incidents:register": Route(VIEW),
    **{f"incidents:{name}": Route(action) for name, action in NEW.items()},
    **{f"incidents:{name}": Route(VIEW, kind) for name, kind in READS.items()},
    **{f"incidents:{name}": Route(act, kind, act) for name, (kind, act) in ACTS.items()},
}
#: POST only: one tap, no page of its own.
NOT_A_PAGE: Final[set[str]] = {"incidents:urgent-raise"}
NEEDS_A_STATE: Final[set[str]] = set()


def add_targets(world: World, add: Callable[..., None], author: User) -> None:
    """One record of every kind in own, sibling, other-county and other-city rooms."""
    for room in (world.station_a1, world.center_a, world.station_a2, world.station_b1):
        for kind, pk in _records(room, author).items():
            add(kind, f"{kind} of {room.code}", {room.org_path}, room.org_path, pk=pk)


def _records(room: Station, by: User) -> dict[str, int]:
    now = timezone.now()
    who: dict[str, Any] = {"by": by, "now": now}
    incident = _call(room, **who)
    transfer = make_transfer(
        incident=incident,
        what="case",
        receiver_kind="precinct",
        receiver_name="派出所",
        handed_at=now,
        **who,
    )
    notice = raise_notice(station=room, summary="起火", side="police", known_at=now, **who)
    given = {"station": room, "issuer": room.operator, "received_at": now, **who}
    hazard = record_hazard(
        station=room,
        place_text="食堂",
        description="线路老化",
        found_at=now,
        responsible="后勤",
        due_on=timezone.localdate() + dt.timedelta(days=9),
        **who,
    )
    return {
        "call": _call(room, **who).pk,
        "transfer": transfer.pk,
        "urgent-notice": notice.pk,
        "urgent-side": notice.sides.get(side="police").pk,
        "lead": issue_lead(reference_no="1", **given).pk,
        "assigned-task": assign_task(title="t", due_at=now + dt.timedelta(days=1), **given).pk,
        "dispute": _dispute(room, **who),
        "hazard": hazard.pk,
        "hazard-order": current_order(hazard).pk,
        **_of_university(room, **who),
    }


def _call(room: Station, **who: Any) -> Incident:
    return file_incident(
        station=room,
        kind=IncidentKind.REPORT,
        narrative="南门两车相碰",
        reported_at=who["now"],
        source=Source.FORM,
        **who,
    )


def _dispute(room: Station, **who: Any) -> int:
    return record_dispute(
        station=room,
        kind="noise",
        place_text="宿舍",
        summary="噪声",
        found_on=timezone.localdate(),
        risk="low",
        route="joint",
        **who,
    ).pk


def _of_university(room: Station, **who: Any) -> dict[str, int]:
    today = timezone.localdate()
    university = universities_of(room, on=today)[0]
    evidence = record_evidence(
        station=room, university=university, kind="drill", held_on=today, **who
    )
    activity = record_activity(
        station=room,
        title="讲座",
        held_on=today,
        topics=["drugs"],
        form="lecture",
        universities=[university],
        audience_count=1,
        **who,
    )
    return {"evidence": evidence.pk, "outreach": activity.pk}
