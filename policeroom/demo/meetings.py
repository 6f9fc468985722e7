"""Meetings of the demonstration: two terms, most held in time, some late, some missed."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from meetings.enums import Mode, Side
from meetings.models import ActionItem, Meeting, MinutesVersion, Participant, Sitting
from meetings.regimes import REGIMES, RegimeRule
from meetings.services.meetings import plan_meeting
from meetings.services.obligations import materialise
from policeroom.accounts.models import User
from policeroom.common.clock import ZONE
from policeroom.common.parameters import parameters_on
from policeroom.common.periods import Period, periods_touching
from policeroom.demo.stage import Stage, write
from stations.enums import LinkKind
from stations.models import CoverageLink, Station, University

SEED: Final = "meetings-20260901"
MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)
#: Of a hundred meetings of a room that does not keep everything: missed, made up, entered late.
MISSED, MADE_UP, ENTERED_LATE = 6, 5, 3
LENGTH: Final = {"weekly": 30 * MINUTE, "monthly": 60 * MINUTE, "quarterly": 100 * MINUTE}
SAID: Final = {
    "calls": "本周期接处警情平稳，求助类居多，均已当场办结。",
    "cases": "无新发刑事案件；电动车被盗1起，已移交派出所。",
    "risks": "南门夜间照明不足，已书面提醒学校整改。",
    "figures": "警情总量与上周期基本持平，盗窃、纠纷类占比下降。",
    "priorities": "开展防诈骗宣传进宿舍；加强晚间校门秩序疏导。",
    "report": "通报本季度校园治安情况、案件办理和隐患整改情况。",
    "assessment": "电动车火灾和网络诈骗仍是主要风险。",
    "direction": "推进重点区域技防补点，组织联合演练一次。",
}
DECISIONS: Final = (
    ("南门至图书馆道路补装照明", "学校保卫处"),
    ("开展防诈骗主题宣传一次", "警务室"),
    ("清理楼道违规充电", "学校后勤处"),
)


@dataclass(slots=True)
class Held:
    """A meeting and what hangs on it, before either has a number."""

    meeting: Meeting
    sitting: Sitting
    minutes: MinutesVersion
    people: list[Participant]
    items: list[ActionItem]


def build_meetings(stage: Stage) -> None:
    """Write what every room owes and held."""
    rng = random.Random(SEED)  # noqa: S311 -- repeatable, not secret
    materialise(now=stage.now)
    since = dt.date.fromisoformat(parameters_on(stage.today)["P-14f"])
    covered = _covered()
    found = [
        held
        for room, kept in stage.rooms
        for regime in REGIMES.values()
        for period in _periods(stage, room, regime, since)
        for held in _held(stage, rng, room, regime, period, kept=kept, covered=covered)
    ]
    write([one.meeting for one in found])
    write([one.sitting for one in found])
    write([one.minutes for one in found])
    write([row for one in found for row in one.people])
    write([row for one in found for row in one.items])
    _plan(stage)


def _plan(stage: Stage) -> None:
    """The lead of the demonstration has planned the next briefing."""
    lead = User.objects.get(username="990401")
    room = Station.objects.unscoped("demo: the lead's room").get(org_path=lead.org_path)
    at = dt.datetime.combine(stage.today + DAY, dt.time(15), ZONE)
    plan_meeting(
        unit=room.unit,
        rooms=[room],
        regimes=["weekly"],
        planned_at=at,
        place="学校保卫处会议室",
        by=lead,
    )


def _covered() -> dict[int, University]:
    why = "demo: universities of centres"
    links = CoverageLink.objects.unscoped(why).filter(kind=LinkKind.PRIMARY, valid_to=None)
    rows = links.select_related("campus__university").order_by("-id")
    return {link.station_id: link.campus.university for link in rows}


def _periods(stage: Stage, room: Station, regime: RegimeRule, since: dt.date) -> Iterator[Period]:
    first = max(room.opened_on, since)
    for period in periods_touching(regime.period, first, stage.today):
        if period.start >= first:
            yield period


def _held(
    stage: Stage,
    rng: random.Random,
    room: Station,
    regime: RegimeRule,
    period: Period,
    *,
    kept: bool,
    covered: dict[int, University],
) -> Iterator[Held]:
    """The meeting of one period: none, in time, made up on the day after, or entered late."""
    roll, length = rng.randrange(100), (period.end - period.start).days
    day = period.start + (length // 2 + rng.randrange(-1, 2)) * DAY
    is_makeup = False
    entered = rng.randint(1, 20) * HOUR
    if not kept and roll < MISSED:
        return
    if not kept and roll < MISSED + MADE_UP:
        day, is_makeup = period.end + DAY, True
    elif not kept and roll < MISSED + MADE_UP + ENTERED_LATE:
        entered = 20 * DAY
    start = dt.datetime.combine(day, dt.time(rng.randint(9, 16), 30), ZONE)
    end = start + LENGTH[regime.code]
    if end + entered > stage.now:
        return
    mode = Mode.PHONE if regime.code == "weekly" and roll % 4 == 0 else Mode.ROOM
    place = "" if mode == Mode.PHONE else "警务室会议室"
    meeting = Meeting(
        unit=room.unit,
        org_path=room.org_path,
        planned_at=start,
        mode=mode,
        place=place,
        held_at=start,
        ended_at=end,
        entered_at=end + entered,
        entered_by=stage.author,
        recorded_by=stage.author,
    )
    yield Held(
        meeting,
        Sitting(
            meeting=meeting,
            station=room,
            org_path=room.org_path,
            regime=regime.code,
            serves_from=period.start,
            is_makeup=is_makeup,
        ),
        _minutes(meeting, regime, stage.author),
        _people(meeting, regime, room, covered),
        _items(meeting, regime, room, period, stage),
    )


def _minutes(meeting: Meeting, regime: RegimeRule, author: Any) -> MinutesVersion:
    return MinutesVersion(
        meeting=meeting,
        number=1,
        held_at=meeting.times.began,
        ended_at=meeting.times.ended,
        body={regime.code: {heading: {"text": SAID[heading]} for heading in regime.headings}},
        recorded_by=author,
    )


def _people(
    meeting: Meeting, regime: RegimeRule, room: Station, covered: dict[int, University]
) -> list[Participant]:
    university = room.campus.university if room.campus else covered.get(room.pk)
    found = []
    if university is not None:
        found.append(
            Participant(
                meeting=meeting,
                side=Side.UNIVERSITY,
                university=university,
                organisation=university.name,
                post="保卫处负责人",
                name="赵安",
            )
        )
    if regime.code == "quarterly":
        bureau = room.operator.name
        found += [
            Participant(meeting=meeting, side=side, organisation=bureau, post=post, name=name)
            for side, post, name in (
                (Side.LOCAL_POLICE, "派出所所长", "孙正"),
                (Side.POLICE_BRANCH, "治安大队民警", "李平"),
            )
        ]
    return found


def _items(
    meeting: Meeting, regime: RegimeRule, room: Station, period: Period, stage: Stage
) -> list[ActionItem]:
    """Every assessment decides something; what the last two decided is still open."""
    if regime.code != "monthly":
        return []
    text, owner = DECISIONS[room.pk % len(DECISIONS)]
    due = period.end + 20 * DAY
    is_done = due + 10 * DAY < stage.today
    return [
        ActionItem(
            meeting=meeting,
            station=room,
            org_path=room.org_path,
            regime=regime.code,
            text=text,
            owner=owner,
            due_on=due,
            first_due_on=due,
            done_on=due - 3 * DAY if is_done else None,
            result="已办结" if is_done else "",
            recorded_by=stage.author,
        )
    ]
