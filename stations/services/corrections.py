"""Corrections of first days: the opening of a room, the beginning of a recorded state of a place.

A wrong first day is put right in place, because no day of it was ever true; everything that hangs
on the day moves with it or refuses the move. The audit event keeps the old day and the reason.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from policeroom.common import audit
from policeroom.common.errors import DomainError
from stations.enums import CampusStatus, StationKind, UniversityStatus
from stations.models import (
    Campus,
    CampusVersion,
    CoverageLink,
    ServiceSession,
    Station,
    StationSuspension,
    StationVersion,
    University,
    UniversityVersion,
)
from stations.services.guards import locked, refuse_future
from stations.services.room_checks import locked_station


@dataclass(frozen=True, slots=True)
class Dated:
    """Rows that carry a day, and what people call them."""

    label: str
    rows: QuerySet[Any]
    day: str = "valid_from"


@transaction.atomic
def correct_opening(
    *, station: Station, opened_on: dt.date, reason: str, by: Any, at: dt.datetime
) -> Station:
    """Put the opening day of a room right: its file, its first facts, the coverage it began with.

    Source: matrix D20 (reports of past days stay true). Links of a centre that began with the old
    opening day begin with the new one; everything else keeps its day.
    Raises: DomainError without a reason, for the same day, after the closing, if the campus had
    another room then, or if facts of the room lie before the new day; ValidationError where
    another centre already covered a campus then.
    """
    station = locked_station(station)
    old = station.opened_on
    _require_reason(reason)
    _refuse_same(old, opened_on, field="opened_on")
    if station.closed_on is not None and opened_on > station.closed_on:
        raise DomainError(
            _("The room is closed from %(closed)s; it cannot open on %(day)s.")
            % {"closed": station.closed_on, "day": opened_on},
            field="opened_on",
        )
    versions = _locked_versions(StationVersion, station)
    _refuse_facts_before(opened_on, _facts_of_room(station, old), field="opened_on")
    _refuse_later_change(versions[0], opened_on, field="opened_on")
    _refuse_other_room(station, versions[0], opened_on)
    versions[0].valid_from = opened_on
    versions[0].save(update_fields=["valid_from"])
    moved = _move_links(station, old, opened_on)
    station.opened_on = opened_on
    station.full_clean()
    station.save(update_fields=["opened_on"])
    audit.record(
        "stations.opening",
        by=by,
        obj=station,
        before={"opened_on": old.isoformat()},
        after={
            "opened_on": opened_on.isoformat(),
            "reason": reason.strip(),
            "links_moved": moved,
        },
    )
    return station


@transaction.atomic
def correct_university_day(
    *,
    university: University,
    version: UniversityVersion,
    valid_from: dt.date,
    reason: str,
    by: Any,
    today: dt.date,
) -> UniversityVersion:
    """Put right since when a recorded state of a university is true.

    Raises: as `_correct_day`.
    """
    facts = [
        Dated(_("designation"), university.designations.all()),
        Dated(_("term or vacation"), university.terms.all(), "starts_on"),
        Dated(
            _("recorded state of a campus"),
            CampusVersion.objects.filter(subject__university=university),
        ),
    ]
    return _correct_day(
        university,
        UniversityVersion,
        version,
        valid_from=valid_from,
        reason=reason,
        by=by,
        today=today,
        facts=facts,
        closed=UniversityStatus.CLOSED,
        action="universities.edit",
    )


@transaction.atomic
def correct_campus_day(
    *,
    campus: Campus,
    version: CampusVersion,
    valid_from: dt.date,
    reason: str,
    by: Any,
    today: dt.date,
) -> CampusVersion:
    """Put right since when a recorded state of a campus is true.

    Raises: as `_correct_day`.
    """
    facts = [
        Dated(_("population"), campus.populations.all(), "as_of"),
        Dated(_("coverage by a centre"), campus.links.all()),
        Dated(
            _("police room on the campus"),
            StationVersion.objects.filter(campus=campus),
        ),
    ]
    return _correct_day(
        campus,
        CampusVersion,
        version,
        valid_from=valid_from,
        reason=reason,
        by=by,
        today=today,
        facts=facts,
        closed=CampusStatus.CLOSED,
        action="campuses.edit",
    )


def _correct_day(
    subject: University | Campus,
    model: type[Any],
    version: Any,
    *,
    valid_from: dt.date,
    reason: str,
    by: Any,
    today: dt.date,
    facts: list[Dated],
    closed: str,
    action: str,
) -> Any:
    """Move the first day of a version, and with it the end of the one before.

    Raises: DomainError without a reason, for a future or the same day, where the state before or
    after would vanish, for the state that records a closing (coverage ended with it), or where
    facts lie before the first day of all.
    """
    _require_reason(reason)
    refuse_future(valid_from, today=today, field="valid_from")
    subject = locked(subject)
    versions = _locked_versions(model, subject)
    place = next(i for i, row in enumerate(versions) if row.pk == version.pk)
    current, before = versions[place], versions[place - 1] if place else None
    old = current.valid_from
    _refuse_same(old, valid_from, field="valid_from")
    _refuse_later_change(current, valid_from, field="valid_from")
    if before is None:
        _refuse_facts_before(valid_from, facts, field="valid_from")
    else:
        if current.status == closed and before.status != closed:
            raise DomainError(
                _("This day is the closing, and coverage ended with it: it is not moved here.")
            )
        _refuse_swallowing(before, valid_from)
    _move_boundary(before, current, valid_from)
    audit.record(
        action,
        by=by,
        obj=subject,
        before={"valid_from": old.isoformat()},
        after={
            "valid_from": valid_from.isoformat(),
            "state": str(current.name),
            "reason": reason.strip(),
        },
    )
    return current


def _locked_versions(model: type[Any], subject: Any) -> list[Any]:
    """The recorded states of a locked subject, oldest first, locked too."""
    rows = model._default_manager.select_for_update(of=("self",)).filter(subject=subject)
    return list(rows.order_by("valid_from"))


def _move_boundary(before: Any, current: Any, day: dt.date) -> None:
    """Two neighbours meet on another day; the shrinking one goes first, so that none overlap."""
    earlier = day < current.valid_from
    current.valid_from = day
    rows = [(current, "valid_from")]
    if before is not None:
        before.valid_to = day
        rows.insert(0 if earlier else 1, (before, "valid_to"))
    for row, name in rows:
        row.save(update_fields=[name])


def _move_links(station: Station, old: dt.date, new: dt.date) -> list[str]:
    """Coverage that began with the opening begins on the new day; returns the campuses."""
    links = CoverageLink.objects.unscoped("coverage of a locked room").select_for_update(
        of=("self",)
    )
    rows = links.filter(station=station, valid_from=old).select_related("campus__university")
    moved = []
    for link in rows.order_by("id"):
        link.valid_from = new
        link.full_clean()
        link.save(update_fields=["valid_from"])
        moved.append(str(link.campus))
    return moved


def _facts_of_room(station: Station, old: dt.date) -> list[Dated]:
    """What needs an open room. Coverage that began with the opening moves along, if it can."""
    links = CoverageLink.objects.unscoped("coverage of a locked room").filter(station=station)
    suspensions = StationSuspension.objects.unscoped("suspensions of a locked room")
    sessions = ServiceSession.objects.unscoped("sessions of a locked room")
    return [
        Dated(_("coverage"), links.exclude(valid_from=old)),
        Dated(
            _("end of a coverage"), links.filter(valid_from=old, valid_to__isnull=False), "valid_to"
        ),
        Dated(_("suspension"), suspensions.filter(station=station)),
        Dated(_("day of a service desk"), sessions.filter(desk__station=station), "held_on"),
    ]


def _refuse_facts_before(day: dt.date, facts: list[Dated], *, field: str) -> None:
    """Raise DomainError naming what already happened before `day`, with counts and first days."""
    found = []
    for kind in facts:
        lookup = "lte" if kind.day == "valid_to" else "lt"
        days = list(
            kind.rows.filter(**{f"{kind.day}__{lookup}": day})
            .order_by(kind.day)
            .values_list(kind.day, flat=True)
        )
        if days:
            found.append(
                _("%(what)s (%(count)d, the first on %(day)s)")
                % {"what": kind.label, "count": len(days), "day": days[0]}
            )
    if found:
        raise DomainError(
            _(
                "Before %(day)s there already is: %(facts)s. Correct that first, or choose an "
                "earlier day."
            )
            % {"day": day, "facts": "; ".join(found)},
            field=field,
        )


def _refuse_later_change(version: Any, day: dt.date, *, field: str) -> None:
    if version.valid_to is not None and day >= version.valid_to:
        raise DomainError(
            _("The facts changed on %(change)s already; choose a day before, not %(day)s.")
            % {"change": version.valid_to, "day": day},
            field=field,
        )


def _refuse_swallowing(before: Any, day: dt.date) -> None:
    if day <= before.valid_from:
        raise DomainError(
            _("The state before begins on %(start)s; choose a day after it, not %(day)s.")
            % {"start": before.valid_from, "day": day},
            field="valid_from",
        )


def _refuse_other_room(station: Station, first: StationVersion, day: dt.date) -> None:
    """JS-06-1: two stand-alone rooms never stood on one campus at the same time."""
    if first.kind != StationKind.STANDALONE or first.campus is None:
        return
    campus = locked(first.campus)
    others = Station.objects.unscoped("one stand-alone room per campus").filter(
        Q(closed_on__isnull=True) | Q(closed_on__gt=day),
        kind=StationKind.STANDALONE,
        campus=campus,
    )
    if station.closed_on is not None:
        others = others.filter(opened_on__lt=station.closed_on)
    other = others.exclude(pk=station.pk).order_by("opened_on").first()
    if other is not None:
        raise DomainError(
            _("%(campus)s had another room of its own then: %(name)s (%(code)s).")
            % {"campus": campus, "name": other.name, "code": other.code},
            field="opened_on",
        )


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise DomainError(_("Say why the day is corrected."), field="reason")


def _refuse_same(old: dt.date, new: dt.date, *, field: str) -> None:
    if old == new:
        raise DomainError(_("%(day)s is what is recorded already.") % {"day": new}, field=field)
