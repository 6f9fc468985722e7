"""People and posts for the tests below /people/."""

from __future__ import annotations

import datetime as dt
from itertools import count
from typing import Any

from personnel.enums import PersonKind, Post, TrainingKind, TrainingTopic
from personnel.models import Assignment, Person, TrainingRecord
from personnel.services.staff import add_person, assign
from policeroom.accounts.models import User
from policeroom.common.models import Interpretation, Parameter
from policeroom.common.parameters import PARAMETERS
from stations.models import OrgUnit, Station

TODAY = dt.date(2026, 9, 17)
FROM = dt.date(2026, 3, 2)
_NUMBERS = count(600001)


def somebody(
    unit: OrgUnit, by: User, *, name: str = "林安", kind: str = PersonKind.OFFICER
) -> Person:
    """An officer or auxiliary of a bureau, with a number of their own."""
    return add_person(staff_no=str(next(_NUMBERS)), name=name, kind=kind, unit=unit, by=by)


def serves(
    room: Station, by: User, *, post: str = Post.OFFICER, name: str = "林安", **facts: Any
) -> Assignment:
    """Somebody new with a post in a room, primary and from `FROM` unless `facts` say otherwise."""
    kind = PersonKind.AUXILIARY if post == Post.AUXILIARY else PersonKind.OFFICER
    person = facts.pop("person", None) or somebody(room.operator, by, name=name, kind=kind)
    values = {"valid_from": FROM, "today": TODAY, **facts}
    return assign(person=person, station=room, post=post, by=by, **values)


def trained(person: Person, on: dt.date, *topics: str) -> TrainingRecord:
    """A training before a post, over every topic unless some are named."""
    return TrainingRecord.objects.create(
        person=person,
        kind=TrainingKind.PRE_POST,
        topics=list(topics or TrainingTopic.values),
        title="岗前培训",
        completed_on=on,
        hours=16,
    )


def parameter(key: str, value: str, *, since: dt.date = FROM) -> Parameter:
    """Another value of a parameter, with the paper that says so."""
    paper = Interpretation.objects.create(
        number=f"试{key}", dated=since, author_unit="海岚省公安厅"
    )
    return Parameter.objects.create(
        key=key,
        key_number=PARAMETERS[key].number,
        value=value,
        valid_from=since,
        interpretation=paper,
    )
