"""Columns of the access lists, for the screen and the export."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from personnel.models import GrantRequest
from personnel.permissions import action_label
from policeroom.common.models import AuditEvent
from policeroom.common.roles import Role
from policeroom.common.tables import Column


def account_state(user: Any) -> str:
    """Code of an account's state; a disabled account is nothing else. Needs `accounts_in`."""
    if not user.is_active:
        return "disabled"
    return "locked" if user.locked else "active"


def account_state_label(user: Any) -> str:
    """The state as people read it."""
    return {
        "active": _("active"),
        "locked": _("locked after failed sign-ins"),
        "disabled": _("disabled"),
    }[account_state(user)]


def account_tone(user: Any) -> tuple[str, str]:
    """Tone and mark of the state."""
    return {"active": ("ok", ""), "locked": ("warn", "△"), "disabled": ("neutral", "")}[
        account_state(user)
    ]


def held_roles(user: Any) -> str:
    """Roles that hold now, on units of the reader's area. Needs the `running` prefetch."""
    return "; ".join(f"{g.role_label} · {g.content_object}" for g in user.running)


USER_COLUMNS = (
    Column(
        "username",
        gettext_lazy("Police or staff number"),
        lambda u: u.username,
        url=lambda u: reverse("access:user-detail", args=[u.pk]),
        primary=True,
        sort=("username",),
    ),
    Column(
        "name",
        gettext_lazy("Person's name"),
        lambda u: u.name,
        primary=True,
        sort=("name", "username"),
    ),
    Column("unit", gettext_lazy("Unit"), lambda u: u.unit_name, sort=("org_path", "username")),
    Column("roles", gettext_lazy("Roles"), held_roles),
    Column("state", gettext_lazy("State"), account_state_label, primary=True, tone=account_tone),
    Column("last_login", gettext_lazy("Last sign-in"), lambda u: u.last_login),
    Column(
        "created_at",
        gettext_lazy("Account since"),
        lambda u: u.created_at,
        optional=True,
        sort=("created_at", "username"),
    ),
    Column("email", gettext_lazy("E-mail"), lambda u: u.email, optional=True),
)


def request_tone(request: GrantRequest) -> tuple[str, str]:
    """Tone and mark of a request's state."""
    return {
        GrantRequest.State.PENDING: ("warn", "△"),
        GrantRequest.State.APPROVED: ("ok", ""),
        GrantRequest.State.REJECTED: ("neutral", ""),
    }[GrantRequest.State(request.state)]


REQUEST_COLUMNS = (
    Column(
        "user",
        gettext_lazy("Person"),
        lambda r: str(r.user),
        url=lambda r: reverse("access:grant-detail", args=[r.pk]),
        primary=True,
    ),
    Column("role", gettext_lazy("Role"), lambda r: r.role_label, primary=True),
    Column("unit", gettext_lazy("Unit"), lambda r: str(r.unit), primary=True),
    Column("state", gettext_lazy("State"), lambda r: r.get_state_display(), tone=request_tone),
    Column("valid_from", gettext_lazy("From"), lambda r: r.valid_from),
    Column("valid_to", gettext_lazy("Until"), lambda r: r.valid_to),
    Column("reason", gettext_lazy("Reason"), lambda r: r.reason),
    Column("requested_by", gettext_lazy("Requested by"), lambda r: str(r.requested_by)),
    Column(
        "requested_at",
        gettext_lazy("Requested at"),
        lambda r: r.requested_at,
        sort=("requested_at", "id"),
    ),
    Column(
        "decided_by",
        gettext_lazy("Decided by"),
        lambda r: str(r.decided_by) if r.decided_by else "",
        optional=True,
    ),
    Column("decided_at", gettext_lazy("Decided at"), lambda r: r.decided_at, optional=True),
)


def review_flags(grant: Any) -> list[str]:
    """What the reviewer should look at. Needs the annotations of `queries.review`."""
    flags = []
    if grant.ends_soon:
        flags.append(_("ends within 14 days"))
    if grant.open_cross_area:
        flags.append(_("other area, no end"))
    if grant.idle:
        flags.append(_("no sign-in for 90 days"))
    return flags


def _review_tone(grant: Any) -> tuple[str, str]:
    return ("warn", "△") if review_flags(grant) else ("", "")


def _review_url(grant: Any) -> str:
    """Who may end a role goes to that page, others to its request. Needs `reader_may_end`."""
    if grant.reader_may_end:
        return reverse("access:grant-end", args=[grant.pk])
    if grant.request_id is None:
        return ""
    return reverse("access:grant-detail", args=[grant.request_id])


REVIEW_COLUMNS = (
    Column(
        "user",
        gettext_lazy("Person"),
        lambda g: str(g.user),
        url=_review_url,
        primary=True,
        sort=("user__username", "id"),
    ),
    Column("own_unit", gettext_lazy("Own unit"), lambda g: g.user.unit_name, optional=True),
    Column(
        "role",
        gettext_lazy("Role"),
        lambda g: g.role_label,
        primary=True,
        sort=("role", "id"),
    ),
    Column(
        "unit",
        gettext_lazy("Unit"),
        lambda g: str(g.content_object),
        primary=True,
        sort=("content_object__org_path", "id"),
    ),
    Column("valid_from", gettext_lazy("Since"), lambda g: g.valid_from, sort=("valid_from", "id")),
    Column("valid_to", gettext_lazy("Until"), lambda g: g.valid_to),
    Column("reason", gettext_lazy("Reason"), lambda g: g.reason),
    Column(
        "granted_by",
        gettext_lazy("Granted by"),
        lambda g: str(g.granted_by) if g.granted_by else _("set-up"),
    ),
    Column("last_login", gettext_lazy("Last sign-in"), lambda g: g.user.last_login),
    Column(
        "flags", gettext_lazy("To look at"), lambda g: "; ".join(review_flags(g)), tone=_review_tone
    ),
)


def _result_tone(event: AuditEvent) -> tuple[str, str]:
    return ("bad", "▲") if event.result == AuditEvent.Result.REFUSED else ("", "")


AUDIT_COLUMNS = (
    Column(
        "at",
        gettext_lazy("At"),
        lambda e: e.at,
        url=lambda e: reverse("access:audit-detail", args=[e.pk]),
        primary=True,
    ),
    Column("actor", gettext_lazy("Who"), lambda e: e.actor_name, primary=True),
    Column("action", gettext_lazy("Action"), lambda e: action_label(e.action), primary=True),
    Column("object", gettext_lazy("Object"), lambda e: e.object_label),
    Column("result", gettext_lazy("Result"), lambda e: e.get_result_display(), tone=_result_tone),
    Column("roles", gettext_lazy("Roles"), lambda e: role_names(e.actor_roles)),
    Column("ip", gettext_lazy("Address"), lambda e: e.ip),
    Column("object_type", gettext_lazy("Object type"), lambda e: e.object_type, optional=True),
    Column("object_id", gettext_lazy("Object id"), lambda e: e.object_id, optional=True),
    Column("source", gettext_lazy("Source"), lambda e: e.source, optional=True),
    Column("request_id", gettext_lazy("Request id"), lambda e: e.request_id, optional=True),
)


def role_names(codes: str) -> str:
    """Readable names of the role codes an event keeps; an unknown code stays as it is."""
    known = {role.value: role.label for role in Role}
    return ", ".join(known.get(code, code) for code in codes.split(",") if code)
