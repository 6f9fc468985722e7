"""Taking turns: each shift goes to whoever may take it and has carried least. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from duty.roster_rules import (
    Burden,
    Member,
    Post,
    Request,
    Shift,
    Slot,
    available_days,
    load,
    obstacle,
    weight,
)


def fill(request: Request, shifts: Iterable[Shift]) -> tuple[Shift, ...]:
    """`shifts` and whatever else can be given out without breaking a rule, in the order of time.

    What stays empty afterwards nobody of the crew may take.
    """
    plan: dict[int, list[Shift]] = {member.person: [] for member in request.members}
    for shift in shifts:
        plan[shift.person].append(shift)
    for slot in sorted(request.slots):
        for post in Post:
            _fill_slot(request, plan, slot, post)
    return tuple(sorted(shift for mine in plan.values() for shift in mine))


def _fill_slot(request: Request, plan: dict[int, list[Shift]], slot: Slot, post: Post) -> None:
    crew = request.crew(post)
    here = sum(slot.given_to(member.person) in plan[member.person] for member in crew)
    open_places = slot.needs(post) - here
    if open_places <= 0:
        return
    for member in sorted(crew, key=lambda one: _turn(request, one, plan[one.person], slot)):
        mine = plan[member.person]
        if open_places and obstacle(member, mine, slot, request.rules) is None:
            mine.append(slot.given_to(member.person))
            open_places -= 1


def _turn(request: Request, member: Member, mine: list[Shift], slot: Slot) -> tuple[float, ...]:
    """Who comes first: least holidays, weekends, nights as far as the slot is one, then hours.

    Counted against the days somebody is there, so that leave is not made up for afterwards. Of two
    with equal hours the one with more nights takes a day, or a crew of two would never change over.
    """
    days = max(1, available_days(member, request.window))
    trial = slot.given_to(member.person)

    def carried(burden: Burden) -> float:
        return load(request, member, mine, burden) / days

    concerned = tuple(
        carried(burden) if weight(request, trial, burden) else 0.0
        for burden in (Burden.HOLIDAYS, Burden.WEEKENDS, Burden.NIGHTS)
    )
    nights = 0.0 if trial.is_night else -carried(Burden.NIGHTS)
    return (*concerned, carried(Burden.HOURS), nights, member.person)
