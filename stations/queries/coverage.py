"""Facts behind 第四条, 第六条, 第七条 on one day: one query per kind of fact."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Q, QuerySet

from policeroom.common.scope import Range, range_q
from stations.enums import CampusStatus, LinkKind, StationKind, UniversityLevel, UniversityStatus
from stations.models import (
    Article6Designation,
    CampusVersion,
    CoverageLink,
    PopulationSnapshot,
    StationSuspension,
    StationVersion,
    UniversityVersion,
)

_WHY = "verdicts need whole universities; subjects are cut to the scope by compliance.evaluate"


@dataclass(slots=True)
class RoomFacts:
    """A police room as it was on the day; only rooms that had opened and not closed."""

    pk: int
    name: str
    kind: str
    path: str
    campus_id: int | None
    cluster_id: int | None
    area: Decimal | None
    operating: bool
    #: Distinct universities with a primary link (centres).
    universities: set[int] = field(default_factory=set)


@dataclass(slots=True)
class CampusFacts:
    """A campus as it was on the day."""

    pk: int
    name: str
    path: str
    university_id: int
    is_branch: bool
    active: bool
    population: int | None
    rooms: list[RoomFacts] = field(default_factory=list)
    centers: list[RoomFacts] = field(default_factory=list)


@dataclass(slots=True)
class UniversityFacts:
    """A university as it was on the day, with its campuses; the main campus first."""

    pk: int
    code: str
    name: str
    level: str
    path: str
    counted: bool
    designated: bool
    campuses: list[CampusFacts] = field(default_factory=list)

    @property
    def undergraduate(self) -> bool:
        """本科, including 职业本科 and independent colleges."""
        return self.level == UniversityLevel.UNDERGRADUATE

    @property
    def booking_path(self) -> str:
        """Where a finding about the whole university is booked.

        The county of the main campus, if that lies in the university's own area; else that area.
        """
        for campus in self.campuses:
            if not campus.is_branch and campus.path.startswith(self.path):
                return campus.path
        return self.path


@dataclass(frozen=True, slots=True)
class CoverageFacts:
    """Everything the coverage rules need on one day."""

    day: dt.date
    universities: dict[int, UniversityFacts]
    campuses: dict[int, CampusFacts]
    rooms: dict[int, RoomFacts]


def coverage_facts(day: dt.date, ranges: Iterable[Range]) -> CoverageFacts:
    """The facts of the given path ranges on `day`, in seven queries whatever their number."""
    ranges = tuple(ranges)
    here = range_q(ranges)
    rooms = _rooms(day, here)
    universities = _universities(day, here)
    campuses = _campuses(day, here, universities)
    for room in rooms.values():
        campus = campuses.get(room.campus_id) if room.campus_id else None
        if campus is not None and room.operating and room.kind == StationKind.STANDALONE:
            campus.rooms.append(room)
    for station_id, campus_id in _primary_links(day, ranges):
        center, campus = rooms.get(station_id), campuses.get(campus_id)
        if center is None or campus is None or not center.operating:
            continue
        center.universities.add(campus.university_id)
        campus.centers.append(center)
    return CoverageFacts(day, universities, campuses, rooms)


def _universities(day: dt.date, here: Q) -> dict[int, UniversityFacts]:
    versions = UniversityVersion.objects.filter(here, UniversityVersion.valid_on(day))
    designated = set(
        Article6Designation.objects.unscoped(_WHY)
        .filter(Article6Designation.valid_on(day), university__in=_subjects(versions))
        .values_list("university_id", flat=True)
    )
    rows = versions.order_by("org_path", "subject__code").values_list(
        "subject_id", "subject__code", "name", "level", "org_path", "status", "is_military"
    )
    return {
        pk: UniversityFacts(
            pk=pk,
            code=code,
            name=name,
            level=level,
            path=path,
            counted=status == UniversityStatus.ACTIVE and not military,
            designated=pk in designated,
        )
        for pk, code, name, level, path, status, military in rows
    }


def _campuses(
    day: dt.date, here: Q, universities: dict[int, UniversityFacts]
) -> dict[int, CampusFacts]:
    versions = CampusVersion.objects.filter(here, CampusVersion.valid_on(day))
    rows = (
        versions.filter(Q(subject__opened_on__isnull=True) | Q(subject__opened_on__lte=day))
        .order_by("is_branch", "subject__code")
        .values_list(
            "subject_id", "name", "org_path", "subject__university_id", "is_branch", "status"
        )
    )
    population = _population(day, versions)
    campuses: dict[int, CampusFacts] = {}
    for pk, name, path, university_id, is_branch, status in rows:
        university = universities.get(university_id)
        if university is None:
            continue
        campuses[pk] = CampusFacts(
            pk=pk,
            name=name,
            path=path,
            university_id=university_id,
            is_branch=is_branch,
            active=status == CampusStatus.ACTIVE,
            population=population.get(pk),
        )
        university.campuses.append(campuses[pk])
    return campuses


def _subjects(versions: QuerySet) -> QuerySet:
    """Ids of the subjects of the versions, so that what belongs to other provinces is not read.

    By the versions of the day, not by today's path: a subject may have moved since.
    """
    return versions.order_by().values("subject_id")


def _population(day: dt.date, versions: QuerySet[CampusVersion]) -> dict[int, int]:
    """Latest snapshot per campus with `as_of` on or before `day`; of one day the last recorded."""
    rows = (
        PopulationSnapshot.objects.unscoped(_WHY)
        .filter(as_of__lte=day, campus__in=_subjects(versions))
        .order_by("campus_id", "-as_of", "-id")
        .distinct("campus_id")
        .values_list("campus_id", "students", "staff")
    )
    return {campus_id: students + staff for campus_id, students, staff in rows}


def _rooms(day: dt.date, here: Q) -> dict[int, RoomFacts]:
    versions = StationVersion.objects.filter(here, StationVersion.valid_on(day))
    suspended = set(
        StationSuspension.objects.unscoped(_WHY)
        .filter(StationSuspension.valid_on(day), station__in=_subjects(versions))
        .values_list("station_id", flat=True)
    )
    rows = (
        versions.filter(subject__opened_on__lte=day)
        .filter(Q(subject__closed_on__isnull=True) | Q(subject__closed_on__gt=day))
        .order_by("org_path")
        .values_list(
            "subject_id", "name", "kind", "org_path", "campus_id", "cluster_id", "floor_area_m2"
        )
    )
    return {
        pk: RoomFacts(
            pk=pk,
            name=name,
            kind=kind,
            path=path,
            campus_id=campus_id,
            cluster_id=cluster_id,
            area=area,
            operating=pk not in suspended,
        )
        for pk, name, kind, path, campus_id, cluster_id, area in rows
    }


def _primary_links(day: dt.date, ranges: tuple[Range, ...]) -> list[tuple[int, int]]:
    return list(
        CoverageLink.objects.unscoped(_WHY)
        .filter(
            range_q(ranges, "station__org_path"),
            CoverageLink.valid_on(day),
            kind=LinkKind.PRIMARY,
        )
        .order_by("station_id", "campus_id")
        .values_list("station_id", "campus_id")
    )


def clusters_with_rooms(facts: CoverageFacts) -> dict[int, int]:
    """Operating centres per university town."""
    counts: dict[int, int] = defaultdict(int)
    for room in facts.rooms.values():
        if room.kind == StationKind.CENTER and room.operating and room.cluster_id is not None:
            counts[room.cluster_id] += 1
    return counts
