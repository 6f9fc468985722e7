"""Working days and terms (pure), the statutory calendar, its seed and its screen."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import translation

from policeroom.common.errors import DomainError
from policeroom.common.models import AuditEvent
from stations.calendar import (
    in_term,
    is_working_day,
    next_working_day,
    roll_to_working_day,
    term_on,
    working_days,
)
from stations.enums import DayKind, TermKind
from stations.management.commands.seed_calendar import statutory_days
from stations.models import CalendarDay
from stations.queries.places import calendar_exceptions, calendar_year
from stations.services.places_calendar import (
    SeedDay,
    confirm_calendar_year,
    remove_provisional_day,
    seed_calendar_year,
    set_calendar_day,
)


@pytest.fixture(autouse=True)
def in_english():
    """Messages are compared in the language of their msgids."""
    with translation.override("en"):
        yield


PUBLISHED = Path(__file__).resolve().parents[3] / "shared" / "data" / "calendar"
DRAGON_BOAT = {dt.date(2026, 6, 19): DayKind.HOLIDAY}
MAKEUP_SATURDAY = {dt.date(2026, 2, 14): DayKind.MAKEUP}


# --- pure ---------------------------------------------------------------------------------------


@pytest.mark.unit
@pytest.mark.parametrize(
    ("day", "exceptions", "expected"),
    [
        pytest.param(dt.date(2026, 6, 18), DRAGON_BOAT, True, id="thursday before the holiday"),
        pytest.param(dt.date(2026, 6, 19), DRAGON_BOAT, False, id="friday that is a holiday"),
        pytest.param(dt.date(2026, 6, 20), DRAGON_BOAT, False, id="saturday"),
        pytest.param(dt.date(2026, 6, 21), DRAGON_BOAT, False, id="sunday"),
        pytest.param(dt.date(2026, 6, 22), DRAGON_BOAT, True, id="monday after"),
        pytest.param(dt.date(2026, 2, 14), MAKEUP_SATURDAY, True, id="make-up saturday"),
        pytest.param(dt.date(2026, 2, 14), {}, False, id="the same saturday, calendar unknown"),
    ],
)
def test_is_working_day(day, exceptions, expected):
    assert is_working_day(day, exceptions) is expected


@pytest.mark.unit
def test_is_working_day_refuses_an_unknown_kind():
    with pytest.raises(ValueError, match="half"):
        is_working_day(dt.date(2026, 6, 19), {dt.date(2026, 6, 19): "half"})


@pytest.mark.unit
def test_roll_moves_a_deadline_over_the_holiday_weekend():
    """Matrix D22: due Saturday 20 June 2026, Dragon Boat Festival, rolls to Monday 22 June."""
    assert roll_to_working_day(dt.date(2026, 6, 20), DRAGON_BOAT) == dt.date(2026, 6, 22)
    assert roll_to_working_day(dt.date(2026, 6, 18), DRAGON_BOAT) == dt.date(2026, 6, 18)


@pytest.mark.unit
def test_next_working_day_never_is_the_day_itself():
    assert next_working_day(dt.date(2026, 6, 17), DRAGON_BOAT) == dt.date(2026, 6, 18)
    assert next_working_day(dt.date(2026, 6, 18), DRAGON_BOAT) == dt.date(2026, 6, 22)


@pytest.mark.unit
def test_working_days_count_a_half_open_period():
    week = (dt.date(2026, 6, 15), dt.date(2026, 6, 22))
    assert working_days(*week, {}) == 5
    assert working_days(*week, DRAGON_BOAT) == 4
    assert working_days(week[0], week[0], {}) == 0


def _term(kind, start, end):
    return SimpleNamespace(kind=kind, starts_on=start, ends_on=end)


TERMS = [
    _term(TermKind.TERM, dt.date(2026, 3, 2), dt.date(2026, 7, 6)),
    _term(TermKind.VACATION, dt.date(2026, 7, 6), dt.date(2026, 8, 31)),
]


@pytest.mark.unit
@pytest.mark.parametrize(
    ("day", "expected"),
    [
        pytest.param(dt.date(2026, 3, 1), None, id="day before: nothing known"),
        pytest.param(dt.date(2026, 3, 2), True, id="first day of term"),
        pytest.param(dt.date(2026, 7, 5), True, id="last day of term"),
        pytest.param(dt.date(2026, 7, 6), False, id="first day of vacation"),
        pytest.param(dt.date(2026, 8, 31), None, id="day after the vacation: nothing known"),
    ],
)
def test_in_term(day, expected):
    assert in_term(day, TERMS) is expected


@pytest.mark.unit
def test_term_on_gives_the_row():
    assert term_on(dt.date(2026, 7, 10), TERMS) is TERMS[1]
    assert term_on(dt.date(2025, 1, 1), TERMS) is None


# --- the published calendar ---------------------------------------------------------------------


@pytest.mark.unit
@pytest.mark.parametrize(
    ("year", "off", "makeup"),
    [
        pytest.param(2025, 28, 5, id="2025"),
        pytest.param(2026, 33, 6, id="2026"),
    ],
)
def test_seed_agrees_with_the_published_calendar_on_every_day(year, off, makeup):
    path = PUBLISHED / f"holiday-cn_{year}.json"
    if not path.exists():
        pytest.skip("the published calendar is not on this machine")
    published = json.loads(path.read_text(encoding="utf-8"))["days"]
    notice = {
        dt.date.fromisoformat(entry["date"]): (
            DayKind.HOLIDAY if entry["isOffDay"] else DayKind.MAKEUP
        )
        for entry in published
    }
    seeded = {seed.day: seed.kind for seed in statutory_days(year)}
    days = [dt.date(year, 1, 1) + dt.timedelta(days=n) for n in range(365)]

    assert sum(kind == DayKind.HOLIDAY for kind in notice.values()) == off
    assert sum(kind == DayKind.MAKEUP for kind in seeded.values()) == makeup
    assert [is_working_day(day, seeded) for day in days] == [
        is_working_day(day, notice) for day in days
    ]


# --- acts ---------------------------------------------------------------------------------------


@pytest.mark.integration
def test_seed_command_fills_years_and_marks_the_unknown_one(db, capsys):
    call_command("seed_calendar", "--years", "2025", "2026", "2027")

    printed = capsys.readouterr().out.splitlines()
    assert printed == [
        "2025: 19 holidays, 5 make-up days",
        "2026: 22 holidays, 6 make-up days",
        "2027: 19 holidays, 0 make-up days, provisional: no make-up days are published yet",
    ]
    assert set(
        CalendarDay.objects.filter(provisional=True).values_list("day__year", flat=True)
    ) == {2027}


@pytest.mark.integration
def test_seed_command_twice_changes_nothing(db):
    call_command("seed_calendar", "--years", "2026", "2027")
    before = list(CalendarDay.objects.order_by("day").values_list("pk", "day", "kind", "name"))
    events = AuditEvent.objects.unscoped("test").count()

    call_command("seed_calendar", "--years", "2026", "2027")

    after = list(CalendarDay.objects.order_by("day").values_list("pk", "day", "kind", "name"))
    assert after == before
    assert AuditEvent.objects.unscoped("test").count() == events


@pytest.mark.integration
def test_seed_command_refuses_a_year_nobody_knows(db):
    with pytest.raises(CommandError, match="1999"):
        call_command("seed_calendar", "--years", "1999")
    assert CalendarDay.objects.count() == 0


@pytest.mark.integration
def test_seed_replaces_provisional_days_and_leaves_confirmed_ones(db):
    guess = [SeedDay(dt.date(2027, 1, 1), DayKind.HOLIDAY, "元旦")]
    notice = [*guess, SeedDay(dt.date(2027, 1, 3), DayKind.MAKEUP, "调休上班")]

    assert seed_calendar_year(year=2027, days=guess) == 1
    assert calendar_year(2027).is_provisional
    assert seed_calendar_year(year=2027, days=notice) == 2
    assert not calendar_year(2027).is_provisional
    assert seed_calendar_year(year=2027, days=guess) == 0
    assert calendar_exceptions(dt.date(2027, 1, 1), dt.date(2028, 1, 1)) == {
        dt.date(2027, 1, 1): DayKind.HOLIDAY,
        dt.date(2027, 1, 3): DayKind.MAKEUP,
    }


@pytest.mark.integration
def test_set_calendar_day_again_corrects_and_keeps_both_values_in_the_trail(world, province_staff):
    day = dt.date(2026, 5, 9)
    set_calendar_day(day=day, kind=DayKind.HOLIDAY, name="劳动节", by=province_staff)
    set_calendar_day(day=day, kind=DayKind.MAKEUP, name="劳动节", by=province_staff)

    assert CalendarDay.objects.get(day=day).kind == DayKind.MAKEUP
    event = AuditEvent.objects.unscoped("test").filter(action="calendar.edit").latest("id")
    assert (event.before, event.after) == ({"kind": "holiday"}, {"kind": "makeup"})


@pytest.mark.integration
def test_only_a_provisional_day_is_taken_back(world, province_staff):
    guess = set_calendar_day(
        day=dt.date(2027, 2, 5),
        kind=DayKind.HOLIDAY,
        name="除夕",
        provisional=True,
        by=province_staff,
    )
    certain = set_calendar_day(
        day=dt.date(2026, 10, 1), kind=DayKind.HOLIDAY, name="国庆节", by=province_staff
    )

    remove_provisional_day(day=guess, by=province_staff)
    with pytest.raises(DomainError, match="2026-10-01 is confirmed"):
        remove_provisional_day(day=certain, by=province_staff)

    assert list(CalendarDay.objects.values_list("day", flat=True)) == [dt.date(2026, 10, 1)]


@pytest.mark.integration
def test_confirming_a_year_needs_days_and_happens_once(world, province_staff):
    with pytest.raises(DomainError, match="no calendar day yet"):
        confirm_calendar_year(year=2027, source="国办发明电〔2026〕7号", by=province_staff)
    call_command("seed_calendar", "--years", "2027")

    changed = confirm_calendar_year(year=2027, source="国办发明电〔2026〕7号", by=province_staff)

    assert changed == 19
    assert not calendar_year(2027).is_provisional
    with pytest.raises(DomainError, match="already confirmed"):
        confirm_calendar_year(year=2027, source="again", by=province_staff)


# --- screen -------------------------------------------------------------------------------------


@pytest.mark.integration
def test_calendar_page_shows_days_and_warns_while_the_year_is_provisional(city_supervisor, as_user):
    call_command("seed_calendar", "--years", "2026", "2027")
    client = as_user(city_supervisor)

    known = client.get(reverse("stations:calendar"), {"year": "2026"}).content.decode()
    guessed = client.get(reverse("stations:calendar"), {"year": "2027"}).content.decode()
    empty = client.get(reverse("stations:calendar"), {"year": "2031"}).content.decode()

    assert "2026-02-14" in known
    assert "Provisional:" not in known
    assert "Provisional: 19 days of 2027" in guessed
    assert "No day of 2031 is recorded" in empty
    assert reverse("stations:calendar-day-new") not in known


@pytest.mark.integration
def test_calendar_year_that_is_no_year_shows_this_one(city_supervisor, as_user):
    response = as_user(city_supervisor).get(reverse("stations:calendar"), {"year": "²026"})

    assert response.context["found"].year == dt.date.today().year  # noqa: DTZ011 -- the page's own


@pytest.mark.integration
def test_province_adds_corrects_confirms_and_takes_back_days(province_staff, as_user):
    client = as_user(province_staff)
    first = {"day": "2027-10-01", "kind": "holiday", "name": "国庆节", "provisional": "on"}

    client.post(reverse("stations:calendar-day-new"), first)
    row = CalendarDay.objects.get()
    edit = reverse("stations:calendar-day-edit", args=[row.pk])
    client.post(edit, {**first, "day": "2027-12-31", "name": "国庆"})
    row.refresh_from_db()

    assert (row.day, row.name, row.provisional) == (dt.date(2027, 10, 1), "国庆", True)
    page = client.get(reverse("stations:calendar-confirm", args=[2027])).content.decode()
    assert "<b>1</b> provisional days become certain" in page

    client.post(reverse("stations:calendar-confirm", args=[2027]), {"source": "通知"})
    row.refresh_from_db()
    assert row.provisional is False

    remove = reverse("stations:calendar-day-remove", args=[row.pk])
    answer = client.post(remove, follow=True).content.decode()
    assert "2027-10-01 is confirmed" in answer
    assert client.get(remove).status_code == 405
    assert CalendarDay.objects.count() == 1


@pytest.mark.integration
def test_a_city_may_not_change_the_calendar(city_supervisor, as_user):
    client = as_user(city_supervisor)
    body = {"day": "2027-10-01", "kind": "holiday", "name": "国庆节"}

    assert client.post(reverse("stations:calendar-day-new"), body).status_code == 403
    assert CalendarDay.objects.count() == 0
