"""The template of a list: a header, one example line that is never imported, and explanations."""

from __future__ import annotations

import io

import xlsxwriter
from django.utils.translation import gettext as _

from stations.imports.base import EXAMPLE
from stations.imports.columns import Column
from stations.imports.registry import LISTS
from stations.models import ImportJob

_WIDTH = 18


def template_bytes(kind: str) -> bytes:
    """An .xlsx whose first sheet can be filled and uploaded as it is."""
    columns = LISTS[kind].columns
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False})
    bold = book.add_format({"bold": True, "num_format": "@"})
    text = book.add_format({"num_format": "@"})
    grey = book.add_format({"num_format": "@", "font_color": "#5a6675"})
    sheet = book.add_worksheet(str(ImportJob.Kind(kind).label)[:31])
    sheet.set_column(0, len(columns) - 1, _WIDTH, text)
    sheet.freeze_panes(1, 0)
    for index, column in enumerate(columns):
        sheet.write_string(0, index, column.header, bold)
        example = f"{EXAMPLE} {column.example}" if index == 0 else column.example
        sheet.write_string(1, index, example, grey)
    _explain(book, columns, bold)
    book.close()
    return buffer.getvalue()


def _explain(book: xlsxwriter.Workbook, columns: tuple[Column, ...], bold: object) -> None:
    sheet = book.add_worksheet(_("Columns explained"))
    sheet.set_column(0, 0, _WIDTH)
    sheet.set_column(2, 3, 3 * _WIDTH)
    heads = (_("Column"), _("Needed"), _("What belongs into it"), _("Also recognised as"))
    for index, head in enumerate(heads):
        sheet.write_string(0, index, head, bold)
    for row, column in enumerate(columns, start=1):
        needed = _("yes") if column.required else ""
        for index, value in enumerate(
            (column.header, needed, column.help, "、".join(column.aliases))
        ):
            sheet.write_string(row, index, str(value))
    note = _("The line that begins with %(word)s is an example and is skipped.") % {"word": EXAMPLE}
    sheet.write_string(len(columns) + 2, 0, note)
