"""Acts on master data: universities and their designations (campuses: `places_campuses`).

Facts that change are versioned: the record holds today's value, so a change is entered when it is
true and `valid_from` never lies after `today`.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from policeroom.common import audit
from policeroom.common.clients import digest, replayed
from policeroom.common.errors import DomainError
from policeroom.common.versions import write_version
from stations.enums import UnitKind, UniversityLevel, UniversityStatus
from stations.models import Article6Designation, OrgUnit, University, UniversityVersion
from stations.services.guards import locked, refuse_future

UNIVERSITY_FACTS = (
    "name",
    "level",
    "authority",
    "ownership",
    "unit",
    "place_name",
    "status",
    "is_military",
    "double_first_class",
)
#: Where a university is registered.
UNIVERSITY_UNITS = (UnitKind.PROVINCE, UnitKind.CITY)


def require_kind(unit: OrgUnit, kinds: tuple[UnitKind, ...], message: str) -> None:
    """Raise DomainError with `message` (holding %(unit)s) if the unit is of no such kind."""
    if unit.kind not in kinds:
        raise DomainError(message % {"unit": unit}, field="unit")


def apply_facts(row: models.Model, changes: dict[str, Any], allowed: tuple[str, ...]) -> None:
    """Set named facts on a row; a name that is none of `allowed` is a programming error."""
    unknown = set(changes) - set(allowed)
    if unknown:
        raise TypeError(f"not facts of {row._meta.label}: {sorted(unknown)}")
    for name, value in changes.items():
        setattr(row, name, value)


# --- universities -----------------------------------------------------------------------------


def _check_university(university: University) -> None:
    require_kind(
        university.unit,
        UNIVERSITY_UNITS,
        _("A university is registered under a city bureau or the province, not %(unit)s."),
    )
    university.org_path = university.unit.org_path
    university.full_clean()


@transaction.atomic
def create_university(
    *,
    code: str,
    valid_from: dt.date,
    today: dt.date,
    by: Any,
    client_uuid: uuid.UUID | None = None,
    **facts: Any,
) -> University:
    """Record a university under its ministry code (第四条); `facts` are `UNIVERSITY_FACTS`.

    Raises: DomainError if the code cannot be used or `valid_from` lies ahead; ValidationError on
    bad fields; ConflictError if the same form was sent with other content.
    """
    fingerprint = digest({"code": code, "valid_from": valid_from, **facts})
    earlier = replayed(University, client_uuid, fingerprint)
    if earlier is not None:
        return earlier
    refuse_future(valid_from, today=today, field="valid_from")
    taken = University.objects.unscoped("codes are unique in the whole country").filter(code=code)
    if taken.exists():
        # the same words whether or not the reader may see the other record
        raise DomainError(
            _("The code %(code)s cannot be used for a new university. Check the ministry's list.")
            % {"code": code},
            field="code",
        )
    university = University(code=code, client_uuid=client_uuid, client_digest=fingerprint)
    apply_facts(university, facts, UNIVERSITY_FACTS)
    _check_university(university)
    university.save()
    write_version(university, UniversityVersion, valid_from=valid_from, by=by)
    audit.record(
        "universities.edit",
        by=by,
        obj=university,
        after=audit.snapshot(university, ("code", *UNIVERSITY_FACTS))
        | {"valid_from": valid_from.isoformat()},
    )
    return university


@transaction.atomic
def edit_university(
    *, university: University, valid_from: dt.date, today: dt.date, by: Any, **changes: Any
) -> University:
    """Rename, move, lift or correct a university from `valid_from` on; the code stays.

    Source: 第四条, 第六条, matrix D20: rules use the state at the instant, history keeps the rest.
    Raises: DomainError if `valid_from` lies ahead or before an earlier change, or if the change
    would close it (`close_university` does that); ValidationError on bad fields.
    """
    refuse_future(valid_from, today=today, field="valid_from")
    university = locked(university)
    closed = UniversityStatus.CLOSED
    if changes.get("status") == closed and university.status != closed:
        raise DomainError(_("Close a university on its own page."), field="status")
    before = audit.snapshot(university, UNIVERSITY_FACTS)
    apply_facts(university, changes, UNIVERSITY_FACTS)
    after = audit.snapshot(university, UNIVERSITY_FACTS)
    if before == after:
        return university
    _write_university(university, valid_from=valid_from, by=by, before=before)
    return university


def _write_university(
    university: University, *, valid_from: dt.date, by: Any, before: dict[str, Any], **more: Any
) -> None:
    _check_university(university)
    university.save()
    write_version(university, UniversityVersion, valid_from=valid_from, by=by)
    after = audit.snapshot(university, UNIVERSITY_FACTS)
    audit.record(
        "universities.edit",
        by=by,
        obj=university,
        before=before,
        after=after | {"valid_from": valid_from.isoformat(), **more},
    )


@transaction.atomic
def close_university(
    *, university: University, day: dt.date, today: dt.date, by: Any
) -> University:
    """Take a university out of the denominator of 第四条 from `day` on; its designation ends.

    Campuses and police rooms stay as they are: each is closed by the bureau it lies in.
    Raises: DomainError if it is closed already or `day` lies ahead.
    """
    refuse_future(day, today=today, field="day")
    university = locked(university)
    if university.status == UniversityStatus.CLOSED:
        raise DomainError(_("%(name)s is already closed.") % {"name": university})
    before = audit.snapshot(university, UNIVERSITY_FACTS)
    running = Article6Designation.objects.unscoped("all rows of the one university").filter(
        Article6Designation.valid_on(day), university=university, valid_from__lt=day
    )
    ended = running.update(valid_to=day)
    university.status = UniversityStatus.CLOSED
    _write_university(university, valid_from=day, by=by, before=before, designations_ended=ended)
    return university


# --- designations (第六条) ----------------------------------------------------------------------

DESIGNATION_AUDITED = (
    "university",
    "basis",
    "decided_by",
    "decision_no",
    "valid_from",
    "valid_to",
)


@transaction.atomic
def designate(
    *,
    university: University,
    basis: str,
    decided_by: OrgUnit,
    valid_from: dt.date,
    by: Any,
    decision_no: str = "",
) -> Article6Designation:
    """Record the decision that a 专科 university needs its own room (第六条, JS-06-2).

    Raises: DomainError if the university is no college or is closed; ValidationError if a
    designation already runs then, or on bad fields.
    """
    if university.level != UniversityLevel.COLLEGE:
        raise DomainError(
            _("%(name)s is %(level)s: only a college (专科) is designated under Article 6.")
            % {"name": university, "level": university.get_level_display()}
        )
    if university.status == UniversityStatus.CLOSED:
        raise DomainError(_("%(name)s is closed.") % {"name": university})
    row = Article6Designation(
        university=university,
        basis=basis,
        decided_by=decided_by,
        decision_no=decision_no,
        valid_from=valid_from,
        recorded_by=by,
    )
    row.full_clean()
    row.save()
    audit.record(
        "designations.decide",
        by=by,
        obj=row,
        after=audit.snapshot(row, DESIGNATION_AUDITED),
        org_path=university.org_path,
    )
    return row


@transaction.atomic
def end_designation(
    *, designation: Article6Designation, valid_to: dt.date, by: Any
) -> Article6Designation:
    """Lift a designation; `valid_to` is the first day without it (第六条, matrix D20).

    Raises: DomainError if it has ended already; ValidationError if it would end before it began.
    """
    row = locked(designation)
    if row.valid_to is not None:
        raise DomainError(
            _("This designation already ended on %(day)s.") % {"day": row.valid_to},
            field="valid_to",
        )
    before = audit.snapshot(row, DESIGNATION_AUDITED)
    row.valid_to = valid_to
    row.full_clean()
    row.save(update_fields=["valid_to"])
    audit.record(
        "designations.decide",
        by=by,
        obj=row,
        before=before,
        after=audit.snapshot(row, DESIGNATION_AUDITED),
        org_path=row.university.org_path,
    )
    return row
