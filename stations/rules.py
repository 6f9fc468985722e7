"""第四条, 第六条, 第七条 as pure functions. Every number comes in as a dated parameter."""

from __future__ import annotations

from decimal import Decimal

from policeroom.common.verdicts import Status, Verdict


def university_covered(*, counted: bool, own_rooms: int, primary_centers: int) -> Verdict:
    """Each active university has a police room.

    Source: JS-04-1 (规范第四条). Reading: an operating room of its own on any campus, or an
    operating centre with a primary link to one of its campuses. Military academies, universities
    not yet enrolling and closed ones (`counted` is False) are outside the denominator.
    Units: rooms.
    """
    rooms = own_rooms + primary_centers
    if not counted:
        return Verdict("JS-04-1", Status.NOT_APPLICABLE, rooms, 1, "outside_denominator")
    if own_rooms:
        return Verdict("JS-04-1", Status.PASS, rooms, 1, "own_room")
    if primary_centers:
        return Verdict("JS-04-1", Status.PASS, rooms, 1, "covered_by_center")
    return Verdict("JS-04-1", Status.FAIL, 0, 1, "no_room")


def campus_has_own_room(
    *,
    undergraduate: bool,
    active: bool,
    population: int | None,
    own_rooms: int,
    centers: int,
    center_satisfies: bool,
) -> Verdict:
    """Each active campus of an undergraduate university, main and branch, has its own room.

    Source: JS-06-1 (规范第六条). Reading: P-06a=false, a covering centre does not satisfy
    「需单独设立」; with P-06a=true it does. No population on record counts as active; a recorded
    population of zero (under construction) is not applicable.
    Units: rooms standing on this campus; `population` in persons.
    Raises: ValueError if `population` is negative.
    """
    if population is not None and population < 0:
        raise ValueError(f"population is negative: {population}")
    if not undergraduate:
        return Verdict("JS-06-1", Status.NOT_APPLICABLE, own_rooms, 1, "not_undergraduate")
    if not active or population == 0:
        return Verdict("JS-06-1", Status.NOT_APPLICABLE, own_rooms, 1, "campus_inactive")
    if own_rooms:
        return Verdict("JS-06-1", Status.PASS, own_rooms, 1, "own_room")
    if centers and center_satisfies:
        return Verdict("JS-06-1", Status.PASS, centers, 1, "covered_by_center")
    return Verdict("JS-06-1", Status.FAIL, 0, 1, "center_only" if centers else "no_room")


def designated_has_own_room(*, counted: bool, designated: bool, own_rooms: int) -> Verdict:
    """A designated college has at least one room of its own.

    Source: JS-06-2 (规范第六条). Reading: 「(含分校区)」 attaches to 本科 only, so one room per
    university, not per campus. Units: rooms of the university.
    """
    if not designated or not counted:
        return Verdict("JS-06-2", Status.NOT_APPLICABLE, own_rooms, 1, "not_designated")
    if own_rooms:
        return Verdict("JS-06-2", Status.PASS, own_rooms, 1, "own_room")
    return Verdict("JS-06-2", Status.FAIL, 0, 1, "no_room")


def center_serves_several(*, universities: int, minimum: int, centers_in_cluster: int) -> Verdict:
    """A centre covers several universities, and there is one centre per university town.

    Source: JS-06-4 (规范第六条). Reading: 「多所」 is at least P-06b; 「一个」 is at most one
    centre per cluster. `universities` counts distinct universities with a primary link.
    Units: universities.
    """
    if universities < minimum:
        return Verdict("JS-06-4", Status.FAIL, universities, minimum, "too_few_universities")
    if centers_in_cluster > 1:
        return Verdict("JS-06-4", Status.FAIL, universities, minimum, "second_center_in_cluster")
    return Verdict("JS-06-4", Status.PASS, universities, minimum, "serves_several")


def room_is_large_enough(*, rule_id: str, area: Decimal | None, minimum: Decimal) -> Verdict:
    """The floor area reaches the minimum; 79.99 fails, 80.00 passes, nothing is rounded up.

    Source: JS-07-1 for a police room, JS-07-2 for a centre (规范第七条). Reading: measured floor
    area in exclusive police use. Units: square metres. No measurement gives `unknown`.
    """
    if area is None:
        return Verdict(rule_id, Status.UNKNOWN, None, minimum, "area_unknown")
    if area < minimum:
        return Verdict(rule_id, Status.FAIL, area, minimum, "area_below")
    return Verdict(rule_id, Status.PASS, area, minimum, "area_reached")
