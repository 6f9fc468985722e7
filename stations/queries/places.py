"""Reads of master data: what a reader sees of universities, campuses, bureaus and the calendar.

A university is seen by its own city and by every area it has a campus in; its campuses, rooms and
figures are seen only where they lie. Nothing here counts or names a campus outside the scope.
"""

from __future__ import annotations

import calendar as months
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce, JSONObject

from policeroom.common.managers import ScopedQuerySet
from policeroom.common.models import Interval
from policeroom.common.scope import Scope, range_q, subtree
from stations.calendar import working_days
from stations.enums import CampusStatus, DayKind, LinkKind, StationKind, UnitKind
from stations.models import (
    Article6Designation,
    CalendarDay,
    Campus,
    CampusVersion,
    Cluster,
    CoverageLink,
    OrgUnit,
    PopulationSnapshot,
    Station,
    StationVersion,
    University,
    UniversityVersion,
)

#: Population of a campus without a figure: sorts before every figure, and is never shown.
NO_FIGURE = -1
#: Every kind of unit except the rooms themselves, which have their own list.
BUREAU_KINDS = tuple(kind for kind in UnitKind if kind != UnitKind.STATION)


# --- pickers ----------------------------------------------------------------------------------


def units(scope: Scope, kinds: Iterable[str], *, action: str | None = None) -> ScopedQuerySet:
    """Units of the given kinds in view, or those where `action` is held, in tree order."""
    rows = OrgUnit.objects.within(scope, action=action)
    return rows.filter(kind__in=list(kinds)).order_by("org_path", "id")


def clusters(scope: Scope) -> ScopedQuerySet:
    """University towns in view."""
    return Cluster.objects.within(scope).order_by("org_path", "name")


# --- universities -------------------------------------------------------------------------------


#: What the columns and keyset orders of the lists read.
_UNIVERSITY_FIELDS = (
    *("name", "name_pinyin", "code", "level", "org_path", "place_name", "authority", "ownership"),
    *("status", "double_first_class", "is_military", "unit__name", "unit__area_name"),
)
_CAMPUS_FIELDS = (
    *("name", "code", "org_path", "status", "is_branch", "site_id", "address"),
    *("university__name", "university__name_pinyin", "unit__name", "cluster__name"),
)


def university_rows(scope: Scope) -> ScopedQuerySet:
    """Universities in view with `campus_count`: open campuses that lie in the reader's area."""
    mine = Campus.objects.within(scope).filter(university=OuterRef("pk"))
    open_campuses = mine.exclude(status=CampusStatus.CLOSED).order_by().values("university")
    counted = open_campuses.annotate(number=Count("pk")).values("number")
    return (
        University.objects.within(scope)
        .select_related("unit")
        .only(*_UNIVERSITY_FIELDS)
        .annotate(campus_count=Coalesce(Subquery(counted, output_field=IntegerField()), Value(0)))
    )


def in_area(rows: QuerySet, unit: OrgUnit, scope: Scope) -> QuerySet:
    """Universities registered under `unit`, or with a campus there that the reader sees."""
    area = range_q([subtree(unit.org_path)])
    here = Campus.objects.within(scope).filter(area)
    return rows.filter(area | Q(pk__in=here.values("university")))


def university_on(university: University, day: dt.date) -> UniversityVersion | None:
    """The facts of a university on a day; None before its first record."""
    rows = university.versions.filter(Interval.valid_on(day))
    return rows.select_related("unit").first()


def university_history(university: University) -> QuerySet[UniversityVersion]:
    """Every recorded state, newest first."""
    rows = with_path_before(university.versions.select_related("unit"))
    return rows.order_by("-valid_from")


@dataclass(frozen=True, slots=True)
class ClosingCounts:
    """What closing a university touches, as far as the reader sees it."""

    campuses: int
    stations: int
    designations: int


def university_counts(university: University, scope: Scope, day: dt.date) -> ClosingCounts:
    """Open campuses, rooms on them and running designations on `day`."""
    campuses = Campus.objects.within(scope).filter(university=university)
    decisions = Article6Designation.objects.within(scope).filter(university=university)
    return ClosingCounts(
        campuses=campuses.exclude(status=CampusStatus.CLOSED).count(),
        stations=_rooms(scope, day).filter(campus__university=university).count(),
        designations=decisions.filter(Interval.valid_on(day)).count(),
    )


# --- campuses -----------------------------------------------------------------------------------


