"""Acts on calendars: statutory days of everybody, terms and vacations of one university."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from policeroom.common import audit
from policeroom.common.errors import DomainError
from stations.enums import DayKind
from stations.models import AcademicCalendar, CalendarDay, University

DAY_AUDITED = ("day", "kind", "name", "provisional")
TERM_AUDITED = ("university", "kind", "name", "starts_on", "ends_on")


@dataclass(frozen=True, slots=True)
class SeedDay:
    """One day of a published calendar, before it is written."""

    day: dt.date
    kind: str
    name: str


def _year_rows(year: int) -> Any:
    return CalendarDay.objects.filter(day__gte=dt.date(year, 1, 1), day__lt=dt.date(year + 1, 1, 1))


@transaction.atomic
def set_calendar_day(
    *, day: dt.date, kind: str, name: str, by: Any, provisional: bool = False
) -> CalendarDay:
    """Enter or correct one holiday or make-up day (第十六条 and every day clock, P-00).

    Raises: ValidationError on bad fields.
    """
    row = CalendarDay.objects.select_for_update().filter(day=day).first()
    before = audit.snapshot(row, DAY_AUDITED) if row is not None else None
    row = row or CalendarDay(day=day)
    row.kind, row.name, row.provisional = kind, name, provisional
    row.full_clean()
    row.save()
    audit.record(
        "calendar.edit", by=by, obj=row, before=before, after=audit.snapshot(row, DAY_AUDITED)
    )
    return row


@transaction.atomic
def remove_provisional_day(*, day: CalendarDay, by: Any) -> None:
    """Take back a guess that the State Council's notice does not contain.

    Raises: DomainError if the day is confirmed: deadlines were computed with it; correct its kind.
    """
    day = CalendarDay.objects.select_for_update().get(pk=day.pk)
    if not day.provisional:
        raise DomainError(
            _("%(day)s is confirmed and stays in the calendar. Correct its kind instead.")
            % {"day": day.day}
        )
    before = audit.snapshot(day, DAY_AUDITED)
    audit.record("calendar.edit", by=by, obj=day, before=before, after={"removed": True})
    day.delete()


@transaction.atomic
def confirm_calendar_year(*, year: int, source: str, by: Any) -> int:
    """Declare a year complete after the State Council's notice `source` was entered.

    Returns the number of days that were provisional.
    Raises: DomainError if the year holds no day at all, or nothing is left to confirm.
    """
    rows = _year_rows(year).select_for_update()
    if not rows:
        raise DomainError(_("%(year)s has no calendar day yet. Enter them first.") % {"year": year})
    changed = _year_rows(year).filter(provisional=True).update(provisional=False)
    if not changed:
        raise DomainError(_("%(year)s is already confirmed.") % {"year": year})
    audit.record("calendar.edit", by=by, after={"year": year, "days": changed, "source": source})
    return changed


@transaction.atomic
def seed_calendar_year(*, year: int, days: Iterable[SeedDay], by: Any = None) -> int:
    """Fill a year from a published calendar; a confirmed year is left as people entered it.

    A year without a make-up working day is provisional: the State Council's notice is not known
    yet. Seeding again replaces provisional days. Returns the number of days written.
    """
    days = list(days)
    provisional = all(day.kind != DayKind.MAKEUP for day in days)
    rows = list(_year_rows(year).select_for_update())
    if any(not row.provisional for row in rows):
        return 0
    if provisional and {SeedDay(row.day, row.kind, row.name) for row in rows} == set(days):
        return len(days)
    _year_rows(year).delete()
    for seed in days:
        row = CalendarDay(day=seed.day, kind=seed.kind, name=seed.name, provisional=provisional)
        row.full_clean()
        row.save()
    audit.record(
        "calendar.edit",
        by=by,
        after={"year": year, "days": len(days), "provisional": provisional},
    )
    return len(days)


def _refuse_overlap(term: AcademicCalendar) -> None:
    other = (
        AcademicCalendar.objects.unscoped("all rows of the one university that is being edited")
        .filter(university=term.university, starts_on__lt=term.ends_on, ends_on__gt=term.starts_on)
        .exclude(pk=term.pk)
        .first()
    )
    if other is not None:
        raise DomainError(
            _("%(start)s to %(last)s overlaps “%(other)s” (%(from)s to %(to)s). Change the days.")
            % {
                "start": term.starts_on,
                "last": term.ends_on - dt.timedelta(days=1),
                "other": other.name,
                "from": other.starts_on,
                "to": other.ends_on - dt.timedelta(days=1),
            },
            field="starts_on",
        )


def _save_term(term: AcademicCalendar) -> None:
    # one university's calendar is edited by one person at a time
    University.objects.unscoped("lock the calendar's owner").select_for_update().get(
        pk=term.university_id
    )
    term.clean_fields()
    _refuse_overlap(term)
    term.full_clean()
    term.save()


@transaction.atomic
def create_term(
    *,
    university: University,
    kind: str,
    name: str,
    starts_on: dt.date,
    ends_on: dt.date,
    by: Any,
) -> AcademicCalendar:
    """Record one term or vacation of a university (第十二条, 第十六条); `ends_on` is not included.

    Raises: DomainError if it overlaps another; ValidationError on bad fields.
    """
    term = AcademicCalendar(
        university=university, kind=kind, name=name, starts_on=starts_on, ends_on=ends_on
    )
    _save_term(term)
    audit.record(
        "universities.edit",
        by=by,
        obj=term,
        after=audit.snapshot(term, TERM_AUDITED),
        org_path=university.org_path,
    )
    return term


@transaction.atomic
def edit_term(
    *,
    term: AcademicCalendar,
    kind: str,
    name: str,
    starts_on: dt.date,
    ends_on: dt.date,
    by: Any,
) -> AcademicCalendar:
    """Correct one term or vacation; the audit event keeps both values.

    Raises: DomainError if it overlaps another; ValidationError on bad fields.
    """
    before = audit.snapshot(term, TERM_AUDITED)
    term.kind, term.name, term.starts_on, term.ends_on = kind, name, starts_on, ends_on
    _save_term(term)
    audit.record(
        "universities.edit",
        by=by,
        obj=term,
        before=before,
        after=audit.snapshot(term, TERM_AUDITED),
        org_path=term.university.org_path,
    )
    return term
