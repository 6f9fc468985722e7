"""Reads of duty orders: who sees which, what each is at an instant, whom it binds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from duty.enums import OrderState
from duty.levels import DutyLevel, OrderFacts
from duty.models import DutyOrder, OrderReceipt
from policeroom.common.managers import ScopedQuerySet
from policeroom.common.roles import roles_for
from policeroom.common.scope import Scope, range_q, subtree
from stations.enums import LINE_DEPTH
from stations.models import OrgUnit, Station

ISSUE = "orders.issue"


def order_rows(scope: Scope, *, action: str = "duty.view") -> ScopedQuerySet:
    """Orders the reader issued, may answer for, or whose rooms lie in their area."""
    binding = OrderReceipt.objects.within(scope, action=action).filter(order=OuterRef("pk"))
    rows = DutyOrder.objects.unscoped("seen where it was issued and where it binds")
    return rows.filter(scope.q(action=action) | Exists(binding)).select_related(
        "issuer", "issued_by", "approved_by", "revoked_by", "supersedes"
    )


def approved(at: dt.datetime) -> Q:
    """Condition: nothing is missing that the order could hold (一级加强: a second person)."""
    return ~Q(level=DutyLevel.ONE_PLUS) | Q(approved_at__lte=at)


def not_over(at: dt.datetime) -> Q:
    """Condition: neither ended, nor revoked, nor superseded at the instant."""
    return (
        (Q(ends_at__isnull=True) | Q(ends_at__gt=at))
        & (Q(revoked_at__isnull=True) | Q(revoked_at__gt=at))
        & (Q(superseded_at__isnull=True) | Q(superseded_at__gt=at))
    )


def in_force(at: dt.datetime) -> Q:
    """Condition: the order holds at the instant."""
    return Q(starts_at__lte=at) & approved(at) & not_over(at)


def facts_of(order: DutyOrder) -> OrderFacts:
    """When the order holds, for `duty.levels`."""
    ends = (order.ends_at, order.revoked_at, order.superseded_at)
    return OrderFacts(
        order.pk,
        DutyLevel(order.level),
        begins_at(order),
        tuple(end for end in ends if end is not None),
    )


def begins_at(order: DutyOrder) -> dt.datetime:
    """From when it holds: its start, for 一级加强 not before the second person agreed."""
    if order.level == DutyLevel.ONE_PLUS and order.approved_at is not None:
        return max(order.starts_at, order.approved_at)
    return order.starts_at


def waits(order: DutyOrder) -> bool:
    """Whether the second person has not agreed yet."""
    return order.level == DutyLevel.ONE_PLUS and order.approved_at is None


def state_of(order: DutyOrder, *, now: dt.datetime) -> OrderState:
    """What the order is at the instant."""
    if order.revoked_at is not None and order.revoked_at <= now:
        return OrderState.REVOKED
    if order.ends_at is not None and order.ends_at <= now:
        return OrderState.ENDED
    if waits(order):
        return OrderState.WAITING
    if order.superseded_at is not None and order.superseded_at <= now:
        return OrderState.SUPERSEDED
    return OrderState.PLANNED if begins_at(order) > now else OrderState.RUNNING


def state_condition(state: str, *, now: dt.datetime) -> Q:
    """`state_of` as a condition."""
    revoked, ended = Q(revoked_at__lte=now), Q(ends_at__lte=now)
    waiting = Q(level=DutyLevel.ONE_PLUS, approved_at__isnull=True)
    superseded = Q(superseded_at__lte=now)
    alive = ~_given(revoked, "revoked_at") & ~_given(ended, "ends_at")
    valid = alive & ~waiting & ~_given(superseded, "superseded_at")
    return {
        OrderState.REVOKED: revoked,
        OrderState.ENDED: ended & ~_given(revoked, "revoked_at"),
        OrderState.WAITING: alive & waiting,
        OrderState.SUPERSEDED: alive & ~waiting & superseded,
        OrderState.PLANNED: valid & Q(starts_at__gt=now),
        OrderState.RUNNING: valid & Q(starts_at__lte=now),
    }[OrderState(state)]


def _given(condition: Q, field: str) -> Q:
    """The condition, false (not unknown) where the field is empty, so that it can be negated."""
    return condition & Q(**{f"{field}__isnull": False})


def issuers(scope: Scope, action: str = ISSUE) -> QuerySet[OrgUnit]:
    """Units the reader issues orders for: those their own grants name."""
    allowed = roles_for(action)
    ids = {grant.unit_id for grant in scope.grants if grant.role in allowed}
    rows = OrgUnit.objects.within(scope, action=action)
    return rows.filter(pk__in=ids).order_by("org_path", "id")


def may_end(scope: Scope, order: DutyOrder) -> bool:
    """Only the issuer or a superior ends an order (matrix D 14): a unit beside it does not."""
    return speaks_for(scope, order.issuer, ISSUE)


def speaks_for(scope: Scope, issuer: OrgUnit, action: str) -> bool:
    """Whether the reader holds `action` for the unit itself or for one above it."""
    allowed = roles_for(action)
    return any(
        grant.unit_id in {issuer.pk, issuer.parent_id}
        or (issuer.org_path.startswith(grant.path) and grant.path != issuer.org_path)
        for grant in scope.grants
        if grant.role in allowed
    )


def targeted(targets: Iterable[str], lookup: str = "org_path") -> Q:
    """Condition: the row lies below one of the targets."""
    return range_q([subtree(path) for path in targets], lookup)


def rooms_of(targets: Iterable[str], *, on: dt.date) -> QuerySet[Station]:
    """Rooms that exist on the day below the targets, in tree order."""
    rows = Station.objects.unscoped("an order binds rooms whoever looks at it")
    found: QuerySet[Station] = rows.filter(
        targeted(targets), Q(closed_on__isnull=True) | Q(closed_on__gt=on), opened_on__lte=on
    ).order_by("org_path")
    return found


def names_of(targets: Iterable[str]) -> list[str]:
    """The units and rooms of the targets by name."""
    rows = OrgUnit.objects.unscoped("the units an order in view names")
    found = rows.filter(org_path__in=list(targets), kind__in=sorted(LINE_DEPTH))
    return list(found.order_by("org_path").values_list("name", flat=True))


def stronger(order: DutyOrder, *, at: dt.datetime) -> list[DutyOrder]:
    """Orders of a higher level that hold over rooms of this one: it has no effect there (D 14)."""
    rows = DutyOrder.objects.unscoped("the author is told why the order has no effect")
    found = rows.filter(in_force(at), level__gt=order.level).exclude(pk=order.pk)
    return [
        other
        for other in found.select_related("issuer").order_by("-level", "id")
        if any(a.startswith(b) or b.startswith(a) for a in order.targets for b in other.targets)
    ]


def approved_orders(*, not_over_at: dt.datetime, at: dt.datetime) -> QuerySet[DutyOrder]:
    """Orders approved by `at` that were not over at the earlier instant `not_over_at`."""
    rows = DutyOrder.objects.unscoped("orders of a room its caller fetched")
    found: QuerySet[DutyOrder] = rows.filter(approved(at), not_over(not_over_at))
    return found


def live_orders(now: dt.datetime) -> QuerySet[DutyOrder]:
    """Orders rooms must answer: approved and not over, begun or not."""
    rows = DutyOrder.objects.unscoped("a task for every room")
    found: QuerySet[DutyOrder] = rows.filter(approved(now), not_over(now)).order_by("id")
    return found


def without_end(*, before: dt.datetime, now: dt.datetime) -> QuerySet[DutyOrder]:
    """Orders without an end that hold since before the instant."""
    return (
        live_orders(now)
        .filter(ends_at__isnull=True, starts_at__lte=before)
        .select_related("issuer")
    )


def today_of(at: dt.datetime) -> dt.date:
    """The day in Asia/Shanghai."""
    return timezone.localdate(at)


def own_superseder(order: DutyOrder) -> Any:
    """The order that supersedes this one, also while it waits; None if there is none."""
    rows = DutyOrder.objects.unscoped("the follower of an order in view")
    return rows.filter(supersedes=order).annotate(of=F("supersedes_id")).first()
