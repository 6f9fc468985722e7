"""Acts on police rooms: open, edit, rename, suspend, resume, close, and what a centre covers."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from policeroom.common import audit
from policeroom.common.clients import digest, replayed
from policeroom.common.errors import DomainError
from policeroom.common.models import Interval
from policeroom.common.versions import write_version
from stations.enums import CampusStatus, LinkKind, StationKind, UnitKind
from stations.models import (
    Campus,
    Cluster,
    CoverageLink,
    OrgUnit,
    Station,
    StationSuspension,
    StationVersion,
)
from stations.names import normalise
from stations.queries.rooms import has_twin, names_by_rule
from stations.services.guards import locked
from stations.services.org import create_unit, edit_unit
from stations.services.room_checks import (
    EDITABLE,
    check_change_day,
    check_life,
    check_measured,
    check_operator,
    check_place,
    check_shape,
    free_name,
    locked_station,
    require_known,
    require_open,
    station_number,
)

AUDITED = ("code", "name", "kind", "operator", *EDITABLE, "opened_on", "closed_on", "close_reason")


@transaction.atomic
def open_station(
    *,
    kind: str,
    operator: OrgUnit,
    opened_on: dt.date,
    by: Any,
    at: dt.datetime,
    campus: Campus | None = None,
    cluster: Cluster | None = None,
    campuses: Iterable[Campus] = (),
    code: str | None = None,
    client_uuid: uuid.UUID | None = None,
    floor_area_m2: Decimal | None = None,
    **facts: Any,
) -> Station:
    """Open a police room: its leaf in the tree, its file, its first version, its primary links.

    Source: 第二条, 第六条 (JS-02-1, JS-02-2, JS-06-3). The name comes from master data. `facts` are
    further fields of `EDITABLE`. `campuses`: for a centre, what it covers from `opened_on`.
    A resend under the same `client_uuid` returns the first room.
    Raises: ConflictError for other content under a used `client_uuid`; DomainError where the
    operator, the campus or the number cannot be; ValidationError on bad fields.
    """
    covered = list(campuses)
    facts = {"floor_area_m2": floor_area_m2, **facts}
    require_known(facts)
    operator = locked(operator)
    station = Station(
        kind=kind,
        operator=operator,
        campus=campus,
        cluster=cluster,
        code=code or "",
        opened_on=opened_on,
        client_uuid=client_uuid,
        **facts,
    )
    fingerprint = digest(_content(station, facts, covered))
    earlier = replayed(Station, client_uuid, fingerprint)
    if earlier is not None:
        return earlier
    station.client_digest = fingerprint if client_uuid else ""
    check_operator(operator)
    check_shape(station, covered)
    check_place(station)
    check_measured(station, at=at)
    _found(station, covered, by=by)
    return station


@transaction.atomic
def edit_station(
    *, station: Station, valid_from: dt.date, by: Any, at: dt.datetime, **changes: Any
) -> Station:
    """Record changed facts as true from `valid_from`; the facts before stay in the history.

    A change of campus or university town rebuilds the name.
    Raises: DomainError for a closed room, a field that stays, or a day that cannot be;
    ValidationError on bad fields.
    """
    require_known(changes)
    station = locked_station(station)
    require_open(station, at=at)
    check_change_day(station, valid_from, at=at)
    before = audit.snapshot(station, AUDITED)
    for name, value in changes.items():
        setattr(station, name, value)
    check_shape(station, [])
    if {"campus", "cluster"} & {name for name in changes if before[name] != _plain(station, name)}:
        check_place(station)
        station.name = free_name(station)
    check_measured(station, at=at)
    _store(station, valid_from=valid_from, by=by, action="stations.edit", before=before)
    return station


@transaction.atomic
def rename_from_master_data(
    *, station: Station, valid_from: dt.date, by: Any, at: dt.datetime
) -> Station:
    """Give the room the name its bureau, university and campus have today (JS-06-3).

    Raises: DomainError if the name already is one of those the rule accepts.
    """
    station = locked_station(station)
    require_open(station, at=at)
    check_change_day(station, valid_from, at=at)
    if normalise(station.name) in names_by_rule(station, twin=has_twin(station)):
        raise DomainError(
            _("%(name)s already is the name the master data give.") % {"name": station.name}
        )
    before = audit.snapshot(station, AUDITED)
    station.name = free_name(station)
    _store(station, valid_from=valid_from, by=by, action="stations.rename", before=before)
    return station


@transaction.atomic
def close_station(
    *, station: Station, on: dt.date, reason: str, by: Any, at: dt.datetime
) -> Station:
    """Close a room for good from the day `on`: its open links and its suspension end that day.

    Links that would only have begun on or after that day never come true and are dropped; the
    audit event keeps them. A closed room stays closed; a new one is opened instead.
    Raises: DomainError if it is already closed, `on` lies before the opening, or without a reason.
    """
    station = locked_station(station)
    if station.closed_on is not None:
        raise DomainError(
            _("%(name)s is already closed from %(day)s.")
            % {"name": station.name, "day": station.closed_on}
        )
    if on < station.opened_on:
        raise DomainError(
            _("The room opened on %(opened)s; it cannot close on %(day)s.")
            % {"opened": station.opened_on, "day": on},
            field="on",
        )
    if not reason.strip():
        raise DomainError(_("Say why the room closes."), field="reason")
    before = audit.snapshot(station, AUDITED)
    ended, dropped = _end_rows(CoverageLink, station, on)
    _end_rows(StationSuspension, station, on)
    station.closed_on = on
    station.close_reason = reason.strip()
    station.full_clean()
    station.save(update_fields=["closed_on", "close_reason"])
    after = audit.snapshot(station, AUDITED)
    after |= {"links_ended": ended, "links_dropped": dropped}
    audit.record("stations.close", by=by, obj=station, before=before, after=after)
    return station


@transaction.atomic
def suspend_station(
    *,
    station: Station,
    valid_from: dt.date,
    reason: str,
    document_no: str,
    by: Any,
    at: dt.datetime,
    valid_to: dt.date | None = None,
) -> StationSuspension:
    """Suspend a room from `valid_from` until before `valid_to` (open end: until it is resumed).

    A documented suspension takes the room out of coverage (第四条), so the number is required.
    Raises: DomainError without a document number or outside the room's life; ValidationError where
    another suspension overlaps.
    """
    station = locked_station(station)
    require_open(station, at=at)
    check_life(station, valid_from)
    if not document_no.strip():
        raise DomainError(
            _("A suspension needs the number of the document that orders it."), field="document_no"
        )
    row = StationSuspension(
        station=station,
        valid_from=valid_from,
        valid_to=valid_to,
        reason=reason.strip(),
        document_no=document_no.strip(),
        recorded_by=by,
    )
    row.full_clean()
    row.save()
    after = audit.snapshot(row, ("valid_from", "valid_to", "reason", "document_no"))
    audit.record("stations.suspend", by=by, obj=station, after=after)
    return row


@transaction.atomic
def resume_station(
    *, station: Station, on: dt.date, document_no: str, by: Any, at: dt.datetime
) -> StationSuspension:
    """End the suspension: `on` is the first day the room operates again.

    Raises: DomainError if the room is not suspended just before that day.
    """
    station = locked_station(station)
    require_open(station, at=at)
    eve = on - dt.timedelta(days=1)
    row = (
        StationSuspension.objects.unscoped("the suspension of a fetched station")
        .filter(Interval.valid_on(eve), station=station)
        .first()
    )
    if row is None:
        raise DomainError(
            _("%(name)s is not suspended on %(day)s, the day before; check the day.")
            % {"name": station.name, "day": eve},
            field="on",
        )
    before = audit.snapshot(row, ("valid_to",))
    row.valid_to = on
    row.full_clean()
    row.save(update_fields=["valid_to"])
    after = {**audit.snapshot(row, ("valid_to",)), "resume_document_no": document_no.strip()}
    audit.record("stations.resume", by=by, obj=station, before=before, after=after)
    return row


@transaction.atomic
def add_link(
    *,
    station: Station,
    campus: Campus,
    kind: str,
    valid_from: dt.date,
    by: Any,
    at: dt.datetime,
) -> CoverageLink:
    """Let a centre cover a campus from a day (第四条, 第六条).

    Raises: DomainError if the room is no centre, closed, or not open yet on that day;
    ValidationError where the campus already has such a link then.
    """
    station = locked_station(station)
    require_open(station, at=at)
    if station.kind != StationKind.CENTER:
        raise DomainError(
            _("Only a university-town centre covers other campuses; %(name)s serves its own.")
            % {"name": station.name}
        )
    check_life(station, valid_from)
    link = _write_link(station, campus, kind, valid_from, by)
    after = audit.snapshot(link, ("campus", "kind", "valid_from"))
    audit.record("stations.link", by=by, obj=station, after=after)
    return link


@transaction.atomic
def end_link(*, link: CoverageLink, on: dt.date, by: Any, at: dt.datetime) -> CoverageLink:
    """End a coverage link: `on` is the first day the centre no longer covers the campus.

    Raises: DomainError if the link has already ended or begins on that day or later.
    """
    link = (
        CoverageLink.objects.unscoped("lock a link fetched through the scope")
        .select_for_update(of=("self",))
        .select_related("station", "campus__university")
        .get(pk=link.pk)
    )
    if link.valid_to is not None:
        raise DomainError(
            _("This coverage already ends on %(day)s.") % {"day": link.valid_to}, field="on"
        )
    if on <= link.valid_from:
        raise DomainError(
            _("The coverage began on %(start)s; it can end on the day after at the earliest.")
            % {"start": link.valid_from},
            field="on",
        )
    before = audit.snapshot(link, ("campus", "kind", "valid_to"))
    link.valid_to = on
    link.full_clean()
    link.save(update_fields=["valid_to"])
    after = {"campus_of_link": audit.plain(link.campus), "valid_to": on.isoformat()}
    audit.record("stations.unlink", by=by, obj=link.station, before=before, after=after)
    return link


def _content(station: Station, facts: dict[str, Any], covered: list[Campus]) -> dict[str, Any]:
    """What makes two sends of one create the same: ids, not labels that may be renamed."""
    plain = {name: getattr(value, "pk", value) for name, value in facts.items()}
    return {
        **{name: value for name, value in plain.items() if value not in (None, "")},
        "kind": str(station.kind),
        "operator": station.operator_id,
        "campus": station.campus_id,
        "cluster": station.cluster_id,
        "covers": sorted(row.pk for row in covered),
        "code": station.code,
        "opened_on": station.opened_on,
    }


def _found(station: Station, covered: list[Campus], *, by: Any) -> None:
    """Write a checked new room: name, leaf, number, first version, links, audit event."""
    station.name = free_name(station)
    station.unit = create_unit(
        parent=station.operator, kind=UnitKind.STATION, name=station.name, by=by
    )
    station.org_path = station.unit.org_path
    station.code = station_number(station.org_path, station.code)
    station.full_clean()
    station.save()
    write_version(station, StationVersion, valid_from=station.opened_on, by=by)
    for campus in covered:
        _write_link(station, campus, LinkKind.PRIMARY, station.opened_on, by)
    after = audit.snapshot(station, AUDITED)
    after["covers"] = [str(campus) for campus in covered]
    audit.record("stations.open", by=by, obj=station, after=after)


def _plain(station: Station, name: str) -> Any:
    return audit.plain(getattr(station, name))


def _write_link(
    station: Station, campus: Campus, kind: str, valid_from: dt.date, by: Any
) -> CoverageLink:
    if campus.status == CampusStatus.CLOSED:
        raise DomainError(_("%(campus)s is closed.") % {"campus": campus}, field="campus")
    link = CoverageLink(
        station=station, campus=campus, kind=kind, valid_from=valid_from, recorded_by=by
    )
    link.full_clean()
    link.save()
    return link


def _end_rows(model: Any, station: Station, on: dt.date) -> tuple[list[str], list[str]]:
    """End the station's open rows on a day; returns what ended and what never came true."""
    rows = model.objects.unscoped("rows of a station that closes").filter(station=station)
    still = rows.exclude(valid_to__lte=on)
    never = [str(row) for row in still.filter(valid_from__gte=on).order_by("id")]
    still.filter(valid_from__gte=on).delete()
    running = still.filter(valid_from__lt=on)
    ended = [str(row) for row in running.order_by("id")]
    running.update(valid_to=on)
    return ended, never


def _store(
    station: Station, *, valid_from: dt.date, by: Any, action: str, before: dict[str, Any]
) -> None:
    """Save the record, its version and, with a new name, its unit; one audit event."""
    station.full_clean()
    station.save()
    write_version(station, StationVersion, valid_from=valid_from, by=by)
    if station.unit.name != station.name:
        edit_unit(unit=station.unit, by=by, name=station.name)
    after = {**audit.snapshot(station, AUDITED), "valid_from": valid_from.isoformat()}
    audit.record(action, by=by, obj=station, before=before, after=after)
