"""Police rooms, keyed by their number; the name is built from master data (JS-06-3)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from policeroom.common.pinyin import pinyin_key
from policeroom.common.scope import subtree
from stations.enums import AreaBasis, CampusStatus, LinkKind, StationKind, UnitKind
from stations.imports import bulk
from stations.imports.base import BATCH, ListImport, Row, differences
from stations.imports.report import FieldChange, Notice
from stations.imports.room_columns import BASES, COLUMNS, KINDS, MOST_M2
from stations.imports.room_facts import RoomFacts
from stations.imports.rowreader import RowReader
from stations.models import (
    Campus,
    Cluster,
    CoverageLink,
    ImportJob,
    OrgUnit,
    Station,
    StationVersion,
)


@dataclass(frozen=True, slots=True)
class RoomRow(Row):
    """One police room; None, "" and () leave what is recorded."""

    code: str
    kind: str
    campus: str
    operator: str
    opened_on: dt.date | None
    area: Decimal | None
    basis: str
    measured_on: dt.date | None
    co_located: bool | None
    cluster: str
    covers: tuple[str, ...]
    address: str
    telephone: str


@dataclass(slots=True)
class Planned:
    """A room to create or change, with the links it gains and loses."""

    station: Station
    gains: list[Campus] = field(default_factory=list)
    loses: list[CoverageLink] = field(default_factory=list)
    edited: bool = True


class RoomImport(ListImport[RoomRow]):
    """Opens rooms with their leaf units and links, and corrects the facts of open rooms."""

    kind = ImportJob.Kind.STATIONS
    action = "stations.open"
    columns = COLUMNS

    def begin(self) -> None:
        self._new: list[Planned] = []
        self._edited: list[Planned] = []

    def parse(self, cells: RowReader) -> RoomRow:
        row = RoomRow(
            line=cells.number,
            code=cells.text("code", needed=True),
            kind=cells.choice("kind", KINDS, needed=True),
            campus=cells.code("campus", 12),
            operator=cells.text("operator", needed=True),
            opened_on=cells.day("opened_on", needed=True),
            area=cells.area("area", high=MOST_M2),
            basis=cells.choice("basis", BASES),
            measured_on=cells.day("measured_on", today=self.ctx.today),
            co_located=cells.yes_no("co_located"),
            cluster=cells.text("cluster"),
            covers=cells.codes("covers", 12),
            address=cells.text("address"),
            telephone=cells.text("telephone"),
        )
        if row.kind == StationKind.STANDALONE:
            if not row.campus and not cells.problems:
                cells.refuse("campus", "needs_campus")
            for key in ("cluster", "covers"):
                if getattr(row, key):
                    cells.refuse(key, "only_center")
        return row

    def key(self, row: RoomRow) -> str:
        return row.code

    # --- comparing ----------------------------------------------------------------------------

    def compare(self, rows: list[RoomRow]) -> None:
        self._facts = RoomFacts(
            scope=self.ctx.scope,
            day=self.as_of,
            numbers={row.code for row in rows},
            codes={row.campus for row in rows} | {code for row in rows for code in row.covers},
        )
        for row in rows:
            existing = self._facts.stations.get(row.code)
            if existing is None:
                self._create(row)
            elif not self.ctx.scope.covers(existing.org_path):
                self.refuse(row, "code", "outside", row.code)
            else:
                self._update(row, existing)
        planned = [f"{town.name} ({town.unit})" for town in self._facts.towns.planned]
        if planned:
            self.notices.append(Notice("new_clusters", {"count": len(planned)}, tuple(planned)))

    def _create(self, row: RoomRow) -> None:
        operator = self._operator(row)
        if operator is None:
            return
        campus = self._campus(row, operator) if row.campus else None
        gains = self._covered(row, row.covers, row.opened_on)
        if gains is None or (row.campus and campus is None):
            return
        station = Station(
            code=row.code,
            kind=row.kind,
            operator=operator,
            campus=campus,
            cluster=self._facts.towns.find_or_plan(row.cluster, operator),
            opened_on=row.opened_on or self.as_of,
            floor_area_m2=row.area,
            area_basis=row.basis or AreaBasis.EXCLUSIVE,
            measured_on=row.measured_on,
            co_located=bool(row.co_located),
            address=row.address,
            telephone=row.telephone,
        )
        station.name = self._facts.names.give(station)
        if not station.name:
            self.refuse(row, "operator", "name_used", row.operator)
            return
        self._facts.book(station, gains)
        self._new.append(Planned(station, gains))
        self.will_create(row, row.code, station.name)

    def _operator(self, row: RoomRow) -> OrgUnit | None:
        found = self._facts.bureaus.find(row.operator)
        if isinstance(found, str):
            self.refuse(row, "operator", found, row.operator)
            return None
        return found

    def _campus(self, row: RoomRow, operator: OrgUnit) -> Campus | None:
        """JS-02-2, JS-06-1: the campus lies with the operator and has no room of its own."""
        campus = self._facts.campuses.get(row.campus)
        low, high = subtree(operator.org_path)
        if campus is None:
            self.refuse(row, "campus", "unknown", row.campus)
        elif not low <= campus.org_path < high:
            self.refuse(row, "campus", "campus_elsewhere", row.campus, operator=operator.name)
        elif campus.status == CampusStatus.CLOSED:
            self.refuse(row, "campus", "campus_closed", row.campus)
        elif row.kind == StationKind.STANDALONE and campus.pk in self._facts.housed:
            self.refuse(row, "campus", "campus_taken", row.campus)
        else:
            return campus
        return None

    def _covered(
        self, row: RoomRow, codes: Iterable[str], since: dt.date | None
    ) -> list[Campus] | None:
        """Campuses a centre gains from a day; None after a refusal."""
        campuses = []
        for code in codes:
            campus = self._facts.campuses.get(code)
            if campus is None:
                self.refuse(row, "covers", "unknown", code)
                return None
            if campus.status == CampusStatus.CLOSED:
                self.refuse(row, "covers", "campus_closed", code)
                return None
            if self._facts.has_primary(campus.pk, since):
                self.refuse(row, "covers", "linked", code)
                return None
            campuses.append(campus)
        return campuses

    def _update(self, row: RoomRow, station: Station) -> None:
        if not self._same_room(row, station):
            return
        wanted = self._wanted(row, station)
        fields = differences(station, wanted)
        edited = bool(fields)
        change = self._links(row, station, fields)
        if change is None:
            return
        if not fields:
            self.unchanged += 1
            return
        since = self._facts.since.get(station.pk)
        if edited and since is not None and since > self.as_of:
            params = {"name": station.name, "day": str(since), "asked": str(self.as_of)}
            self.refuse(row, "code", "later_change", row.code, **params)
            return
        self.will_change(row, row.code, station.name, fields)
        for name, value in wanted.items():
            setattr(station, name, value)
        change.edited = edited
        self._edited.append(change)

    def _same_room(self, row: RoomRow, station: Station) -> bool:
        """Kind, operator, campus and first day decide what the room is; they stay as recorded."""
        if station.closed_on is not None and station.closed_on <= self.as_of:
            self.refuse(row, "code", "room_closed", row.code)
            return False
        operator = self._operator(row)
        if operator is None:
            return False
        recorded = {
            "kind": (station.kind, row.kind, station.get_kind_display()),
            "operator": (station.operator_id, operator.pk, station.operator.name),
            "opened_on": (station.opened_on, row.opened_on, str(station.opened_on)),
        }
        if row.campus:
            code = station.campus.code if station.campus is not None else ""
            recorded["campus"] = (code, row.campus, code)
        for key, (old, new, words) in recorded.items():
            if old != new:
                self.refuse(
                    row, key, "fixed", new if key != "operator" else row.operator, old=words
                )
                return False
        return True

    def _wanted(self, row: RoomRow, station: Station) -> dict[str, Any]:
        town = self._facts.towns.find_or_plan(row.cluster, station.operator)
        return {
            "floor_area_m2": station.floor_area_m2 if row.area is None else row.area,
            "area_basis": row.basis or station.area_basis,
            "measured_on": row.measured_on or station.measured_on,
            "co_located": station.co_located if row.co_located is None else row.co_located,
            "cluster": town or station.cluster,
            "address": row.address or station.address,
            "telephone": row.telephone or station.telephone,
        }

    def _links(self, row: RoomRow, station: Station, fields: list[FieldChange]) -> Planned | None:
        """Links gained and lost from the day of the list; None after a refusal."""
        change = Planned(station)
        if not row.covers:
            return change
        held = {link.campus.code: link for link in self._facts.links.get(station.pk, [])}
        since = max(self.as_of, station.opened_on)
        gains = self._covered(row, [code for code in row.covers if code not in held], since)
        if gains is None:
            return None
        change.gains = gains
        change.loses = [link for code, link in held.items() if code not in row.covers]
        for link in change.loses:
            if link.valid_from >= since:
                params = {"day": str(link.valid_from), "asked": str(since)}
                self.refuse(row, "covers", "link_too_young", link.campus.code, **params)
                return None
        if change.gains or change.loses:
            old, new = "、".join(sorted(held)), "、".join(sorted(row.covers))
            fields.append(FieldChange("covers", old, new))
            self._facts.book_links(gains)
        return change

    # --- writing ------------------------------------------------------------------------------

    def write(self) -> None:
        Cluster.objects.bulk_create(self._facts.towns.planned, batch_size=BATCH)
        for planned in (*self._new, *self._edited):
            planned.station.cluster = planned.station.cluster  # the key of a new town
        self._write_new()
        self._write_edited()

    def _write_new(self) -> None:
        stations = [planned.station for planned in self._new]
        units = [OrgUnit(parent=s.operator, kind=UnitKind.STATION, name=s.name) for s in stations]
        bulk.create_units(units)
        for station, unit in zip(stations, units, strict=True):
            station.unit = unit
            station.org_path = unit.org_path
            station.name_pinyin = pinyin_key(station.name)
        Station.objects.bulk_create(stations, batch_size=BATCH)
        bulk.first_versions(
            stations, StationVersion, valid_from=lambda s: s.opened_on, by=self.ctx.by
        )
        self._link(self._new, lambda station: station.opened_on)

    def _write_edited(self) -> None:
        stations = [planned.station for planned in self._edited if planned.edited]
        fields = ["floor_area_m2", "area_basis", "measured_on", "co_located", "cluster"]
        stored = Station.objects.unscoped("rows compared above, each checked for reach")
        stored.bulk_update(stations, [*fields, "address", "telephone"], batch_size=BATCH)
        bulk.bulk_write_versions(stations, StationVersion, valid_from=self.as_of, by=self.ctx.by)
        lost = [link for planned in self._edited for link in planned.loses]
        for planned in self._edited:
            for link in planned.loses:
                link.valid_to = max(self.as_of, planned.station.opened_on)
        CoverageLink.objects.unscoped("links of stations checked for reach").bulk_update(
            lost, ["valid_to"], batch_size=BATCH
        )
        self._link(self._edited, lambda station: max(self.as_of, station.opened_on))

    def _link(self, planned: list[Planned], since: Any) -> None:
        CoverageLink.objects.bulk_create(
            [
                CoverageLink(
                    station=row.station,
                    campus=campus,
                    kind=LinkKind.PRIMARY,
                    valid_from=since(row.station),
                    recorded_by=self.ctx.by,
                )
                for row in planned
                for campus in row.gains
            ],
            batch_size=BATCH,
        )
