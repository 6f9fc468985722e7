"""Facts that only a what-if needs: people of one campus, and whom centres would lose."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection

from policeroom.common.models import Interval
from stations.enums import LinkKind
from stations.models import Campus, CoverageLink, PopulationSnapshot


def people_on(campus: Campus, day: dt.date) -> int | None:
    """Students and staff of a campus in view, as last recorded up to `day`."""
    rows = PopulationSnapshot.objects.unscoped("people of a campus in view")
    found = rows.filter(campus=campus, as_of__lte=day).order_by("-as_of", "-id").first()
    return found.total if found is not None else None


def leaving_centers(campuses: Collection[Campus], day: dt.date) -> dict[int, frozenset[int]]:
    """For each centre the universities it covers first only through these campuses."""
    wanted = {campus.pk for campus in campuses}
    universities = {campus.university_id for campus in campuses}
    links = CoverageLink.objects.unscoped("centres of campuses in view").filter(
        Interval.valid_on(day), kind=LinkKind.PRIMARY, campus__university__in=universities
    )
    covered: dict[tuple[int, int], set[int]] = defaultdict(set)
    for center, university, campus in links.values_list(
        "station_id", "campus__university_id", "campus_id"
    ):
        covered[center, university].add(campus)
    leaving: dict[int, set[int]] = defaultdict(set)
    for (center, university), through in covered.items():
        if through <= wanted:
            leaving[center].add(university)
    return {center: frozenset(found) for center, found in leaving.items()}
