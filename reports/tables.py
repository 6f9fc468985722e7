"""The figures of the report as one table: screen, spreadsheet and API read these same cells."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.catalogue import REASONS, RULES
from compliance.evaluate import Judgement
from policeroom.common.tables import Column
from policeroom.common.verdicts import Status
from reports.coverage import Area, AreaFigures, CoverageReport

STATUS_LABELS = {
    Status.PASS: gettext_lazy("met"),
    Status.FAIL: gettext_lazy("gap"),
    Status.UNKNOWN: gettext_lazy("unknown"),
    Status.NOT_APPLICABLE: gettext_lazy("not applicable"),
}
STATUS_TONES = {
    Status.PASS: ("ok", ""),
    Status.FAIL: ("bad", "▲"),
    Status.UNKNOWN: ("unknown", "?"),
    Status.NOT_APPLICABLE: ("neutral", ""),
}


def figures(line: AreaFigures) -> dict[str, Any]:
    """The figures of one area as plain values."""
    return {
        "path": line.area.path,
        "name": line.area.name,
        "universities": line.universities,
        "stations": line.stations,
        "rules": {
            rule_id: {
                "passed": tally.passed,
                "failed": tally.failed,
                "unknown": tally.unknown,
                "rate": None if tally.rate is None else tally.rate_text,
            }
            for rule_id, tally in line.tallies.items()
        },
    }


def sheet(report: CoverageReport) -> tuple[list[str], list[list[Any]]]:
    """Header and rows of the spreadsheet: every area, then the total."""
    header = [_("Area"), _("Universities counted"), _("Stations operating")]
    for rule in RULES.values():
        header += [
            f"{rule.rule_id} {rule.title} · {part}"
            for part in (_("met"), _("gaps"), _("unknown"), _("rate %"))
        ]
    rows = []
    for line in [*report.areas, report.total]:
        plain = figures(line)
        name = _("Total") if line is report.total else plain["name"]
        row: list[Any] = [name, plain["universities"], plain["stations"]]
        for values in plain["rules"].values():
            rate = values["rate"]
            row += [values["passed"], values["failed"], values["unknown"]]
            row.append(float(rate) if rate is not None else None)
        rows.append(row)
    return header, rows


@dataclass(frozen=True, slots=True)
class Address:
    """Addresses of the pages behind a figure; day and level travel along."""

    day: dt.date
    today: dt.date
    level: str

    def gaps(self, *, rule: str, path: str, status: str = "") -> str:
        """The rows behind a cell."""
        query = {"rule": rule, "area": path, "status": status, **self._common()}
        return f"{reverse('reports:gap-list')}?{urlencode({k: v for k, v in query.items() if v})}"

    def area(self, path: str) -> str:
        """The report of a smaller area."""
        return f"{reverse('reports:coverage')}?{urlencode({'area': path, **self._common()})}"

    def _common(self) -> dict[str, str]:
        values = {"level": self.level}
        if self.day != self.today:
            values["on"] = self.day.isoformat()
        return {key: value for key, value in values.items() if value}


def heat_table(report: CoverageReport, address: Address) -> dict[str, Any]:
    """The heat table of `ui.md` section 4: areas × rules, each cell a link to its rows."""
    columns = [
        {"label": _("Universities")},
        {"label": _("Stations")},
        *({"label": f"{rule.rule_id} {rule.short}"} for rule in RULES.values()),
    ]
    return {
        "columns": columns,
        "rows": [_heat_row(line, address, report) for line in [*report.areas, report.total]],
    }


def _heat_row(line: AreaFigures, address: Address, report: CoverageReport) -> dict[str, Any]:
    is_total = line is report.total
    direct = line.area.path == report.total.area.path and not is_total
    name = line.area.name
    if is_total:
        name = _("Total")
    elif direct:
        name = _("%(area)s, county unknown") % {"area": name}
    cells = [
        {"text": str(line.universities), "tone": "", "mark": "", "url": ""},
        {"text": str(line.stations), "tone": "", "mark": "", "url": ""},
    ]
    for rule_id, tally in line.tallies.items():
        tone, mark = tally.tone
        listed = "" if tally.failed else (Status.UNKNOWN.value if tally.unknown else "pass")
        cells.append(
            {
                "text": tally.rate_text,
                "tone": tone,
                "mark": mark,
                "url": address.gaps(rule=rule_id, path=line.area.path, status=listed),
            }
        )
    own = "" if is_total or direct else address.area(line.area.path)
    return {"label": name, "url": own, "cells": cells}


TILE, GAP = 78, 4


def tile_grid(report: CoverageReport, address: Address) -> dict[str, Any]:
    """Coverage (JS-04-1) as one tile per area; places without a cell fill the rows below."""
    lines = [line for line in report.areas if line.area.path != report.total.area.path]
    places = _cells([line.area for line in lines])
    tiles = []
    for line in lines:
        column, row = places[line.area.path]
        tally = line.tallies["JS-04-1"]
        tone, mark = tally.tone
        tiles.append(
            {
                "name": line.area.name,
                "left": column * (TILE + GAP),
                "top": row * (TILE + GAP),
                "value": f"{tally.rate_text}%" if tally.rate is not None else "–",
                "sub": f"{tally.passed}/{tally.judged}",
                "tone": tone,
                "mark": mark,
                "url": address.area(line.area.path),
            }
        )
    width = (max((c for c, _r in places.values()), default=0) + 1) * (TILE + GAP) - GAP
    height = (max((r for _c, r in places.values()), default=0) + 1) * (TILE + GAP) - GAP
    return {"tiles": tiles, "width": width, "height": height}


def _cells(areas: list[Area]) -> dict[str, tuple[int, int]]:
    placed = {
        area.path: (area.grid_column, area.grid_row)
        for area in areas
        if area.grid_column is not None and area.grid_row is not None
    }
    below = max((row for _column, row in placed.values()), default=-1) + 1
    free = [area.path for area in areas if area.path not in placed]
    for index, path in enumerate(free):
        placed[path] = (index % 6, below + index // 6)
    return placed


def ranking(report: CoverageReport, address: Address) -> list[dict[str, Any]]:
    """Areas by coverage, worst first, for the bars."""
    lines = [
        line
        for line in report.areas
        if line.tallies["JS-04-1"].rate is not None and line.area.path != report.total.area.path
    ]
    lines.sort(key=lambda line: (line.tallies["JS-04-1"].rate, line.area.path))
    return [
        {
            "label": line.area.name,
            "percent": float(line.tallies["JS-04-1"].rate_text),
            "text": f"{line.tallies['JS-04-1'].rate_text}%",
            "tone": line.tallies["JS-04-1"].tone[0],
            "mark": line.tallies["JS-04-1"].tone[1],
            "url": address.area(line.area.path),
        }
        for line in lines
    ]


def subject_url(judgement: Judgement, query: str = "") -> str:
    """The page that explains the verdicts of one subject."""
    url = reverse("reports:subject", args=[judgement.subject.kind, judgement.subject.pk])
    return f"{url}?{query}" if query else url


def gap_columns(known: dict[str, Area], query: str) -> tuple[Column, ...]:
    """Columns of the gap list; `known` names the places, `query` carries the day."""

    def place(path: str, width: int) -> str:
        return known[path[:width]].name if len(path) >= width and path[:width] in known else ""

    return (
        Column(
            "subject",
            _("Subject"),
            lambda j: j.subject.name,
            url=lambda j: subject_url(j, query),
            primary=True,
        ),
        Column("rule", _("Rule"), lambda j: j.verdict.rule_id),
        Column("title", _("What"), lambda j: str(RULES[j.verdict.rule_id].title), primary=True),
        Column("city", _("City"), lambda j: place(j.subject.path, 4)),
        Column("county", _("County"), lambda j: place(j.subject.path, 6)),
        Column(
            "status",
            _("Status"),
            lambda j: str(STATUS_LABELS[j.verdict.status]),
            tone=lambda j: STATUS_TONES[j.verdict.status],
            primary=True,
        ),
        Column("measured", _("Measured"), lambda j: j.verdict.measured, numeric=True),
        Column("required", _("Required"), lambda j: j.verdict.required, numeric=True),
        Column("reason", _("Reason"), lambda j: str(REASONS[j.verdict.reason])),
    )


def gap_key(judgement: Judgement) -> tuple[str, str, str, int]:
    """Order of the gap list and, joined, its cursor."""
    subject = judgement.subject
    return (subject.path, judgement.verdict.rule_id, subject.kind, subject.pk)


def page_after(rows: Iterable[Judgement], cursor: str, size: int) -> tuple[list[Judgement], str]:
    """The rows behind `cursor` in `gap_key` order, and the next cursor ("" at the end)."""
    ordered = sorted(rows, key=gap_key)
    if cursor:
        keys = [_cursor(row) for row in ordered]
        start = keys.index(cursor) + 1 if cursor in keys else 0
        ordered = ordered[start:]
    page = ordered[:size]
    return page, _cursor(page[-1]) if len(ordered) > size else ""


def _cursor(judgement: Judgement) -> str:
    return "|".join(str(part) for part in gap_key(judgement))
