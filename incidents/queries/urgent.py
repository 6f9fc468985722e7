"""Reads of urgent notices: the list, one notice with its two sides, and what the rules say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone

from incidents import rules_clocks as rules
from incidents.enums_clocks import OTHER_SIDE, Side
from incidents.models import UrgentJudgement, UrgentMeasure, UrgentNotice, UrgentSide
from policeroom.common.managers import ScopedQuerySet
from policeroom.common.parameters import parameters_on
from policeroom.common.scope import Scope
from policeroom.common.verdicts import Verdict


def urgent_rows(scope: Scope) -> ScopedQuerySet:
    """Notices in view with the police side's instants and the latest decision: one query."""
    police = UrgentSide.objects.unscoped("sides of notices in view").filter(
        notice=OuterRef("pk"), side=Side.POLICE
    )
    judged = UrgentJudgement.objects.unscoped("decisions on notices in view").filter(
        notice=OuterRef("pk")
    )
    return (
        UrgentNotice.objects.within(scope, action="incidents.view")
        .select_related("station", "incident", "acknowledged_by", "recorded_by")
        .annotate(
            police_known_at=Subquery(police.values("known_at")[:1]),
            police_reported_at=Subquery(police.values("reported_at")[:1]),
            concealed=Subquery(judged.order_by("-id").values("concealed")[:1]),
        )
    )


def sides_of(notice: UrgentNotice) -> dict[str, UrgentSide]:
    """Both sides of a notice, by code (one query, plus one for their statements)."""
    rows = notice.sides.prefetch_related("statements__recorded_by")
    return {row.side: row for row in rows}


def measures_of(notice: UrgentNotice) -> QuerySet[UrgentMeasure]:
    """Measures of both sides, oldest first."""
    return notice.measures.select_related("recorded_by")


@dataclass(frozen=True, slots=True)
class SideVerdicts:
    """What the rules say about one side."""

    report: Verdict
    notify: Verdict


def side_verdicts(
    side: UrgentSide, other: UrgentSide, notice: UrgentNotice, *, now: dt.datetime
) -> SideVerdicts:
    """First report and notice to the other side, by the numbers of the day the side knew."""
    numbers = parameters_on(timezone.localdate(side.known_at or notice.known_at))
    return SideVerdicts(
        report=report_verdict(
            numbers,
            known_at=side.known_at,
            reported_at=side.reported_at,
            closed_at=notice.closed_at,
            now=now,
        ),
        notify=rules.notice_to_other_side(
            known_at=side.known_at,
            other_known_at=other.known_at,
            notified_at=side.notified_at,
            now=now,
            limit_minutes=int(numbers["P-14d-2"]),
        ),
    )


def report_verdict(
    numbers: Mapping[str, Any],
    *,
    known_at: dt.datetime | None,
    reported_at: dt.datetime | None,
    closed_at: dt.datetime | None,
    now: dt.datetime,
) -> Verdict:
    """JS-14-4a with the numbers of a day."""
    return rules.first_report(
        known_at=known_at,
        reported_at=reported_at,
        closed_at=closed_at,
        now=now,
        limit_minutes=int(numbers["P-14d"]),
        omitted_hours=int(numbers["P-14d-3"]),
    )


def other_of(sides: Mapping[str, UrgentSide], side: str) -> UrgentSide:
    """The side across."""
    return sides[OTHER_SIDE[Side(side)]]
