"""Days and times as people write them: what is read, and what is said about it."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from incidents.imports import times

pytestmark = pytest.mark.unit

TODAY = dt.date(2026, 9, 17)
SHANGHAI, NEW_YORK = ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York")


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


def span(day: object, clock: object = None, order: str = times.YMD) -> times.Span:
    when = times.read_when(day, order=order, today=TODAY, zone=SHANGHAI)
    return times.combine(when, None if clock is None else times.read_clock(clock))


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        ("2026-09-10 08:05", times.YMD, "2026-09-10 08:05"),
        ("2026/9/10 8:05:30", times.YMD, "2026-09-10 08:05:30"),
        ("2026年9月10日 8时5分", times.YMD, "2026-09-10 08:05"),
        ("2026年9月10日8时5分30秒", times.YMD, "2026-09-10 08:05:30"),
        ("2026.9.10 下午3:20", times.YMD, "2026-09-10 15:20"),
        ("2026-09-10 中午12:00", times.YMD, "2026-09-10 12:00"),
        ("２０２６-09-10　08:05", times.YMD, "2026-09-10 08:05"),
        ("202609100805", times.MDY, "2026-09-10 08:05"),
        ("9/10/2026 8:05 PM", times.MDY, "2026-09-10 20:05"),
        ("9/10/26 12:05 am", times.MDY, "2026-09-10 00:05"),
        ("10.9.2026 08:05", times.DMY, "2026-09-10 08:05"),
        ("12/31/99 21:30", times.MDY, "1999-12-31 21:30"),
        ("2026-09-10T00:05:00Z", times.YMD, "2026-09-10 08:05"),
        (dt.datetime(2026, 9, 10, 8, 5), times.YMD, "2026-09-10 08:05"),  # noqa: DTZ001 -- a cell
    ],
)
def test_exact_times(text, order, expected):
    assert span(text, order=order) == times.Span("exact", at(expected))


@pytest.mark.parametrize("value", ["2026-09-10", "20260910", dt.date(2026, 9, 10)])
def test_day_stays_a_day(value):
    assert span(value) == times.Span("day", at("2026-09-10"))


@pytest.mark.parametrize(
    "text", ["2026-02-30", "9/6/205", "Unknown - June 2024", "x", "2026-13-01"]
)
def test_what_is_no_day_is_not_guessed(text):
    with pytest.raises(times.UnreadableError):
        span(text)


@pytest.mark.parametrize("text", ["Unknown", "不详", "N/A", "-"])
def test_words_for_not_known(text):
    found = times.read_when(text, order=times.YMD, today=TODAY, zone=SHANGHAI)

    assert (found.unknown, times.combine(found)) == (True, times.UNKNOWN)


@pytest.mark.parametrize(
    ("day", "clock", "expected"),
    [
        pytest.param(
            "2026-09-10",
            "08:00-09:30",
            ("range", "2026-09-10 08:00", "2026-09-10 09:30", ()),
            id="two times on a day",
        ),
        pytest.param(
            "2026-09-10",
            "23:50-00:10",
            ("range", "2026-09-10 23:50", "2026-09-11 00:10", ("past_midnight",)),
            id="past midnight",
        ),
        pytest.param(
            "2026-09-10 - 2026-09-12",
            "18:00 - 06:30",
            ("range", "2026-09-10 18:00", "2026-09-12 06:30", ()),
            id="two days, two times",
        ),
        pytest.param(
            "2026-09-10 至 2026-09-12",
            "18:00",
            ("range", "2026-09-10 00:00", "2026-09-12 23:59", ("one_time",)),
            id="two days, one time",
        ),
        pytest.param(
            "2026-09-10~2026-09-12",
            "Unknown",
            ("range", "2026-09-10 00:00", "2026-09-12 23:59", ()),
            id="two days, time not known",
        ),
        pytest.param(
            "2026-09-12 - 2026-09-10",
            "18:00 - 19:00",
            ("day", "2026-09-12 00:00", None, ("reversed",)),
            id="ends before it begins",
        ),
        pytest.param(
            "2026-09-10",
            "17:15 PM",
            ("exact", "2026-09-10 17:15", None, ("odd_time",)),
            id="two clocks mixed",
        ),
        pytest.param(
            "2026/09-10",
            None,
            ("day", "2026-09-10 00:00", None, ("mixed_date",)),
            id="two ways of writing a day",
        ),
        pytest.param("2026-09-10", "", ("day", "2026-09-10 00:00", None, ()), id="no time"),
        pytest.param(
            "2026-09-10", "1530", ("exact", "2026-09-10 15:30", None, ()), id="four digits"
        ),
        pytest.param(
            "2026-09-10", dt.time(15, 30), ("exact", "2026-09-10 15:30", None, ()), id="a cell"
        ),
    ],
)
def test_day_and_time_in_two_columns(day, clock, expected):
    precision, first, last, flags = expected

    assert span(day, clock) == times.Span(precision, at(first), last and at(last), flags)


def test_dashes_of_spreadsheets_are_dashes():
    assert span("2026-09-10 ‐ 2026-09-12") == span("2026-09-10 - 2026-09-12")


def test_zone_moves_a_time_but_not_a_day():
    exact, day = span("2026-09-10 23:30"), span("2026-09-10")

    first, _last, _flags = times.instants(exact, zone=NEW_YORK, home=SHANGHAI)
    midnight, _last, _flags = times.instants(day, zone=NEW_YORK, home=SHANGHAI)

    assert first == dt.datetime(2026, 9, 11, 3, 30, tzinfo=dt.UTC)
    assert midnight.astimezone(SHANGHAI).date() == dt.date(2026, 9, 10)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2026-03-08 02:30", "clock_skipped"),
        ("2026-11-01 01:30", "clock_twice"),
        ("2026-06-01 01:30", None),
    ],
)
def test_times_the_clocks_skipped_or_showed_twice_are_said(text, code):
    _first, _last, flags = times.instants(span(text), zone=NEW_YORK, home=SHANGHAI)

    assert flags == ((code,) if code else ())


@pytest.mark.parametrize(
    ("values", "order"),
    [
        (["12/31/13 21:30", "01/02/14"], times.MDY),
        (["31.12.2013", "1.2.2014"], times.DMY),
        (["2013-12-31", "", "不详"], times.YMD),
        ([], times.YMD),
    ],
)
def test_order_is_the_one_that_reads_most(values, order):
    assert times.guess_order(values, today=TODAY, zone=SHANGHAI) == order


def test_end_in_a_column_of_its_own():
    start, end = span("2026-09-10 08:00"), span("2026-09-10 09:00")

    assert times.until(start, end) == times.Span("range", start.first, end.first)
    assert times.until(end, start).flags == ("reversed",)
    assert times.until(start, times.UNKNOWN) == start
    assert times.until(start, span("2026-09-10")).last == at("2026-09-10 23:59")
