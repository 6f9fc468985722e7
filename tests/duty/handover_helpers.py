"""People with accounts, sheets and log lines for the tests of the handover."""

from __future__ import annotations

import datetime as dt
from typing import Any

from duty.models import DutyLogEntry, ShiftHandover
from duty.services.dutylog import write_entry
from duty.services.handover import draft_handover, sign_in, sign_out
from personnel.enums import PersonKind
from personnel.models import Person
from personnel.services.staff import add_person
from policeroom.accounts.models import User
from policeroom.common.roles import Role
from stations.models import Station
from tests.personnel.people_helpers import serves
from tests.world import make_user


def signer(
    room: Station, by: User, *, number: str, name: str, kind: str = PersonKind.OFFICER
) -> User:
    """Somebody with a post in the room; the account's sign-in name is the staff number."""
    account = make_user(number, name, room.unit, Role.OFFICER)
    person = add_person(staff_no=number, name=name, kind=kind, unit=room.operator, by=by)
    serves(room, by, person=person, post="auxiliary" if kind == "auxiliary" else "officer")
    return account


def person_of(account: User) -> Person:
    return Person.everything.get(staff_no=account.username)


def drafted(
    room: Station, outgoing: User, incoming: User, *, now: dt.datetime, **changes: Any
) -> ShiftHandover:
    """A sheet that nobody has signed, unless `changes` say otherwise."""
    values: dict[str, Any] = {
        "station": room,
        "outgoing": person_of(outgoing),
        "incoming": person_of(incoming),
        "handed_at": now,
        "by": outgoing,
        "now": now,
        **changes,
    }
    return draft_handover(**values)


def handed_over(
    room: Station, outgoing: User, incoming: User, *, now: dt.datetime, **changes: Any
) -> ShiftHandover:
    """A sheet both sides signed."""
    row = drafted(room, outgoing, incoming, now=now, **changes)
    sign_out(handover=row, by=outgoing, now=now)
    return sign_in(handover=row, by=incoming, now=now)


def noted(room: Station, by: User, text: str, *, now: dt.datetime, **changes: Any) -> DutyLogEntry:
    """A key line of the log, written as it happened."""
    values: dict[str, Any] = {"is_key": True, "at": now, **changes}
    return write_entry(station=room, text=text, by=by, now=now, **values)


def lines_of(row: ShiftHandover, key: str) -> list[str]:
    """Texts of a section of a signed sheet."""
    (section,) = [s for s in row.sections["sections"] if s["key"] == key]
    return [line["text"] for line in section["lines"]]
