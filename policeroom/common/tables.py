"""List columns, declared once: the screen and the export show the same."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from html import escape
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

Getter = Callable[[Any], Any]
#: Cells of up to so many characters never wrap; neither do days and instants.
SHORT = 8
DAY = re.compile(r"\d{4}-\d\d-\d\d( \d\d:\d\d)?$")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a list.

    `value` gives the exported value (number, date, text); the screen formats it. `sort` names the
    model fields of a keyset order, the last one unique. `tone` gives (tone, mark) of a status.
    `primary` cells are the three facts a phone card shows. `optional` columns start hidden.
    `words` are the words of the codes that `value` gives, translated once for a whole table.
    """

    key: str
    label: Any
    value: Getter
    url: Getter | None = None
    numeric: bool = False
    primary: bool = False
    optional: bool = False
    sort: tuple[str, ...] = ()
    tone: Callable[[Any], tuple[str, str]] | None = None
    words: Mapping[Any, Any] | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    text: str
    url: str = ""
    tone: str = ""
    mark: str = ""
    numeric: bool = False
    primary: bool = False
    label: str = ""

    @property
    def css(self) -> str:
        """Classes of the cell; short words, codes and days stay on one line."""
        short = len(self.text) <= SHORT or DAY.match(self.text) is not None
        names = ["numeric"] if self.numeric else ["nowrap"] if short else []
        return " ".join(names if self.primary else [*names, "wide-only"])


@dataclass(frozen=True, slots=True)
class HeadCell:
    key: str
    label: str
    numeric: bool = False
    sortable: bool = False
    sort_url: str = ""
    sorted: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    cells: list[Cell]
    url: str = ""


@dataclass(slots=True)
class RenderedTable:
    """What templates/components/table.html takes."""

    columns: list[HeadCell]
    rows: list[Row]
    caption: str
    next_url: str = ""
    count_text: str = ""
    choices: list[tuple[str, str, bool]] = field(default_factory=list)
    #: Columns the address itself names; a filter form carries them on.
    named: list[str] = field(default_factory=list)
    #: Whether the reader's remembered choice differs from the usual columns.
    remembered: bool = False

    @property
    def body(self) -> SafeString:
        """The rows as HTML, put together here: a template costs ten times as much for each cell."""
        return format_html_join("\n", "<tr>{}</tr>", ((_row_html(row),) for row in self.rows))


def _row_html(row: Row) -> SafeString:
    """The cells of a row; where nothing else links the first one, it leads to the row's page.

    Each value passes `escape` of the standard library, four times as fast as Django's for the
    450 values of a page; test_ui_components.py tries markup in every part of a cell.
    """
    parts = []
    for place, cell in enumerate(row.cells):
        names = f' class="{escape(cell.css)}"' if cell.css else ""
        content = _content(cell, cell.url or ("" if place else row.url))
        parts.append(f'<td data-label="{escape(cell.label)}"{names}>{content}</td>')
    return SafeString("".join(parts))


def _content(cell: Cell, url: str) -> str:
    """What stands in a cell, escaped: a link, a status tag with its mark, or the text."""
    text, mark = escape(cell.text), escape(cell.mark)
    if url:
        return f'<a href="{escape(url)}">{text}</a>'
    if cell.tone:
        shown = f'<span aria-hidden="true">{mark}</span>' if mark else ""
        return f'<span class="tag tag--{escape(cell.tone)}">{shown}{text}</span>'
    return f"{text} {mark}" if mark else text


def display(value: Any) -> str:
    """A value as people read it: days and instants in the fixed form, areas with two decimals."""
    if isinstance(value, str):
        text = value or "–"
    elif value is None:
        text = "–"
    elif isinstance(value, bool):
        text = _("yes") if value else _("no")
    elif isinstance(value, dt.datetime):
        text = timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    elif isinstance(value, Decimal):
        text = f"{value:,.2f}"
    else:
        text = str(value)
    return text


