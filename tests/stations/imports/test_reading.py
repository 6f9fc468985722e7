"""Bytes to cells, headers and typed values: every encoding and every way a file can be wrong."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from decimal import Decimal

import pytest

from stations.imports import cells
from stations.imports.cells import Line, RefusedFileError, Table, read_tables
from stations.imports.columns import Column, find_header
from stations.imports.rowreader import RowReader
from stations.imports.text import clean, digits, find_day, header_key, parse_day
from tests.stations.imports.files import csv_text, xlsx_file

pytestmark = pytest.mark.unit

ROWS = [["校区编码", "学生数"], ["419901000101", "1200"], ["419901000102", "“八百”"]]
TEXT = csv_text(ROWS)


def lines_of(content: bytes) -> list[tuple[int, tuple[str, ...]]]:
    return [(line.number, line.cells) for line in read_tables(content)[0].lines]


def refusal(content: bytes) -> str:
    with pytest.raises(RefusedFileError) as caught:
        read_tables(content)
    return caught.value.problem.code


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(TEXT.encode("utf-8"), id="utf-8"),
        pytest.param(TEXT.encode("utf-8-sig"), id="utf-8 with mark"),
        pytest.param(TEXT.encode("gb18030"), id="gb18030"),
        pytest.param(TEXT.encode("utf-16"), id="utf-16 with mark"),
        pytest.param(TEXT.replace("\r\n", "\n").encode(), id="unix line ends"),
        pytest.param(csv_text(ROWS, delimiter=";").encode(), id="semicolon"),
        pytest.param(csv_text(ROWS, delimiter="\t").encode("gb18030"), id="tab, gb18030"),
        pytest.param(xlsx_file(ROWS), id="xlsx"),
    ],
)
def test_read_tables_same_cells_whatever_the_encoding(content):
    assert lines_of(content) == [(n, tuple(row)) for n, row in enumerate(ROWS, start=1)]


def test_read_tables_numbers_lines_as_the_file_does():
    text = '校区编码,备注\r\n\r\n419901000101,"两\r\n行"\r\n419901000102,x\r\n'

    assert [number for number, _cells in lines_of(text.encode())] == [1, 3, 5]
    sheet = xlsx_file([[], ["a"], [], ["b"]])
    assert [number for number, _cells in lines_of(sheet)] == [2, 4]


def test_read_tables_gives_every_filled_sheet():
    content = xlsx_file([["说明"]], sheets={"空": [], "数据": [["校区编码"]]})

    assert [table.name for table in read_tables(content)] == ["表一", "数据"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param(b"", "empty_file", id="no byte"),
        pytest.param(b" \r\n \n", "empty_file", id="blank"),
        pytest.param(b"\x89PNG\r\n\x1a\n\x00\x00\xff\xd8", "not_a_table", id="picture"),
        pytest.param(b"%PDF-1.7\n1 0 obj", "not_a_table", id="pdf"),
        pytest.param(b"\x00\x01\x02\x03" * 20, "not_a_table", id="binary"),
        pytest.param("<html><table><tr><td>序号".encode(), "web_page", id="web page as xls"),
        pytest.param(b"PK\x03\x04 not a zip", "damaged", id="broken zip"),
        pytest.param(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 900, "damaged", id="broken xls"),
    ],
)
def test_read_tables_refuses_what_is_no_list(content, code):
    assert refusal(content) == code


def test_read_tables_refuses_a_zip_that_is_no_workbook():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        package.writestr("word/document.xml", "<w/>")

    assert refusal(buffer.getvalue()) == "not_a_table"


@pytest.mark.parametrize("cut", [200, 900, 2500, 4000])
def test_read_tables_refuses_a_cut_workbook(cut):
    whole = xlsx_file([[str(n), "澜江大学"] for n in range(300)])

    assert refusal(whole[:cut]) == "damaged"


def test_read_tables_refuses_a_cell_in_the_far_corner_before_it_allocates_the_sheet():
    rows: list[list[str]] = [["校区编码"]]
    content = xlsx_file(rows)
    source = zipfile.ZipFile(io.BytesIO(content))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for part in source.infolist():
            data = source.read(part)
            if part.filename == "xl/worksheets/sheet1.xml":
                data = data.replace(
                    b"</sheetData>",
                    b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>',
                )
            package.writestr(part, data)

    assert refusal(buffer.getvalue()) == "too_many_rows"


def test_read_tables_bounds_rows_and_columns(monkeypatch):
    monkeypatch.setattr(cells, "MAX_LINES", 3)
    assert refusal(b"a,b\n" * 4) == "too_many_rows"

    assert refusal(",".join("x" * 201).encode()) == "too_many_columns"


# --- text -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("澜江港口职业\n学院", "澜江港口职业学院", id="line break in Chinese"),
        pytest.param("澜江大学(栗桥)", "澜江大学（栗桥）", id="brackets become full-width"),
        pytest.param("澜江大学（栗桥）", "澜江大学（栗桥）", id="full-width brackets stay"),
        pytest.param("Lanjiang\n University", "Lanjiang University", id="Latin keeps one space"),
        pytest.param("Ｌ１２", "L12", id="full-width letters and digits"),
        pytest.param("\u200b澜江\ufeff", "澜江", id="invisible characters"),
        pytest.param("'4199", "4199", id="text mark"),
        pytest.param(4199010001.0, "4199010001", id="float"),
        pytest.param(None, "", id="nothing"),
    ],
)
def test_clean(value, expected):
    assert clean(value) == expected


@pytest.mark.parametrize(
    "value",
    [
        4199010001.0,
        "4199010001",
        "４１９９０１０００１",
        "'4199010001",
        "4199010001.0",
        "4199 010001",
    ],
)
def test_digits_same_code_however_it_was_typed(value):
    assert digits(value) == "4199010001"


@pytest.mark.parametrize(
    "value", ["学校 标识码", "学校\n标识码", "学校标识码（必填）", "学校标识码*"]
)
def test_header_key_ignores_breaks_notes_and_marks(value):
    assert header_key(value) == "学校标识码"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("截至2017年5月31日", dt.date(2017, 5, 31), id="Chinese"),
        pytest.param("list_2017-05-31_official.xls", dt.date(2017, 5, 31), id="file name"),
        pytest.param("名单20170531.xlsx", dt.date(2017, 5, 31), id="compact"),
        pytest.param("hailan_2017.csv", None, id="year only"),
        pytest.param("4199010001", None, id="a code is no day"),
        pytest.param("2017-02-30", None, id="no such day"),
    ],
)
def test_find_day(text, expected):
    assert find_day(text) == expected


@pytest.mark.parametrize(
    "value",
    [
        "2026-09-01",
        "2026/9/1",
        "2026年9月1日",
        "20260901",
        "2026.9.1",
        dt.date(2026, 9, 1),
        dt.datetime(2026, 9, 1, 8),  # noqa: DTZ001 -- a cell has no zone
    ],
)
def test_parse_day_accepts_what_people_write(value):
    assert parse_day(value) == dt.date(2026, 9, 1)


# --- header -----------------------------------------------------------------------------

COLUMNS = (
    Column("code", "校区编码", "", required=True, aliases=("编码",)),
    Column("students", "学生数", "", required=True),
    Column("note", "备注", ""),
)
NEEDED = (("code", "students"),)


def table(*rows: tuple[object, ...]) -> Table:
    return Table("", tuple(Line(n, row) for n, row in enumerate(rows, start=1)))


def test_find_header_below_titles_in_any_order():
    header = find_header(
        table(("名单",), ("截至2026年9月1日", ""), ("学生\n数", "编码（12位）")), COLUMNS, NEEDED
    )

    assert (header.row, dict(header.index)) == (3, {"students": 0, "code": 1})
    assert header.title == "名单 截至2026年9月1日"


def test_find_header_says_what_is_missing_and_what_was_found():
    with pytest.raises(RefusedFileError) as caught:
        find_header(table(("名单",), ("校区编码", "人数")), COLUMNS, NEEDED)

    problem = caught.value.problem
    assert problem.code == "header_missing"
    assert problem.params == {"missing": "学生数", "found": "校区编码、人数", "row": 2}


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        pytest.param((("甲", "乙"), (1, 2)), "no_header", id="none"),
        pytest.param((("校区编码", "学生数", "编码"),), "header_twice", id="twice"),
    ],
)
def test_find_header_refuses(rows, code):
    with pytest.raises(RefusedFileError) as caught:
        find_header(table(*rows), COLUMNS, NEEDED)

    assert caught.value.problem.code == code


# --- cells ------------------------------------------------------------------------------


def reader(value: object) -> RowReader:
    column = Column("x", "列", "", limit=5)
    header = find_header(table(("列",)), (column,), (("x",),))
    return RowReader(Line(7, (value,)), header, {"x": column})


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("79.99", Decimal("79.99"), id="text"),
        pytest.param(80.0, Decimal("80.00"), id="float"),
        pytest.param("1,200.5㎡", Decimal("1200.50"), id="separator and unit"),
        pytest.param("", None, id="empty"),
    ],
)
def test_area_keeps_two_decimals(value, expected):
    cell = reader(value)

    assert cell.area("x", high=100_000) == expected
    assert cell.problems == []


@pytest.mark.parametrize(
    ("call", "value", "code"),
    [
        pytest.param(lambda c: c.area("x", high=10), "79.995", "bad_decimal", id="three decimals"),
        pytest.param(lambda c: c.area("x", high=10), "-1", "bad_decimal", id="negative area"),
        pytest.param(lambda c: c.area("x", high=10), "NaN", "bad_decimal", id="not a number"),
        pytest.param(lambda c: c.whole("x", low=0, high=9), "12.5", "bad_number", id="half"),
        pytest.param(lambda c: c.whole("x", low=0, high=9), "十", "bad_number", id="word"),
        pytest.param(lambda c: c.whole("x", low=1, high=9), "0", "bad_number", id="below"),
        pytest.param(lambda c: c.code("x", 10), "41990100", "bad_code", id="short code"),
        pytest.param(lambda c: c.code("x", 10), "4.19901E+09", "too_many_digits", id="scientific"),
        pytest.param(lambda c: c.code("x", 10, needed=True), "", "missing", id="missing code"),
        pytest.param(lambda c: c.day("x"), "下个月", "bad_day", id="no day"),
        pytest.param(
            lambda c: c.day("x", today=dt.date(2026, 1, 1)), "2026-01-02", "ahead", id="tomorrow"
        ),
        pytest.param(lambda c: c.yes_no("x"), "也许", "bad_choice", id="maybe"),
        pytest.param(lambda c: c.text("x"), "六个字的长文", "too_long", id="too long"),
        pytest.param(lambda c: c.codes("x", 12), "4199、12", "bad_code", id="bad code in a list"),
    ],
)
def test_bad_cell_names_line_column_value_reason_and_remedy(call, value, code):
    cell = reader(value)

    call(cell)

    (problem,) = cell.problems
    assert (problem.code, problem.line, problem.column, problem.value) == (code, 7, "列", value)
    assert "%(" not in problem.reason + problem.remedy
    assert problem.remedy


def test_codes_splits_and_keeps_each_once():
    text = "419901000101、419901000102；419901000101"

    assert reader(text).codes("x", 12) == ("419901000101", "419901000102")
