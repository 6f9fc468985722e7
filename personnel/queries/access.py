"""Reads of access: the compilation of a user's scope, accounts, grants, the audit trail."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import (
    BooleanField,
    Case,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Lower

from personnel.models import GrantRequest, RoleGrant
from policeroom.accounts.models import User
from policeroom.common.models import AuditEvent
from policeroom.common.roles import Role
from policeroom.common.scope import SEGMENTS, Range, Scope, ScopeGrant, range_q

#: How long before its end a grant is flagged and announced.
ENDING_SOON: Final = dt.timedelta(days=14)
#: Without a sign-in for this long a person is flagged in the access review (requirement 17).
INACTIVE: Final = dt.timedelta(days=90)


def valid_at(at: dt.datetime) -> Q:
    """Condition: the grant holds at the instant."""
    return Q(valid_from__lte=at) & (Q(valid_to__isnull=True) | Q(valid_to__gt=at))


def valid_grants(user: Any, *, at: dt.datetime) -> QuerySet[RoleGrant]:
    """Grants of one user that hold at the instant."""
    return RoleGrant.objects.filter(valid_at(at), user=user)


def scope_for(user: Any, *, at: dt.datetime) -> Scope:
    """Everything `user` may see and do at the instant: one query, nothing cached."""
    rows = valid_grants(user, at=at).order_by("content_object__org_path", "role")
    return Scope(
        tuple(
            ScopeGrant(Role(role), unit_id, name, path)
            for role, unit_id, name, path in rows.values_list(
                "role", "content_object_id", "content_object__name", "content_object__org_path"
            )
        )
    )


def holders(role: Role, path: str, *, at: dt.datetime) -> QuerySet[RoleGrant]:
    """Grants of `role` on a unit at or above `path`: who is responsible for it."""
    above = [path[:length] for length in range(2, len(path) + 1, 2)]
    return RoleGrant.objects.filter(
        valid_at(at), role=role, content_object__org_path__in=above
    ).select_related("user")


def overlapping(
    user: User, *, valid_from: dt.datetime, valid_to: dt.datetime | None
) -> QuerySet[RoleGrant]:
    """Grants of one person that share an instant with `[valid_from, valid_to)`."""
    rows = RoleGrant.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=valid_from),
        Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
        user=user,
    )
    if valid_to is not None:
        rows = rows.filter(valid_from__lt=valid_to)
    return rows.select_related("content_object").order_by("id")


def open_grants(user: User, *, at: dt.datetime) -> QuerySet[RoleGrant]:
    """Grants of one person that run now or will begin."""
    return overlapping(user, valid_from=at, valid_to=None).select_related("content_object", "user")


def ending_between(start: dt.datetime, end: dt.datetime) -> QuerySet[RoleGrant]:
    """Running grants of active people whose end lies in `(start, end]`."""
    return (
        RoleGrant.objects.filter(valid_at(start), valid_to__lte=end, user__is_active=True)
        .select_related("user", "content_object")
        .order_by("valid_to", "id")
    )


def requests_in(scope: Scope) -> QuerySet[Any]:
    """Role requests the reader may see, `rank` 0 for those that wait."""
    return (
        GrantRequest.objects.within(scope, action="grants.view")
        .select_related("user", "unit", "requested_by", "decided_by")
        .annotate(
            rank=Case(
                When(state=GrantRequest.State.PENDING, then=Value(0)),
                default=Value(1),
                output_field=IntegerField(),
            )
        )
    )


def review(scope: Scope, *, at: dt.datetime) -> QuerySet[Any]:
    """Every grant that holds at `at`, with the flags of the access review (requirement 36).

    `ends_soon`: within 14 days. `open_cross_area`: outside the person's own unit and not above
    it, without an end. `idle`: no sign-in for 90 days, or none since the account was made.
    """
    own, unit = F("user__org_path"), F("content_object__org_path")
    near = Q(content_object__org_path__startswith=own) | Q(user__org_path__startswith=unit)
    seen = ExpressionWrapper(
        Q(user__last_login__gt=at - INACTIVE)
        | Q(user__last_login__isnull=True, user__created_at__gt=at - INACTIVE),
        output_field=BooleanField(),
    )
    return (
        RoleGrant.scoped.within(scope, action="grants.view")
        .filter(valid_at(at))
        .select_related("user", "content_object", "granted_by", "request")
        .annotate(
            ends_soon=_flag(Q(valid_to__isnull=False, valid_to__lte=at + ENDING_SOON)),
            open_cross_area=_flag(Q(valid_to__isnull=True) & (Q(user__org_path="") | ~near)),
            idle=Case(When(seen, then=Value(False)), default=Value(True)),
        )
    )


def _flag(condition: Q) -> Case:
    return Case(
        When(condition, then=Value(True)), default=Value(False), output_field=BooleanField()
    )


def accounts_in(scope: Scope, *, at: dt.datetime) -> QuerySet[Any]:
    """Accounts the reader may unlock or manage; `locked` after too many failed sign-ins.

    Failures are counted under the small letters of the number (`accounts.throttle`).
    """
    since = at - dt.timedelta(hours=settings.AXES_COOLOFF_TIME)
    locks = (
        AccessAttempt.objects.filter(username=Lower(OuterRef("username")), attempt_time__gte=since)
        .order_by()
        .values("username")
        .annotate(failures=Sum("failures_since_start"))
        .filter(failures__gte=settings.AXES_FAILURE_LIMIT)
    )
    return (
        User.objects.directory().within(scope, action="users.unlock").annotate(locked=Exists(locks))
    )


def accounts_with_roles(scope: Scope, *, at: dt.datetime) -> QuerySet[Any]:
    """`accounts_in` with `running`: the grants that hold now, on units of the reader's area."""
    running = (
        RoleGrant.scoped.within(scope, action="grants.view")
        .filter(valid_at(at))
        .select_related("content_object")
        .order_by("content_object__org_path", "id")
    )
    return accounts_in(scope, at=at).prefetch_related(
        Prefetch("role_grants", queryset=running, to_attr="running")
    )


def grants_of(user: User, scope: Scope) -> QuerySet[Any]:
    """Every grant of one person on units the reader looks after, newest first."""
    return (
        RoleGrant.scoped.within(scope, action="grants.view")
        .filter(user=user)
        .select_related("content_object", "granted_by", "ended_by", "request")
        .order_by("-valid_from", "-id")
    )


def held_beyond(user: User, ranges: tuple[Range, ...], *, at: dt.datetime) -> int:
    """Open grants of one person outside the ranges.

    Whoever re-issues a password could sign in as that person, so an account is managed only where
    every role of it lies in the administrator's own area.
    """
    inside = range_q(ranges, "content_object__org_path")
    return open_grants(user, at=at).exclude(inside).count()


def audit_events(scope: Scope) -> QuerySet[Any]:
    """The trail of the reader's area; what belongs nowhere goes to provincial audit administrators.

    Failed sign-ins of unknown names and system acts carry no path.
    """
    ranges = scope.ranges_for("audit.view")
    condition = range_q(ranges)
    if any(len(low) == SEGMENTS[0] for low, _high in ranges):
        condition |= Q(org_path="")
    rows = AuditEvent.objects.unscoped("ranges of audit.view, and events that belong nowhere")
    return rows.filter(condition).select_related("actor")
