"""Who holds a post in one room on a day, and whether they count there."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from personnel.models import Absence, Assignment
from policeroom.common.models import Interval
from stations.models import Station


@dataclass(frozen=True, slots=True)
class Member:
    """A post in the room on the day; `away_since` where the holder is absent."""

    post: Assignment
    away_since: dt.date | None
    counts: bool


def members_of(station: Station, day: dt.date, *, counts_for: int) -> list[Member]:
    """Posts of a room in view, those that count first.

    Source: JS-08-1 (规范第八条): secondary posts never count, absent holders for `counts_for` days.
    """
    posts = list(
        Assignment.objects.unscoped("posts of a room in view")
        .filter(Interval.valid_on(day), station=station)
        .select_related("person", "named_university")
        .order_by("-is_primary", "post", "id")
    )
    away = dict(
        Absence.objects.unscoped("absences of people of a room in view")
        .filter(
            Interval.valid_on(day),
            person__in=[post.person_id for post in posts],
            struck_at__isnull=True,
        )
        .values_list("person_id", "valid_from")
    )
    members = []
    for post in posts:
        since = away.get(post.person_id)
        too_long = since is not None and (day - since).days >= counts_for
        members.append(Member(post, since, post.is_primary and not too_long))
    return sorted(members, key=lambda member: not member.counts)
