"""Secondments, appraisals, commendations and one accountability decision of the demonstration."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, Final

from personnel.enums import Post, TrainingKind
from personnel.models import Accountability, Appraisal, Assignment, Commendation, Person
from personnel.services.decisions import record_decision
from personnel.services.secondments import approve_secondment, ask_secondment
from personnel.services.trainings import record_trainings
from personnel.services.vacancies import settle_rooms_of
from policeroom.accounts.models import User
from policeroom.common.scope import range_q, subtree
from policeroom.demo.places import Places
from policeroom.demo.stage import Stage
from stations.models import OrgUnit, Station

WHOLE: Final = "the demonstration's own rooms and people"
DAY: Final = dt.timedelta(days=1)
#: A lead has been away for so many days: longer than a room keeps the post without a vacancy.
AWAY: Final = 40
RESULTS: Final = ("优秀", "良好", "良好", "合格")


def build_decisions(stage: Stage, places: Places) -> None:
    """What the county and the city of the demonstration accounts decided about people."""
    users = {user.username: user for user in User.objects.filter(is_demo=True)}
    county = OrgUnit.objects.unscoped(WHOLE).get(
        org_path=users["990301"].org_path, name=users["990301"].unit_name
    )
    city = next(row for row in places.cities if county.org_path.startswith(row.org_path))
    own = Person.objects.unscoped(WHOLE).get(user=users["990402"])
    _away(stage, county, city, users["990301"])
    _waiting(stage, city, own, users["990401"])
    _appraisals(stage, city, users["990201"])
    _commendations(stage, city, own, users["990201"])
    _qualification(stage, own)


def _leads(stage: Stage, area: OrgUnit) -> list[Assignment]:
    """Leads below a bureau who are neither away nor sign in to the demonstration, by room."""
    rows = Assignment.objects.unscoped(WHOLE).filter(
        range_q([subtree(area.org_path)]),
        is_primary=True,
        post=Post.LEAD,
        valid_from__lt=stage.today - (AWAY + 20) * DAY,
        valid_to__isnull=True,
        person__user__isnull=True,
        person__absences__isnull=True,
        station__closed_on__isnull=True,
    )
    return list(rows.select_related("person", "station").order_by("org_path", "id"))


def _away(stage: Stage, county: OrgUnit, city: OrgUnit, by: User) -> None:
    """A lead sent to the city: the room lacks an officer, and the post became vacant."""
    post = _leads(stage, county)[-1]
    first = stage.today - AWAY * DAY
    asked = stage.ago(AWAY + 6)
    row = ask_secondment(
        person=post.person,
        valid_from=first,
        last_day=None,
        ordered_by=city,
        order_no=f"{city.area_name[:2]}公借〔{first.year}〕17号",
        purpose="全市反诈专班",
        by=stage.author,
        at=asked,
    )
    number = f"{county.area_name[:2]}公批〔{first.year}〕8号"
    approve_secondment(secondment=row, approval_no=number, by=by, at=asked + DAY)
    settle_rooms_of(post.person, today=stage.today)


def _waiting(stage: Stage, city: OrgUnit, own: Person, by: User) -> None:
    """The room of the accounts asks for one of its officers; nobody has decided."""
    first = stage.today + 21 * DAY
    ask_secondment(
        person=own,
        valid_from=first,
        last_day=first + 13 * DAY,
        ordered_by=city,
        order_no=f"{city.area_name[:2]}公借〔{first.year}〕23号",
        purpose="实战教官培训班助教",
        by=by,
        at=stage.now,
    )


def _paper(stage: Stage, city: OrgUnit, room: Station, day: dt.date, number: int) -> dict[str, Any]:
    return {
        "station": room,
        "decided_by": city,
        "decided_on": day,
        "document_no": f"{city.area_name[:2]}公考〔{day.year}〕{number}号",
        "today": stage.today,
    }


def _appraisals(stage: Stage, city: OrgUnit, by: User) -> None:
    """Last year's round of the city, but for one room."""
    year = stage.today.year - 1
    decided = dt.date(stage.today.year, 1, 12)
    if decided > stage.today:
        year, decided = year - 1, dt.date(stage.today.year - 1, 1, 12)
    rooms = [
        room
        for room, _kept in stage.rooms
        if room.org_path.startswith(city.org_path) and room.opened_on <= decided
    ]
    for number, room in enumerate(rooms[:-1]):
        record_decision(
            Appraisal,
            **_paper(stage, city, room, decided, 3),
            year=year,
            scheme=f"{city.area_name}高校警务室年度考核办法",
            result=RESULTS[number % len(RESULTS)],
            by=by,
        )


def _commendations(stage: Stage, city: OrgUnit, own: Person, by: User) -> None:
    """One of a person, one of a room; and one lead was held to account."""
    room = Station.objects.unscoped(WHOLE).get(org_path=own.org_path)
    day = stage.today - 50 * DAY
    other, blamed = _leads(stage, city)[:2]
    record_decision(
        Commendation,
        **_paper(stage, city, room, day, 41),
        person=own,
        result="个人嘉奖",
        ground="电信网络诈骗预警劝阻及时，挽回学生损失",
        by=by,
    )
    record_decision(
        Commendation,
        **_paper(stage, city, other.station, day - 30 * DAY, 36),
        person=None,
        result="集体嘉奖",
        ground="校园安全防范工作成效明显",
        by=by,
    )
    record_decision(
        Accountability,
        **_paper(stage, city, blamed.station, day - 12 * DAY, 39),
        person=blamed.person,
        result="批评教育",
        ground="勤务命令签收超时",
        by=by,
    )


def _qualification(stage: Stage, own: Person) -> None:
    """A qualification that ends in three weeks."""
    done = stage.today - 344 * DAY
    record_trainings(
        people=[own],
        kind=TrainingKind.BRANCH,
        title="警用武器使用资格复训",
        completed_on=done,
        hours=Decimal(16),
        certificate_no=f"枪训{done.year}-0137",
        valid_until=stage.today + 21 * DAY,
        by=stage.author,
        today=stage.today,
    )
