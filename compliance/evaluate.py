"""Facts of a day → pure rules → findings-to-be, each with its subject and its place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from policeroom.common.parameters import parameters_on
from policeroom.common.scope import Scope, subtree
from policeroom.common.verdicts import Verdict
from stations import rules
from stations.enums import StationKind
from stations.queries.coverage import CoverageFacts, clusters_with_rooms, coverage_facts


@dataclass(frozen=True, slots=True)
class Subject:
    """What a verdict is about. `path` is the bureau's area it is booked on."""

    kind: str  # "university", "campus" or "station"
    pk: int
    name: str
    path: str
    level: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict with its subject."""

    subject: Subject
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Every coverage verdict of one day within one scope."""

    day: dt.date
    parameters: dict[str, Any]
    facts: CoverageFacts
    judgements: tuple[Judgement, ...]


def evaluate_coverage(*, day: dt.date, scope: Scope) -> Evaluation:
    """All verdicts of 第四、六、七条 on `day` whose subject lies within the scope.

    A university is judged on all its campuses, wherever they lie in its province, so that the
    province's figure for a city and the city's own figure are the same; what is *shown* is cut to
    the scope here, by the place each verdict is booked on. The number of queries does not depend on
    the number of rows.
    """
    parameters = parameters_on(day)
    provinces = sorted({low[:2] for low, _high in scope.ranges})
    facts = coverage_facts(day, (subtree(province) for province in provinces))
    seen = tuple(item for item in _judge(facts, parameters) if scope.covers(item.subject.path))
    return Evaluation(day, parameters, facts, seen)


def _judge(facts: CoverageFacts, parameters: dict[str, Any]) -> Iterator[Judgement]:
    yield from _judge_universities(facts)
    yield from _judge_campuses(facts, center_satisfies=parameters["P-06a"])
    yield from _judge_rooms(facts, parameters)


def _judge_universities(facts: CoverageFacts) -> Iterator[Judgement]:
    for university in facts.universities.values():
        own = sum(len(campus.rooms) for campus in university.campuses)
        centers = {room.pk for campus in university.campuses for room in campus.centers}
        subject = Subject(
            "university", university.pk, university.name, university.booking_path, university.level
        )
        yield Judgement(
            subject,
            rules.university_covered(
                counted=university.counted, own_rooms=own, primary_centers=len(centers)
            ),
        )
        yield Judgement(
            subject,
            rules.designated_has_own_room(
                counted=university.counted, designated=university.designated, own_rooms=own
            ),
        )


def _judge_campuses(facts: CoverageFacts, *, center_satisfies: bool) -> Iterator[Judgement]:
    for campus in facts.campuses.values():
        university = facts.universities[campus.university_id]
        yield Judgement(
            Subject(
                "campus",
                campus.pk,
                f"{university.name} {campus.name}",
                campus.path,
                university.level,
            ),
            rules.campus_has_own_room(
                undergraduate=university.undergraduate,
                active=campus.active and university.counted,
                population=campus.population,
                own_rooms=len(campus.rooms),
                centers=len(campus.centers),
                center_satisfies=center_satisfies,
            ),
        )


def _judge_rooms(facts: CoverageFacts, parameters: dict[str, Any]) -> Iterator[Judgement]:
    in_cluster = clusters_with_rooms(facts)
    for room in facts.rooms.values():
        if not room.operating:
            continue
        subject = Subject("station", room.pk, room.name, room.path)
        if room.kind == StationKind.CENTER:
            yield Judgement(
                subject,
                rules.center_serves_several(
                    universities=len(room.universities),
                    minimum=parameters["P-06b"],
                    centers_in_cluster=in_cluster.get(room.cluster_id or 0, 1),
                ),
            )
            rule_id, minimum = "JS-07-2", parameters["P-07b"]
        else:
            rule_id, minimum = "JS-07-1", parameters["P-07a"]
        yield Judgement(
            subject, rules.room_is_large_enough(rule_id=rule_id, area=room.area, minimum=minimum)
        )
