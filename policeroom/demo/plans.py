"""Papers of the demonstration's cities: routines, one whole plan, one with holes; some drills."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any, Final

from duty.enums import LEVEL_CHOICES, ArrangementPart, PlanIncidentType
from duty.levels import DutyLevel
from duty.models import EmergencyPlan, PlanCell
from duty.services.arrangements import issue_arrangement
from duty.services.drills import record_drill
from duty.services.plans import issue_plan
from policeroom.accounts.models import User
from policeroom.demo.places import Places
from policeroom.demo.stage import Stage, write
from stations.models import OrgUnit, Station

SEED: Final = "plans-20260901"
DAY: Final = dt.timedelta(days=1)
#: Of every so many rooms of the province one has a drill on record; all of the own county have.
EVERY: Final = 12
#: Days back of the last drill: some are due again.
LAST_DRILL: Final = (20, 420)

#: Title, begin, end, officer on working days, auxiliary every day, briefing suspended.
ROUTINES: Final = {
    ArrangementPart.TERM: ("平时勤务安排", dt.time(7), dt.time(23), True, True, False),
    ArrangementPart.VACATION: ("寒暑假勤务安排", dt.time(8), dt.time(18), True, False, True),
}

#: Type of incident: duties, joint duty, requirements.
BY_TYPE: Final = {
    PlanIncidentType.MASS: (
        "维持现场秩序，疏导围观人员，守住校门和主干道。",
        "保卫处派员劝导，院系辅导员到场做工作，宣传部门统一口径。",
        "先劝导、后处置，全程录音录像，防止矛盾激化。",
    ),
    PlanIncidentType.VIOLENCE: (
        "控制行凶者，救护伤者，封控出入口。",
        "保卫处关闭邻近楼门，校医院出动急救，派出所接手侦办。",
        "两人以上同时出动，先控制、后救护，十分钟内到场。",
    ),
    PlanIncidentType.FIRE: (
        "组织疏散，清出消防通道，清点人数。",
        "保卫处启动微型消防站，后勤切断电气，消防救援队到场后移交指挥。",
        "先救人、后救物，三分钟内到达最近楼栋。",
    ),
    PlanIncidentType.MISSING: (
        "询问最后见面人，查看校内监控，划定查找范围。",
        "院系、宿管协助走访，派出所受理并扩大查找。",
        "接报即查，不等二十四小时。",
    ),
    PlanIncidentType.FALL: (
        "封控现场，救护，疏散围观人员。",
        "校医院急救，心理中心安抚同学，消防救援队架设气垫。",
        "不围观、不拍摄、不传播，保护当事人隐私。",
    ),
    PlanIncidentType.ONLINE: (
        "核实情况，联系发布人，报告网安部门。",
        "宣传部门回应，院系做好解释，网安部门指导处置。",
        "一小时内核清事实并上报，不与网民争论。",
    ),
    PlanIncidentType.DISASTER: (
        "转移低洼和危房区域人员，设置警戒，巡查险情。",
        "后勤抢险排水，学校开放避险场所，应急部门统一调度。",
        "预警发布后三十分钟内到岗到位。",
    ),
    PlanIncidentType.OTHER: (
        "先期处置，查明情况，及时报告。",
        "按事由通知学校相关部门和属地派出所。",
        "首接负责，处置完毕有反馈。",
    ),
}
#: Level: forces, tiers of reinforcement, and what it asks beyond the type's requirements.
BY_LEVEL: Final = {
    DutyLevel.THREE: (
        "当班民警一名、辅警一名先行到场。",
        "不足时由邻近警务室支援，派出所备勤。",
        "按日常勤务处置。",
    ),
    DutyLevel.TWO: (
        "民警一名、辅警两名，保安一组配合。",
        "第一梯次派出所值班组，第二梯次分局巡防队。",
        "巡逻每小时一次，情况随时报告。",
    ),
    DutyLevel.ONE: (
        "民警两名、辅警三名，全员在岗。",
        "第一梯次派出所全员，第二梯次分局机动队，第三梯次市局特警。",
        "重点部位定点值守，每两小时报告一次。",
    ),
    DutyLevel.ONE_PLUS: (
        "民警两名、辅警四名，分局派员进驻。",
        "市局统一调度，特警、交警就近前置。",
        "领导带班，每小时报告一次。",
    ),
}
#: What the plan with holes has not written: no disaster at all, and single elements.
UNWRITTEN: Final = {"disaster"}
LACKING: Final = {("online", "tiers"), ("fall", "joint_duty"), ("mass", "requirements")}

DRILLS: Final = (
    (
        "消防疏散演练",
        PlanIncidentType.FIRE,
        "三分钟内到场，疏散有序；楼梯间引导员不足，已增加两名。",
    ),
    ("持刀伤人处置演练", PlanIncidentType.VIOLENCE, "盾牌、钢叉配合熟练；报告用语不统一，已补训。"),
    ("人员走失查找演练", PlanIncidentType.MISSING, "监控回看用时偏长，已与保卫处约定调取办法。"),
    ("防汛转移演练", PlanIncidentType.DISASTER, "转移路线清楚；备用照明不足，已列入采购。"),
)


def build_plans(stage: Stage, places: Places) -> None:
    """Write the routines of every city, the plans of two, and drills."""
    rng = random.Random(SEED)  # noqa: S311 -- repeatable, not secret
    people = {user.username: user for user in User.objects.filter(is_demo=True)}
    begins = dt.date(stage.today.year - 1, 9, 1)
    for city in places.cities:
        for part in ArrangementPart:
            _routine(city, part, begins, by=stage.author)
    own = next(c for c in places.cities if people["990301"].org_path.startswith(c.org_path))
    other = next(c for c in places.cities if c != own)
    whole = _plan(own, begins, by=people["990201"], holes=False)
    _plan(other, begins, by=stage.author, holes=True)
    county = people["990301"].org_path
    for number, (room, _kept) in enumerate(stage.rooms):
        if room.org_path.startswith(county) or number % EVERY == 0:
            _drill(stage, room, whole, rng)


def _routine(city: OrgUnit, part: ArrangementPart, begins: dt.date, *, by: Any) -> None:
    title, starts, ends, officer, auxiliary, suspends = ROUTINES[part]
    issue_arrangement(
        unit=city,
        part=part,
        title=f"{city.area_name}高校警务室{title}",
        document_no=f"{city.area_name}公治〔{begins.year}〕32号",
        day_starts=starts,
        day_ends=ends,
        officer_on_workdays=officer,
        auxiliary_every_day=auxiliary,
        suspends_weekly=suspends,
        valid_from=begins,
        by=by,
    )


def _plan(city: OrgUnit, begins: dt.date, *, by: Any, holes: bool) -> EmergencyPlan:
    plan = issue_plan(
        unit=city,
        title=f"{city.area_name}高校突发事件处置预案",
        document_no=f"{city.area_name}公治〔{begins.year}〕40号",
        valid_from=begins,
        by=by,
    )
    write(
        [
            _cell(plan, DutyLevel(level), kind, holes=holes)
            for level, _label in LEVEL_CHOICES
            for kind in PlanIncidentType
            if not (holes and kind in UNWRITTEN)
        ]
    )
    return plan


def _cell(
    plan: EmergencyPlan, level: DutyLevel, kind: PlanIncidentType, *, holes: bool
) -> PlanCell:
    duties, joint_duty, requirements = BY_TYPE[kind]
    composition, tiers, beyond = BY_LEVEL[level]
    texts = {
        "duties": duties,
        "composition": composition,
        "tiers": tiers,
        "joint_duty": joint_duty,
        "requirements": f"{requirements}{beyond}",
    }
    if holes:
        texts = {name: "" if (kind, name) in LACKING else text for name, text in texts.items()}
    return PlanCell(plan=plan, level=level.value, incident_type=kind.value, **texts)


def _drill(stage: Stage, room: Station, whole: EmergencyPlan, rng: random.Random) -> None:
    title, kind, evaluation = rng.choice(DRILLS)
    held_on = max(room.opened_on, stage.today - rng.randint(*LAST_DRILL) * DAY)
    here = room.org_path.startswith(whole.org_path) and held_on >= whole.valid_from
    record_drill(
        station=room,
        held_on=held_on,
        title=title,
        levels=[rng.choice(list(DutyLevel)).value],
        incident_type=kind,
        participants=rng.randint(12, 160),
        evaluation=evaluation,
        plan=whole if here else None,
        document_no=f"演〔{held_on.year}〕{room.pk}号",
        proof="脚本、签到表和照片存警务室档案柜。",
        by=stage.author,
        today=stage.today,
    )
