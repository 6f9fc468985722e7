"""Absences: from when to when somebody is away. No kind, no reason, no diagnosis (matrix D 18)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from personnel.models import Absence, Person
from personnel.services.staff import locked_person
from personnel.services.vacancies import settle_rooms_of
from policeroom.common import audit
from policeroom.common.errors import DomainError

FIELDS = ("person", "valid_from", "valid_to")
OWN = "an absence its caller fetched through the scope"
DAY = dt.timedelta(days=1)


@transaction.atomic
def record_absence(
    *, person: Person, valid_from: dt.date, last_day: dt.date | None, by: Any, today: dt.date
) -> Absence:
    """Record that a person is away from a day on; the last day is still one away.

    Raises: DomainError for somebody who left, an end before the start, or an overlap (with its
    days).
    """
    person = locked_person(person)
    if person.left_on is not None and valid_from >= person.left_on:
        raise DomainError(
            _("%(name)s left on %(day)s.") % {"name": person.name, "day": person.left_on},
            field="valid_from",
        )
    row = Absence(person=person, valid_from=valid_from, recorded_by=by)
    row.valid_to = _end(valid_from, last_day)
    _refuse_overlap(row)
    row.full_clean()
    row.save()
    audit.record("people.absence", by=by, obj=row, org_path=person.org_path, after=_facts(row))
    settle_rooms_of(person, today=today)
    return row


@transaction.atomic
def change_absence(
    *, absence: Absence, valid_from: dt.date, last_day: dt.date | None, by: Any, today: dt.date
) -> Absence:
    """Correct the days of an absence, or record the last one when somebody returns.

    Raises: DomainError as `record_absence`, and for a struck absence.
    """
    row = _locked(absence)
    before = _facts(row)
    row.valid_from, row.valid_to = valid_from, _end(valid_from, last_day)
    _refuse_overlap(row)
    row.full_clean()
    row.save(update_fields=["valid_from", "valid_to"])
    audit.record(
        "people.absence-change",
        by=by,
        obj=row,
        org_path=row.person.org_path,
        before=before,
        after=_facts(row),
    )
    settle_rooms_of(row.person, today=today)
    return row


@transaction.atomic
def strike_absence(*, absence: Absence, by: Any, at: dt.datetime) -> Absence:
    """Take back an absence that was recorded by mistake; the trail keeps it.

    Raises: DomainError if it is already struck.
    """
    row = _locked(absence)
    row.struck_at = at
    row.save(update_fields=["struck_at"])
    audit.record(
        "people.absence-strike", by=by, obj=row, org_path=row.person.org_path, before=_facts(row)
    )
    settle_rooms_of(row.person, today=timezone.localdate(at))
    return row


def _facts(row: Absence) -> dict[str, Any]:
    return audit.snapshot(row, FIELDS)


def _end(valid_from: dt.date, last_day: dt.date | None) -> dt.date | None:
    if last_day is None:
        return None
    if last_day < valid_from:
        raise DomainError(
            _("The absence begins on %(day)s; its last day is that day or later.")
            % {"day": valid_from},
            field="last_day",
        )
    return last_day + DAY


def _locked(absence: Absence) -> Absence:
    rows = Absence.objects.unscoped(OWN)
    person = locked_person(absence.person)
    row: Absence = rows.select_for_update(of=("self",)).get(pk=absence.pk)
    row.person = person
    if row.struck_at is not None:
        raise DomainError(_("This absence is struck."))
    return row


def _refuse_overlap(row: Absence) -> None:
    """Say which days are already recorded, before the database says that there are some."""
    others = row.person.absences.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=row.valid_from), struck_at__isnull=True
    ).exclude(pk=row.pk)
    if row.valid_to is not None:
        others = others.filter(valid_from__lt=row.valid_to)
    other = others.order_by("valid_from").first()
    if other is None:
        return
    values = {"name": row.person.name, "start": other.valid_from}
    if other.valid_to is None:
        text = _("%(name)s is already recorded as absent from %(start)s, without an end.")
    else:
        text = _("%(name)s is already recorded as absent from %(start)s to %(end)s.")
        values["end"] = other.valid_to - DAY
    raise DomainError(text % values, field="valid_from")