def _people(campus: str, day: dt.date) -> Coalesce:
    """Latest population known for `day`; of two rows for one day the newer counts."""
    rows = PopulationSnapshot.objects.unscoped("sub-select on the campus row beside it").filter(
        campus=OuterRef(campus), as_of__lte=day
    )
    total = rows.order_by("-as_of", "-id").annotate(total_people=F("students") + F("staff"))
    latest = Subquery(total.values("total_people")[:1], output_field=IntegerField())
    return Coalesce(latest, Value(NO_FIGURE))


def _rooms(scope: Scope, day: dt.date) -> QuerySet[StationVersion]:
    """Rooms in view that operate on `day`, as they were then; a stand-alone room comes first."""
    return StationVersion.objects.filter(
        Interval.valid_on(day),
        scope.q("subject__org_path"),
        Q(subject__closed_on__isnull=True) | Q(subject__closed_on__gt=day),
        subject__opened_on__lte=day,
    ).order_by("-kind", "subject_id")


def _room(campus: str, scope: Scope, day: dt.date) -> Subquery:
    """`id` and `name` of the room that stands on the campus on `day`, in one sub-select."""
    rows = _rooms(scope, day).filter(campus=OuterRef(campus))
    return Subquery(rows.values(found=JSONObject(id="subject_id", name="name"))[:1])


def _center(campus: str, scope: Scope, day: dt.date) -> Subquery:
    """`id` and `name` of the centre whose primary link covers the campus on `day`."""
    links = CoverageLink.objects.within(scope).filter(
        Interval.valid_on(day), campus=OuterRef(campus), kind=LinkKind.PRIMARY
    )
    return Subquery(links.values(found=JSONObject(id="station_id", name="station__name"))[:1])


def campus_rows(scope: Scope, *, on: dt.date) -> ScopedQuerySet:
    """Campuses in view with their `people`, `room` and `center` on the day `on`.

    `people` is `NO_FIGURE` without a figure; filters may ask for `has_room`.
    """
    return (
        Campus.objects.within(scope)
        .select_related("university", "unit", "cluster")
        .only(*_CAMPUS_FIELDS)
        .annotate(
            people=_people("pk", on),
            room=_room("pk", scope, on),
            center=_center("pk", scope, on),
        )
        .alias(has_room=Exists(_rooms(scope, on).filter(campus=OuterRef("pk"))))
    )


def campuses_on(university: University, scope: Scope, day: dt.date) -> QuerySet[CampusVersion]:
    """Its campuses that lay in the reader's area on `day`, annotated as `campus_rows`."""
    return (
        CampusVersion.objects.filter(
            Interval.valid_on(day), scope.q("org_path"), subject__university=university
        )
        .select_related("subject", "unit", "cluster")
        .annotate(
            people=_people("subject_id", day),
            room=_room("subject_id", scope, day),
            center=_center("subject_id", scope, day),
        )
        .order_by("subject__code")
    )


def campus_on(campus: Campus, scope: Scope, day: dt.date) -> CampusVersion | None:
    """The facts of a campus on a day; None before its first record or while it lay elsewhere."""
    rows = campus.versions.filter(Interval.valid_on(day), scope.q("org_path"))
    return rows.select_related("unit", "cluster").first()


def campus_history(campus: Campus, scope: Scope) -> QuerySet[CampusVersion]:
    """Recorded states, newest first; those from a time in somebody else's area are left out."""
    rows = with_path_before(campus.versions.filter(scope.q("org_path")))
    return rows.select_related("unit", "cluster").order_by("-valid_from")


def with_path_before(versions: Any) -> Any:
    """Recorded states with `path_before`: where the subject lay in the state before, if any."""
    earlier = versions.model.objects.filter(
        subject=OuterRef("subject"), valid_from__lt=OuterRef("valid_from")
    )
    path = earlier.order_by("-valid_from").values("org_path")[:1]
    return versions.annotate(path_before=Subquery(path))


def may_correct(version: Any, scope: Scope, action: str) -> bool:
    """Whether the reader may correct the first day of a state of `with_path_before`.

    The day is also the last one of the state before: whoever moves it acts at both places.
    """
    paths = [version.org_path, version.path_before or version.org_path]
    return all(scope.allows(action, path) for path in paths)


def rooms_on(campus: Campus, scope: Scope, day: dt.date) -> QuerySet[StationVersion]:
    """Rooms in view that stand on the campus and operate on `day`."""
    return _rooms(scope, day).filter(campus=campus)


