"""Addresses and objects of people: staff, absences, trainings, vacancies, strength."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.utils import timezone

from personnel.enums import PersonKind, Post, TrainingKind
from personnel.models import (
    Absence,
    Accountability,
    Appraisal,
    Commendation,
    Secondment,
    TrainingRecord,
    Vacancy,
)
from personnel.services.staff import add_person, assign
from policeroom.accounts.models import User
from stations.models import Station
from tests.matrix import Route
from tests.world import World

VIEW, EDIT = "people.view", "people.edit"
ABSENCE, TRAIN = "people.absence", "people.train"
ASK, DECIDE = "secondments.ask", "secondments.decide"
RECORD, BLAME = "decisions.record", "accountability.view"

ROUTES: Final[dict[str, Route]] = {
    "personnel:person-list": Route(VIEW),
    "personnel:person-new": Route(EDIT),
    "personnel:person-detail": Route(VIEW, "member", VIEW, VIEW),
    "personnel:person-edit": Route(EDIT, "member", EDIT),
    "personnel:person-leave": Route(EDIT, "member", EDIT),
    "personnel:post-new": Route(EDIT, "member", EDIT),
    "personnel:post-end": Route(EDIT, "post", EDIT),
    "personnel:absence-new": Route(ABSENCE, "member", ABSENCE),
    "personnel:absence-edit": Route(ABSENCE, "absence", ABSENCE),
    "personnel:absence-strike": Route(ABSENCE, "absence", ABSENCE),
    "personnel:secondment-list": Route(VIEW),
    "personnel:secondment-new": Route(ASK, "member", ASK),
    "personnel:secondment-detail": Route(VIEW, "secondment"),
    "personnel:secondment-approve": Route(DECIDE, "secondment", DECIDE),
    "personnel:secondment-refuse": Route(DECIDE, "secondment", DECIDE),
    "personnel:secondment-end": Route(ASK, "secondment", ASK),
    "personnel:secondment-strike": Route(ASK, "secondment", ASK),
    "personnel:appraisal-list": Route(VIEW),
    "personnel:appraisal-new": Route(RECORD),
    "personnel:appraisal-detail": Route(VIEW, "appraisal", VIEW),
    "personnel:appraisal-correct": Route(RECORD, "appraisal", RECORD),
    "personnel:appraisal-strike": Route(RECORD, "appraisal", RECORD),
    "personnel:commendation-list": Route(VIEW),
    "personnel:commendation-new": Route(RECORD),
    "personnel:commendation-detail": Route(VIEW, "commendation", VIEW),
    "personnel:commendation-correct": Route(RECORD, "commendation", RECORD),
    "personnel:commendation-strike": Route(RECORD, "commendation", RECORD),
    "personnel:accountability-list": Route(BLAME),
    "personnel:accountability-new": Route(RECORD),
    "personnel:accountability-detail": Route(VIEW, "accountability", BLAME),
    "personnel:accountability-correct": Route(RECORD, "accountability", RECORD),
    "personnel:accountability-strike": Route(RECORD, "accountability", RECORD),
    "personnel:training-list": Route(VIEW),
    "personnel:training-new": Route(TRAIN),
    "personnel:training-strike": Route(TRAIN, "training", TRAIN),
    "personnel:plan-list": Route(VIEW),
    "personnel:plan-new": Route(EDIT),
    "personnel:vacancy-list": Route(VIEW),
    "personnel:vacancy-detail": Route(VIEW, "vacancy"),
    "personnel:vacancy-fill": Route(EDIT, "vacancy", EDIT),
    "personnel:vacancy-withdraw": Route(EDIT, "vacancy", EDIT),
    "personnel:strength": Route(VIEW),
    "personnel:what-if": Route(VIEW),
    "personnel:room-strength": Route(VIEW, "station", VIEW),
    "api:person-list": Route(VIEW),
    "api:person-detail": Route(VIEW, "member", VIEW, VIEW),
    "api:station-strength": Route(VIEW, "station", VIEW),
    "api:secondment-list": Route(VIEW),
    "api:secondment-detail": Route(VIEW, "secondment"),
    "api:secondment-approve": Route(DECIDE, "secondment", DECIDE),
    "api:secondment-refuse": Route(DECIDE, "secondment", DECIDE),
    "api:secondment-end": Route(ASK, "secondment", ASK),
    "api:secondment-strike": Route(ASK, "secondment", ASK),
    "api:appraisal-list": Route(VIEW),
    "api:appraisal-strike": Route(RECORD, "appraisal", RECORD),
    "api:commendation-list": Route(VIEW),
    "api:commendation-strike": Route(RECORD, "commendation", RECORD),
    "api:accountability-list": Route(BLAME),
    "api:accountability-strike": Route(RECORD, "accountability", RECORD),
}
NOT_A_PAGE: Final[set[str]] = {name for name in ROUTES if name.startswith("api:")}
#: They exist for a person who is absent, or whose post has no end yet; other tests open them.
NEEDS_A_STATE: Final[set[str]] = {
    "personnel:absence-edit",
    "personnel:absence-strike",
    "personnel:post-end",
    "personnel:secondment-detail",
    "personnel:secondment-approve",
    "personnel:secondment-refuse",
    "personnel:secondment-end",
    "personnel:secondment-strike",
}


def _decisions(room: Station, add: Callable[..., None]) -> None:
    """One decision of each kind about a room."""
    paper = {
        "station": room,
        "decided_by": room.operator,
        "decided_on": room.opened_on,
        "document_no": "矩阵",
        "result": "矩阵",
    }
    rows = (
        Appraisal.objects.create(**paper, year=2025, scheme="矩阵"),
        Commendation.objects.create(**paper, ground="矩阵"),
        Accountability.objects.create(**paper, ground="矩阵"),
    )
    for row in rows:
        name, path = row._meta.model_name, room.org_path
        add(name, f"{name} of {room.code}", {path}, path, pk=row.pk)


def add_targets(world: World, add: Callable[..., None], author: User) -> None:
    """Objects of this part in every relation to the cast."""
    today = timezone.localdate()
    for number, room in enumerate(
        (world.station_a1, world.center_a, world.station_a2, world.station_b1)
    ):
        person = add_person(
            staff_no=f"M{number}",
            name="矩阵",
            kind=PersonKind.OFFICER,
            unit=room.operator,
            by=author,
        )
        post = assign(
            person=person,
            station=room,
            post=Post.OFFICER,
            valid_from=room.opened_on,
            by=author,
            today=today,
        )
        path = room.org_path
        add("member", f"person in {room.code}", {path}, path, pk=person.pk)
        add("post", f"post in {room.code}", {path}, path, pk=post.pk)
        absence = Absence.objects.create(person=person, valid_from=room.opened_on)
        add("absence", f"absence in {room.code}", {path}, path, pk=absence.pk)
        secondment = Secondment.objects.create(
            person=person,
            valid_from=room.opened_on,
            ordered_by=room.operator,
            order_no="矩阵",
            purpose="矩阵",
        )
        add("secondment", f"secondment in {room.code}", {path}, path, pk=secondment.pk)
        _decisions(room, add)
        training = TrainingRecord.objects.create(
            person=person,
            kind=TrainingKind.REGULAR,
            title="矩阵",
            completed_on=room.opened_on,
            hours=8,
        )
        add("training", f"training in {room.code}", {path}, path, pk=training.pk)
        vacancy = Vacancy.objects.create(
            station=room,
            org_path=path,
            kind=PersonKind.OFFICER,
            opened_on=today,
            cause_absence=absence,
        )
        add("vacancy", f"vacancy in {room.code}", {path}, path, pk=vacancy.pk)
