"""Swaps: somebody asks that a colleague takes a shift, whoever edits the roster decides."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from duty.models import RosterShift, ShiftSwap
from duty.services.roster import book_instead, conflict, hours, moved
from duty.services.telling import people_at, tell
from personnel.models import Person
from policeroom.accounts.models import User
from policeroom.common import audit
from policeroom.common.clock import ZONE
from policeroom.common.errors import ConflictError, DomainError, NotAllowedError
from policeroom.common.roles import Role

FACTS = ("shift", "to_person", "reason", "approved", "refusal", "withdrawn_at")
OWN = "rows of a room its caller fetched through the scope"
KIND = "shift-swap"
#: Titles of inbox lines, each translated for its reader; the name is that of who asked.
TO_COLLEAGUE = gettext_noop("%(name)s asks you to take a shift")
TO_LEAD = gettext_noop("%(name)s asks for a swap; decide about it")
APPROVED = gettext_noop("Swap approved: %(name)s")
REFUSED = gettext_noop("Swap refused: %(name)s")
WITHDRAWN = gettext_noop("Swap withdrawn: %(name)s")


@transaction.atomic
def ask_swap(
    *, shift: RosterShift, to_person: Person, reason: str, by: Any, now: dt.datetime
) -> ShiftSwap:
    """Ask that a colleague takes a shift of one's own. Nothing moves before somebody agrees.

    Raises: NotAllowedError for the shift of somebody else; DomainError if it has begun or is
    struck, the colleague is of the other kind or cannot take it (with the clash); ValidationError
    if a swap of it waits already.
    """
    held = _held_shift(shift)
    if held.person.user_id is None or held.person.user_id != by.pk:
        raise NotAllowedError(_("Only %(name)s may give this shift away.") % _named(held.person))
    _refuse_past(held, now)
    if to_person.kind != held.person.kind:
        raise DomainError(
            _("%(name)s is %(kind)s; officers and auxiliaries do not stand in for each other.")
            % {"name": to_person.name, "kind": to_person.get_kind_display()},
            field="to_person",
        )
    held_day = timezone.localdate(held.starts_at, ZONE)
    clash = conflict(moved(held, person=to_person, day=held_day))
    if clash:
        raise DomainError(clash, field="to_person")
    row = ShiftSwap(
        station=held.station,
        shift=held,
        to_person=to_person,
        reason=reason.strip(),
        recorded_by=by,
    )
    row.full_clean(exclude=["org_path"])
    row.save()
    audit.record("swap.ask", by=by, obj=row, after=audit.snapshot(row, FACTS))
    leads = people_at([held.org_path], [Role.STATION_LEAD], at=now)
    _tell(row, [to_person.user], "asked", TO_COLLEAGUE)
    _tell(row, leads, "asked", TO_LEAD)
    return row


@transaction.atomic
def decide_swap(
    *, swap: ShiftSwap, approve: bool, reason: str = "", by: Any, at: dt.datetime
) -> ShiftSwap:
    """Agree, and the shift moves; or refuse with a reason. Of two who decide at once one wins.

    Raises: ConflictError if it was decided or withdrawn before; DomainError if the shift has begun,
    was struck, or the colleague cannot take it any more (with the clash): then it goes on waiting.
    """
    row = _held_swap(swap)
    if approve:
        _refuse_past(row.shift, at)
        row.result = book_instead(shift=row.shift, person=row.to_person, by=by, at=at)
    elif not reason.strip():
        raise DomainError(_("Say why you do not agree."), field="reason")
    row.approved, row.decided_by, row.decided_at = approve, by, at
    row.refusal = "" if approve else reason.strip()
    row.full_clean(exclude=["org_path"], validate_unique=False)
    row.save(update_fields=["approved", "decided_by", "decided_at", "refusal", "result"])
    action = "swap.approve" if approve else "swap.refuse"
    audit.record(action, by=by, obj=row, after=audit.snapshot(row, FACTS))
    readers = [row.recorded_by, row.to_person.user]
    _tell(row, readers, "decided", APPROVED if approve else REFUSED)
    return row


@transaction.atomic
def withdraw_swap(*, swap: ShiftSwap, by: Any, at: dt.datetime) -> ShiftSwap:
    """Take back a swap one asked for.

    Raises: NotAllowedError for that of somebody else; ConflictError if it was decided before.
    """
    row = _held_swap(swap)
    if row.recorded_by_id != by.pk:
        raise NotAllowedError(_("Only %(name)s may withdraw this swap.") % _named(row.shift.person))
    row.withdrawn_at = at
    row.save(update_fields=["withdrawn_at"])
    audit.record("swap.withdraw", by=by, obj=row, after=audit.snapshot(row, FACTS))
    leads = people_at([row.org_path], [Role.STATION_LEAD], at=at)
    _tell(row, [*leads, row.to_person.user], "withdrawn", WITHDRAWN)
    return row


def _held_swap(swap: ShiftSwap) -> ShiftSwap:
    """The swap, locked and still waiting.

    Read anew under the lock: a join read while waiting for it would not know who decided meanwhile.
    """
    rows = ShiftSwap.objects.unscoped(OWN)
    rows.select_for_update(of=("self",)).values_list("pk").get(pk=swap.pk)
    related = ("station", "shift__person", "to_person__user", "recorded_by", "decided_by")
    row: ShiftSwap = rows.select_related(*related).get(pk=swap.pk)
    if row.withdrawn_at is not None:
        raise ConflictError(_("This swap was withdrawn."))
    if row.decided_by is not None:
        raise ConflictError(
            _("%(name)s decided about this swap at %(at)s.")
            % {
                "name": row.decided_by.name,
                "at": f"{timezone.localtime(row.decided_at, ZONE):%Y-%m-%d %H:%M}",
            }
        )
    return row


def _held_shift(shift: RosterShift) -> RosterShift:
    rows = RosterShift.objects.unscoped(OWN).select_for_update(of=("self",))
    row: RosterShift = rows.select_related("person", "station", "template").get(pk=shift.pk)
    if row.struck_at is not None:
        raise DomainError(_("This shift was struck; there is nothing to swap."))
    return row


def _refuse_past(shift: RosterShift, now: dt.datetime) -> None:
    if shift.starts_at <= now:
        raise DomainError(
            _("The shift %(hours)s has begun.") % {"hours": hours(shift.starts_at, shift.ends_at)}
        )


def _named(person: Person) -> dict[str, str]:
    return {"name": person.name}


def _tell(row: ShiftSwap, readers: Iterable[User | None], step: str, title: str) -> None:
    """A line to each reader who has an account: whose shift, which hours, to whom."""
    shift = row.shift
    tell(
        {person.pk: person for person in readers if person is not None}.values(),
        lambda: (
            _(title) % {"name": shift.person.name},
            _("%(hours)s, to be taken by %(name)s.")
            % {"hours": hours(shift.starts_at, shift.ends_at), "name": row.to_person.name},
        ),
        kind=KIND,
        key=f"{KIND}-{row.pk}-{step}",
        url=row.get_absolute_url(),
    )
