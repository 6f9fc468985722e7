"""What a header and the first rows suggest for a new mapping."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from incidents.imports.fields import LogField
from incidents.imports.header import LogHeader, cell
from incidents.imports.times import guess_order
from stations.imports.cells import Table

#: Rows that are looked at to find the order of day, month and year.
LOOKED_AT = 500


def columns_of(header: LogHeader, fields: Sequence[str]) -> list[dict[str, str]]:
    """The columns of a mapping: names of the file with our fields."""
    return [
        {"name": name, "key": key, "field": field}
        for name, key, field in zip(header.names, header.keys, fields, strict=True)
    ]


def proposed_order(
    table: Table,
    header: LogHeader,
    columns: Sequence[Mapping[str, str]],
    *,
    zone: ZoneInfo,
    today: dt.date,
) -> str:
    """The order of day, month and year that reads most of the first rows."""
    wanted = (LogField.REPORTED, LogField.OCCURRED)
    places = [place for place, column in enumerate(columns) if column["field"] in wanted]
    lines = [line for line in table.lines if line.number > header.row][:LOOKED_AT]
    values = [cell(line, place) for line in lines for place in places]
    return guess_order(values, today=today, zone=zone)
