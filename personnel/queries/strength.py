"""Facts behind 第八条 on one day, for any number of rooms in the same few queries."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from personnel.enums import OFFICER_POSTS, Post
from personnel.models import Absence, Assignment, Secondment
from personnel.models.secondments import APPROVED
from personnel.rules import AuxFormula, AuxReading
from personnel.strength import Assessment, RoomStrength, StrengthRules, WholeUniversity, assess
from policeroom.common.parameters import parameters_on
from policeroom.common.scope import Range, range_q, subtree
from stations.enums import CampusStatus, LinkKind, StationKind
from stations.models import (
    Campus,
    CoverageLink,
    PopulationSnapshot,
    Station,
    StationSuspension,
    StationVersion,
    UniversityVersion,
)

_WHY = "facts of rooms whose ranges the caller took from the scope"


@dataclass(frozen=True, slots=True)
class _Room:
    """A room as recorded on the day, before anybody is counted."""

    pk: int
    name: str
    kind: str
    path: str
    campus_id: int | None
    university_id: int | None


@dataclass(slots=True)
class _Count:
    """Who counts in one room, and who does not."""

    officers: int = 0
    leads: int = 0
    auxiliaries: int = 0
    officers_away: int = 0
    auxiliaries_away: int = 0
    seconded: int = 0
    shared: int = 0
    named: dict[int, tuple[int, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Campuses:
    """People on campuses (number, as of), and the campuses of first-class universities."""

    people: dict[int, tuple[int, dt.date]]
    of_university: dict[int, list[int]]


def rules_on(day: dt.date) -> StrengthRules:
    """P-08a to P-08e as they held on the day."""
    values = parameters_on(day)
    return StrengthRules(
        formula=AuxFormula(AuxReading(values["P-08a"]), values["P-08a-2"], values["P-08a-3"]),
        ratio_percent=values["P-08b"],
        stale_after=values["P-08c"],
        absent_counts_for=values["P-08d"],
        seconded_counts_for=values["P-08e"],
    )


def strength_on(day: dt.date, ranges: Iterable[Range]) -> dict[int, Assessment]:
    """Every room of the path ranges that was open on `day`, in the order of the tree.

    Constant number of queries. Rooms are those that lie in the ranges today, with what was
    recorded of them for the day.
    """
    day_rules = rules_on(day)
    facts = room_facts(day, ranges, day_rules)
    return {pk: assess(room, day_rules) for pk, room in facts.items()}


def strength_of(station: Station, day: dt.date) -> Assessment | None:
    """One room that the caller fetched through the scope; None while it is not open."""
    return strength_on(day, [subtree(station.org_path)]).get(station.pk)


def room_facts(
    day: dt.date, ranges: Iterable[Range], day_rules: StrengthRules
) -> dict[int, RoomStrength]:
    """The facts alone, for `assess` and for what-if."""
    ranges = tuple(ranges)
    rooms = _rooms(day, range_q(ranges, "subject__org_path"))
    first_class = _first_class(day, rooms)
    own_rooms = _rooms_of(day, first_class)
    posts = _posts(day, range_q(ranges) | Q(station__in=[room.pk for room in own_rooms]))
    counts = _count(posts, *_not_counting(day, posts, day_rules))
    campuses = _campuses(day, rooms, first_class)
    wholes = _whole_universities(own_rooms, counts, campuses)
    suspended = _suspended(day, ranges)
    links = _links(day, ranges)
    return {
        room.pk: _strength(
            room,
            counts.get(room.pk, _Count()),
            day=day,
            operating=room.pk not in suspended,
            people=campuses.people.get(room.campus_id or 0),
            whole=wholes.get(room.university_id or 0),
            universities=frozenset(links.get(room.pk, ())),
        )
        for room in rooms
    }


def _strength(
    room: _Room,
    count: _Count,
    *,
    day: dt.date,
    operating: bool,
    people: tuple[int, dt.date] | None,
    whole: WholeUniversity | None,
    universities: frozenset[int],
) -> RoomStrength:
    is_center = room.kind == StationKind.CENTER
    return RoomStrength(
        pk=room.pk,
        name=room.name,
        path=room.path,
        is_center=is_center,
        day=day,
        campus_id=None if is_center else room.campus_id,
        university_id=None if is_center else room.university_id,
        operating=operating,
        officers=count.officers,
        leads=count.leads,
        auxiliaries=count.auxiliaries,
        officers_away=count.officers_away,
        auxiliaries_away=count.auxiliaries_away,
        seconded=count.seconded,
        shared_officers=count.shared,
        population=people[0] if people and not is_center else None,
        population_on=people[1] if people and not is_center else None,
        whole=None if is_center else whole,
        universities=universities if is_center else frozenset(),
        named=count.named,
    )


def _open_versions(day: dt.date) -> QuerySet[StationVersion]:
    return StationVersion.objects.filter(
        StationVersion.valid_on(day),
        Q(subject__closed_on__isnull=True) | Q(subject__closed_on__gt=day),
        subject__opened_on__lte=day,
    )


def _rooms(day: dt.date, here: Q) -> list[_Room]:
    rows = _open_versions(day).filter(here).order_by("subject__org_path")
    return [
        _Room(*values)
        for values in rows.values_list(
            "subject_id", "name", "kind", "subject__org_path", "campus_id", "campus__university_id"
        )
    ]


def _first_class(day: dt.date, rooms: list[_Room]) -> set[int]:
    """Universities of these rooms that were 双一流 on the day."""
    found = {room.university_id for room in rooms if room.university_id is not None}
    rows = UniversityVersion.objects.filter(
        UniversityVersion.valid_on(day), double_first_class=True, subject__in=found
    )
    return set(rows.values_list("subject_id", flat=True))


def _rooms_of(day: dt.date, universities: set[int]) -> list[_Room]:
    """Rooms of their own of whole universities, wherever they lie."""
    here = Q(campus__university__in=universities, kind=StationKind.STANDALONE)
    return _rooms(day, here)


def _posts(day: dt.date, here: Q) -> list[tuple[int, int, str, bool, int | None]]:
    """Room, person, post, whether it is the primary one, named university."""
    rows = Assignment.objects.unscoped(_WHY).filter(here, Assignment.valid_on(day))
    return list(
        rows.order_by("station_id", "id").values_list(
            "station_id", "person_id", "post", "is_primary", "named_university_id"
        )
    )


def _not_counting(
    day: dt.date, posts: list[tuple[int, int, str, bool, int | None]], day_rules: StrengthRules
) -> tuple[set[int], set[int]]:
    """People who on `day` are away for longer than the limits: absent, and seconded.

    Day 1 is the first one away; P-08e is 0 as adopted: a seconded person does not count from it on.
    """
    people = {person for _room, person, *_rest in posts}
    if not people:
        return set(), set()
    absent = Absence.objects.unscoped(_WHY).filter(
        Absence.valid_on(day),
        struck_at__isnull=True,
        valid_from__lte=day - dt.timedelta(days=day_rules.absent_counts_for),
        person__in=people,
    )
    seconded = Secondment.objects.unscoped(_WHY).filter(
        Secondment.valid_on(day),
        APPROVED,
        valid_from__lte=day - dt.timedelta(days=day_rules.seconded_counts_for),
        person__in=people,
    )
    return (
        set(absent.values_list("person_id", flat=True)),
        set(seconded.values_list("person_id", flat=True)),
    )


def _count(
    posts: list[tuple[int, int, str, bool, int | None]], absent: set[int], seconded: set[int]
) -> dict[int, _Count]:
    counts: dict[int, _Count] = defaultdict(_Count)
    for room, person, post, is_primary, university in posts:
        count, officer = counts[room], post in OFFICER_POSTS
        if not is_primary:
            count.shared += officer
        elif person in seconded:
            count.seconded += 1
        elif person in absent:
            count.officers_away += officer
            count.auxiliaries_away += not officer
        elif officer:
            count.officers += 1
            count.leads += post == Post.LEAD
            if university is not None:
                count.named[person] = (university,)
        else:
            count.auxiliaries += 1
    return counts


def _campuses(day: dt.date, rooms: list[_Room], first_class: set[int]) -> _Campuses:
    """Latest snapshot with `as_of` on or before `day`; of one day the last recorded."""
    of_university: dict[int, list[int]] = defaultdict(list)
    whole = Campus.objects.unscoped(_WHY).filter(university__in=first_class)
    for pk, university in whole.exclude(status=CampusStatus.CLOSED).values_list(
        "pk", "university_id"
    ):
        of_university[university].append(pk)
    wanted = {room.campus_id for room in rooms if room.campus_id is not None}
    wanted.update(pk for pks in of_university.values() for pk in pks)
    rows = (
        PopulationSnapshot.objects.unscoped(_WHY)
        .filter(as_of__lte=day, campus__in=wanted)
        .order_by("campus_id", "-as_of", "-id")
        .distinct("campus_id")
        .values_list("campus_id", "students", "staff", "as_of")
    )
    people = {pk: (students + staff, as_of) for pk, students, staff, as_of in rows}
    return _Campuses(people, of_university)


def _whole_universities(
    own_rooms: list[_Room], counts: dict[int, _Count], campuses: _Campuses
) -> dict[int, WholeUniversity]:
    auxiliaries: Counter[int] = Counter()
    for room in own_rooms:
        if room.university_id is not None:
            auxiliaries[room.university_id] += counts.get(room.pk, _Count()).auxiliaries
    wholes = {}
    for university in auxiliaries:
        people = [campuses.people.get(pk) for pk in campuses.of_university.get(university, [])]
        known = [number for number, _as_of in (found for found in people if found)]
        complete = bool(people) and len(known) == len(people)
        wholes[university] = WholeUniversity(
            auxiliaries[university], sum(known) if complete else None
        )
    return wholes


def _suspended(day: dt.date, ranges: tuple[Range, ...]) -> set[int]:
    rows = StationSuspension.objects.unscoped(_WHY).filter(
        range_q(ranges, "station__org_path"), StationSuspension.valid_on(day)
    )
    return set(rows.values_list("station_id", flat=True))


def _links(day: dt.date, ranges: tuple[Range, ...]) -> dict[int, set[int]]:
    """Universities each centre covers first: one with two campuses counts once."""
    rows = CoverageLink.objects.unscoped(_WHY).filter(
        range_q(ranges, "station__org_path"),
        CoverageLink.valid_on(day),
        kind=LinkKind.PRIMARY,
    )
    links: dict[int, set[int]] = defaultdict(set)
    for station, university in rows.values_list("station_id", "campus__university_id"):
        links[station].add(university)
    return links
