"""Addresses and objects of people: staff, absences, trainings, vacancies, strength."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.utils import timezone

from personnel.enums import PersonKind, Post
from personnel.services.staff import add_person, assign
from policeroom.accounts.models import User
from tests.matrix import Route
from tests.world import World

VIEW, EDIT = "people.view", "people.edit"

ROUTES: Final[dict[str, Route]] = {
    "personnel:person-list": Route(VIEW),
    "personnel:person-new": Route(EDIT),
    "personnel:person-detail": Route(VIEW, "member", VIEW, VIEW),
    "personnel:person-edit": Route(EDIT, "member", EDIT),
    "personnel:person-leave": Route(EDIT, "member", EDIT),
    "personnel:post-new": Route(EDIT, "member", EDIT),
    "personnel:post-end": Route(EDIT, "post", EDIT),
}
NOT_A_PAGE: Final[set[str]] = set()
NEEDS_A_STATE: Final[set[str]] = set()


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
