"""Keyset pages lose nothing; spreadsheets run nothing."""

from __future__ import annotations

import csv
import io

import pytest
from python_calamine import CalamineWorkbook

from policeroom.common.export import csv_bytes, xlsx_bytes
from policeroom.common.paging import capped_count, keyset_page
from stations.models import OrgUnit
from tests.world import World

DANGEROUS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"]


@pytest.mark.integration
@pytest.mark.parametrize(
    "order", [("org_path", "id"), ("-org_path", "-id"), ("kind", "id"), ("-kind", "name", "-id")]
)
def test_pages_give_every_row_once_in_order(world: World, order: tuple[str, ...]) -> None:
    rows = OrgUnit.objects.unscoped("test")
    expected = list(rows.order_by(*order))
    found, cursor = [], ""
    while True:
        page = keyset_page(rows, order=order, cursor=cursor, size=3)
        found += page.rows
        cursor = page.next_cursor
        if not cursor:
            break
    assert found == expected
    assert len(found) == 10


@pytest.mark.integration
@pytest.mark.parametrize("cursor", ["nonsense", "e30=", "bnVsbA==", "WzFd", "\x00"])
def test_a_cursor_edited_by_hand_starts_at_the_first_page(world: World, cursor: str) -> None:
    rows = OrgUnit.objects.unscoped("test")
    page = keyset_page(rows, order=("org_path", "id"), cursor=cursor, size=2)
    assert page.rows == list(rows.order_by("org_path", "id")[:2])


@pytest.mark.integration
def test_counts_are_capped(world: World) -> None:
    rows = OrgUnit.objects.unscoped("test")
    assert capped_count(rows, cap=3) == "3+"
    assert capped_count(rows, cap=10) == "10"


@pytest.mark.unit
@pytest.mark.parametrize("text", DANGEROUS)
def test_no_cell_is_a_formula(text: str) -> None:
    sheet = CalamineWorkbook.from_filelike(
        io.BytesIO(xlsx_bytes(title="t", columns=["c"], rows=[[text]]))
    ).get_sheet_by_index(0)
    row = next(
        csv.reader(
            io.StringIO(csv_bytes(columns=["c"], rows=[[text]]).decode("utf-8-sig"), newline="")
        )
    )
    assert row == ["c"]
    body = csv_bytes(columns=["c"], rows=[[text]]).decode("utf-8-sig").split("\r\n", 1)[1]
    assert body.lstrip('"').startswith("'")
    assert sheet.to_python()[-1][0].startswith("'")


@pytest.mark.unit
def test_numbers_and_missing_values_survive() -> None:
    content = xlsx_bytes(title="t", columns=["a", "b", "c"], rows=[[3, None, "南京"]])
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert rows[-1] == [3.0, "", "南京"]
