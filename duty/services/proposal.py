"""Acts on proposed rosters: ask, work out, book, discard. The row is the truth.

A worker claims a row by moving its state under a lock, commits that, and then holds the lock while
it works: a crash frees the lock, and `resume_proposals` sets the row back. Messages may come twice.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from duty.demand import shift_span
from duty.models import RosterProposal, ShiftTemplate
from duty.proposal import Proposal, outcome, propose
from duty.queries.crews import Crew, crew_of, places
from duty.queries.roster import OF_ROOM
from duty.roster_rules import Kind, Shift
from duty.services.roster import book_shift
from duty.services.telling import tell
from personnel.models import Person
from policeroom.common import audit
from policeroom.common.clients import digest, replayed
from policeroom.common.clock import ZONE
from policeroom.common.errors import ConflictError, DomainError
from policeroom.common.intervals import Span
from stations.models import Station

State = RosterProposal.State
Clock = Callable[[], dt.datetime]
FACTS = ("station", "first_day", "weeks")
OWN = "a proposal its caller fetched through the scope"
WORKER = "a worker looks a proposal up by its id"
MAX_ATTEMPTS = 3
#: A message this old was lost; a run this old without its lock has crashed.
LOST_AFTER = dt.timedelta(seconds=60)


class RefusedPlanError(DomainError):
    """Nothing was booked; `sentences` says for each shift in the way why."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__(_("Nothing is booked: the plan no longer fits. Ask for a new one."))
        self.sentences = sentences


@transaction.atomic
def ask_proposal(
    *,
    station: Station,
    first_day: dt.date,
    weeks: int,
    by: Any,
    now: dt.datetime,
    client_uuid: uuid.UUID | None = None,
) -> RosterProposal:
    """Ask for a roster of `weeks` weeks from a day to come; a worker answers.

    Raises: DomainError for a day that is not to come, or a room without usual shifts.
    """
    fingerprint = digest({"station": station, "first_day": first_day, "weeks": weeks})
    earlier = replayed(RosterProposal, client_uuid, fingerprint)
    if earlier is not None:
        return earlier
    if first_day <= now.astimezone(ZONE).date():
        raise DomainError(
            _("%(day)s is not to come; a roster is proposed for days ahead.") % {"day": first_day},
            field="first_day",
        )
    usual = ShiftTemplate.objects.unscoped(OF_ROOM).filter(station=station, is_active=True)
    if not usual.exists():
        raise DomainError(_("Add the usual shifts first: they say who is needed when."))
    row = RosterProposal(
        station=station,
        first_day=first_day,
        weeks=weeks,
        recorded_by=by,
        client_uuid=client_uuid,
        client_digest=fingerprint if client_uuid else "",
    )
    row.full_clean(exclude=["org_path"])
    row.save()
    audit.record("roster.propose", by=by, obj=row, after=audit.snapshot(row, FACTS))
    return row


@transaction.atomic
def adopt_proposal(*, proposal: RosterProposal, by: Any, at: dt.datetime) -> RosterProposal:
    """Book every shift of the plan, or none.

    People are held in the order of their ids, as wherever several are booked at once.
    Raises: ConflictError unless it waits for this; DomainError once its first day has come;
    RefusedPlanError with a sentence for each shift that no longer fits.
    """
    held = _held(proposal, State.READY)
    if held.first_day <= at.astimezone(ZONE).date():
        raise DomainError(
            _("%(day)s has come. Ask for a new proposal for the days ahead.")
            % {"day": held.first_day}
        )
    plan = sorted(outcome.read(held.outcome).planned, key=lambda one: one.shift.person)
    people = Person.objects.unscoped(OWN).in_bulk({one.shift.person for one in plan})
    usual = ShiftTemplate.objects.unscoped(OWN).select_related("station")
    templates = usual.in_bulk({one.template for one in plan})
    refused = []
    for one in plan:
        template = templates[one.template]
        try:
            _refuse_changed(template, one.shift)
            book_shift(person=people[one.shift.person], template=template, day=one.shift.day, by=by)
        except DomainError as refusal:
            refused.append(refusal.message)
    if refused:
        raise RefusedPlanError(list(dict.fromkeys(refused)))
    _decide(held, State.ADOPTED, by=by, at=at)
    after = {"from": str(held.first_day), "weeks": held.weeks, "shifts": len(plan)}
    audit.record("roster.adopt", by=by, obj=held, after=after)
    return held


@transaction.atomic
def discard_proposal(*, proposal: RosterProposal, by: Any, at: dt.datetime) -> RosterProposal:
    """Give a proposal up; nothing of it was booked.

    Raises: ConflictError if it was decided before, or a worker has it at this moment.
    """
    held = _held(proposal, State.WAITING, State.READY, State.FAILED)
    _decide(held, State.DISCARDED, by=by, at=at)
    audit.record("roster.discard", by=by, obj=held, after=audit.snapshot(held, FACTS))
    return held


