"""A city's routine of 三级: issue it for term or vacation, copy it forward, end it (第十六条)."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from duty.enums import ArrangementPart
from duty.models import DutyArrangement
from policeroom.common import audit
from policeroom.common.clients import digest, replayed
from policeroom.common.errors import DomainError
from policeroom.common.managers import ScopedQuerySet
from policeroom.common.models import Interval
from stations.enums import UnitKind
from stations.models import OrgUnit
from stations.services.guards import locked

RULES: Final = (
    *("title", "document_no", "day_starts", "day_ends"),
    *("officer_on_workdays", "auxiliary_every_day", "suspends_weekly"),
)
FACTS: Final = ("part", "valid_from", "valid_to", *RULES)
OF_CITY: Final = "papers of a city its caller fetched through the scope"
ONE_DAY: Final = dt.timedelta(days=1)


@transaction.atomic
def issue_arrangement(
    *,
    unit: OrgUnit,
    part: str,
    title: str,
    document_no: str,
    day_starts: dt.time,
    day_ends: dt.time,
    officer_on_workdays: bool,
    auxiliary_every_day: bool,
    suspends_weekly: bool,
    valid_from: dt.date,
    by: Any,
    last_day: dt.date | None = None,
    client_uuid: uuid.UUID | None = None,
) -> DutyArrangement:
    """Fix the routine of term or of vacation from a day on.

    Source: JS-16-1 (规范第十六条). The arrangement that holds for that part ends that day; one that
    begins later keeps its day. A resend returns the first row.
    Raises: ConflictError for other content under a used UUID; DomainError for a unit that is no
    city, a last day before the first, or a day on which one already begins.
    """
    values: dict[str, Any] = {
        "part": ArrangementPart(part).value,
        "title": title.strip(),
        "document_no": document_no.strip(),
        "day_starts": day_starts,
        "day_ends": day_ends,
        "officer_on_workdays": officer_on_workdays,
        "auxiliary_every_day": auxiliary_every_day,
        "suspends_weekly": suspends_weekly,
        "valid_from": valid_from,
    }
    fingerprint = digest({"unit": unit.pk, "last_day": last_day, **values})
    refuse_no_city(unit)
    locked(unit)
    earlier = replayed(DutyArrangement, client_uuid, fingerprint)
    if earlier is not None:
        return earlier
    row = DutyArrangement(
        unit=unit,
        org_path=unit.org_path,
        valid_to=_end(unit, values["part"], valid_from, last_day),
        recorded_by=by,
        client_uuid=client_uuid,
        client_digest=fingerprint if client_uuid else "",
        **values,
    )
    _end_before(unit, [row.part], valid_from)
    row.full_clean()
    row.save(force_insert=True)
    audit.record("arrangements.edit", by=by, obj=row, after=audit.snapshot(row, FACTS))
    return row


@transaction.atomic
def copy_arrangements(*, unit: OrgUnit, valid_from: dt.date, document_no: str, by: Any) -> int:
    """New versions of what holds for both parts, from a day on, under a new paper.

    Returns how many were copied. A last day that was set stays.
    Raises: DomainError if nothing holds on the day, or one begins on it or later.
    """
    refuse_no_city(unit)
    locked(unit)
    rows = _rows(unit)
    if rows.filter(valid_from__gte=valid_from).exists():
        raise DomainError(
            _("Arrangements begin on %(day)s or later; copy them from a day after those.")
            % {"day": valid_from},
            field="valid_from",
        )
    holding = list(rows.filter(Interval.valid_on(valid_from)).order_by("id"))
    if not holding:
        raise DomainError(_("There is nothing to copy: no arrangement holds on that day."))
    copies = [
        DutyArrangement(
            unit=unit,
            org_path=unit.org_path,
            part=row.part,
            valid_from=valid_from,
            valid_to=row.valid_to,
            recorded_by=by,
            **{name: getattr(row, name) for name in RULES} | {"document_no": document_no.strip()},
        )
        for row in holding
    ]
    _end_before(unit, list(ArrangementPart), valid_from)
    for copy in copies:
        copy.full_clean()
        copy.save(force_insert=True)
    audit.record(
        "arrangements.copy",
        by=by,
        obj=unit,
        after={"rows": len(copies), "from": audit.plain(valid_from), "document": document_no},
    )
    return len(copies)


@transaction.atomic
def end_arrangement(*, row: DutyArrangement, last_day: dt.date, by: Any) -> DutyArrangement:
    """Say on which day an arrangement holds last; from the next one the part has none.

    Raises: DomainError for one that is over by then, or a last day before its first.
    """
    row = locked(row)
    end = last_day + ONE_DAY
    if row.valid_to is not None and row.valid_to <= end:
        raise DomainError(
            _("This arrangement ends on %(day)s anyway.") % {"day": row.valid_to - ONE_DAY},
            field="last_day",
        )
    if last_day < row.valid_from:
        raise DomainError(
            _("The arrangement begins on %(day)s; it ends that day or later.")
            % {"day": row.valid_from},
            field="last_day",
        )
    before = audit.snapshot(row, ("valid_to",))
    row.valid_to = end
    row.save(update_fields=["valid_to"])
    audit.record(
        "arrangements.end", by=by, obj=row, before=before, after=audit.snapshot(row, ("valid_to",))
    )
    return row


def refuse_no_city(unit: OrgUnit) -> None:
    """Only a city fixes its routine and writes its plan (第十六条, 第十八条).

    Raises: DomainError.
    """
    if unit.kind != UnitKind.CITY:
        raise DomainError(_("%(unit)s is no city bureau.") % {"unit": unit.name}, field="unit")


def _rows(unit: OrgUnit) -> ScopedQuerySet:
    return DutyArrangement.objects.unscoped(OF_CITY).filter(unit=unit)


def _end_before(unit: OrgUnit, parts: list[Any], day: dt.date) -> None:
    """Let what holds on the day end with the day before."""
    _rows(unit).filter(Interval.valid_on(day), part__in=parts).update(valid_to=day)


def _end(unit: OrgUnit, part: str, valid_from: dt.date, last_day: dt.date | None) -> dt.date | None:
    """The day after the last: the one that was said, at the latest the start of the next one."""
    rows = _rows(unit).filter(part=part)
    if rows.filter(valid_from=valid_from).exists():
        raise DomainError(
            _("An arrangement already begins on %(day)s. Choose another day.")
            % {"day": valid_from},
            field="valid_from",
        )
    if last_day is not None and last_day < valid_from:
        raise DomainError(
            _("The last day must not lie before %(day)s.") % {"day": valid_from}, field="last_day"
        )
    later = rows.filter(valid_from__gt=valid_from).order_by("valid_from").first()
    ends = [later.valid_from] if later else []
    ends += [last_day + ONE_DAY] if last_day else []
    return min(ends) if ends else None
