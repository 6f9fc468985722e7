"""What ends soon (第十九条, 第二十条): told ahead, each end exactly once.

The end itself is part of a line's key, and the database keeps one line of a key in an inbox: tasks
that run twice, or beside each other, tell nothing twice; one that died is made up for by the next.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from personnel.deadline_kinds import REFILL
from personnel.models import TrainingRecord, Vacancy
from personnel.queries.trainings import ending
from personnel.services.deadlines import people_above
from policeroom.accounts.models import User
from policeroom.common import audit
from policeroom.common.models import Deadline
from policeroom.common.notify import notify
from policeroom.common.parameters import parameters_on
from policeroom.common.roles import Role

OWN: Final = "a task for every room"
Words = Callable[[], tuple[str, str]]


def remind_ahead(*, now: dt.datetime) -> int:
    """Tell of trainings and refills that end within the days of P-19c and P-20-4.

    Returns: how many end in that time. Safe to run twice, and beside itself.
    """
    days = parameters_on(timezone.localdate(now))
    trainings = _trainings(timezone.localdate(now), days["P-19c"])
    refills = _refills(now, days["P-20-4"])
    for row in trainings:
        with transaction.atomic():
            _tell_training(row, at=now)
    for clock in refills:
        with transaction.atomic():
            _tell_refill(clock, at=now)
    if trainings or refills:
        after = {"trainings": len(trainings), "refills": len(refills)}
        audit.record("people.remind", by=None, after=after)
    return len(trainings) + len(refills)


def _trainings(today: dt.date, days: int) -> list[TrainingRecord]:
    rows = TrainingRecord.objects.unscoped(OWN).select_related("person__user")
    last = today + dt.timedelta(days=days)
    return list(ending(rows, first=today, last=last).order_by("valid_until", "id"))


def _refills(now: dt.datetime, days: int) -> list[Deadline]:
    """Running clocks of vacancies that end within so many days."""
    rows = Deadline.objects.unscoped(OWN).filter(
        kind__in=[kind.code for kind, _parameter in REFILL.values()],
        object_type=Vacancy._meta.label_lower,
        done_at__isnull=True,
        cancelled_at__isnull=True,
        due_at__range=(now, now + dt.timedelta(days=days)),
    )
    return list(rows.order_by("due_at", "id"))


def _tell_training(row: TrainingRecord, *, at: dt.datetime) -> None:
    """The lead and the county, and whose training it is."""
    person = row.person
    people = people_above(person.org_path, {Role.STATION_LEAD, Role.COUNTY}, at=at)
    if person.user is not None and person.user.is_active and person.user not in people:
        people.append(person.user)

    def words() -> tuple[str, str]:
        title = _("Training of %(name)s ends on %(day)s") % {
            "name": person.name,
            "day": row.valid_until,
        }
        return title, row.title

    key = f"training-ending-{row.pk}-{row.valid_until:%Y%m%d}"
    _tell(people, words, kind="training-ending", key=key, url=person.get_absolute_url())


def _tell_refill(clock: Deadline, *, at: dt.datetime) -> None:
    """Whoever may fill the post, and the city above; when it has run out, `escalate_overdue`."""
    people = people_above(clock.org_path, {Role.COUNTY, Role.CITY}, at=at)

    def words() -> tuple[str, str]:
        due = timezone.localtime(clock.due_at)
        return _("Due on %(day)s: %(label)s") % {"day": due.date(), "label": clock.label}, ""

    key = f"refill-ending-{clock.pk}-{clock.due_at:%Y%m%d}"
    _tell(people, words, kind="refill-ending", key=key, url=clock.url, due_at=clock.due_at)


def _tell(people: Iterable[User], words: Words, **line: Any) -> None:
    for person in people:
        with translation.override(person.language or settings.LANGUAGE_CODE):
            title, body = words()
        notify([person], title=title[:200], body=body, **line)
