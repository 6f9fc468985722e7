"""Directives straight to a room: first recipient, receipted hand-over, feedback (第十七条)."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from duty.deadline_kinds import DIRECTIVE_FEEDBACK, DIRECTIVE_RECEIPT
from duty.enums import DirectiveState
from duty.models import Directive, DirectiveHandover
from duty.queries.directives import takers
from duty.queries.orders import today_of
from duty.services.telling import Words, tell, tell_rooms
from policeroom.common import audit
from policeroom.common.clients import digest, replayed
from policeroom.common.deadlines import meet_deadline, open_deadline
from policeroom.common.errors import DomainError, NotAllowedError
from policeroom.common.models import Deadline
from policeroom.common.parameters import parameters_on
from stations.models import OrgUnit, Station
from stations.services.guards import locked

FACTS = ("number", "station", "text", "due_at", "due_named")
CLOCKS = (DIRECTIVE_RECEIPT, DIRECTIVE_FEEDBACK)


@transaction.atomic
def send_directive(
    *,
    issuer: OrgUnit,
    station: Station,
    number: str,
    text: str,
    by: Any,
    now: dt.datetime,
    due_at: dt.datetime | None = None,
    client_uuid: uuid.UUID | None = None,
) -> Directive:
    """Instruct a room; the clocks of its receipt and of its feedback start.

    Source: JS-17-1, JS-17-3 (P-15a), JS-17-4 (规范第十七条). Without `due_at` feedback is due after
    P-17 hours.
    Raises: ConflictError for other content under a used `client_uuid`; DomainError for a room the
    issuer is not above, one that does not operate, or a due time that has passed; ValidationError
    for a number the room already has from this issuer.
    """
    values = {
        "issuer": issuer,
        "station": station,
        "number": number.strip(),
        "text": text.strip(),
    }
    locked(issuer)
    fingerprint = digest({**values, "due_at": due_at})
    earlier = replayed(Directive, client_uuid, fingerprint)
    if earlier is not None:
        return earlier
    _refuse_room(issuer, station, on=today_of(now))
    if due_at is not None and due_at <= now:
        raise DomainError(
            _("Feedback must be due after now; it is %(now)s.") % {"now": _local(now)},
            field="due_at",
        )
    hours = int(parameters_on(today_of(now))["P-17"])
    row = Directive(
        **values,
        sent_at=now,
        sent_by=by,
        due_at=due_at or now + dt.timedelta(hours=hours),
        due_named=due_at is not None,
        client_uuid=client_uuid,
        client_digest=fingerprint if client_uuid else "",
        org_path=station.org_path,
    )
    row.full_clean()
    row.save(force_insert=True)
    audit.record("directives.send", by=by, obj=row, after=audit.snapshot(row, FACTS))
    _start_clocks(row, at=now)
    return row


@transaction.atomic
def acknowledge_directive(*, directive: Directive, by: Any, now: dt.datetime) -> Directive:
    """Receive it: whoever does so first answers for it (首接负责). Sent twice, the first counts.

    Source: JS-17-2, JS-17-3. Of two people at once one wins; the other is told who.
    Raises: DomainError if somebody else was first, or it was withdrawn.
    """
    row = locked(directive)
    if row.first_receiver_id == by.pk:
        return row
    if row.first_receiver is not None:
        raise DomainError(
            _("%(name)s acknowledged %(number)s at %(at)s and answers for it.")
            % {
                "name": row.first_receiver.name,
                "number": row.number,
                "at": _local(row.acknowledged_at),
            }
        )
    _refuse_over(row)
    row.state, row.acknowledged_at = DirectiveState.ACKNOWLEDGED, now
    row.first_receiver = row.responsible = by
    row.save(update_fields=["state", "acknowledged_at", "first_receiver", "responsible"])
    meet_deadline(DIRECTIVE_RECEIPT, subject=row, at=now)
    audit.record("directives.receive", by=by, obj=row, after={"responsible": by.name})
    return row


@transaction.atomic
def offer_handover(
    *, directive: Directive, to: Any, note: str, by: Any, now: dt.datetime
) -> Directive:
    """Ask a colleague to take the directive over; until they sign, nothing changes.

    Source: JS-17-2. A later offer takes the place of the one before.
    Raises: NotAllowedError for who does not answer for it; DomainError for somebody who may not
    answer directives of the room, or one that is over.
    """
    row = locked(directive)
    _refuse_over(row)
    _refuse_other(row, by)
    if not takers(row, at=now).filter(pk=to.pk).exists():
        raise DomainError(
            _("%(name)s cannot answer for directives of %(room)s.")
            % {"name": to.name, "room": row.station.name},
            field="to",
        )
    row.offered_to, row.offered_at, row.offer_note = to, now, note.strip()
    row.clean_fields(exclude=("issuer", "station", "sent_by"))
    row.save(update_fields=["offered_to", "offered_at", "offer_note"])
    audit.record("directives.offer", by=by, obj=row, after={"to": to.name})
    _tell_one(
        to,
        row,
        lambda: (
            _("Take over directive %(number)s?") % {"number": row.number},
            _("%(name)s answers for it until you sign.") % {"name": by.name},
        ),
        key=f"directive-offer-{row.pk}-{to.pk}-{now:%Y%m%d%H%M%S}",
    )
    return row


@transaction.atomic
def take_over(*, directive: Directive, by: Any, now: dt.datetime) -> Directive:
    """Sign for a directive that was offered: from now on whoever signs answers for it.

    Source: JS-17-2, the receipted hand-over. Signed twice, the first counts.
    Raises: NotAllowedError for somebody it was not offered to; DomainError for one that is over.
    """
    row = locked(directive)
    if row.responsible_id == by.pk and row.offered_to_id is None:
        return row
    _refuse_over(row)
    before = row.responsible
    if row.offered_to_id != by.pk or before is None:
        raise NotAllowedError(
            _("%(number)s was not offered to you.") % {"number": row.number},
        )
    DirectiveHandover.objects.create(
        directive=row, from_user=before, to_user=by, at=now, note=row.offer_note
    )
    row.responsible = by
    row.offered_to = row.offered_at = None
    row.offer_note = ""
    row.save(update_fields=["responsible", "offered_to", "offered_at", "offer_note"])
    audit.record(
        "directives.take-over",
        by=by,
        obj=row,
        before={"responsible": before.name},
        after={"responsible": by.name},
    )
    _tell_one(
        before,
        row,
        lambda: (
            _("%(name)s answers for directive %(number)s now")
            % {"name": by.name, "number": row.number},
            "",
        ),
        key=f"directive-taken-{row.pk}-{now:%Y%m%d%H%M%S}",
    )
    return row


@transaction.atomic
def give_feedback(*, directive: Directive, feedback: str, by: Any, now: dt.datetime) -> Directive:
    """Report it done; the clock of the feedback stops and the sender is told. Once.

    Source: JS-17-4 (规范第十七条).
    Raises: NotAllowedError for who does not answer for it; DomainError without a text, a second
    time with another text, or for one that was withdrawn.
    """
    text = feedback.strip()
    if not text:
        raise DomainError(_("Write what was done."), field="feedback")
    row = locked(directive)
    if row.done_at is not None and row.feedback == text and row.responsible_id == by.pk:
        return row
    _refuse_over(row)
    _refuse_other(row, by)
    row.state, row.done_at, row.feedback = DirectiveState.DONE, now, text
    row.offered_to = row.offered_at = None
    row.offer_note = ""
    row.clean_fields(exclude=("issuer", "station", "sent_by"))
    row.save(
        update_fields=["state", "done_at", "feedback", "offered_to", "offered_at", "offer_note"]
    )
    meet_deadline(DIRECTIVE_FEEDBACK, subject=row, at=now)
    audit.record("directives.feedback", by=by, obj=row, after={"feedback": text})
    _tell_one(
        row.sent_by,
        row,
        lambda: (
            _("Directive %(number)s is done") % {"number": row.number},
            f"{row.station.name} · {text}",
        ),
        key=f"directive-done-{row.pk}",
    )
    return row


@transaction.atomic
def withdraw_directive(
    *, directive: Directive, reason: str, by: Any, now: dt.datetime
) -> Directive:
    """Take it back; clocks that still had time fall away. Withdrawn twice, the first counts.

    What was overdue by then stays overdue.
    Raises: DomainError without a reason, or for one that is done.
    """
    if not reason.strip():
        raise DomainError(_("Say why the directive is withdrawn."), field="reason")
    row = locked(directive)
    if row.withdrawn_at is not None:
        return row
    _refuse_over(row)
    row.state, row.withdrawn_at, row.withdrawn_by = DirectiveState.WITHDRAWN, now, by
    row.withdraw_reason = reason.strip()
    row.offered_to = row.offered_at = None
    row.offer_note = ""
    row.clean_fields(exclude=("issuer", "station", "sent_by"))
    row.save()
    _drop_clocks(row, at=now)
    audit.record("directives.withdraw", by=by, obj=row, after={"reason": row.withdraw_reason})
    tell_rooms(
        [row.org_path],
        lambda: (
            _("Directive %(number)s is withdrawn") % {"number": row.number},
            row.withdraw_reason,
        ),
        at=now,
        kind="directive-end",
        key=f"directive-end-{row.pk}",
        url=row.get_absolute_url(),
    )
    return row


def _start_clocks(row: Directive, *, at: dt.datetime) -> None:
    minutes = int(parameters_on(today_of(at))["P-15a"])
    ends = {DIRECTIVE_RECEIPT: at + dt.timedelta(minutes=minutes), DIRECTIVE_FEEDBACK: row.due_at}
    labels = {
        DIRECTIVE_RECEIPT: _("Receipt of directive %(number)s"),
        DIRECTIVE_FEEDBACK: _("Feedback on directive %(number)s"),
    }
    for kind, due_at in ends.items():
        open_deadline(
            kind,
            subject=row,
            org_path=row.org_path,
            label=labels[kind] % {"number": row.number},
            started_at=at,
            due_at=due_at,
            url=row.get_absolute_url(),
        )
    tell_rooms(
        [row.org_path],
        lambda: (_("Directive %(number)s") % {"number": row.number}, row.text),
        at=at,
        kind="directive",
        key=f"directive-{row.pk}",
        url=row.get_absolute_url(),
        due_at=ends[DIRECTIVE_RECEIPT],
    )


def _drop_clocks(row: Directive, *, at: dt.datetime) -> None:
    Deadline.objects.unscoped("the clocks of a directive its caller locked").filter(
        kind__in=[kind.code for kind in CLOCKS],
        object_type=Directive._meta.label_lower,
        object_id=row.pk,
        done_at__isnull=True,
        cancelled_at__isnull=True,
        due_at__gte=at,
    ).update(cancelled_at=at)


def _refuse_room(issuer: OrgUnit, station: Station, *, on: dt.date) -> None:
    if not station.org_path.startswith(issuer.org_path):
        raise DomainError(
            _("A directive is for a room of %(unit)s only.") % {"unit": issuer.name},
            field="station",
        )
    closed = station.closed_on is not None and station.closed_on <= on
    if closed or station.opened_on > on:
        raise DomainError(
            _("%(room)s does not operate on %(day)s.") % {"room": station.name, "day": on},
            field="station",
        )


def _refuse_over(row: Directive) -> None:
    if row.withdrawn_at is not None:
        raise DomainError(
            _("%(number)s was withdrawn at %(at)s; there is nothing to do.")
            % {"number": row.number, "at": _local(row.withdrawn_at)}
        )
    if row.done_at is not None:
        raise DomainError(
            _("%(number)s was reported done at %(at)s.")
            % {"number": row.number, "at": _local(row.done_at)}
        )


def _refuse_other(row: Directive, by: Any) -> None:
    if row.responsible is None:
        raise NotAllowedError(
            _("Acknowledge %(number)s first: who does so answers for it.") % {"number": row.number}
        )
    if row.responsible_id != by.pk:
        raise NotAllowedError(
            _("%(name)s answers for %(number)s. Take it over first.")
            % {"name": row.responsible.name, "number": row.number}
        )


def _tell_one(person: Any, row: Directive, words: Words, *, key: str) -> None:
    tell([person], words, kind="directive", key=key, url=row.get_absolute_url())


def _local(instant: dt.datetime | None) -> str:
    return timezone.localtime(instant).strftime("%Y-%m-%d %H:%M")
