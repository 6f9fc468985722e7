"""What of a sheet stands on the page, when it is longer than one."""

from __future__ import annotations

import pytest

from duty.handover_print import (
    LINE_WIDTH,
    PAGE_LINES,
    TEXT_WIDTH,
    Printed,
    fitted,
    lines_taken,
    shortened,
    width,
)
from duty.handover_sources import Line, Section

pytestmark = pytest.mark.unit


def of(key: str, *texts: str) -> Section:
    return Section(key, key, tuple(Line(text) for text in texts))


def taken(printed: list[Printed], notes: str) -> int:
    """Lines the page needs, one per section that leaves something out included."""
    shown = [lines_taken(line.text) for item in printed for line in item.section.lines]
    return sum(shown) + lines_taken(notes) + sum(item.left_out > 0 for item in printed)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        pytest.param("", 0, id="nothing"),
        pytest.param("a" * LINE_WIDTH, 1, id="a line of letters"),
        pytest.param("a" * (LINE_WIDTH + 1), 2, id="one letter more"),
        pytest.param("警" * (LINE_WIDTH // 2), 1, id="a line of characters"),
        pytest.param("警" * (LINE_WIDTH // 2 + 1), 2, id="one character more"),
        pytest.param("一\n\n二", 3, id="own line breaks"),
    ],
)
def test_lines_of_a_text(text: str, lines: int) -> None:
    assert lines_taken(text) == lines


def test_a_long_text_is_cut_at_three_lines() -> None:
    short, long = "警" * (TEXT_WIDTH // 2), "警" * (TEXT_WIDTH // 2 + 1)
    assert shortened(short) == short
    assert shortened(long).endswith("…")
    assert TEXT_WIDTH - 2 <= width(shortened(long)) <= TEXT_WIDTH
    assert shortened("一\n二  三") == "一 二 三"


def test_a_short_sheet_is_whole() -> None:
    sections = [of("a", "1", "2"), of("b"), of("c", "3")]
    assert fitted(sections, notes="") == [Printed(section, 0) for section in sections]


@pytest.mark.parametrize("notes", ["", "\n".join("记" * 12)])
@pytest.mark.parametrize("text", ["短", "警" * 60, "警" * 2000])
def test_a_long_sheet_fills_the_page_and_says_what_is_left_out(text: str, notes: str) -> None:
    sections = [of(key, *[text] * 60) for key in "abcde"]
    printed = fitted(sections, notes=notes)
    assert [len(item.section.lines) + item.left_out for item in printed] == [60] * 5
    assert min(len(item.section.lines) for item in printed) >= 1
    longest = lines_taken(shortened(text))
    assert PAGE_LINES - longest < taken(printed, notes) <= PAGE_LINES


def test_a_short_section_leaves_its_room_to_a_long_one() -> None:
    printed = fitted([of("a", "1"), of("b", *["二"] * 60)], notes="")
    assert [item.left_out for item in printed] == [0, 60 - (PAGE_LINES - 3)]
