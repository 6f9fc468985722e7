"""Hazards of every room with their orders, extensions and rechecks (JS-13-3b)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.deadline_kinds import HAZARD_RECHECK
from incidents.enums_clocks import OrderKind, RecheckResult
from incidents.models import Hazard, HazardOrder, HazardRecheck
from incidents.services.hazards import SERIES
from policeroom.common.models import Deadline
from policeroom.demo.stage import BACK_DAYS, Stage, clock, end_of, number_rows, opened_at, write
from stations.models import Station

HAZARDS_FOUND: Final = (
    ("3号学生公寓", "楼梯间堆放杂物，堵住疏散通道", "学生工作处"),
    ("实验楼", "危险化学品柜未上锁", "实验室管理处"),
    ("第一食堂", "后厨线路老化，插座发热", "后勤管理处"),
    ("体育馆", "应急照明三处不亮", "体育部"),
    ("图书馆", "消防栓前放置书架", "图书馆"),
    ("地下停车场", "监控死角两处", "保卫处"),
    ("快递站", "电动车在室内充电", "后勤管理处"),
    ("操场", "看台护栏松动", "基建处"),
)
STILL_TO_DO: Final = "部分已整改，剩余部分需采购配件"


@dataclass(slots=True)
class Course:
    """A hazard with its orders; `ends` holds when each order was extended, if it was."""

    hazard: Hazard
    orders: list[HazardOrder] = field(default_factory=list)
    rechecks: list[HazardRecheck] = field(default_factory=list)
    ends: dict[int, dt.datetime] = field(default_factory=dict)


def build_hazards(stage: Stage) -> list[Deadline]:
    """Hazards of the whole province; returns their clocks."""
    courses = [
        _course(stage, room, kept=kept) for room, kept in stage.rooms for _number in range(4)
    ]
    number_rows([c.hazard for c in courses], SERIES, lambda row: timezone.localdate(row.found_at))
    write([course.hazard for course in courses])
    write([order for course in courses for order in course.orders])
    write([recheck for course in courses for recheck in course.rechecks])
    return [found for course in courses for found in _order_clocks(course)]


def _course(stage: Stage, room: Station, *, kept: bool) -> Course:
    place, what, responsible = stage.rng.choice(HAZARDS_FOUND)
    found = max(stage.ago(stage.rng.randint(2, BACK_DAYS)), opened_at(room))
    due = timezone.localdate(found) + dt.timedelta(days=stage.rng.randint(10, 25))
    hazard = Hazard(
        station=room,
        org_path=room.org_path,
        campus=room.campus,
        place_text=place,
        description=what,
        found_at=found,
        responsible=responsible,
        due_on=due,
        recorded_by=stage.author,
    )
    course = Course(hazard)
    _add_order(course, OrderKind.ORDER, found, due)
    roll = stage.rng.random()
    decided = found + dt.timedelta(days=6)
    if roll < 0.1 and decided <= stage.now:
        course.ends[0] = decided
        further = due + dt.timedelta(days=15)
        _add_order(course, OrderKind.EXTENSION, decided, further, reason="配件采购周期较长")
    if _recheck(stage, course, kept=kept, fixed=roll < 0.85):
        return course
    if course.rechecks:
        again = course.rechecks[-1].checked_at
        further = timezone.localdate(again) + dt.timedelta(days=10)
        _add_order(course, OrderKind.FURTHER, again, further, reason=STILL_TO_DO)
        _recheck(stage, course, kept=kept, fixed=True)
    return course


def _add_order(
    course: Course, kind: str, at: dt.datetime, due: dt.date, *, reason: str = ""
) -> None:
    hazard = course.hazard
    hazard.due_on = due
    number = f"海公限改〔{at.year}〕{at:%m%d}号" if kind != OrderKind.FURTHER else ""
    course.orders.append(
        HazardOrder(
            hazard=hazard,
            org_path=hazard.org_path,
            kind=kind,
            issued_at=at,
            due_on=due,
            document_no=number,
            reason=reason,
            recorded_by=hazard.recorded_by,
        )
    )


def _recheck(stage: Stage, course: Course, *, kept: bool, fixed: bool) -> bool:
    """Recheck by the latest order, if it was done at all; True if it closed the hazard."""
    order = course.orders[-1]
    checked = stage.done(order.issued_at, end_of(order.due_on), kept=kept)
    if checked is None:
        return False
    course.rechecks.append(
        HazardRecheck(
            order=order,
            org_path=order.org_path,
            checked_at=checked,
            result=RecheckResult.FIXED if fixed else RecheckResult.NOT_FIXED,
            note="" if fixed else STILL_TO_DO,
            recorded_by=stage.author,
        )
    )
    course.hazard.closed_at = checked if fixed else None
    return fixed


def _order_clocks(course: Course) -> Iterator[Deadline]:
    done = {recheck.order.pk: recheck.checked_at for recheck in course.rechecks}
    hazard = course.hazard
    what = {"number": hazard.number, "what": hazard.description}
    for place, order in enumerate(course.orders):
        yield clock(
            HAZARD_RECHECK,
            order,
            label=_("Recheck %(number)s: %(what)s") % what,
            url=hazard.get_absolute_url(),
            started_at=order.issued_at,
            due_at=end_of(order.due_on),
            done_at=done.get(order.pk),
            cancelled_at=course.ends.get(place),
        )
