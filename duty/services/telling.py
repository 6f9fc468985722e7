"""Inbox lines to many rooms at once, in each reader's language."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable

from django.conf import settings
from django.utils import translation

from personnel.models import RoleGrant
from personnel.queries import valid_at
from policeroom.accounts.models import User
from policeroom.common.notify import notify
from policeroom.common.roles import STATION_ROLES, Role

Words = Callable[[], tuple[str, str]]


def people_at(paths: Iterable[str], roles: Iterable[Role], *, at: dt.datetime) -> list[User]:
    """Active people who hold one of `roles` at or above any of the places, each once: one query."""
    above = {path[:length] for path in paths for length in range(2, len(path) + 1, 2)}
    grants = RoleGrant.objects.filter(
        valid_at(at),
        role__in=sorted(roles),
        content_object__org_path__in=sorted(above),
        user__is_active=True,
    ).select_related("user")
    return list({grant.user_id: grant.user for grant in grants.order_by("id")}.values())


def tell(
    people: Iterable[User],
    words: Words,
    *,
    kind: str,
    key: str,
    url: str,
    due_at: dt.datetime | None = None,
) -> int:
    """One line into each inbox; one statement per language, however many people."""
    by_language: dict[str, list[User]] = defaultdict(list)
    for person in people:
        by_language[person.language or settings.LANGUAGE_CODE].append(person)
    for language, readers in sorted(by_language.items()):
        with translation.override(language):
            title, body = words()
        notify(readers, kind=kind, title=title[:200], body=body, key=key, url=url, due_at=due_at)
    return sum(len(readers) for readers in by_language.values())


def tell_rooms(
    paths: Iterable[str],
    words: Words,
    *,
    at: dt.datetime,
    kind: str,
    key: str,
    url: str,
    due_at: dt.datetime | None = None,
) -> int:
    """`tell` the people of the rooms themselves."""
    people = people_at(paths, STATION_ROLES, at=at)
    return tell(people, words, kind=kind, key=key, url=url, due_at=due_at)
