"""Duty orders: issue, approve, supersede, revoke, remind (第十五条)."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from duty.enums import LEVEL_LABELS
from duty.levels import DutyLevel
from duty.models import DutyOrder, OrderReceipt
from duty.queries.orders import begins_at, own_superseder, today_of, waits, without_end
from duty.services.receipts import WHOLE, drop_clocks, open_receipts
from duty.services.targets import checked_targets
from duty.services.telling import people_at, tell, tell_rooms
from policeroom.common import audit
from policeroom.common.clients import digest, replayed
from policeroom.common.errors import DomainError
from policeroom.common.parameters import parameters_on
from policeroom.common.roles import roles_for
from stations.models import OrgUnit
from stations.services.guards import locked

FACTS = ("number", "title", "level", "targets", "starts_at", "ends_at", "supersedes")


@transaction.atomic
def issue_order(
    *,
    issuer: OrgUnit,
    number: str,
    level: int,
    title: str,
    reason: str,
    targets: Sequence[str],
    starts_at: dt.datetime,
    by: Any,
    now: dt.datetime,
    ends_at: dt.datetime | None = None,
    supersedes: DutyOrder | None = None,
    client_uuid: uuid.UUID | None = None,
) -> DutyOrder:
    """Put rooms on a level; every operating room in the targets gets a receipt with its clock.

    Source: 第十五条, matrix D 13 to 15. 一级加强 binds nobody before a second person approved it.
    `targets` are paths below the issuer. `supersedes` ends where this order begins.
    Raises: ConflictError for other content under a used `client_uuid`; DomainError on targets
    outside the issuer's area, a start before now, or an order that cannot be superseded.
    """
    values = {
        "number": number.strip(),
        "title": title.strip(),
        "level": DutyLevel(level).value,
        "reason": reason.strip(),
        "targets": checked_targets(issuer, targets),
        "starts_at": starts_at,
        "ends_at": ends_at,
        "supersedes": supersedes,
    }
    locked(issuer)
    fingerprint = digest({"issuer": issuer.pk, **values})
    earlier = replayed(DutyOrder, client_uuid, fingerprint)
    if earlier is not None:
        return earlier
    begins = _begins(starts_at, now)
    if supersedes is not None:
        _check_superseded(locked(supersedes), begins)
    order = DutyOrder(
        issuer=issuer,
        org_path=issuer.org_path,
        issued_at=now,
        issued_by=by,
        client_uuid=client_uuid,
        client_digest=fingerprint if client_uuid else "",
        **(values | {"starts_at": begins}),
    )
    order.full_clean()
    order.save(force_insert=True)
    audit.record("orders.issue", by=by, obj=order, after=audit.snapshot(order, FACTS))
    if waits(order):
        _ask_for_approval(order, at=now)
    else:
        _put_in_force(order, at=now)
    return order


def _begins(starts_at: dt.datetime, now: dt.datetime) -> dt.datetime:
    """When an order really begins: people write minutes; it holds once it is issued."""
    if starts_at < now.replace(second=0, microsecond=0):
        raise DomainError(
            _("An order begins now or later; it is %(now)s.") % {"now": _local(now)},
            field="starts_at",
        )
    return max(starts_at, now)


@transaction.atomic
def approve_order(*, order: DutyOrder, by: Any, now: dt.datetime) -> DutyOrder:
    """The second person agrees to 一级加强: it holds from now, or from its later start.

    Approving twice keeps the first. Raises: DomainError for whoever issued it, for an order that
    needs no approval, and for one that is over.
    """
    row = locked(order)
    if row.approved_at is not None:
        return row
    if not waits(row):
        raise DomainError(_("This level needs no approval."))
    if row.issued_by_id == by.pk:
        raise DomainError(_("Who issues the order does not approve it."))
    _refuse_over(row, now=now)
    row.approved_at, row.approved_by = now, by
    row.save(update_fields=["approved_at", "approved_by"])
    audit.record("orders.approve", by=by, obj=row, after={"approved_at": _local(now)})
    _put_in_force(row, at=now)
    return row


@transaction.atomic
def revoke_order(*, order: DutyOrder, reason: str, by: Any, now: dt.datetime) -> DutyOrder:
    """End an order before its time; the next highest order holds again (matrix D 14).

    Clocks of receipts that still had time fall away. What it superseded, but not yet replaced,
    goes on. Revoked twice, the first counts.
    Raises: DomainError without a reason, or for an order that is over anyway.
    """
    if not reason.strip():
        raise DomainError(_("Say why the order is revoked."), field="reason")
    row = locked(order)
    if row.revoked_at is not None:
        return row
    _refuse_over(row, now=now)
    row.revoked_at, row.revoked_by, row.revoke_reason = now, by, reason.strip()
    row.clean_fields(exclude=("issuer", "issued_by", "revoked_by", "approved_by", "supersedes"))
    row.save(update_fields=["revoked_at", "revoked_by", "revoke_reason"])
    if row.supersedes is not None and (waits(row) or begins_at(row) > now):
        _give_back(row, row.supersedes)
    drop_clocks(order=row, at=now)
    audit.record("orders.revoke", by=by, obj=row, after={"reason": row.revoke_reason})
    _tell_end(row, at=now)
    return row


def remind_of_open_orders(*, now: dt.datetime) -> int:
    """Bring orders without an end to the issuer's mind, once in every period of P-15c.

    Source: matrix D 15. The period is part of the line's key, so a second run tells nobody again.
    Returns: orders reminded of.
    """
    days = int(parameters_on(today_of(now))["P-15c"])
    orders = list(without_end(before=now - dt.timedelta(days=days), now=now))
    with transaction.atomic():
        for order in orders:
            _remind(order, days, at=now)
        if orders:
            audit.record("orders.remind", by=None, after={"orders": len(orders)})
    return len(orders)


def _remind(order: DutyOrder, days: int, *, at: dt.datetime) -> None:
    since = begins_at(order)
    period = (at - since).days // days
    people = people_at([order.org_path], roles_for("orders.issue"), at=at)
    tell(
        people,
        lambda: (
            _("Duty order %(number)s has no end") % {"number": order.number},
            _("In force since %(day)s. Revoke it, or let it run on.") % {"day": _local(since)},
        ),
        kind="duty-order-open",
        key=f"duty-order-open-{order.pk}-{period}",
        url=order.get_absolute_url(),
    )


def _check_superseded(before: DutyOrder, starts_at: dt.datetime) -> None:
    follower = own_superseder(before)
    if follower is not None:
        raise DomainError(
            _("%(order)s is already superseded by %(other)s.")
            % {"order": before, "other": follower}
        )
    _refuse_over(before, now=starts_at)


def _refuse_over(order: DutyOrder, *, now: dt.datetime) -> None:
    for end in (order.revoked_at, order.ends_at, order.superseded_at):
        if end is not None and end <= now:
            raise DomainError(
                _("%(order)s is over since %(at)s.") % {"order": order, "at": _local(end)}
            )


def _put_in_force(order: DutyOrder, *, at: dt.datetime) -> None:
    """Bind the rooms; what the order supersedes ends where it begins."""
    if order.supersedes is not None:
        before = locked(order.supersedes)
        before.superseded_at = begins_at(order)
        before.save(update_fields=["superseded_at"])
        if before.superseded_at <= at:
            drop_clocks(order=before, at=at)
    open_receipts(order=order, at=at)


def _give_back(order: DutyOrder, before: DutyOrder) -> None:
    """The order never began: what it was to supersede goes on and may be superseded again."""
    before = locked(before)
    before.superseded_at = None
    before.save(update_fields=["superseded_at"])
    order.supersedes = None
    order.save(update_fields=["supersedes"])


def _ask_for_approval(order: DutyOrder, *, at: dt.datetime) -> None:
    people = people_at([order.org_path], roles_for("orders.approve"), at=at)
    tell(
        [person for person in people if person.pk != order.issued_by_id],
        lambda: (
            _("Duty order %(number)s waits for your approval") % {"number": order.number},
            f"{LEVEL_LABELS[DutyLevel(order.level)]} · {order.title}",
        ),
        kind="duty-order-approval",
        key=f"duty-order-approval-{order.pk}",
        url=order.get_absolute_url(),
    )


def _tell_end(order: DutyOrder, *, at: dt.datetime) -> None:
    paths = OrderReceipt.objects.unscoped(WHOLE).filter(order=order)
    tell_rooms(
        list(paths.values_list("org_path", flat=True)),
        lambda: (
            _("Duty order %(number)s is revoked") % {"number": order.number},
            order.revoke_reason,
        ),
        at=at,
        kind="duty-order-end",
        key=f"duty-order-end-{order.pk}",
        url=order.get_absolute_url(),
    )


def _local(instant: dt.datetime) -> str:
    return timezone.localtime(instant).strftime("%Y-%m-%d %H:%M")
