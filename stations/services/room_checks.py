"""What must hold before an act on a police room: locks, refusals, the free name and number."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from policeroom.common.errors import DomainError
from policeroom.common.scope import subtree
from stations.enums import CampusStatus, StationKind, UnitKind
from stations.models import Campus, OrgUnit, Station
from stations.queries.rooms import build_name, has_twin
from stations.services.guards import locked

#: JS-02-1 (第二条): who may operate a police room.
OPERATOR_KINDS = (UnitKind.CITY, UnitKind.COUNTY, UnitKind.BRANCH)

#: Facts a person may change; kind and operator decide the place in the tree and stay.
EDITABLE = (
    "campus",
    "cluster",
    "floor_area_m2",
    "area_basis",
    "measured_on",
    "co_located",
    "supervising_unit",
    "inside_campus",
    "address",
    "telephone",
    "premises_provider",
    "liaison_post",
    "plan_no",
    "approval_no",
)
#: Of these, what only a bureau decides; a station lead keeps the rest.
BUREAU_FACTS = ("campus", "cluster", "supervising_unit", "plan_no", "approval_no")


def locked_station(station: Station) -> Station:
    """The station's row, locked and fresh, with what its name is built from."""
    rows = Station.objects.unscoped("lock a station fetched through the scope")
    return (
        rows.select_for_update(of=("self",))
        .select_related("unit", "operator__parent", "campus__university", "cluster")
        .get(pk=station.pk)
    )


def require_known(facts: dict[str, Any]) -> None:
    """Raise DomainError naming the fields a person may not set."""
    unknown = sorted(set(facts) - set(EDITABLE))
    if unknown:
        raise DomainError(
            _("These fields cannot be set: %(names)s.") % {"names": ", ".join(unknown)}
        )


def day_of(at: dt.datetime) -> dt.date:
    """The day of an instant in Asia/Shanghai."""
    return timezone.localtime(at).date()


def require_open(station: Station, *, at: dt.datetime) -> None:
    """Raise DomainError if the room is closed: its file stays as it was."""
    if station.closed_on is not None and station.closed_on <= day_of(at):
        raise DomainError(
            _("%(name)s is closed from %(day)s and stays as it was; open a new room instead.")
            % {"name": station.name, "day": station.closed_on}
        )


def check_change_day(station: Station, day: dt.date, *, at: dt.datetime) -> None:
    """A change takes effect between the opening and today; before the opening, on that day."""
    latest = max(day_of(at), station.opened_on)
    if not station.opened_on <= day <= latest:
        raise DomainError(
            _("A change takes effect between %(opened)s and %(latest)s, not on %(day)s.")
            % {"opened": station.opened_on, "latest": latest, "day": day},
            field="valid_from",
        )


def check_operator(operator: OrgUnit) -> None:
    """JS-02-1: raise DomainError unless a city, a county or a branch runs the room."""
    if operator.kind not in OPERATOR_KINDS:
        raise DomainError(
            _("A city bureau, a county bureau or a branch runs a police room, not %(unit)s.")
            % {"unit": operator.name},
            field="operator",
        )


def check_shape(station: Station, covered: list[Campus]) -> None:
    """What a stand-alone room has and a centre has not, and the reverse (第六条)."""
    if station.kind == StationKind.CENTER:
        return
    if station.campus is None:
        raise DomainError(
            _("A stand-alone police room stands on a campus: choose it."), field="campus"
        )
    if station.cluster is not None:
        raise DomainError(
            _("Only a centre belongs to a university town; leave the town empty."), field="cluster"
        )
    if covered:
        raise DomainError(
            _("Only a centre covers other campuses; a stand-alone room serves its own."),
            field="campuses",
        )


def check_place(station: Station) -> None:
    """JS-02-2, JS-06-1: the campus lies with the operator, is in use and has no room of its own."""
    if station.campus is None:
        return
    campus = locked(station.campus)
    low, high = subtree(station.operator.org_path)
    if not low <= campus.org_path < high:
        raise DomainError(
            _(
                "%(campus)s lies in the area of %(place)s, not of %(operator)s:"
                " choose a bureau there, or correct the campus first."
            )
            % {"campus": campus, "place": campus.unit.name, "operator": station.operator.name},
            field="campus",
        )
    if campus.status == CampusStatus.CLOSED:
        raise DomainError(_("%(campus)s is closed.") % {"campus": campus}, field="campus")
    if station.kind != StationKind.STANDALONE:
        return
    others = Station.objects.unscoped("one stand-alone room per campus").filter(
        kind=StationKind.STANDALONE, campus=campus
    )
    other = others.exclude(pk=station.pk).exclude(closed_on__lte=station.opened_on).first()
    if other is not None:
        raise DomainError(
            _("%(campus)s already has a room of its own: %(name)s (%(code)s).")
            % {"campus": campus, "name": other.name, "code": other.code},
            field="campus",
        )


def check_measured(station: Station, *, at: dt.datetime) -> None:
    """Raise DomainError if the area was measured on a day that is still to come."""
    if station.measured_on is not None and station.measured_on > day_of(at):
        raise DomainError(
            _("The area was measured on %(day)s, which is still to come.")
            % {"day": station.measured_on},
            field="measured_on",
        )


def free_name(station: Station) -> str:
    """The name by rule, with the suffix where the operator already runs such a room.

    Raises: DomainError if the same operator has an open room of that very name.
    """
    name = build_name(
        kind=station.kind,
        operator=station.operator,
        campus=station.campus,
        town=station.cluster.name if station.cluster else None,
        suffix=has_twin(station),
    )
    same = Station.objects.unscoped("names of one operator").filter(
        operator=station.operator, name=name, closed_on__isnull=True
    )
    if same.exclude(pk=station.pk).exists():
        field = "cluster" if station.kind == StationKind.CENTER else "campus"
        raise DomainError(
            _(
                "The room would be named %(name)s, as an open room of the same bureau already is:"
                " choose another university town or campus, or close the other room first."
            )
            % {"name": name},
            field=field,
        )
    return name


def station_number(path: str, code: str | None) -> str:
    """The station number: as given, else the operator's path and the number of the leaf."""
    taken = Station.objects.unscoped("station numbers are unique in the province")
    if code:
        if taken.filter(code=code).exists():
            raise DomainError(
                _("The station number %(code)s is already used; choose another.") % {"code": code},
                field="code",
            )
        return code
    base = f"{path[:6]}-{path[6:]}"
    tries = itertools.chain([base], (f"{base}-{number}" for number in itertools.count(2)))
    return next(text for text in tries if not taken.filter(code=text).exists())


def check_life(station: Station, day: dt.date) -> None:
    """A suspension or a coverage begins while the room exists."""
    if day < station.opened_on:
        raise DomainError(
            _("The room opened on %(opened)s, after %(day)s: choose a later day.")
            % {"opened": station.opened_on, "day": day},
            field="valid_from",
        )
    if station.closed_on is not None and day >= station.closed_on:
        raise DomainError(
            _("The room is closed from %(closed)s: choose a day before, not %(day)s.")
            % {"closed": station.closed_on, "day": day},
            field="valid_from",
        )
