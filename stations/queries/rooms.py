"""Reads of police rooms: state on a day, the list, the file on any day, what a closing costs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Value, When

from policeroom.common.managers import ScopedQuerySet
from policeroom.common.models import AuditEvent, Interval
from policeroom.common.scope import Scope
from policeroom.common.search import MOST_LINES
from stations.enums import LinkKind, StationKind, StationState
from stations.models import (
    Campus,
    CoverageLink,
    EquipmentItem,
    OrgUnit,
    PopulationSnapshot,
    Station,
    StationSuspension,
    StationVersion,
    University,
)
from stations.names import Operator, normalise, station_name

#: Hits of one kind that a search shows.
SEARCH_LIMIT = MOST_LINES
#: Audit events the history tab shows, newest first.
HISTORY_LIMIT = 200


def with_state(rows: ScopedQuerySet, *, on: dt.date) -> ScopedQuerySet:
    """Annotate `state` (a `StationState` code): what each station is on the day `on`."""
    suspended = StationSuspension.objects.unscoped("sub-select on the station's own rows").filter(
        Interval.valid_on(on), station=OuterRef("pk")
    )
    return rows.annotate(
        state=Case(
            When(closed_on__lte=on, then=Value(StationState.CLOSED.value)),
            When(opened_on__gt=on, then=Value(StationState.PLANNED.value)),
            When(Exists(suspended), then=Value(StationState.SUSPENDED.value)),
            default=Value(StationState.OPERATING.value),
            output_field=CharField(),
        )
    )


def with_twin(rows: ScopedQuerySet) -> ScopedQuerySet:
    """Annotate `twin`: the operator runs another open room of the same university or kind.

    That is when a name may carry the campus or the town (JS-06-3).
    """
    others = Station.objects.unscoped("whether the operator has a second room").filter(
        operator=OuterRef("operator"), kind=OuterRef("kind"), closed_on__isnull=True
    )
    others = others.exclude(pk=OuterRef("pk"))
    same_university = others.filter(campus__university=OuterRef("campus__university"))
    return rows.annotate(
        twin=Case(
            When(kind=StationKind.CENTER, then=Exists(others)),
            default=Exists(same_university),
        )
    )


#: What the columns and keyset orders of the list read.
_LIST_FIELDS = (
    *("name", "code", "kind", "org_path", "floor_area_m2", "opened_on", "closed_on"),
    *("operator__kind", "operator__name", "operator__parent__name"),
    *("campus__name", "campus__university__name", "cluster__name"),
)


def station_rows(scope: Scope, *, on: dt.date) -> ScopedQuerySet:
    """Stations of the list with everything its columns read: one query."""
    rows = (
        Station.objects.within(scope)
        .select_related("operator__parent", "campus__university", "cluster")
        .only(*_LIST_FIELDS)
    )
    return with_twin(with_state(rows, on=on))


def matching(rows: QuerySet[Station], text: str) -> QuerySet[Station]:
    """Stations whose name holds the text, whose pinyin holds it, or whose number begins with it.

    An empty text matches all.
    """
    text = "".join(text.split())
    if not text:
        return rows
    return rows.filter(named(text, number="code__istartswith"))


def named(text: str, *, prefix: str = "", number: str = "code__startswith") -> Q:
    """Condition: the name holds the text, or its pinyin does, or the number begins with it.

    Chinese has no case, so UPPER() is spared; pinyin and numbers are ASCII, so a text that is not
    can only be found in a name.
    """
    lookup = "contains" if text.upper() == text.lower() else "icontains"
    condition = Q(**{f"{prefix}name__{lookup}": text})
    if text.isascii():
        condition |= Q(**{f"{prefix}name_pinyin__contains": text.lower()})
        condition |= Q(**{f"{prefix}{number}": text})
    return condition


def names_by_rule(station: Station, *, twin: bool) -> list[str]:
    """Names that master data give for the station, the preferred one first (JS-06-3).

    Reading: with a second room of the same university (or a second centre) of one operator the
    name carries the campus (the town), and the plain name stays accepted for the first of them.
    """
    plain = build_name(
        kind=station.kind,
        operator=station.operator,
        campus=station.campus,
        town=None,
        suffix=False,
    )
    if not twin:
        return [plain]
    longer = build_name(
        kind=station.kind,
        operator=station.operator,
        campus=station.campus,
        town=station.cluster.name if station.cluster else None,
        suffix=True,
    )
    return [longer, plain]


def build_name(
    *, kind: str, operator: OrgUnit, campus: Campus | None, town: str | None, suffix: bool
) -> str:
    """The name of a room from its bureau and campus; `suffix` adds the campus' name."""
    city = operator.parent.name if operator.parent is not None else ""
    own = campus if kind == StationKind.STANDALONE else None
    return station_name(
        kind=kind,
        operator=Operator(kind=operator.kind, name=operator.name, city_name=city),
        university=own.university.name if own else "",
        campus_suffix=own.name if own and suffix else "",
        town=town or "",
    )


