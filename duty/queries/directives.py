"""Reads of directives: the rows with both clocks, what is open, who may take one over."""

from __future__ import annotations

import datetime as dt

from django.db.models import OuterRef, Q, QuerySet, Subquery

from duty.deadline_kinds import DIRECTIVE_FEEDBACK, DIRECTIVE_RECEIPT
from duty.enums import DirectiveState
from duty.models import Directive, DirectiveHandover
from personnel.models import RoleGrant
from personnel.queries import valid_at
from policeroom.accounts.models import User
from policeroom.common.deadlines import DeadlineKind
from policeroom.common.managers import ScopedQuerySet
from policeroom.common.models import Deadline
from policeroom.common.roles import roles_for
from policeroom.common.scope import Scope

SEND = "directives.send"
ANSWER = "directives.answer"
OPEN_STATES = (DirectiveState.SENT, DirectiveState.ACKNOWLEDGED)


def _clock(kind: DeadlineKind) -> QuerySet[Deadline]:
    return Deadline.objects.unscoped("the clock of a directive in view").filter(
        kind=kind.code, object_type=Directive._meta.label_lower, object_id=OuterRef("pk")
    )


def directive_rows(scope: Scope) -> ScopedQuerySet:
    """Directives in view. Annotated: `receipt_due_at`, `receipt_dropped_at`, `dropped_at`."""
    receipt, feedback = _clock(DIRECTIVE_RECEIPT), _clock(DIRECTIVE_FEEDBACK)
    return (
        Directive.objects.within(scope, action="duty.view")
        .select_related(
            "station",
            "issuer",
            "sent_by",
            "first_receiver",
            "responsible",
            "offered_to",
            "withdrawn_by",
        )
        .annotate(
            receipt_due_at=Subquery(receipt.values("due_at")[:1]),
            receipt_dropped_at=Subquery(receipt.values("cancelled_at")[:1]),
            dropped_at=Subquery(feedback.values("cancelled_at")[:1]),
        )
    )


def state_condition(state: str, *, now: dt.datetime) -> Q:
    """Directives in a stored state, `open` ones, or `overdue` ones (a clock has run out)."""
    if state == "open":
        return Q(state__in=OPEN_STATES)
    if state == "overdue":
        late = Q(due_at__lt=now) | Q(state=DirectiveState.SENT, receipt_due_at__lt=now)
        return Q(state__in=OPEN_STATES) & late
    return Q(state=DirectiveState(state))


def handovers_of(directive: Directive) -> QuerySet[DirectiveHandover]:
    """The hand-overs that were signed, the first one first."""
    rows = DirectiveHandover.objects.unscoped("of a directive in view")
    found: QuerySet[DirectiveHandover] = rows.filter(directive=directive).select_related(
        "from_user", "to_user"
    )
    return found.order_by("id")


def takers(directive: Directive, *, at: dt.datetime) -> QuerySet[User]:
    """Active people of the room who may answer for the directive instead."""
    path = directive.org_path
    grants = RoleGrant.objects.filter(
        valid_at(at),
        role__in=sorted(roles_for(ANSWER)),
        content_object__org_path__in=[path[:length] for length in range(2, len(path) + 1, 2)],
    )
    people = User.objects.filter(pk__in=grants.values("user_id"), is_active=True)
    if directive.responsible is not None:
        people = people.exclude(pk=directive.responsible.pk)
    return people.order_by("name", "id")
