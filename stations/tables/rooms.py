"""Columns of the list of police rooms, and the words of its history."""

from __future__ import annotations

from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from policeroom.common.tables import Column, display
from stations.enums import AreaBasis, PremisesProvider, StationKind, StationState
from stations.models import Station
from stations.queries.rooms import StationDay, name_differs, names_by_rule

#: (tone, mark) of a state; the word always stands beside it.
STATE_TONES = {
    StationState.PLANNED: ("info", ""),
    StationState.OPERATING: ("ok", ""),
    StationState.SUSPENDED: ("warn", "△"),
    StationState.CLOSED: ("neutral", ""),
}

#: Acts on a station as the history names them.
ACT_LABELS = {
    "stations.open": _("opened"),
    "stations.edit": _("facts changed"),
    "stations.rename": _("renamed"),
    "stations.suspend": _("suspended"),
    "stations.resume": _("resumed"),
    "stations.opening": _("opening day corrected"),
    "stations.close": _("closed"),
    "stations.link": _("coverage added"),
    "stations.unlink": _("coverage ended"),
}


def place_of(station: Station) -> str:
    """The campus a room stands on; for a centre without one, its university town."""
    if station.campus is not None:
        return str(station.campus)
    return station.cluster.name if station.cluster is not None else ""


def _differs(station: Any) -> bool:
    """Whether the name is not by the rule: built once for the mark and the word of one row."""
    if "name_differs" not in station.__dict__:
        station.name_differs = name_differs(station, twin=station.twin)
    return bool(station.name_differs)


def _name_tone(station: Any) -> tuple[str, str]:
    return ("warn", "△") if _differs(station) else ("", "")


STATION_COLUMNS = (
    Column("name", _("Name"), str, Station.get_absolute_url, primary=True),
    Column("code", _("Number"), lambda s: s.code, sort=("code", "id")),
    Column("kind", _("Kind"), lambda s: s.kind, words=dict(StationKind.choices)),
    Column("operator", _("Operating bureau"), lambda s: s.operator.name, sort=("org_path", "id")),
    Column("place", _("Campus or university town"), place_of, primary=True),
    Column(
        "state",
        _("State"),
        lambda s: s.state,
        primary=True,
        tone=lambda s: STATE_TONES[s.state],
        words=dict(StationState.choices),
    ),
    Column("area", _("Area (m²)"), lambda s: s.floor_area_m2, numeric=True),
    Column("opened", _("Opened"), lambda s: s.opened_on, sort=("opened_on", "id")),
    Column("closed", _("Closed from"), lambda s: s.closed_on, optional=True),
    Column(
        "name_check",
        _("Name check"),
        _differs,
        tone=_name_tone,
        words={True: _("not by the rule"), False: _("by the rule")},
    ),
    Column(
        "wanted",
        _("Name by the rule"),
        lambda s: names_by_rule(s, twin=s.twin)[0],
        optional=True,
    ),
)


def fact(label: Any, value: Any, *, url: str = "", hint: str = "") -> dict[str, str]:
    """One entry of `components/facts.html`."""
    return {
        "label": capfirst(str(label)),
        "text": display(value),
        "url": url,
        "hint": hint,
        "tone": "",
    }


def label_of(name: str) -> Any:
    """The verbose name of a field of a station."""
    return getattr(Station._meta.get_field(name), "verbose_name", name)


def day_facts(view: StationDay) -> list[dict[str, str]]:
    """The facts that have a history, as they were on the day."""
    facts = view.facts
    if facts is None:
        return []
    campus = facts.campus
    return [
        fact(label_of("name"), facts.name),
        fact(label_of("kind"), StationKind(facts.kind).label),
        fact(label_of("operator"), facts.operator.name),
        fact(
            label_of("campus"),
            campus,
            url=campus.get_absolute_url() if campus is not None and view.campus_reachable else "",
        ),
        fact(label_of("cluster"), facts.cluster),
        fact(label_of("floor_area_m2"), facts.floor_area_m2, hint=_area_hint(facts)),
        fact(label_of("measured_on"), facts.measured_on),
        fact(label_of("co_located"), facts.co_located),
    ]


def _area_hint(facts: Any) -> str:
    if facts.floor_area_m2 is None:
        return _now("Not measured: the coverage report lists it as unknown.")
    return str(AreaBasis(facts.area_basis).label)


def standing_facts(station: Station) -> list[dict[str, str]]:
    """The facts kept without a history, as they are recorded now."""
    provider = station.premises_provider
    return [
        fact(label_of("code"), station.code),
        fact(label_of("opened_on"), station.opened_on),
        fact(label_of("closed_on"), station.closed_on, hint=station.close_reason),
        fact(label_of("supervising_unit"), station.supervising_unit),
        fact(label_of("inside_campus"), station.inside_campus),
        fact(label_of("address"), station.address),
        fact(label_of("telephone"), station.telephone),
        fact(label_of("premises_provider"), PremisesProvider(provider).label if provider else None),
        fact(label_of("liaison_post"), station.liaison_post),
        fact(label_of("plan_no"), station.plan_no),
        fact(label_of("approval_no"), station.approval_no),
    ]
