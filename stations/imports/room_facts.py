"""What is recorded about the rooms and campuses a file names: a fixed number of reads."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict

from policeroom.common.models import Interval
from policeroom.common.scope import Scope
from stations.enums import LinkKind, StationKind
from stations.imports import bulk
from stations.imports.lookup import Bureaus, Towns
from stations.models import Campus, CoverageLink, Station, StationVersion
from stations.queries.rooms import build_name


class RoomFacts:
    """What the database holds about the rooms and campuses of the file: a fixed number of reads."""

    def __init__(self, *, scope: Scope, day: dt.date, numbers: set[str], codes: set[str]) -> None:
        everywhere = Station.objects.unscoped("station numbers are unique in the whole system")
        found = everywhere.filter(code__in=numbers)
        self.stations = {
            station.code: station
            for station in found.select_related("operator__parent", "campus", "cluster", "unit")
        }
        campuses = Campus.objects.within(scope).filter(code__in=codes)
        self.campuses = {row.code: row for row in campuses.select_related("university", "unit")}
        self.bureaus = Bureaus(scope)
        self.towns = Towns(scope)
        self.since = bulk.open_since(StationVersion, [s.pk for s in self.stations.values()])
        self.names = RoomNames()
        self.housed = self._housed()
        self.links: dict[int, list[CoverageLink]] = defaultdict(list)
        self._primaries: dict[int, list[CoverageLink]] = defaultdict(list)
        self._load_links(day)

    def _housed(self) -> set[int]:
        """Campuses that have a stand-alone room."""
        rows = Station.objects.unscoped("one stand-alone room per campus").filter(
            kind=StationKind.STANDALONE,
            closed_on__isnull=True,
            campus__in=[campus.pk for campus in self.campuses.values()],
        )
        return set(rows.values_list("campus_id", flat=True))

    def _load_links(self, day: dt.date) -> None:
        rows = CoverageLink.objects.unscoped("a campus has one primary centre, wherever it is")
        ours = [station.pk for station in self.stations.values()]
        campuses = [campus.pk for campus in self.campuses.values()]
        for link in (
            rows.filter(station__in=ours).filter(Interval.valid_on(day)).select_related("campus")
        ):
            self.links[link.station_id].append(link)
        for link in rows.filter(campus__in=campuses, kind=LinkKind.PRIMARY):
            self._primaries[link.campus_id].append(link)

    def has_primary(self, campus_id: int, since: dt.date | None) -> bool:
        """Whether a primary link from `since` on, without end, would overlap another."""
        return any(
            link.valid_to is None or since is None or link.valid_to > since
            for link in self._primaries.get(campus_id, [])
        )

    def book(self, station: Station, gains: list[Campus]) -> None:
        """Let later rows of the file see this one."""
        if station.kind == StationKind.STANDALONE and station.campus is not None:
            self.housed.add(station.campus.pk)
        self.book_links(gains)

    def book_links(self, gains: list[Campus]) -> None:
        for campus in gains:
            self._primaries[campus.pk].append(CoverageLink(campus=campus))


class RoomNames:
    """Names of open rooms per operator: a second room of a university carries its campus."""

    def __init__(self) -> None:
        rows = Station.objects.unscoped("names and twins are counted per operator").filter(
            closed_on__isnull=True
        )
        self._names: set[tuple[int, str]] = set()
        self._rooms: Counter[tuple[int, str, int | None]] = Counter()
        for operator, kind, name, university in rows.values_list(
            "operator_id", "kind", "name", "campus__university_id"
        ):
            self._note(operator, kind, name, university)

    def _note(self, operator: int, kind: str, name: str, university: int | None) -> None:
        self._names.add((operator, name))
        self._rooms[operator, kind, university if kind == StationKind.STANDALONE else None] += 1

    def give(self, station: Station) -> str:
        """The name by rule, noted for the rows that follow; "" if the operator has it already."""
        university = station.campus.university_id if station.campus is not None else None
        own = university if station.kind == StationKind.STANDALONE else None
        name = build_name(
            kind=station.kind,
            operator=station.operator,
            campus=station.campus,
            town=station.cluster.name if station.cluster is not None else None,
            suffix=self._rooms[station.operator_id, station.kind, own] > 0,
        )
        if (station.operator_id, name) in self._names:
            return ""
        self._note(station.operator_id, station.kind, name, university)
        return name
