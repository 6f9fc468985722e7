"""Acts on campuses, the people on them, and university towns; versioned as in `places`."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _

from policeroom.common import audit
from policeroom.common.clients import digest, replayed
from policeroom.common.errors import DomainError
from policeroom.common.versions import write_version
from stations.enums import CampusStatus, UnitKind
from stations.models import (
    Campus,
    CampusVersion,
    Cluster,
    CoverageLink,
    OrgUnit,
    PopulationSnapshot,
    University,
)
from stations.services.guards import locked, refuse_future
from stations.services.places import apply_facts, require_kind

CAMPUS_FACTS = (
    "name",
    "is_branch",
    "unit",
    "status",
    "cluster",
    "site_id",
    "address",
    "opened_on",
)
CAMPUS_AUDITED = (*CAMPUS_FACTS, "closed_on")
#: Where a campus lies: the city bureau only while the county is unknown.
CAMPUS_UNITS = (UnitKind.CITY, UnitKind.COUNTY, UnitKind.BRANCH)
LAST_CAMPUS_NUMBER = 99


@transaction.atomic
def create_cluster(*, name: str, unit: OrgUnit, by: Any) -> Cluster:
    """Record a university town (大学城) that one centre may serve (第六条).

    Raises: DomainError if the unit is no bureau of a place, or has a town of this name already.
    """
    require_kind(unit, CAMPUS_UNITS, _("A university town lies in a city or county, not %(unit)s."))
    known = Cluster.objects.unscoped("names are unique at one bureau").filter(unit=unit, name=name)
    if known.exists():
        raise DomainError(
            _("“%(name)s” is already recorded at %(unit)s.") % {"name": name, "unit": unit},
            field="name",
        )
    cluster = Cluster(name=name, unit=unit, org_path=unit.org_path)
    cluster.full_clean()
    cluster.save()
    audit.record(
        "campuses.edit", by=by, obj=cluster, after=audit.snapshot(cluster, ("name", "unit"))
    )
    return cluster


def _next_campus_code(university: University) -> str:
    """University code and the next two digits; the caller holds the university's lock."""
    rows = Campus.objects.unscoped("numbers are counted over all campuses of the university")
    highest = rows.filter(university=university).aggregate(code=Max("code"))["code"]
    number = int(highest[-2:]) + 1 if highest else 1
    if number > LAST_CAMPUS_NUMBER:
        raise DomainError(_("No campus number is left for %(name)s.") % {"name": university})
    return f"{university.code}{number:02d}"


def _check_campus(campus: Campus) -> None:
    require_kind(
        campus.unit,
        CAMPUS_UNITS,
        _("A campus lies under a city bureau, a county bureau or a branch, not %(unit)s."),
    )
    namesakes = Campus.objects.unscoped("names are unique among all campuses of the university")
    if (
        namesakes.filter(university=campus.university, name=campus.name)
        .exclude(pk=campus.pk)
        .exists()
    ):
        # the same words whether or not the reader may see the namesake
        raise DomainError(
            _("“%(name)s” cannot be used here. Choose another name, for example with the place.")
            % {"name": campus.name},
            field="name",
        )
    campus.org_path = campus.unit.org_path
    campus.full_clean()


@transaction.atomic
def create_campus(
    *,
    university: University,
    valid_from: dt.date,
    today: dt.date,
    by: Any,
    client_uuid: uuid.UUID | None = None,
    **facts: Any,
) -> Campus:
    """Record a campus of a university where it lies (第六条); `facts` are `CAMPUS_FACTS`.

    Raises: DomainError if the name or the bureau does not fit, `valid_from` lies ahead, or no
    number is left; ValidationError on bad fields; ConflictError on a changed resend.
    """
    fingerprint = digest({"university": university, "valid_from": valid_from, **facts})
    earlier = replayed(Campus, client_uuid, fingerprint)
    if earlier is not None:
        return earlier
    refuse_future(valid_from, today=today, field="valid_from")
    university = locked(university)
    campus = Campus(
        university=university,
        code=_next_campus_code(university),
        client_uuid=client_uuid,
        client_digest=fingerprint,
    )
    apply_facts(campus, facts, CAMPUS_FACTS)
    _check_campus(campus)
    campus.save()
    write_version(campus, CampusVersion, valid_from=valid_from, by=by)
    audit.record(
        "campuses.edit",
        by=by,
        obj=campus,
        after=audit.snapshot(campus, ("code", *CAMPUS_FACTS)) | {"valid_from": str(valid_from)},
    )
    return campus