def name_differs(station: Station, *, twin: bool) -> bool:
    """Whether the stored name is none of those the master data give today."""
    return normalise(station.name) not in names_by_rule(station, twin=twin)


def has_twin(station: Station) -> bool:
    """`with_twin` for one station that is being written."""
    others = Station.objects.unscoped("whether the operator has a second room").filter(
        operator=station.operator, kind=station.kind, closed_on__isnull=True
    )
    if station.pk:
        others = others.exclude(pk=station.pk)
    if station.kind == StationKind.STANDALONE:
        if station.campus is None:
            return False
        others = others.filter(campus__university_id=station.campus.university_id)
    return others.exists()


@dataclass(frozen=True, slots=True)
class LinkLine:
    """One coverage link as the file shows it; `reachable`: the reader may open the campus."""

    link: CoverageLink
    reachable: bool


@dataclass(frozen=True, slots=True)
class StationDay:
    """The file of a station as it was on a day. `facts` is None before the first record."""

    day: dt.date
    facts: StationVersion | None
    state: StationState
    links: list[LinkLine]
    suspension: StationSuspension | None
    campus_reachable: bool


def state_of(station: Station, *, on: dt.date) -> StationState:
    """The state of one station that was fetched through the scope."""
    rows = Station.objects.unscoped("one station, fetched through the scope").filter(pk=station.pk)
    return StationState(with_state(rows, on=on).values_list("state", flat=True).get())


def station_day(station: Station, scope: Scope, *, on: dt.date) -> StationDay:
    """Facts, state, links and suspension of a station on the day `on`."""
    facts = (
        station.versions.filter(Interval.valid_on(on))
        .select_related("operator", "campus__university", "cluster")
        .first()
    )
    links = list(
        station.links.filter(Interval.valid_on(on))
        .select_related("campus__university")
        .order_by("kind", "campus__code")
    )
    own = [facts.campus_id] if facts is not None and facts.campus_id else []
    seen = reachable_campuses(scope, [*own, *(link.campus_id for link in links)])
    return StationDay(
        day=on,
        facts=facts,
        state=state_of(station, on=on),
        links=[LinkLine(link, link.campus_id in seen) for link in links],
        suspension=station.suspensions.filter(Interval.valid_on(on)).first(),
        campus_reachable=bool(own) and own[0] in seen,
    )


def reachable_campuses(scope: Scope, ids: Iterable[int]) -> set[int]:
    """Those of the campuses that the reader may open."""
    return set(Campus.objects.within(scope).filter(pk__in=list(ids)).values_list("pk", flat=True))


def all_links(station: Station, scope: Scope) -> list[LinkLine]:
    """Every link the station ever had, newest first."""
    links = list(
        station.links.select_related("campus__university").order_by("-valid_from", "campus__code")
    )
    seen = reachable_campuses(scope, {link.campus_id for link in links})
    return [LinkLine(link, link.campus_id in seen) for link in links]


