"""Acts on running clocks. Each app names its kinds, and who is told when one runs out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from policeroom.common.clock import ClockStatus, deadline_status
from policeroom.common.models import Deadline
from policeroom.common.roles import Role

STATUS_LABELS: Final = {
    ClockStatus.RUNNING: _("running"),
    ClockStatus.MET: _("done in time"),
    ClockStatus.LATE: _("done late"),
    ClockStatus.OVERDUE: _("overdue"),
    ClockStatus.CANCELLED: _("cancelled"),
}


@dataclass(frozen=True, slots=True)
class DeadlineKind:
    """One kind of clock: its name, its rule, and the roles above the room that learn of its end."""

    code: str
    label: Any
    rule_id: str
    escalate_to: frozenset[Role]


#: Why these reads have no scope.
OWN: Final = "the clock of a row its caller fetched through the scope"

_KINDS: dict[str, DeadlineKind] = {}


def register(kind: DeadlineKind) -> DeadlineKind:
    """Declare a kind; apps do it when their module is imported.

    Raises: ValueError if the code is taken.
    """
    if kind.code in _KINDS:
        raise ValueError(f"deadline kind {kind.code} is declared twice")
    _KINDS[kind.code] = kind
    return kind


def kind_of(code: str) -> DeadlineKind:
    """The declared kind of a stored code.

    Raises: KeyError for a code nobody declared.
    """
    return _KINDS[code]


def open_deadline(
    kind: DeadlineKind,
    *,
    subject: models.Model,
    org_path: str,
    label: str,
    started_at: dt.datetime,
    due_at: dt.datetime,
    url: str = "",
) -> Deadline:
    """Start the clock of `subject`; a second start of the same clock returns the first.

    Called inside the transaction of the act that starts it.
    """
    rows = Deadline.objects.unscoped(OWN)
    row, _created = rows.get_or_create(
        kind=kind.code,
        object_type=subject._meta.label_lower,
        object_id=subject.pk,
        defaults={
            "rule_id": kind.rule_id,
            "org_path": org_path,
            "label": label[:200],
            "url": url,
            "started_at": started_at,
            "due_at": due_at,
        },
    )
    return row


@dataclass(frozen=True, slots=True)
class Opening:
    """One clock to start, of many that start together."""

    subject_id: int
    org_path: str
    label: str
    url: str = ""


def open_deadlines(
    kind: DeadlineKind,
    model: type[models.Model],
    openings: Iterable[Opening],
    *,
    started_at: dt.datetime,
    due_at: dt.datetime,
) -> None:
    """Start the clocks of many rows of one `model` in one statement; those that run stay."""
    Deadline.objects.bulk_create(
        [
            Deadline(
                kind=kind.code,
                rule_id=kind.rule_id,
                org_path=opening.org_path,
                object_type=model._meta.label_lower,
                object_id=opening.subject_id,
                label=opening.label[:200],
                url=opening.url,
                started_at=started_at,
                due_at=due_at,
            )
            for opening in openings
        ],
        ignore_conflicts=True,
        batch_size=500,
    )


def meet_deadline(kind: DeadlineKind, *, subject: models.Model, at: dt.datetime) -> bool:
    """Stop the clock of `subject` at `at`; False if it did not run (unknown, done, cancelled)."""
    return bool(_running(kind, subject).update(done_at=at))


def cancel_deadline(kind: DeadlineKind, *, subject: models.Model, at: dt.datetime) -> bool:
    """Let the duty fall away; False if the clock did not run."""
    return bool(_running(kind, subject).update(cancelled_at=at))


def move_deadline(kind: DeadlineKind, *, subject: models.Model, due_at: dt.datetime) -> bool:
    """Give a running clock another end; an escalation of the old end does not count for the new."""
    return bool(_running(kind, subject).update(due_at=due_at, escalated_at=None))


def restart_deadline(
    kind: DeadlineKind, *, subject: models.Model, started_at: dt.datetime, due_at: dt.datetime
) -> bool:
    """Correct when a clock began, and with it its end, whatever became of the clock meanwhile.

    What was done stays done, what was told of it stays told; a duty that fell away holds again.
    False if there is no such clock.
    """
    rows = Deadline.objects.unscoped(OWN).filter(
        kind=kind.code, object_type=subject._meta.label_lower, object_id=subject.pk
    )
    return bool(rows.update(started_at=started_at, due_at=due_at, cancelled_at=None))


def status_of(row: Deadline, *, now: dt.datetime) -> ClockStatus:
    """How a stored clock stands at `now`."""
    return deadline_status(
        due_at=row.due_at, done_at=row.done_at, cancelled_at=row.cancelled_at, now=now
    )


def _running(kind: DeadlineKind, subject: models.Model) -> models.QuerySet[Deadline]:
    return Deadline.objects.unscoped(OWN).filter(
        kind=kind.code,
        object_type=subject._meta.label_lower,
        object_id=subject.pk,
        done_at__isnull=True,
        cancelled_at__isnull=True,
    )