@transaction.atomic
def edit_campus(
    *, campus: Campus, valid_from: dt.date, today: dt.date, by: Any, **changes: Any
) -> Campus:
    """Rename, move or correct a campus from `valid_from` on; the code stays.

    A closed campus given another status is open again. Raises: DomainError if `valid_from` lies
    ahead or before an earlier change, or the change would close it; ValidationError on bad fields.
    """
    refuse_future(valid_from, today=today, field="valid_from")
    campus = locked(campus)
    closed = CampusStatus.CLOSED
    if changes.get("status") == closed and campus.status != closed:
        raise DomainError(_("Close a campus on its own page."), field="status")
    before = audit.snapshot(campus, CAMPUS_AUDITED)
    apply_facts(campus, changes, CAMPUS_FACTS)
    if campus.status != closed:
        campus.closed_on = None
    if before == audit.snapshot(campus, CAMPUS_AUDITED):
        return campus
    _write_campus(campus, valid_from=valid_from, by=by, before=before)
    return campus


def _write_campus(
    campus: Campus, *, valid_from: dt.date, by: Any, before: dict[str, Any], **more: Any
) -> None:
    _check_campus(campus)
    campus.save()
    write_version(campus, CampusVersion, valid_from=valid_from, by=by)
    after = audit.snapshot(campus, CAMPUS_AUDITED)
    audit.record(
        "campuses.edit",
        by=by,
        obj=campus,
        before=before,
        after=after | {"valid_from": valid_from.isoformat(), **more},
    )


@transaction.atomic
def close_campus(*, campus: Campus, day: dt.date, today: dt.date, by: Any) -> Campus:
    """Close a campus: no duty of 第六条 from `day` on; centres stop covering it that day.

    Police rooms that stand on it stay open until their own bureau closes or moves them.
    Raises: DomainError if it is closed already, if `day` lies ahead or not after the opening, or
    if a centre's coverage begins on or after `day`.
    """
    refuse_future(day, today=today, field="day")
    campus = locked(campus)
    if campus.closed_on is not None or campus.status == CampusStatus.CLOSED:
        raise DomainError(_("%(name)s is already closed.") % {"name": campus})
    if campus.opened_on is not None and day <= campus.opened_on:
        raise DomainError(
            _("It opened on %(opened)s; %(day)s does not lie after that.")
            % {"opened": campus.opened_on, "day": day},
            field="day",
        )
    before = audit.snapshot(campus, CAMPUS_AUDITED)
    ended = _end_links(campus, day)
    campus.status, campus.closed_on = CampusStatus.CLOSED, day
    _write_campus(campus, valid_from=day, by=by, before=before, coverage_links_ended=ended)
    return campus


def _end_links(campus: Campus, day: dt.date) -> int:
    links = CoverageLink.objects.unscoped("a closed campus is covered by nobody").filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=day), campus=campus
    )
    later = links.filter(valid_from__gte=day).order_by("valid_from").first()
    if later is not None:
        raise DomainError(
            _("Coverage by a centre begins on %(start)s, not before %(day)s. Choose a later day.")
            % {"start": later.valid_from, "day": day},
            field="day",
        )
    return links.update(valid_to=day)


@transaction.atomic
def record_population(
    *,
    campus: Campus,
    as_of: dt.date,
    students: int,
    staff: int,
    today: dt.date,
    by: Any,
    source: str = "",
) -> PopulationSnapshot:
    """Record how many people are on a campus (第八条, 在校师生, persons).

    A correction is a new row for the same day; the newest counts, both stay.
    Raises: DomainError if `as_of` lies ahead or after the closing; ValidationError on bad fields.
    """
    refuse_future(as_of, today=today, field="as_of")
    if campus.closed_on is not None and as_of >= campus.closed_on:
        raise DomainError(
            _("%(name)s is closed since %(day)s.") % {"name": campus, "day": campus.closed_on},
            field="as_of",
        )
    row = PopulationSnapshot(
        campus=campus,
        as_of=as_of,
        students=students,
        staff=staff,
        source=source,
        recorded_by=by,
    )
    row.full_clean()
    row.save()
    audit.record(
        "campuses.edit",
        by=by,
        obj=row,
        after=audit.snapshot(row, ("campus", "as_of", "students", "staff", "source")),
        org_path=campus.org_path,
    )
    return row
