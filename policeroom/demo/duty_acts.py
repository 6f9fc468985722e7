"""Duty of the demonstration: a 24-hour presence that was kept, one to come, and directives."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django.db.models import QuerySet

from duty.enums import TriggerKind
from duty.models import Trigger
from duty.queries.orders import rooms_of
from duty.services.directives import acknowledge_directive, give_feedback, send_directive
from duty.services.presence import enter_stay
from duty.services.reinforcements import send_reinforcement
from duty.services.triggers import declare_trigger
from personnel.enums import PersonKind
from personnel.models import Person
from policeroom.accounts.models import User
from policeroom.common.clock import ZONE
from policeroom.demo.stage import Stage
from stations.models import OrgUnit, Station

MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)
#: For so many rooms the past 24-hour presence was.
ROOMS: Final = 5
WHOLE: Final = "the demonstration's own rooms and people"


def build_duty_acts(stage: Stage) -> None:
    """Let the demonstration's county ask for officers, and instruct the room one signs in to."""
    people = {user.username: user for user in User.objects.filter(is_demo=True)}
    by, lead = people["990301"], people["990401"]
    county = OrgUnit.objects.unscoped(WHOLE).get(org_path=by.org_path, name=by.unit_name)
    room = Station.objects.unscoped(WHOLE).get(org_path=lead.org_path)
    _kept(stage, county, by)
    begins = dt.datetime.combine(stage.today + 2 * DAY, dt.time(8), ZONE)
    _declare(
        stage,
        county,
        by,
        begins,
        number=5,
        title="研究生入学考试安保",
        now=stage.now,
        targets=[county.org_path],
    )
    _instruct(stage, county, room, by, lead)


def _declare(
    stage: Stage,
    county: OrgUnit,
    by: Any,
    begins: dt.datetime,
    *,
    number: int,
    title: str,
    now: dt.datetime,
    targets: list[str],
) -> Trigger:
    return declare_trigger(
        issuer=county,
        number=f"{county.area_name}公驻〔{stage.today.year}〕{number}号",
        kind=TriggerKind.EVENT,
        title=title,
        targets=targets,
        starts_at=begins,
        ends_at=begins + DAY,
        by=by,
        now=now,
    )


def _kept(stage: Stage, county: OrgUnit, by: Any) -> None:
    """Last week from Tuesday evening for a day: the rooms' own officers have the days.

    The county has few officers to send for the night; where none came, the night stayed empty.
    """
    tuesday = stage.today - (stage.today.weekday() + 6) * DAY
    begins = dt.datetime.combine(tuesday, dt.time(18), ZONE)
    now, night, morning = begins - DAY, begins + 2 * HOUR, begins + 14 * HOUR
    rooms = list(rooms_of([county.org_path], on=tuesday)[:ROOMS])
    trigger = _declare(
        stage,
        county,
        by,
        begins,
        number=4,
        title="校园开放日安保",
        now=now,
        targets=[room.org_path for room in rooms],
    )
    for number, (room, helper) in enumerate(zip(rooms, _free(county), strict=False), start=1):
        send_reinforcement(
            trigger=trigger,
            station=room,
            person=helper,
            starts_at=night,
            ends_at=morning,
            order_no=f"{county.area_name}公援〔{stage.today.year}〕{number}号",
            by=by,
            now=now,
        )
        enter_stay(
            station=room,
            person=helper,
            came_at=night,
            left_at=morning,
            by=stage.author,
            at=stage.now,
        )


def _free(county: OrgUnit) -> QuerySet[Person]:
    """Officers of the bureau itself, without a post in a room."""
    people: QuerySet[Person] = Person.objects.unscoped(WHOLE).filter(
        unit=county, kind=PersonKind.OFFICER, assignments__isnull=True, left_on__isnull=True
    )
    return people.order_by("id")


def _instruct(stage: Stage, county: OrgUnit, room: Station, by: Any, lead: Any) -> None:
    """One directive done yesterday, one being carried out, one just sent."""
    now = stage.now
    texts = {
        1: (now - DAY, "报送本周值守安排。"),
        2: (now - HOUR, "核查北区宿舍门禁故障，恢复后回告。"),
        3: (now - 4 * MINUTE, "招聘会散场，派人到东门疏导，完毕后回告。"),
    }
    sent = {
        number: send_directive(
            issuer=county,
            station=room,
            number=f"指〔{stage.today.year}〕{number}号",
            text=text,
            by=by,
            now=at,
        )
        for number, (at, text) in texts.items()
    }
    acknowledge_directive(directive=sent[1], by=lead, now=now - DAY + 6 * MINUTE)
    give_feedback(
        directive=sent[1], feedback="值守表已报内保大队。", by=lead, now=now - DAY + 3 * HOUR
    )
    acknowledge_directive(directive=sent[2], by=lead, now=now - 50 * MINUTE)
