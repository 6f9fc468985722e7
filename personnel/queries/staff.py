"""Reads of people: the list, one file, what ending a post costs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import (
    Case,
    Exists,
    F,
    OuterRef,
    Prefetch,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import JSONObject

from personnel.enums import TrainingKind, TrainingTopic
from personnel.models import Absence, Assignment, Person, Secondment, TrainingRecord
from personnel.models.secondments import APPROVED
from personnel.rules import trained_before_post
from policeroom.common.managers import ScopedQuerySet
from policeroom.common.models import Interval
from policeroom.common.scope import Scope
from policeroom.common.verdicts import Verdict
from stations.models import Station
from stations.queries.rooms import named

_OF_PERSON = "rows of a person that is itself read through the scope"


def primary_posts(on: dt.date) -> ScopedQuerySet:
    """Primary posts that hold on the day, to be tied to people in view."""
    rows = Assignment.objects.unscoped(_OF_PERSON)
    return rows.filter(Interval.valid_on(on), is_primary=True)


def absent_on(on: dt.date) -> ScopedQuerySet:
    """Absences that hold on the day, to be tied to people in view."""
    rows = Absence.objects.unscoped(_OF_PERSON)
    return rows.filter(Interval.valid_on(on), struck_at__isnull=True)


def seconded_on(on: dt.date) -> ScopedQuerySet:
    """Approved secondments that hold on the day, to be tied to people in view."""
    return Secondment.objects.unscoped(_OF_PERSON).filter(Interval.valid_on(on), APPROVED)


def staff_rows(scope: Scope, *, on: dt.date, action: str = "people.view") -> ScopedQuerySet:
    """People where the reader holds `action`, as of the day `on`.

    Annotated: `current` and `room_id` (their primary post), `away`, `seconded`,
    `gone`; `inductions` holds the
    trainings before a post.
    """
    post = primary_posts(on).filter(person=OuterRef("pk"))
    found = JSONObject(room=F("station__name"), post=F("post"), since=F("valid_from"))
    inductions = TrainingRecord.objects.unscoped(_OF_PERSON).filter(
        kind=TrainingKind.PRE_POST, struck_at__isnull=True
    )
    return (
        Person.objects.within(scope, action=action)
        .select_related("unit")
        .annotate(
            current=Subquery(post.values(found=found)[:1]),
            room_id=Subquery(post.values("station_id")[:1]),
            away=Exists(absent_on(on).filter(person=OuterRef("pk"))),
            seconded=Exists(seconded_on(on).filter(person=OuterRef("pk"))),
            gone=Case(When(left_on__lte=on, then=Value(True)), default=Value(False)),
        )
        .prefetch_related(Prefetch("trainings", queryset=inductions, to_attr="inductions"))
    )


def named_like(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """People whose name or its pinyin holds the text, or whose number begins with it."""
    word = "".join(text.split())
    return rows.filter(named(word, number="staff_no__istartswith")) if word else rows


def in_room(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """People of `staff_rows` whose primary post is in a room of that name or number."""
    word = "".join(text.split())
    if not word:
        return rows
    rooms = Station.objects.unscoped("names of rooms that people in view serve in")
    found = rooms.filter(named(word, number="code__istartswith")).order_by()
    return rows.filter(room_id__in=found.values("pk"))


def induction(trainings: Iterable[TrainingRecord], assigned_from: dt.date) -> Verdict:
    """JS-19-1 of one post. Source: 规范第十九条; `trainings`: those before a post, none struck.

    Reading: what several trainings covered by the first day counts together; one whose certificate
    had ended by then does not.
    """
    rows = sorted(trainings, key=lambda row: row.completed_on)
    rows = [row for row in rows if row.valid_until is None or row.valid_until >= assigned_from]
    in_time = [row for row in rows if row.completed_on <= assigned_from]
    covered = {topic for row in in_time for topic in row.topics}
    return trained_before_post(
        assigned_from=assigned_from,
        completed_on=rows[0].completed_on if rows else None,
        missing_topics=len(set(TrainingTopic.values) - covered),
    )


def posts_of(person: Person) -> QuerySet[Assignment]:
    """Every post of a person in view, newest first."""
    rows = person.assignments.select_related("station", "named_university")
    return rows.order_by("-valid_from", "-id")


def absences_of(person: Person) -> QuerySet[Absence]:
    """Absences of a person in view, newest first, struck ones left out."""
    return person.absences.filter(struck_at__isnull=True).order_by("-valid_from", "-id")


def trainings_of(person: Person) -> QuerySet[TrainingRecord]:
    """Trainings of a person in view, newest first, struck ones with their reason."""
    return person.trainings.order_by("-completed_on", "-id")
