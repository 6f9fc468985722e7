"""What would be needed if: more people, merged campuses, a new centre. Pure; nothing is stored.

Works on the same facts and with the same rules as the strength of a day, so that what is planned
and what is checked afterwards cannot disagree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from personnel.strength import Assessment, RoomStrength, StrengthRules, WholeUniversity, assess

Rooms = Mapping[int, RoomStrength]
#: Key of the centre that does not exist yet.
NEW_CENTER = 0


@dataclass(frozen=True, slots=True)
class Line:
    """One room that the change touches; None before it exists, and after it is given up."""

    pk: int
    name: str
    before: Assessment | None
    after: Assessment | None

    @property
    def more_officers(self) -> int:
        """Officers required beyond those required now; negative for fewer."""
        return _officers(self.after) - _officers(self.before)

    @property
    def more_auxiliaries(self) -> int:
        """Auxiliaries required beyond those required now; negative for fewer."""
        return _auxiliaries(self.after) - _auxiliaries(self.before)

    @property
    def free(self) -> int:
        """People who are left without a room."""
        if self.after is not None or self.before is None:
            return 0
        return self.before.room.officers + self.before.room.auxiliaries


def more_people(rooms: Rooms, *, campus_id: int, change: int) -> dict[int, RoomStrength]:
    """The rooms of the campus with so many people more (or fewer: not below nobody).

    Reading: JS-08-3 binds stand-alone rooms; a centre's number does not follow the population.
    """
    return {
        pk: _grown(room, change)
        for pk, room in rooms.items()
        if room.campus_id == campus_id and not room.is_center
    }


def merged(
    rooms: Rooms,
    *,
    campus_id: int,
    into_id: int,
    people: int,
    leaving: Mapping[int, frozenset[int]],
) -> dict[int, RoomStrength | None]:
    """`people` of one campus move to another: rooms standing on the first are given up.

    `leaving`: for each centre the universities it covers no longer, because the campus was the
    only one of theirs that it covered first.
    """
    changed: dict[int, RoomStrength | None] = {}
    for pk, room in rooms.items():
        if room.is_center:
            if leaving.get(pk):
                changed[pk] = _without(room, leaving[pk])
        elif room.campus_id == campus_id:
            changed[pk] = None
        elif room.campus_id == into_id:
            changed[pk] = _grown(room, people, whole=_same_university(rooms, campus_id, room))
    return changed


def new_center(
    rooms: Rooms,
    *,
    name: str,
    universities: frozenset[int],
    leaving: Mapping[int, frozenset[int]],
) -> dict[int, RoomStrength]:
    """A centre that covers the universities first; they leave the centres that covered them."""
    some = next(iter(rooms.values()), None)
    changed = {pk: _without(room, leaving[pk]) for pk, room in rooms.items() if leaving.get(pk)}
    if some is not None:
        changed[NEW_CENTER] = RoomStrength(
            pk=NEW_CENTER,
            name=name,
            path="",
            is_center=True,
            day=some.day,
            universities=universities,
        )
    return changed


def compare(
    rooms: Rooms, changed: Mapping[int, RoomStrength | None], day_rules: StrengthRules
) -> list[Line]:
    """Need and gap of each touched room before and after."""
    lines = []
    for pk, after in changed.items():
        before = rooms.get(pk)
        shown = after or before
        if shown is None:
            raise KeyError(pk)
        lines.append(
            Line(
                pk=pk,
                name=shown.name,
                before=assess(before, day_rules) if before is not None else None,
                after=assess(after, day_rules) if after is not None else None,
            )
        )
    return lines


def _officers(found: Assessment | None) -> int:
    return found.need.officers if found is not None else 0


def _auxiliaries(found: Assessment | None) -> int:
    return found.least_auxiliaries if found is not None else 0


def _grown(room: RoomStrength, change: int, *, whole: int | None = None) -> RoomStrength:
    """The room with more people; `whole`: the change for the whole university, if another."""
    if room.population is None:
        return room
    of_whole = change if whole is None else whole
    return replace(
        room,
        population=max(0, room.population + change),
        whole=_grown_whole(room.whole, of_whole) if room.whole is not None else None,
    )


def _grown_whole(whole: WholeUniversity, change: int) -> WholeUniversity:
    if whole.population is None:
        return whole
    return replace(whole, population=max(0, whole.population + change))


def _same_university(rooms: Rooms, campus_id: int, room: RoomStrength) -> int | None:
    """0 where both campuses are of one university, whose people stay the same in number."""
    universities = {r.university_id for r in rooms.values() if r.campus_id == campus_id}
    return 0 if room.university_id in universities else None


def _without(room: RoomStrength, universities: frozenset[int]) -> RoomStrength:
    return replace(room, universities=room.universities - universities)
