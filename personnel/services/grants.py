"""A role asked for, decided by another person, granted, ended."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.contrib.auth.models import Permission
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personnel.models import GrantRequest, RoleGrant
from personnel.services import checks, notices
from policeroom.accounts.models import User
from policeroom.common import audit
from policeroom.common.errors import ConflictError, DomainError, NotAllowedError
from policeroom.common.roles import Role
from stations.models import OrgUnit

REQUEST_FIELDS = ("user", "role", "unit", "valid_from", "valid_to", "reason", "state")
GRANT_FIELDS = ("user", "role", "content_object", "valid_from", "valid_to", "reason")

#: constraint -> what a person is told when two acts met at the same instant.
_RACES: Final = {
    "rolegrant_once": gettext_lazy("This person already holds this role on this unit."),
    "rolegrant_one_administrator": gettext_lazy(
        "Nobody holds two of the three administrator roles."
    ),
    "grantrequest_pending_once": gettext_lazy("The same request is already waiting for approval."),
}


@transaction.atomic
def request_grant(
    *,
    user: User,
    role: Role,
    unit: OrgUnit,
    valid_from: dt.datetime,
    valid_to: dt.datetime | None,
    reason: str,
    by: User,
    at: dt.datetime,
) -> GrantRequest:
    """Ask for a role; the security administrators of the unit are told.

    Source: requirements 28, 30, 31. A role never begins in the past.
    Raises: NotAllowedError outside the requester's area; DomainError on any rule of `checks`.
    """
    checks.require_held("grants.request", by=by, unit=unit, at=at)
    reason = checks.require_reason(reason)
    valid_from = max(valid_from, at)
    _require_grantable(user=user, role=role, unit=unit, valid_from=valid_from, valid_to=valid_to)
    request = GrantRequest(
        user=user,
        role=role.value,
        unit=unit,
        valid_from=valid_from,
        valid_to=valid_to,
        reason=reason,
        requested_by=by,
        requested_at=at,
    )
    request.full_clean()
    _save(request)
    audit.record(
        "grants.request",
        by=by,
        obj=request,
        after=audit.snapshot(request, REQUEST_FIELDS),
        org_path=unit.org_path,
    )
    notices.tell_request(request, at=at)
    return request


@transaction.atomic
def decide_grant(
    *, request: GrantRequest, approve: bool, note: str, by: User, at: dt.datetime
) -> GrantRequest:
    """Approve a waiting request, which makes the grant, or reject it with a note.

    Source: requirement 30: never the requester, never for oneself.
    Raises: NotAllowedError for those two and outside the area; ConflictError if it is decided
    already; DomainError on any rule of `checks`, read again at this instant.
    """
    rows = GrantRequest.objects.unscoped("the view fetched it through the scope; locked here")
    request = rows.select_for_update(of=("self",)).get(pk=request.pk)
    if request.state != GrantRequest.State.PENDING:
        raise ConflictError(
            _("%(person)s has already decided this request: %(state)s.")
            % {"person": request.decided_by, "state": request.get_state_display()}
        )
    if by.pk in {request.requested_by_id, request.user_id}:
        raise NotAllowedError(
            _("Who requests a role, or would receive it, does not decide: ask another person.")
        )
    checks.require_held("grants.approve", by=by, unit=request.unit, at=at)
    if not approve:
        note = checks.require_reason(note, field="note")
    before = audit.snapshot(request, ("state", "decision_note", "valid_from"))
    request.state = GrantRequest.State.APPROVED if approve else GrantRequest.State.REJECTED
    request.decided_by, request.decided_at, request.decision_note = by, at, note.strip()
    request.full_clean()
    request.save(update_fields=["state", "decided_by", "decided_at", "decision_note"])
    after = audit.snapshot(request, ("state", "decision_note", "valid_from"))
    if approve:
        after |= audit.snapshot(_grant_requested(request, by=by, at=at), ("valid_from",))
    audit.record(
        "grants.approve" if approve else "grants.reject",
        by=by,
        obj=request,
        before=before,
        after=after,
        org_path=request.unit.org_path,
    )
    notices.tell_decision(request)
    return request


@transaction.atomic
def grant_role(
    *,
    user: User,
    role: Role,
    unit: OrgUnit,
    valid_from: dt.datetime,
    reason: str,
    by: User | None = None,
    valid_to: dt.datetime | None = None,
) -> RoleGrant:
    """Grant without a request: the set-up of a province and the demo seeder, never a screen.

    Raises: DomainError on any rule of `checks`.
    """
    reason = checks.require_reason(reason)
    grant = _create_grant(
        user=user,
        role=role,
        unit=unit,
        valid_from=valid_from,
        valid_to=valid_to,
        reason=reason,
        by=by,
        request=None,
    )
    audit.record(
        "grants.grant",
        by=by,
        obj=grant,
        after=audit.snapshot(grant, GRANT_FIELDS),
        org_path=unit.org_path,
    )
    return grant


@transaction.atomic
def end_grant(*, grant: RoleGrant, reason: str, by: User, at: dt.datetime) -> RoleGrant:
    """End a role at once by moving its end; one that has not begun never begins.

    Sessions stay: the scope is compiled per request, so the role is gone at the next one.
    Raises: DomainError without a reason, if it has ended already, or for the last administrator.
    """
    reason = checks.require_reason(reason)
    grant = RoleGrant.objects.select_for_update(of=("self",)).get(pk=grant.pk)
    checks.require_held("grants.end", by=by, unit=grant.content_object, at=at)
    if grant.valid_to is not None and grant.valid_to <= max(at, grant.valid_from):
        raise ConflictError(_("This role has already ended."))
    checks.require_successor([grant], at=at)
    before = audit.snapshot(grant, ("valid_to", "end_reason"))
    grant.valid_to = max(at, grant.valid_from)
    grant.ended_by, grant.end_reason = by, reason
    grant.full_clean()
    grant.save(update_fields=["valid_to", "ended_by", "end_reason"])
    audit.record(
        "grants.end",
        by=by,
        obj=grant,
        before=before,
        after=audit.snapshot(grant, ("valid_to", "end_reason")),
        org_path=grant.content_object.org_path,
    )
    notices.tell_end(grant)
    return grant


def _grant_requested(request: GrantRequest, *, by: User, at: dt.datetime) -> RoleGrant:
    """The grant of an approved request, from now at the earliest."""
    if request.valid_to is not None and request.valid_to <= at:
        raise DomainError(
            _("The requested period ended on %(day)s: reject it and request the role again.")
            % {"day": request.valid_to.date()}
        )
    return _create_grant(
        user=request.user,
        role=Role(request.role),
        unit=request.unit,
        valid_from=max(request.valid_from, at),
        valid_to=request.valid_to,
        reason=request.reason,
        by=by,
        request=request,
    )


def _require_grantable(
    *,
    user: User,
    role: Role,
    unit: OrgUnit,
    valid_from: dt.datetime,
    valid_to: dt.datetime | None,
) -> None:
    checks.require_active(user)
    checks.require_fit(role, unit)
    checks.require_period(user=user, unit=unit, valid_from=valid_from, valid_to=valid_to)
    checks.require_no_clash(
        user=user, role=role, unit=unit, valid_from=valid_from, valid_to=valid_to
    )


def _create_grant(
    *,
    user: User,
    role: Role,
    unit: OrgUnit,
    valid_from: dt.datetime,
    valid_to: dt.datetime | None,
    reason: str,
    by: User | None,
    request: GrantRequest | None,
) -> RoleGrant:
    """Check and insert one grant; the person's row is locked, so that two acts queue up."""
    user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    _require_grantable(user=user, role=role, unit=unit, valid_from=valid_from, valid_to=valid_to)
    grant = RoleGrant(
        user=user,
        role=role.value,
        permission=Permission.objects.get(
            codename=role.codename, content_type__app_label="stations"
        ),
        content_object=unit,
        valid_from=valid_from,
        valid_to=valid_to,
        reason=reason,
        granted_by=by,
        request=request,
    )
    grant.full_clean()
    _save(grant)
    return grant


def _save(row: GrantRequest | RoleGrant) -> None:
    """Insert; a constraint that another act's row met first becomes its sentence."""
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") or ""
        if name not in _RACES:
            raise
        raise ConflictError(str(_RACES[name])) from error
