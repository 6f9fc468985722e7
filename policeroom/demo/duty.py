"""Duty of the demonstration: the strength of the levels, and three episodes of orders."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any, Final

from duty.levels import DutyLevel
from duty.models import DutyOrder, OrderReceipt
from duty.services.orders import approve_order, issue_order, revoke_order
from duty.services.receipts import WHOLE, carry_out
from duty.services.staffing import fix_strength
from policeroom.accounts.models import User
from policeroom.demo.places import Places
from policeroom.demo.stage import Stage
from stations.enums import StationKind
from stations.models import OrgUnit

SEED: Final = "duty-20260901"
MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)
#: Officers and auxiliaries of a room; a centre has one officer more.
STRENGTHS: Final = {
    DutyLevel.TWO: (1, 2),
    DutyLevel.ONE: (2, 3),
    DutyLevel.ONE_PLUS: (2, 4),
}
#: Minutes within which a room answers (P-15a), and how many of a hundred rooms do not.
IN_TIME, SILENT = 15, 8

MEASURES: Final = (
    "校门增设一岗，巡逻改为每小时一次。",
    "已与保卫处会商，增派保安，重点区域定点值守。",
    "全员到岗，检查装备，加密巡逻。",
)


def build_duty(stage: Stage, places: Places) -> None:
    """Write the tables of every city, then a past, an ended and a running order."""
    rng = random.Random(SEED)  # noqa: S311 -- repeatable, not secret
    people = {user.username: user for user in User.objects.filter(is_demo=True)}
    county = OrgUnit.objects.unscoped("the demonstration's own county").get(
        org_path=people["990301"].org_path, name=people["990301"].unit_name
    )
    city = next(row for row in places.cities if county.org_path.startswith(row.org_path))
    for unit in places.cities:
        _strengths(unit, stage)
    _holiday(stage, places.province, people["990101"], rng)
    _anniversary(stage, city, people["990201"], rng)
    _today(stage, county, people["990301"], rng, own=people["990401"].org_path)


def _strengths(city: OrgUnit, stage: Stage) -> None:
    for level, (officers, auxiliaries) in STRENGTHS.items():
        for kind in (StationKind.STANDALONE, StationKind.CENTER):
            fix_strength(
                unit=city,
                level=level,
                officers=officers + (kind == StationKind.CENTER),
                auxiliaries=auxiliaries,
                valid_from=dt.date(stage.today.year - 1, 9, 1),
                document_no=f"{city.area_name}公治〔{stage.today.year - 1}〕31号",
                station_kind=kind,
                by=stage.author,
            )


def _holiday(stage: Stage, province: OrgUnit, by: Any, rng: random.Random) -> None:
    """Five weeks ago the whole province stood on 二级 for four days."""
    begins = stage.ago(35)
    order = issue_order(
        issuer=province,
        number=f"海公勤〔{begins.year}〕12号",
        level=DutyLevel.TWO,
        title="节后返校高峰",
        reason="各高校集中返校，校门和周边人流密集。",
        targets=[province.org_path],
        starts_at=begins + 2 * HOUR,
        ends_at=begins + 4 * DAY,
        by=by,
        now=begins,
    )
    _answers(order, stage, rng)


def _anniversary(stage: Stage, city: OrgUnit, by: Any, rng: random.Random) -> None:
    """Twelve days ago a city raised itself to 一级加强, and ended it early."""
    begins = stage.ago(12)
    order = issue_order(
        issuer=city,
        number=f"{city.area_name}公勤〔{begins.year}〕7号",
        level=DutyLevel.ONE_PLUS,
        title="校庆活动安保",
        reason="校庆当日有大型活动，预计人流三万。",
        targets=[city.org_path],
        starts_at=begins + HOUR,
        ends_at=begins + 2 * DAY,
        by=by,
        now=begins,
    )
    order = approve_order(order=order, by=stage.author, now=begins + 10 * MINUTE)
    _answers(order, stage, rng)
    revoke_order(order=order, reason="活动结束，恢复日常勤务。", by=by, now=begins + 30 * HOUR)


def _today(stage: Stage, county: OrgUnit, by: Any, rng: random.Random, *, own: str) -> None:
    """A county raised itself five minutes ago, without an end; one room is still to answer."""
    begins = stage.now.replace(second=0, microsecond=0) - 5 * MINUTE
    order = issue_order(
        issuer=county,
        number=f"{county.area_name}公勤〔{begins.year}〕3号",
        level=DutyLevel.TWO,
        title="招聘会秩序维护",
        reason="校内招聘会，校外人员较多。",
        targets=[county.org_path],
        starts_at=begins,
        by=by,
        now=begins,
    )
    _answers(order, stage, rng, left_out=own)


def _answers(order: DutyOrder, stage: Stage, rng: random.Random, *, left_out: str = "") -> None:
    rows = OrderReceipt.objects.unscoped(WHOLE).filter(order=order).select_related("station")
    for row in rows.order_by("id"):
        at = row.opened_at + rng.randint(1, IN_TIME - 1) * MINUTE
        if rng.randrange(100) < SILENT or at > stage.now or row.org_path == left_out:
            continue
        carry_out(
            receipt=row,
            implementation=rng.choice(MEASURES),
            implemented_at=at,
            guards_added=rng.choice((None, 2, 4, 6)),
            by=stage.author,
            now=at,
        )