def chosen(
    columns: Sequence[Column], params: QueryDict, remembered: Sequence[str] = ()
) -> list[Column]:
    """The columns the address names (`?col=a&col=b`), else the remembered ones, else the usual."""
    known = {column.key for column in columns}
    for wanted in (set(params.getlist("col")), set(remembered)):
        if wanted & known:
            return [c for i, c in enumerate(columns) if i == 0 or c.key in wanted]
    return [column for column in columns if not column.optional]


def ordering(columns: Sequence[Column], params: QueryDict, default: tuple[str, ...]):
    """Keyset order asked for by `?sort=key` or `?sort=-key`; unknown keys mean the default."""
    asked = params.get("sort", "")
    for column in columns:
        if column.sort and asked.lstrip("-") == column.key:
            if asked.startswith("-"):
                return tuple(f[1:] if f.startswith("-") else f"-{f}" for f in column.sort)
            return column.sort
    return default


def render(
    columns: Sequence[Column],
    rows: Iterable[Any],
    *,
    params: QueryDict,
    caption: str,
    next_cursor: str = "",
    count_text: str = "",
    row_url: Getter | None = None,
    remembered: Sequence[str] = (),
) -> RenderedTable:
    """Cells of the rows for the screen; `remembered` holds the reader's own choice of columns."""
    shown = chosen(columns, params, remembered)
    keys = {column.key for column in shown}
    heads = [_head(column, params) for column in shown]
    makers = [
        (column, head.label, _reader(column)) for column, head in zip(shown, heads, strict=True)
    ]
    return RenderedTable(
        columns=heads,
        rows=[
            Row([_cell(*maker, row) for maker in makers], row_url(row) if row_url else "")
            for row in rows
        ],
        caption=caption,
        next_url=_with(params, cursor=next_cursor) if next_cursor else "",
        count_text=count_text,
        choices=[(c.key, str(c.label), c.key in keys) for c in columns[1:]],
        named=[c.key for c in shown] if "col" in params else [],
        remembered=bool(remembered),
    )


def export_rows(columns: Sequence[Column], rows: Iterable[Any]) -> Iterable[list[Any]]:
    """Values of the same columns for `policeroom.common.export`, truth in words."""
    readers = [_reader(column) for column in columns]
    truth = {True: _("yes"), False: _("no")}
    for row in rows:
        values = [read(row) for read in readers]
        yield [truth[value] if isinstance(value, bool) else value for value in values]


def _reader(column: Column) -> Getter:
    """The value of a column, its code replaced by its word; the words are translated here."""
    if column.words is None:
        return column.value
    value = column.value
    words = {code: str(word) for code, word in column.words.items()}

    def read(row: Any) -> Any:
        code = value(row)
        return words.get(code, code)

    return read


def _cell(column: Column, label: str, read: Getter, row: Any) -> Cell:
    tone, mark = column.tone(row) if column.tone else ("", "")
    value = read(row)
    return Cell(
        text=f"{value:,}" if column.numeric and type(value) is int else display(value),
        url=column.url(row) if column.url else "",
        tone=tone,
        mark=mark,
        numeric=column.numeric,
        primary=column.primary,
        label=label,
    )


def _head(column: Column, params: QueryDict) -> HeadCell:
    asked = params.get("sort", "")
    current = asked.lstrip("-") == column.key
    state = ("descending" if asked.startswith("-") else "ascending") if current else ""
    target = f"-{column.key}" if state == "ascending" else column.key
    return HeadCell(
        key=column.key,
        label=str(column.label),
        numeric=column.numeric,
        sortable=bool(column.sort),
        sort_url=_with(params, sort=target, cursor="") if column.sort else "",
        sorted=state,
    )


def _with(params: QueryDict, **changes: str) -> str:
    copy = params.copy()
    for key, value in changes.items():
        if value:
            copy[key] = value
        else:
            copy.pop(key, None)
    copy.pop("export", None)
    return f"?{copy.urlencode()}"