def _held(proposal: RosterProposal, *states: str) -> RosterProposal:
    """The row, locked, in one of the states.

    Raises: ConflictError if a worker or somebody else holds it, or its state is another.
    """
    rows = RosterProposal.objects.unscoped(OWN).select_related("station")
    held = rows.select_for_update(of=("self",), skip_locked=True).filter(pk=proposal.pk).first()
    if held is None or held.state == State.COMPUTING:
        raise ConflictError(_("This proposal is being worked on. Wait until that is finished."))
    if held.state not in states:
        raise ConflictError(
            _("Nothing can be decided about this proposal any more: %(state)s.")
            % {"state": held.get_state_display()}
        )
    return held


def _decide(held: RosterProposal, state: str, *, by: Any, at: dt.datetime) -> None:
    held.state, held.decided_by, held.decided_at = state, by, at
    held.save(update_fields=["state", "decided_by", "decided_at"])


def _refuse_changed(template: ShiftTemplate, planned: Shift) -> None:
    """Raises: DomainError if the usual shift is another one now, or is offered no longer."""
    span = shift_span(planned.day, template.starts, template.minutes)
    if not template.is_active or span != planned.span or template.kind != planned.kind:
        raise DomainError(
            _("The usual shift “%(name)s” was changed after the proposal.")
            % {"name": template.name}
        )


# --- the worker -----------------------------------------------------------------------------------


def run_proposal(proposal_id: int, *, clock: Clock) -> str:
    """Work a proposal out. Returns the new state, "" if there was nothing to do.

    Safe to call any number of times, from any number of workers.
    """
    claimed = _claim(proposal_id, at=clock())
    if claimed is None:
        return ""
    with transaction.atomic():
        rows = RosterProposal.objects.unscoped(WORKER).select_related("station", "recorded_by")
        free = rows.select_for_update(of=("self",), skip_locked=True)
        mine = {"state": State.COMPUTING, "started_at": claimed.started_at}
        held = free.filter(pk=proposal_id, **mine).first()
        if held is None:
            return ""
        _work_out(held, clock)
    return held.state


@transaction.atomic
def _claim(proposal_id: int, *, at: dt.datetime) -> RosterProposal | None:
    """Take a waiting row; None if it does not wait, or somebody else has it."""
    rows = RosterProposal.objects.unscoped(WORKER)
    free = rows.select_for_update(of=("self",), skip_locked=True)
    row = free.filter(pk=proposal_id, state=State.WAITING).first()
    if row is None:
        return None
    row.state, row.started_at, row.attempts = State.COMPUTING, at, row.attempts + 1
    row.save(update_fields=["state", "started_at", "attempts"])
    return row


def _work_out(held: RosterProposal, clock: Clock) -> None:
    crew = crew_of(held.station, held.window)
    request = crew.request(places(crew))
    found: Proposal = propose(request)
    held.method, held.proven = found.method, found.proven
    held.outcome = outcome.as_json(
        found.shifts,
        found.quality.within(held.window),
        needed=crew.needed,
        template_of=_template_of(crew),
    )
    held.state, held.finished_at = State.READY, clock()
    held.save(update_fields=["method", "proven", "outcome", "state", "finished_at"])
    _tell_asker(held)


def _template_of(crew: Crew) -> Callable[[Shift], int]:
    """The first usual shift of the same hours and kind."""
    known: dict[tuple[Span, Kind], int] = {}
    for demand, template in crew.demands:
        known.setdefault((demand.span, Kind(template.kind)), template.pk)
    return lambda shift: known[shift.span, shift.kind]


def _tell_asker(held: RosterProposal) -> None:
    tell(
        [held.recorded_by] if held.recorded_by is not None else [],
        lambda: (
            _("Proposed roster of %(room)s") % {"room": held.station.name},
            _("From %(day)s, %(state)s.")
            % {"day": held.first_day, "state": held.get_state_display()},
        ),
        kind="roster-proposal",
        key=f"roster-proposal-{held.pk}",
        url=reverse("duty:proposal", args=[held.pk]),
    )


@transaction.atomic
def resume_proposals(*, now: dt.datetime) -> list[int]:
    """Set crashed runs back, give up after `MAX_ATTEMPTS`; returns the rows to send again."""
    rows = RosterProposal.objects.unscoped("the scheduler looks after every proposal")
    free = rows.select_for_update(of=("self",), skip_locked=True)
    crashed = free.filter(state=State.COMPUTING, started_at__lt=now - LOST_AFTER)
    for row in crashed.select_related("station", "recorded_by").order_by("id"):
        if row.attempts >= MAX_ATTEMPTS:
            row.state, row.finished_at = State.FAILED, now
            row.save(update_fields=["state", "finished_at"])
            _tell_asker(row)
        else:
            row.state = State.WAITING
            row.save(update_fields=["state"])
    lost = rows.filter(state=State.WAITING, recorded_at__lt=now - LOST_AFTER).order_by("id")
    return list(lost.values_list("id", flat=True))
