"""Urgent notices in every state that 第十四条(四) knows, raised through the services."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final

from incidents.enums import IncidentState
from incidents.enums_clocks import Side
from incidents.models import Incident, UrgentNotice
from incidents.services.clocks import to_minute
from incidents.services.urgent import (
    notify_other_side,
    raise_from_incident,
    raise_notice,
    record_measure,
    report_to_superior,
)
from incidents.services.urgent_ends import acknowledge, close_notice, judge, strike_notice
from policeroom.demo.stage import Stage
from stations.models import Station

MINUTE: Final = dt.timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Scene:
    """One notice: minutes ago, then minutes after the police knew; None did not happen."""

    summary: str
    place: str
    ago: int
    reported: int | None = None
    notified: int | None = None
    university_reported: int | None = None
    police_measure: int | None = None
    university_measure: int | None = None
    closed: int | None = None
    acknowledged: int | None = None
    concealed: bool | None = None
    struck: int | None = None


DAY: Final = 24 * 60
SCENES: Final = (
    Scene(
        "宿舍楼电气起火，已扑灭，无人受伤",
        "7号学生公寓",
        40 * DAY,
        reported=12,
        notified=5,
        university_reported=25,
        police_measure=8,
        university_measure=15,
        closed=180,
        acknowledged=20,
    ),
    Scene(
        "食堂多名学生身体不适，已送医",
        "第一食堂",
        75 * DAY,
        reported=55,
        notified=48,
        university_reported=130,
        police_measure=20,
        university_measure=60,
        closed=400,
        concealed=False,
    ),
    Scene(
        "实验室化学品泄漏，人员已疏散",
        "实验楼",
        110 * DAY,
        notified=20,
        university_reported=26 * 60,
        police_measure=10,
        closed=300,
        concealed=True,
    ),
    Scene("校门口大量人员聚集", "南门", 3 * 60, notified=15, police_measure=10),
    Scene("高处坠物砸坏车辆，现场已封闭", "教学楼A座", 26 * 60, police_measure=30),
    Scene("电梯困人，已全部救出", "图书馆", 20 * 60, police_measure=10, closed=120),
    Scene("燃气管道泄漏，正在处置", "第二食堂", 12),
    Scene("体测学生中暑晕倒数人，已联系救护车", "操场", 5, reported=3),
    Scene("误报：演练烟雾", "操场", 20 * DAY, struck=30),
)


def build_notices(stage: Stage, room: Station, *, officer: Any, superiors: dict[str, Any]) -> None:
    """Every scene at the room of the demonstration accounts, and one at each tenth other room.

    `superiors` holds the people of "county" and "city".
    """
    others = [other for other, _kept in stage.rooms if other.pk != room.pk]
    for scene in SCENES:
        play(scene, room, now=stage.now, by=officer, **superiors)
    for number, other in enumerate(others[::10]):
        scene = SCENES[number % len(SCENES)]
        play(scene, other, now=stage.now, by=stage.author, **superiors)
    _from_a_call(stage, room, officer)


def play(
    scene: Scene, room: Station, *, now: dt.datetime, by: Any, county: Any, city: Any
) -> UrgentNotice:
    """Raise a notice and let happen what had happened by `now`."""
    known = to_minute(now) - scene.ago * MINUTE
    notice = raise_notice(
        station=room,
        summary=scene.summary,
        side=Side.POLICE,
        known_at=known,
        occurred_at=known - 6 * MINUTE,
        place_text=scene.place,
        by=by,
        now=now,
    )
    if scene.struck is not None:
        return strike_notice(
            notice=notice, reason="演练误报", by=city, now=known + scene.struck * MINUTE
        )
    _reports(scene, notice, room, known, by=by, now=now)
    _measures(scene, notice, known, by=by, now=now)
    if scene.acknowledged is not None:
        at = known + scene.acknowledged * MINUTE
        acknowledge(notice=notice, by=county, now=at, unit=room.operator.name)
    if scene.closed is not None:
        close_notice(notice=notice, closed_at=known + scene.closed * MINUTE, by=by, now=now)
    if scene.concealed is not None:
        reason = "经核查，现场人员知情后未上报" if scene.concealed else "经核查属通讯不畅，未见隐瞒"
        judge(notice=notice, concealed=scene.concealed, reason=reason, by=city, now=now)
    return notice


def _reports(
    scene: Scene, notice: UrgentNotice, room: Station, known: dt.datetime, *, by: Any, now: Any
) -> None:
    police = notice.sides.get(side=Side.POLICE)
    if scene.notified is not None:
        at = known + scene.notified * MINUTE
        notify_other_side(side=police, notified_at=at, by=by, now=now)
    if scene.reported is not None:
        at = known + scene.reported * MINUTE
        to = f"{room.operator.name}指挥中心，电话"
        report_to_superior(side=police, reported_at=at, reported_to=to, by=by, now=now)
    if scene.university_reported is not None:
        university = notice.sides.get(side=Side.UNIVERSITY)
        at = known + scene.university_reported * MINUTE
        to = "学校党政办公室，电话"
        report_to_superior(side=university, reported_at=at, reported_to=to, by=by, now=now)


def _measures(
    scene: Scene, notice: UrgentNotice, known: dt.datetime, *, by: Any, now: dt.datetime
) -> None:
    taken = (
        (Side.POLICE, scene.police_measure, "设置警戒，疏散周边人员"),
        (Side.UNIVERSITY, scene.university_measure, "启动校内预案，安排人员值守"),
    )
    for side, minutes, text in taken:
        if minutes is not None:
            at = known + minutes * MINUTE
            record_measure(notice=notice, side=side, text=text, taken_at=at, by=by, now=now)


def _from_a_call(stage: Stage, room: Station, officer: Any) -> None:
    """One tap on the latest sudden event of the room."""
    calls = Incident.objects.unscoped("demo: the room of the demonstration accounts")
    call = (
        calls.filter(station=room, category__emergency=True, state=IncidentState.CLOSED)
        .select_related("category", "station")
        .order_by("-reported_at")
        .first()
    )
    if call is not None:
        notice = raise_from_incident(incident=call, by=officer, now=stage.now)
        at = notice.known_at + 20 * MINUTE
        report_to_superior(
            side=notice.sides.get(side=Side.POLICE),
            reported_at=min(at, to_minute(stage.now)),
            reported_to=f"{room.operator.name}指挥中心，系统",
            by=officer,
            now=stage.now,
        )