def links_on(campus: Campus, scope: Scope, day: dt.date) -> ScopedQuerySet:
    """Coverage of the campus by centres in view on `day`."""
    rows = CoverageLink.objects.within(scope).filter(Interval.valid_on(day), campus=campus)
    return rows.select_related("station").order_by("kind", "id")


@dataclass(frozen=True, slots=True)
class PopulationLine:
    """One snapshot and whether a newer row for the same day replaced it."""

    row: PopulationSnapshot
    replaced: bool


def populations(campus: Campus, *, until: dt.date) -> list[PopulationLine]:
    """Snapshots of a campus up to a day, newest first."""
    rows = campus.populations.filter(as_of__lte=until).order_by("-as_of", "-id")
    lines: list[PopulationLine] = []
    for row in rows.select_related("recorded_by"):
        lines.append(PopulationLine(row, bool(lines) and lines[-1].row.as_of == row.as_of))
    return lines


def cluster_rows(scope: Scope) -> ScopedQuerySet:
    """University towns in view with open campuses and the centre that serves them, both in view."""
    mine = Campus.objects.within(scope).filter(cluster=OuterRef("pk"))
    open_campuses = mine.exclude(status=CampusStatus.CLOSED).order_by().values("cluster")
    counted = open_campuses.annotate(number=Count("pk")).values("number")
    centers = Station.objects.within(scope).filter(
        cluster=OuterRef("pk"), kind=StationKind.CENTER, closed_on__isnull=True
    )
    return (
        Cluster.objects.within(scope)
        .select_related("unit")
        .annotate(
            campus_count=Coalesce(Subquery(counted, output_field=IntegerField()), Value(0)),
            center=Subquery(
                centers.order_by("id").values(found=JSONObject(id="pk", name="name"))[:1]
            ),
        )
    )


# --- bureaus ------------------------------------------------------------------------------------


def bureau_rows(scope: Scope) -> ScopedQuerySet:
    """Units in view, rooms left out, in tree order."""
    return OrgUnit.objects.within(scope).filter(kind__in=BUREAU_KINDS).select_related("parent")


@dataclass(frozen=True, slots=True)
class AreaCounts:
    """What lies in the area of a unit, as far as the reader sees it: as many as the lists show."""

    universities: int
    campuses: int
    stations: int


def area_counts(unit: OrgUnit, scope: Scope) -> AreaCounts:
    """Universities, campuses and rooms of the lists, filtered by the area of `unit`."""
    area = range_q([subtree(unit.org_path)])
    return AreaCounts(
        universities=in_area(University.objects.within(scope), unit, scope).count(),
        campuses=Campus.objects.within(scope).filter(area).count(),
        stations=Station.objects.within(scope).filter(area).count(),
    )


# --- calendar -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MonthLine:
    """One month: how many days are worked, and the days that differ from their weekday."""

    first: dt.date
    working_days: int
    days: list[CalendarDay]


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """One year of the statutory calendar."""

    year: int
    months: list[MonthLine]
    holidays: int
    makeup: int
    provisional: int

    @property
    def is_known(self) -> bool:
        """Whether anything was entered for the year."""
        return bool(self.holidays + self.makeup)

    @property
    def is_provisional(self) -> bool:
        """Whether the State Council's notice is still missing."""
        return not self.is_known or self.provisional > 0


def calendar_exceptions(start: dt.date, end: dt.date) -> dict[dt.date, str]:
    """Days in `[start, end)` that differ from their weekday, for `stations.calendar`."""
    rows = CalendarDay.objects.filter(day__gte=start, day__lt=end)
    return dict(rows.values_list("day", "kind"))


def calendar_year(year: int) -> CalendarYear:
    """The year by months: one query."""
    start, end = dt.date(year, 1, 1), dt.date(year + 1, 1, 1)
    rows = list(CalendarDay.objects.filter(day__gte=start, day__lt=end).order_by("day"))
    exceptions = {row.day: row.kind for row in rows}
    lines = []
    for month in range(1, 13):
        first = dt.date(year, month, 1)
        after = first + dt.timedelta(days=months.monthrange(year, month)[1])
        worked = working_days(first, after, exceptions)
        lines.append(MonthLine(first, worked, [row for row in rows if row.day.month == month]))
    makeup = sum(row.kind == DayKind.MAKEUP for row in rows)
    return CalendarYear(
        year=year,
        months=lines,
        holidays=len(rows) - makeup,
        makeup=makeup,
        provisional=sum(row.provisional for row in rows),
    )
