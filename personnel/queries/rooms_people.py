"""Who holds a post in one room on a day, and whether they count there."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from personnel.models import Absence, Assignment, Secondment
from personnel.models.secondments import APPROVED
from personnel.strength import StrengthRules
from policeroom.common.models import Interval
from stations.models import Station


@dataclass(frozen=True, slots=True)
class Member:
    """A post in the room on the day; `away_since` where the holder is absent or seconded."""

    post: Assignment
    away_since: dt.date | None
    seconded: bool
    counts: bool


def members_of(station: Station, day: dt.date, *, day_rules: StrengthRules) -> list[Member]:
    """Posts of a room in view, those that count first.

    Source: JS-08-1 (规范第八条): secondary posts never count; absent and seconded holders count
    for the days of P-08d and P-08e.
    """
    posts = list(
        Assignment.objects.unscoped("posts of a room in view")
        .filter(Interval.valid_on(day), station=station)
        .select_related("person", "named_university")
        .order_by("-is_primary", "post", "id")
    )
    people = [post.person_id for post in posts]
    absent = _since(Absence, Q(struck_at__isnull=True), people, day)
    seconded = _since(Secondment, APPROVED, people, day)
    members = []
    for post in posts:
        pk = post.person_id
        kept = _still(absent.get(pk), day, day_rules.absent_counts_for) and _still(
            seconded.get(pk), day, day_rules.seconded_counts_for
        )
        since = seconded.get(pk) or absent.get(pk)
        members.append(Member(post, since, pk in seconded, post.is_primary and kept))
    return sorted(members, key=lambda member: not member.counts)


def _since(model: Any, holds: Q, people: list[int], day: dt.date) -> dict[int, dt.date]:
    """Person -> first day away, of those who are away on the day."""
    rows = model.objects.unscoped("people of a room in view").filter(
        Interval.valid_on(day), holds, person__in=people
    )
    return dict(rows.values_list("person_id", "valid_from"))


def _still(since: dt.date | None, day: dt.date, days: int) -> bool:
    """Whether somebody who is away since then still counts on the day."""
    return since is None or (day - since).days < days
