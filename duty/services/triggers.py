"""24-hour presence: declare, end early (第九条)."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from duty.enums import TriggerKind, TriggerState
from duty.models import Trigger
from duty.queries.orders import rooms_of, today_of
from duty.queries.triggers import state_of
from duty.services.targets import checked_targets
from duty.services.telling import Words, people_at, tell
from policeroom.common import audit
from policeroom.common.clients import digest, replayed
from policeroom.common.errors import DomainError
from policeroom.common.roles import STATION_ROLES, roles_for
from stations.models import OrgUnit
from stations.services.guards import locked

FACTS = ("number", "title", "kind", "targets", "starts_at", "ends_at")


@transaction.atomic
def declare_trigger(
    *,
    issuer: OrgUnit,
    number: str,
    kind: str,
    title: str,
    targets: Sequence[str],
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    by: Any,
    now: dt.datetime,
    client_uuid: uuid.UUID | None = None,
) -> Trigger:
    """Ask for an officer in every room of the targets round the clock, with an end.

    Source: JS-09-4 (规范第九条). To the minute. Declared afterwards it still checks the stretch it
    states; the duty level does not matter. The rooms and the county bureaus that reinforce them
    are told.
    Raises: ConflictError for other content under a used `client_uuid`; DomainError on targets
    outside the issuer's area; ValidationError for an end before the start or a number used twice.
    """
    values = {
        "number": number.strip(),
        "title": title.strip(),
        "kind": TriggerKind(kind).value,
        "targets": checked_targets(issuer, targets),
        "starts_at": starts_at.replace(second=0, microsecond=0),
        "ends_at": ends_at.replace(second=0, microsecond=0),
    }
    locked(issuer)
    fingerprint = digest({"issuer": issuer.pk, **values})
    earlier = replayed(Trigger, client_uuid, fingerprint)
    if earlier is not None:
        return earlier
    trigger = Trigger(
        issuer=issuer,
        org_path=issuer.org_path,
        issued_at=now,
        issued_by=by,
        client_uuid=client_uuid,
        client_digest=fingerprint if client_uuid else "",
        **values,
    )
    trigger.full_clean()
    trigger.save(force_insert=True)
    audit.record("triggers.declare", by=by, obj=trigger, after=audit.snapshot(trigger, FACTS))
    _tell(trigger, lambda: (_declared(trigger), trigger.title), at=now, key="declared")
    return trigger


@transaction.atomic
def end_trigger(*, trigger: Trigger, reason: str, by: Any, now: dt.datetime) -> Trigger:
    """End it before its time; what was uncovered until then stays uncovered. The first end counts.

    One that has not begun asks for nothing then.
    Raises: DomainError without a reason, or for one that is over anyway.
    """
    if not reason.strip():
        raise DomainError(_("Say why the 24-hour presence ends early."), field="reason")
    row = locked(trigger)
    state = state_of(row, now=now)
    if row.revoked_at is not None:
        return row
    if state is TriggerState.ENDED:
        raise DomainError(
            _("%(trigger)s is over since %(at)s.") % {"trigger": row, "at": _local(row.ends_at)}
        )
    row.revoked_at, row.revoked_by = now.replace(second=0, microsecond=0), by
    row.revoke_reason = reason.strip()
    row.clean_fields(exclude=("issuer", "issued_by", "revoked_by"))
    row.save(update_fields=["revoked_at", "revoked_by", "revoke_reason"])
    audit.record(
        "triggers.end",
        by=by,
        obj=row,
        after={"revoked_at": _local(row.revoked_at), "reason": row.revoke_reason},
    )
    _tell(
        row,
        lambda: (
            _("24-hour presence %(number)s ends early") % {"number": row.number},
            row.revoke_reason,
        ),
        at=now,
        key="ended",
    )
    return row


def _declared(trigger: Trigger) -> str:
    return _("24-hour presence %(number)s: %(start)s to %(end)s") % {
        "number": trigger.number,
        "start": _local(trigger.starts_at),
        "end": _local(trigger.ends_at),
    }


def _tell(trigger: Trigger, words: Words, *, at: dt.datetime, key: str) -> None:
    """The rooms, which roster it, and the bureaus above them that reinforce."""
    rooms = rooms_of(trigger.targets, on=today_of(at)).values_list("org_path", flat=True)
    people = people_at(list(rooms), STATION_ROLES | roles_for("reinforcement.send"), at=at)
    tell(
        people,
        words,
        kind="trigger",
        key=f"trigger-{key}-{trigger.pk}",
        url=trigger.get_absolute_url(),
    )


def _local(instant: dt.datetime | None) -> str:
    return timezone.localtime(instant).strftime("%Y-%m-%d %H:%M")
