"""The ministry's list of universities (全国高等学校名单), keyed by 学校标识码."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any, Final

from policeroom.common.pinyin import pinyin_key
from policeroom.common.scope import range_q, subtree
from stations.enums import CampusStatus, UniversityStatus
from stations.imports import bulk
from stations.imports.base import BATCH, STEP, ListImport, differences, shown
from stations.imports.cells import Line, RefusedFileError
from stations.imports.naming import full_province_name, province_key, province_of_code
from stations.imports.places import NoSpot, PlaceResolver, Spot, place_units
from stations.imports.report import FieldChange, Notice, Problem
from stations.imports.rowreader import RowReader
from stations.imports.text import clean, find_day
from stations.imports.university_columns import COLUMNS, LEVELS
from stations.imports.university_facts import (
    Recorded,
    UniversityRow,
    read_recorded,
    stated_facts,
    stored,
)
from stations.models import (
    Campus,
    CampusVersion,
    ImportJob,
    OrgUnit,
    University,
    UniversityVersion,
)

#: What the list itself states; other facts of a university are kept by hand.
FACTS: Final = ("name", "level", "authority", "ownership", "unit", "place_name")
MAIN_CAMPUS: Final = "主校区"
_SECTION = re.compile(r"(?P<province>\D+?)（(?P<count>\d+)所）")


class UniversityImport(ListImport[UniversityRow]):
    """Creates, renames, moves and lifts universities in place; never deletes one."""

    kind = ImportJob.Kind.UNIVERSITIES
    action = "universities.edit"
    columns = COLUMNS
    empty_keeps = False

    def begin(self) -> None:
        """The edition: the day in the title or file name, else the one asked for, else today.

        Raises: RefusedFileError if the list is dated ahead.
        """
        self._section = ""
        self._said: dict[str, int] = {}
        self._found: Counter[str] = Counter()
        self._asked = full_province_name(clean(self.ctx.province))
        self._new: list[tuple[University, Spot]] = []
        self._edited: list[tuple[University, Spot]] = []
        self._moved: list[tuple[Campus, Spot]] = []
        edition = find_day(self.header.title) or find_day(self.ctx.filename)
        if edition is not None:
            self.as_of = edition
            if self.ctx.as_of not in (None, edition):
                params = {"day": str(edition), "given": str(self.ctx.as_of)}
                self.notices.append(Notice("edition_from_file", params))
        if self.as_of > self.ctx.today:
            params = {"day": str(self.as_of), "today": str(self.ctx.today)}
            raise RefusedFileError(Problem("future_day", params=params))
        self.notices.append(Notice("edition", {"day": str(self.as_of)}))

    # --- reading ------------------------------------------------------------------------------

    def aside(self, line: Line) -> bool:
        """A heading such as 江苏省（167所） begins a province; other single cells are notes."""
        filled = line.filled
        if len(filled) != 1:
            return False
        text = clean(filled[0])
        heading = _SECTION.fullmatch(text)
        if heading is not None:
            self._section = full_province_name(heading["province"])
            self._said[self._section] = int(heading["count"])
            return True
        if text.isascii():
            return False
        self.notices.append(Notice("skipped_line", {"line": line.number, "text": text[:60]}))
        return True

    def parse(self, cells: RowReader) -> UniversityRow:
        code = cells.code("code", 10, needed=True)
        given = cells.text("province")
        province = full_province_name(given) if given else self._section or province_of_code(code)
        self._found[province] += 1
        if not province and code:
            cells.refuse("code", "unknown_province")
        return UniversityRow(
            line=cells.number,
            code=code,
            name=cells.text("name", needed=True),
            level=cells.choice("level", LEVELS, needed=True),
            authority=cells.text("authority"),
            ownership=cells.text("ownership"),
            place=cells.text("place", needed=True),
            province=province,
        )

    def wanted(self, row: UniversityRow) -> bool:
        """Rows of the asked province, and rows that do not say theirs: those are refused."""
        if not self._asked or not row.province:
            return True
        return province_key(row.province) == province_key(self._asked)

    def key(self, row: UniversityRow) -> str:
        return row.code

    # --- comparing ----------------------------------------------------------------------------

    def compare(self, rows: list[UniversityRow]) -> None:
        self._check_provinces()
        resolver = PlaceResolver(place_units(), self.ctx.scope)
        recorded = read_recorded([row.code for row in rows])
        cities: set[int] = set()
        stays: list[str] = []
        for position, row in enumerate(rows):
            if position % STEP == 0:
                self.ctx.progress("comparing", position, len(rows))
            spot = resolver.resolve(row.province, row.place)
            if isinstance(spot, NoSpot):
                self.refuse(row, "place", spot.code, row.place)
                continue
            cities.add(id(spot.city))
            existing = recorded.universities.get(row.code)
            if existing is None:
                self._create(row, spot)
            elif not self.ctx.scope.covers(existing.org_path):
                self.refuse(row, "code", "outside", row.code)
            else:
                self._update(row, spot, existing, recorded, resolver, stays)
        self._planned = resolver.planned
        self._tell(rows, cities, stays, recorded)

    def _check_provinces(self) -> None:
        """Headings that say another number than there are rows; the asked province must be there.

        Raises: RefusedFileError if the file has no row of it.
        """
        found = {province: count for province, count in self._found.items() if province}
        if self._asked and not any(province_key(p) == province_key(self._asked) for p in found):
            names = "、".join(found)
            params = {"province": self._asked, "found": names[:500]}
            raise RefusedFileError(Problem("no_rows_of_province", params=params))
        for province, said in self._said.items():
            skipped = self._asked and province != self._asked
            if said != found.get(province, 0) and not skipped:
                counts = {"province": province, "said": said, "found": found.get(province, 0)}
                self.notices.append(Notice("header_count", counts))

    def _create(self, row: UniversityRow, spot: Spot) -> None:
        university = University(code=row.code, **stated_facts(row, spot))
        self._new.append((university, spot))
        self.will_create(row, row.code, row.name)

    def _update(
        self,
        row: UniversityRow,
        spot: Spot,
        existing: University,
        recorded: Recorded,
        resolver: PlaceResolver,
        stays: list[str],
    ) -> None:
        wanted = self._stated(stated_facts(row, spot))
        fields = differences(existing, wanted)
        campus = recorded.campuses.get(row.code)
        moving = campus is not None and self._moves(campus, existing, spot, resolver)
        if campus is not None and moving:
            old, new = shown(campus.unit), shown(spot.campus_unit)
            fields.append(FieldChange("main_campus", old, new))
        if not fields:
            self.unchanged += 1
            return
        edited = any(f.field != "main_campus" for f in fields)
        if self._history_is_later(row, existing, campus, recorded, edited=edited, moving=moving):
            return
        if existing.unit_id != spot.city.pk and campus is not None and not moving:
            stays.append(f"{row.name}: {campus.unit}")
        self.will_change(row, row.code, row.name, fields)
        if edited:
            for name, value in wanted.items():
                setattr(existing, name, value)
            self._edited.append((existing, spot))
        if campus is not None and moving:
            self._moved.append((campus, spot))

    def _stated(self, facts: dict[str, Any]) -> dict[str, Any]:
        """A column the file does not have says nothing; an empty cell of one it has does."""
        silent = {"authority", "ownership"} - set(self.header.index)
        return {name: value for name, value in facts.items() if name not in silent}

    @staticmethod
    def _moves(campus: Campus, university: University, spot: Spot, resolver: PlaceResolver) -> bool:
        """The main campus follows while it still stands where an import put it."""
        put = {university.unit_id, resolver.county_id(university.unit, university.place_name)}
        elsewhere = campus.unit_id != spot.campus_unit.pk
        return elsewhere and campus.unit_id in put and campus.status != CampusStatus.CLOSED

    def _history_is_later(
        self,
        row: UniversityRow,
        university: University,
        campus: Campus | None,
        recorded: Recorded,
        *,
        edited: bool,
        moving: bool,
    ) -> bool:
        days = [recorded.since.get(university.pk)] if edited else []
        days += [recorded.campus_since.get(campus.pk)] if campus is not None and moving else []
        latest = max((day for day in days if day is not None), default=None)
        if latest is None or latest <= self.as_of:
            return False
        params = {"name": university.name, "day": str(latest), "asked": str(self.as_of)}
        self.refuse(row, "code", "later_change", row.code, **params)
        return True

    def _tell(
        self,
        rows: list[UniversityRow],
        cities: set[int],
        stays: list[str],
        recorded: Recorded,
    ) -> None:
        counts = {"universities": len(rows), "cities": len(cities)}
        self.summary.append(Notice("universities_in_cities", counts))
        listed = {
            "new_units": [unit.name for unit in self._planned],
            "campus_stays": stays,
            "closed_in_list": [
                university.name
                for university in recorded.universities.values()
                if university.status == UniversityStatus.CLOSED
                and self.ctx.scope.covers(university.org_path)
            ],
            "missing_universities": self._missing(rows),
        }
        for code, items in listed.items():
            if items:
                self.notices.append(Notice(code, {"count": len(items)}, tuple(items)))

    def _missing(self, rows: list[UniversityRow]) -> list[str]:
        """Recorded universities of the imported provinces that the file does not name."""
        codes = {row.code for row in rows}
        provinces = {province_key(row.province) for row in rows}
        tops = OrgUnit.objects.unscoped("the provinces of the file").filter(kind="province")
        paths = [unit.org_path for unit in tops if province_key(unit.area_name) in provinces]
        found = University.objects.within(self.ctx.scope).filter(
            range_q(subtree(path) for path in paths),
            self.ctx.scope.q(),
            status=UniversityStatus.ACTIVE,
            is_military=False,
        )
        known = found.order_by("org_path", "code").values_list("code", "name")
        return [f"{code} {name}" for code, name in known if code not in codes]

    # --- writing ------------------------------------------------------------------------------

    def write(self) -> None:
        bulk.create_units(self._planned)
        for university, spot in (*self._new, *self._edited):
            university.unit = spot.city
            university.org_path = spot.city.org_path
            university.name_pinyin = pinyin_key(university.name)
        self._write_new()
        self._write_edited()
        self._write_moved()

    def _write_new(self) -> None:
        rows = [university for university, _spot in self._new]
        University.objects.bulk_create(rows, batch_size=BATCH)
        self.ctx.progress("writing", len(rows) // 2, len(rows))
        self._first(rows, UniversityVersion)
        campuses = [
            Campus(
                university=university,
                code=f"{university.code}01",
                name=MAIN_CAMPUS,
                unit=spot.campus_unit,
                org_path=spot.campus_unit.org_path,
            )
            for university, spot in self._new
        ]
        Campus.objects.bulk_create(campuses, batch_size=BATCH)
        self._first(campuses, CampusVersion)

    def _first(self, rows: list[Any], version_model: Any) -> None:
        bulk.first_versions(rows, version_model, valid_from=lambda _row: self.as_of, by=self.ctx.by)

    def _write_edited(self) -> None:
        rows = [university for university, _spot in self._edited]
        stored(University).bulk_update(rows, [*FACTS, "org_path", "name_pinyin"], batch_size=BATCH)
        bulk.bulk_write_versions(rows, UniversityVersion, valid_from=self.as_of, by=self.ctx.by)

    def _write_moved(self) -> None:
        for campus, spot in self._moved:
            campus.unit = spot.campus_unit
            campus.org_path = spot.campus_unit.org_path
        rows = [campus for campus, _spot in self._moved]
        stored(Campus).bulk_update(rows, ["unit", "org_path"], batch_size=BATCH)
        bulk.bulk_write_versions(rows, CampusVersion, valid_from=self.as_of, by=self.ctx.by)
