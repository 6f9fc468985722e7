"""Addresses and objects of the routines of term and vacation, of emergency plans and drills."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Final

from duty.levels import DutyLevel
from duty.services.arrangements import issue_arrangement
from duty.services.drills import record_drill
from duty.services.plans import issue_plan
from policeroom.accounts.models import User
from tests.matrix import Route
from tests.world import World

VIEW, ARRANGE, WRITE = "duty.view", "arrangements.edit", "plans.edit"
DRILL = "drills.record"

ROUTES: Final[dict[str, Route]] = {
    "duty:arrangement-list": Route(VIEW),
    "duty:arrangement-new": Route(ARRANGE),
    "duty:arrangement-copy": Route(ARRANGE),
    "duty:arrangement-detail": Route(VIEW, "arrangement", "", VIEW),
    "duty:arrangement-end": Route(ARRANGE, "arrangement", ARRANGE, VIEW),
    "duty:plan-list": Route(VIEW),
    "duty:plan-new": Route(WRITE),
    "duty:plan-detail": Route(VIEW, "plan", "", VIEW),
    "duty:plan-print": Route(VIEW, "plan", "", VIEW),
    "duty:plan-level": Route(VIEW, "plan-level", "", VIEW),
    "duty:plan-cell": Route(VIEW, "plan-cell", "", VIEW),
    "duty:plan-cell-edit": Route(WRITE, "plan-cell", WRITE, VIEW),
    "api:emergency-plan-list": Route(VIEW),
    "api:emergency-plan-detail": Route(VIEW, "plan", "", VIEW),
    "api:emergency-plan-cells": Route(WRITE, "plan", WRITE, VIEW),
    "duty:drill-list": Route(VIEW),
    "duty:drill-rooms": Route(VIEW),
    "duty:drill-new": Route(DRILL),
    "duty:drill-detail": Route(VIEW, "drill", "", VIEW),
    "duty:drill-correct": Route(DRILL, "drill", DRILL, VIEW),
    "api:drill-list": Route(VIEW),
    "api:drill-next": Route(VIEW),
    "api:drill-detail": Route(VIEW, "drill", "", VIEW),
    "api:duty-arrangement-list": Route(VIEW),
    "api:duty-arrangement-detail": Route(VIEW, "arrangement", "", VIEW),
    "api:duty-arrangement-end": Route(ARRANGE, "arrangement", ARRANGE, VIEW),
}
NOT_A_PAGE: Final[set[str]] = {name for name in ROUTES if name.startswith("api:")}
#: Opened from a level of a plan in force; `tests/e2e/test_duty_plans.py` edits one.
NEEDS_A_STATE: Final[set[str]] = {"duty:plan-cell-edit"}


def add_targets(world: World, add: Callable[..., None], author: User) -> None:
    """What each city fixed; a room, and everybody between it and the city, sees it."""
    for city, rooms in (
        (world.city_a, (world.station_a1, world.center_a, world.station_a2)),
        (world.city_b, (world.station_b1,)),
    ):
        code = city.org_path
        seen = {code, *(room.org_path for room in rooms)}
        row = issue_arrangement(
            unit=city,
            part="term",
            title=f"{city.area_name}平时勤务安排",
            document_no="矩阵",
            day_starts=dt.time(8),
            day_ends=dt.time(20),
            officer_on_workdays=True,
            auxiliary_every_day=True,
            suspends_weekly=False,
            valid_from=rooms[0].opened_on,
            by=author,
        )
        add("arrangement", f"routine of {city.area_name}", seen, code, pk=row.pk)
        plan = issue_plan(
            unit=city,
            title=f"{city.area_name}校园突发事件处置预案",
            document_no="矩阵",
            valid_from=rooms[0].opened_on,
            by=author,
        )
        label, level = f"plan of {city.area_name}", {"pk": plan.pk, "level": DutyLevel.TWO.value}
        add("plan", label, seen, code, pk=plan.pk)
        add("plan-level", label, seen, code, **level)
        add("plan-cell", label, seen, code, **level, kind="fire")
        for room in rooms:
            drill = record_drill(
                station=room,
                held_on=room.opened_on,
                title="矩阵",
                levels=[],
                incident_type="fire",
                participants=1,
                evaluation="矩阵",
                by=author,
                today=room.opened_on,
            )
            own = room.org_path
            add("drill", f"drill of {room.code}", {own}, own, pk=drill.pk)
