"""Exports of exactly what is shown: xlsx in constant memory, csv; both formula-safe."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import xlsxwriter
from django.http import HttpResponse
from django.utils import timezone

#: A cell that starts with one of these is read as a formula by a spreadsheet (requirement 42).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def safe_text(value: str) -> str:
    """Text that a spreadsheet shows instead of running."""
    return f"'{value}" if value.startswith(FORMULA_STARTS) else value


def xlsx_bytes(
    *, title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], notes: Sequence[str] = ()
) -> bytes:
    """One sheet: title, notes (scope, as-of instant), header, rows. Numbers stay numbers."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet(_sheet_name(title))
    bold = book.add_format({"bold": True})
    date_format = book.add_format({"num_format": "yyyy-mm-dd"})
    line = 0
    sheet.write_string(line, 0, title, bold)
    for note in notes:
        line += 1
        sheet.write_string(line, 0, note)
    line += 1
    for index, name in enumerate(columns):
        sheet.write_string(line, index, str(name), bold)
    for row in rows:
        line += 1
        for index, value in enumerate(row):
            _write(sheet, line, index, value, date_format)
    book.close()
    return buffer.getvalue()


def _sheet_name(title: str) -> str:
    """What a spreadsheet accepts as the name of a sheet: no control or seven other characters."""
    plain = "".join(" " if c in "[]:*?/\\" or c < " " else c for c in title)
    return plain[:31].strip("' ") or "1"


def _write(sheet: Any, line: int, index: int, value: Any, date_format: Any) -> None:
    if isinstance(value, str):
        if value:
            sheet.write_string(line, index, safe_text(value))
    elif value is None:
        return
    elif isinstance(value, bool) or not isinstance(value, (int, float, Decimal, dt.date)):
        sheet.write_string(line, index, safe_text(str(value)))
    elif isinstance(value, dt.datetime):
        sheet.write_string(line, index, _instant(value))
    elif isinstance(value, dt.date):
        sheet.write_datetime(line, index, dt.datetime.combine(value, dt.time()), date_format)
    else:
        sheet.write_number(line, index, float(value))


def csv_bytes(*, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """UTF-8 with BOM and CRLF, as the spreadsheet programs of the users expect."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow([str(name) for name in columns])
    for row in rows:
        writer.writerow(["" if v is None else safe_text(_csv_text(v)) for v in row])
    return buffer.getvalue().encode("utf-8-sig")


def _csv_text(value: Any) -> str:
    return _instant(value) if isinstance(value, dt.datetime) else str(value)


def _instant(value: dt.datetime) -> str:
    """As the screen shows it: in Asia/Shanghai."""
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return local.strftime("%Y-%m-%d %H:%M")


def download(content: bytes, filename: str) -> HttpResponse:
    """An attachment; the name may be Chinese (RFC 5987)."""
    kind = (
        "text/csv; charset=utf-8"
        if filename.endswith(".csv")
        else "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    )
    response = HttpResponse(content, content_type=kind)
    response.headers["Content-Disposition"] = (
        f"attachment; filename*=UTF-8''{quote(filename, safe='')}"
    )
    return response