def station_versions(station: Station) -> list[StationVersion]:
    """Every recorded set of facts, newest first."""
    return list(
        station.versions.select_related(
            "operator", "campus__university", "cluster", "recorded_by"
        ).order_by("-valid_from")
    )


def station_events(station: Station) -> list[AuditEvent]:
    """Acts on a station the caller fetched through the scope, newest first.

    Also those from before its bureau moved: they stand under the path of that time.
    """
    rows = AuditEvent.objects.unscoped("acts on one station in view").filter(
        object_type=Station._meta.label_lower, object_id=str(station.pk)
    )
    return list(rows.order_by("-id")[:HISTORY_LIMIT])


@dataclass(frozen=True, slots=True)
class Consequences:
    """What closing a station ends or leaves behind, in numbers."""

    links: int
    universities: int
    people: int
    equipment: int


def closing_consequences(station: Station, *, on: dt.date) -> Consequences:
    """Links that end, universities and people (latest snapshot) that lose this room, gear left."""
    links = list(
        station.links.filter(Interval.valid_on(on)).select_related("campus").order_by("id")
    )
    campuses = {link.campus_id: link.campus for link in links if link.kind == LinkKind.PRIMARY}
    if station.kind == StationKind.STANDALONE and station.campus is not None:
        campuses[station.campus.pk] = station.campus
    snapshots = (
        PopulationSnapshot.objects.unscoped("people on the campuses this station serves")
        .filter(campus__in=list(campuses), as_of__lte=on)
        .order_by("campus_id", "-as_of", "-id")
        .distinct("campus_id")
    )
    gear = EquipmentItem.objects.unscoped("gear of this station").filter(
        station=station, ended_on__isnull=True
    )
    return Consequences(
        links=len(links),
        universities=len({campus.university_id for campus in campuses.values()}),
        people=sum(snapshot.total for snapshot in snapshots),
        equipment=gear.count(),
    )


@dataclass(frozen=True, slots=True)
class Hits:
    """What a search found, at most `SEARCH_LIMIT` of each kind; `more` names the cut ones."""

    stations: list[Station] = field(default_factory=list)
    universities: list[University] = field(default_factory=list)
    campuses: list[Campus] = field(default_factory=list)
    more: frozenset[str] = frozenset()

    @property
    def total(self) -> int:
        return len(self.stations) + len(self.universities) + len(self.campuses)


def search(scope: Scope, text: str, *, on: dt.date) -> Hits:
    """Stations, universities and campuses in the reader's area, by name, pinyin or number."""
    word = "".join(text.split())
    if not word:
        return Hits()
    universities = University.objects.within(scope, action="universities.view").filter(named(word))
    campuses = Campus.objects.within(scope, action="universities.view").filter(
        _campus_named(word) | named(word, prefix="university__")
    )
    found = {
        "stations": _first(
            with_state(Station.objects.select_related("operator"), on=on),
            matching(Station.objects.within(scope, action="stations.view"), word).order_by(
                "org_path"
            ),
        ),
        "universities": _first(
            University.objects.select_related("unit"), universities.order_by("org_path", "code")
        ),
        "campuses": _first(
            Campus.objects.select_related("university", "unit"),
            campuses.order_by("org_path", "code"),
        ),
    }
    return Hits(
        more=frozenset(kind for kind, rows in found.items() if len(rows) > SEARCH_LIMIT),
        **{kind: rows[:SEARCH_LIMIT] for kind, rows in found.items()},
    )


def _campus_named(word: str) -> Q:
    lookup = "contains" if word.upper() == word.lower() else "icontains"
    condition = Q(**{f"name__{lookup}": word})
    return condition | Q(code__startswith=word) if word.isascii() else condition


def _first(rows: ScopedQuerySet, hits: QuerySet) -> list:
    """The first hits, joined and annotated only once they are few; `hits` holds the scope."""
    few = hits.values("pk")[: SEARCH_LIMIT + 1]
    whole = rows.unscoped("found through the scope").filter(pk__in=few)
    return list(whole.order_by(*hits.query.order_by))
