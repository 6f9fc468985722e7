"""Secondments (第二十五条): asked for, decided by a second person above the room, ended, struck."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from personnel.enums import SecondmentState
from personnel.models import Assignment, Person, Secondment
from personnel.models.secondments import STANDING
from personnel.services.deadlines import people_above
from personnel.services.staff import locked_person
from personnel.services.vacancies import settle_rooms_of
from policeroom.accounts.models import User
from policeroom.common import audit
from policeroom.common.clients import digest, replayed
from policeroom.common.errors import DomainError, NotAllowedError
from policeroom.common.models import Interval
from policeroom.common.notify import notify
from policeroom.common.roles import Role
from stations.models import OrgUnit

FIELDS = (
    "person",
    "valid_from",
    "valid_to",
    "ordered_by",
    "order_no",
    "purpose",
    "approval_no",
    "refusal",
    "strike_reason",
)
OWN = "a secondment its caller fetched through the scope"
DAY = dt.timedelta(days=1)


@transaction.atomic
def ask_secondment(
    *,
    person: Person,
    valid_from: dt.date,
    last_day: dt.date | None,
    ordered_by: OrgUnit,
    order_no: str,
    purpose: str,
    by: Any,
    at: dt.datetime,
    client_uuid: uuid.UUID | None = None,
) -> Secondment:
    """Ask to send somebody away from their room; until it is approved they count there.

    Source: JS-25-3 (规范第二十五条), NC-110-2. A resend under the same `client_uuid` returns the
    first row. Raises: DomainError for somebody without a primary post on the first day, who left,
    or who is already seconded (with order and days); for a unit that does not stand above the room.
    """
    facts = {
        "person": person,
        "valid_from": valid_from,
        "valid_to": _end(valid_from, last_day),
        "ordered_by": ordered_by,
        "order_no": order_no.strip(),
        "purpose": purpose.strip(),
    }
    fingerprint = digest(facts)
    earlier = replayed(Secondment, client_uuid, fingerprint)
    if earlier is not None:
        return earlier
    person = locked_person(person)
    _refuse_unfit(person, valid_from)
    if not person.org_path.startswith(ordered_by.org_path):
        raise DomainError(
            _("%(unit)s does not stand above the room.") % {"unit": ordered_by.name},
            field="ordered_by",
        )
    row = Secondment(
        **{**facts, "person": person},
        recorded_by=by,
        client_uuid=client_uuid,
        client_digest=fingerprint if client_uuid else "",
    )
    _refuse_overlap(row)
    row.full_clean()
    row.save()
    _record("secondments.ask", row, by=by)
    _tell_deciders(row, at=at)
    return row


@transaction.atomic
def approve_secondment(
    *, secondment: Secondment, approval_no: str, by: Any, at: dt.datetime
) -> Secondment:
    """Approve it: from the first day on the person does not count for the room (P-08e).

    Source: NC-110-2, read as the county bureau or one above it. A vacancy opens when it lasts
    longer than P-20-3. Raises: DomainError if it is decided or struck; NotAllowedError for the
    person who asked.
    """
    row = _waiting(secondment)
    _refuse_asker(row, by)
    if not approval_no.strip():
        raise DomainError(_("Name the approval it rests on."), field="approval_no")
    before = _facts(row)
    row.approved_by, row.approved_at, row.approval_no = by, at, approval_no.strip()
    row.full_clean()
    row.save(update_fields=["approved_by", "approved_at", "approval_no"])
    _record("secondments.approve", row, by=by, before=before)
    settle_rooms_of(row.person, today=timezone.localdate(at))
    _tell_asker(row)
    return row


@transaction.atomic
def refuse_secondment(
    *, secondment: Secondment, reason: str, by: Any, at: dt.datetime
) -> Secondment:
    """Refuse it with a reason; the person stays.

    Raises: DomainError if it is decided or struck, or without a reason; NotAllowedError for the
    person who asked.
    """
    row = _waiting(secondment)
    _refuse_asker(row, by)
    if not reason.strip():
        raise DomainError(_("Say why it is refused."), field="reason")
    before = _facts(row)
    row.refused_by, row.refused_at, row.refusal = by, at, reason.strip()
    row.full_clean()
    row.save(update_fields=["refused_by", "refused_at", "refusal"])
    _record("secondments.refuse", row, by=by, before=before)
    _tell_asker(row)
    return row


@transaction.atomic
def end_secondment(
    *, secondment: Secondment, last_day: dt.date, by: Any, today: dt.date
) -> Secondment:
    """Record the last day away; the person counts again from the day after.

    Raises: DomainError unless it is approved, for a day before the first, or for a later day than
    was approved: staying longer is asked for anew.
    """
    row = _locked(secondment)
    if row.state is not SecondmentState.APPROVED:
        raise DomainError(_("Only an approved secondment ends; this one is not."))
    until = _end(row.valid_from, last_day)
    if row.valid_to is not None and until is not None and until > row.valid_to:
        raise DomainError(
            _("It was approved up to %(day)s. Staying longer is a new secondment.")
            % {"day": row.valid_to - DAY},
            field="last_day",
        )
    before = _facts(row)
    row.valid_to = until
    row.full_clean()
    row.save(update_fields=["valid_to"])
    _record("secondments.end", row, by=by, before=before)
    settle_rooms_of(row.person, today=today)
    return row


@transaction.atomic
def strike_secondment(
    *, secondment: Secondment, reason: str, by: Any, at: dt.datetime
) -> Secondment:
    """Take back one that never took place; it stays in the file with the reason.

    Raises: DomainError if it is refused or struck, or without a reason.
    """
    row = _locked(secondment)
    if row.state is SecondmentState.REFUSED:
        raise DomainError(_("This secondment is refused; there is nothing to take back."))
    if not reason.strip():
        raise DomainError(_("Say why it is struck."), field="reason")
    before = _facts(row)
    row.struck_at, row.strike_reason = at, reason.strip()
    row.full_clean()
    row.save(update_fields=["struck_at", "strike_reason"])
    _record("secondments.strike", row, by=by, before=before)
    settle_rooms_of(row.person, today=timezone.localdate(at))
    return row


def _facts(row: Secondment) -> dict[str, Any]:
    return audit.snapshot(row, FIELDS)


def _record(event: str, row: Secondment, *, by: Any, before: dict[str, Any] | None = None) -> None:
    audit.record(
        event,
        by=by,
        obj=row,
        org_path=row.person.org_path,
        before=before or {},
        after=_facts(row),
    )


def _end(valid_from: dt.date, last_day: dt.date | None) -> dt.date | None:
    if last_day is None:
        return None
    if last_day < valid_from:
        raise DomainError(
            _("The secondment begins on %(day)s; its last day is that day or later.")
            % {"day": valid_from},
            field="last_day",
        )
    return last_day + DAY


def _locked(secondment: Secondment) -> Secondment:
    """The row as it stands now, with its person, held until the act is done."""
    person = locked_person(secondment.person)
    rows = Secondment.objects.unscoped(OWN).select_for_update(of=("self",))
    row: Secondment = rows.get(pk=secondment.pk)
    row.person = person
    if row.state is SecondmentState.STRUCK:
        raise DomainError(_("This secondment is struck."))
    return row


def _waiting(secondment: Secondment) -> Secondment:
    row = _locked(secondment)
    if row.state is not SecondmentState.ASKED:
        raise DomainError(
            _("This secondment is already decided: %(state)s.") % {"state": row.state.label}
        )
    return row


def _refuse_asker(row: Secondment, by: Any) -> None:
    if row.recorded_by_id == by.pk:
        raise NotAllowedError(_("You asked for it yourself; somebody else decides."))


def _refuse_unfit(person: Person, day: dt.date) -> None:
    if person.left_on is not None and day >= person.left_on:
        raise DomainError(
            _("%(name)s left on %(day)s.") % {"name": person.name, "day": person.left_on},
            field="valid_from",
        )
    posts = Assignment.objects.unscoped(OWN).filter(
        Interval.valid_on(day), person=person, is_primary=True
    )
    if not posts.exists():
        raise DomainError(
            _("%(name)s has no primary post on %(day)s: there is no room to be sent away from.")
            % {"name": person.name, "day": day},
            field="valid_from",
        )


def _refuse_overlap(row: Secondment) -> None:
    """Say which order already takes those days, before the database says that one does."""
    others = row.person.secondments.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=row.valid_from), STANDING
    )
    if row.valid_to is not None:
        others = others.filter(valid_from__lt=row.valid_to)
    other = others.order_by("valid_from").first()
    if other is None:
        return
    values = {"name": row.person.name, "order": other.order_no, "start": other.valid_from}
    if other.valid_to is None:
        text = _("%(name)s is already seconded by %(order)s from %(start)s, without an end.")
    else:
        text = _("%(name)s is already seconded by %(order)s from %(start)s to %(end)s.")
        values["end"] = other.valid_to - DAY
    raise DomainError(text % values, field="valid_from")


def _tell_deciders(row: Secondment, *, at: dt.datetime) -> None:
    """The county decides; where nobody but who asks is there, the city."""
    path = row.person.org_path
    for role in (Role.COUNTY, Role.CITY, Role.PROVINCE):
        people = [one for one in people_above(path, {role}, at=at) if one.pk != row.recorded_by_id]
        if people:
            break

    def words() -> tuple[str, str]:
        title = _("Secondment of %(name)s waits for approval") % {"name": row.person.name}
        return title, row.purpose

    _tell(people, words, row, key=f"secondment-{row.pk}")


def _tell_asker(row: Secondment) -> None:
    def words() -> tuple[str, str]:
        approved = row.state is SecondmentState.APPROVED
        title = _("Secondment of %(name)s is approved") if approved else None
        title = title or _("Secondment of %(name)s is refused")
        return title % {"name": row.person.name}, row.approval_no if approved else row.refusal

    if row.recorded_by is not None and row.recorded_by.is_active:
        _tell([row.recorded_by], words, row, key=f"secondment-decision-{row.pk}")


def _tell(
    people: Iterable[User], words: Callable[[], tuple[str, str]], row: Secondment, *, key: str
) -> None:
    for person in people:
        with translation.override(person.language or settings.LANGUAGE_CODE):
            title, body = words()
        notify(
            [person],
            kind="secondment",
            title=title[:200],
            body=body,
            url=row.get_absolute_url(),
            key=key,
        )
