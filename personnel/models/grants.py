"""Role grants: guardian object permissions on `OrgUnit` with validity, reason and two persons."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _
from guardian.models import UserObjectPermissionBase

from policeroom.common.managers import ScopedManager
from policeroom.common.models import ScopedModel
from policeroom.common.roles import ADMIN_ROLES, Role
from stations.models import OrgUnit


class GrantRequest(ScopedModel):
    """A role somebody asked for. The security administrator decides; then the grant exists."""

    class State(models.TextChoices):
        PENDING = "pending", _("waiting for approval")
        APPROVED = "approved", _("approved")
        REJECTED = "rejected", _("rejected")

    user = models.ForeignKey(
        "accounts.User",
        verbose_name=_("person"),
        on_delete=models.PROTECT,
        related_name="grant_requests",
    )
    role = models.CharField(
        _("role"), max_length=20, choices=[(role.value, role.value) for role in Role]
    )
    unit = models.ForeignKey(
        OrgUnit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="+"
    )
    valid_from = models.DateTimeField(_("valid from"))
    valid_to = models.DateTimeField(_("valid until"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.PENDING
    )
    requested_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(_("requested at"))
    decided_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_note = models.CharField(_("note"), max_length=200, blank=True)

    objects: ClassVar[ScopedManager] = ScopedManager("unit__org_path")

    class Meta:
        default_manager_name = "everything"
        base_manager_name = "everything"
        verbose_name = _("grant request")
        verbose_name_plural = _("grant requests")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="grantrequest_two_persons",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("requested_by")),
                violation_error_message=_("Who requests a grant does not decide it."),
            ),
            models.CheckConstraint(
                name="grantrequest_decision_pair",
                condition=Q(decided_by__isnull=True, decided_at__isnull=True, state="pending")
                | (Q(decided_by__isnull=False, decided_at__isnull=False) & ~Q(state="pending")),
            ),
            models.CheckConstraint(
                name="grantrequest_period",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                violation_error_message=_("The end must lie after the start."),
            ),
            models.UniqueConstraint(
                name="grantrequest_pending_once",
                fields=["user", "role", "unit"],
                condition=Q(state="pending"),
                violation_error_message=_("The same request is already waiting for approval."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.role} {self.unit}"

    @property
    def role_label(self) -> str:
        """The role as people read it."""
        return Role(self.role).label


def _overlap(name: str, *, keys: tuple[str, ...], condition: Q | None = None, message: Any):
    """Exclusion constraint over instants; `no_overlap` explains the spelling.

    `keys` are field names, not columns: `full_clean` replaces only those by the row's values.
    """
    period = Func(F("valid_from"), F("valid_to"), Value("[)"), function="tstzrange")
    columns = [
        (Func(F(key), F(key), Value("[]"), function="int8range"), RangeOperators.OVERLAPS)
        for key in keys
    ]
    return ExclusionConstraint(
        name=name,
        expressions=[*columns, (period, RangeOperators.OVERLAPS)],
        condition=condition,
        violation_error_message=message,
    )


class RoleGrant(UserObjectPermissionBase):
    """A role of one user on one unit; guardian's direct-foreign-key permission of `OrgUnit`.

    Only grants with `valid_from <= now < valid_to` are compiled into a `Scope`. A grant is ended by
    moving `valid_to`, never deleted. `role` repeats the permission's codename so that the database
    itself can keep the three administrators apart (requirement 28).
    """

    user = models.ForeignKey(
        "accounts.User",
        verbose_name=_("person"),
        on_delete=models.PROTECT,
        related_name="role_grants",
    )
    content_object = models.ForeignKey(
        OrgUnit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="role_grants"
    )
    role = models.CharField(_("role"), max_length=20, choices=[(r.value, r.value) for r in Role])
    valid_from = models.DateTimeField(_("valid from"))
    valid_to = models.DateTimeField(_("valid until"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200)
    granted_by = models.ForeignKey(
        "accounts.User",
        verbose_name=_("granted by"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
    )
    request = models.OneToOneField(
        GrantRequest, on_delete=models.PROTECT, related_name="grant", null=True, blank=True
    )
    ended_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    end_reason = models.CharField(_("reason of ending"), max_length=200, blank=True)

    #: Guardian insists on `objects`; lists use the guarded `scoped`.
    scoped = ScopedManager("content_object__org_path")

    class Meta:
        #: Constraint checks and related managers read through it; `scoped` would refuse them.
        default_manager_name = "objects"
        verbose_name = _("role grant")
        verbose_name_plural = _("role grants")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="rolegrant_period",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
            ),
            _overlap(
                "rolegrant_once",
                keys=("user", "permission", "content_object"),
                message=_("This person already holds this role on this unit at that time."),
            ),
            _overlap(
                "rolegrant_one_administrator",
                keys=("user",),
                condition=Q(role__in=sorted(ADMIN_ROLES)),
                message=_("Nobody holds two of the three administrator roles."),
            ),
        ]
        indexes = [models.Index(fields=["user", "valid_from"], name="rolegrant_user_idx")]

    def __str__(self) -> str:
        return f"{self.user} {self.role} {self.content_object}"

    @property
    def role_label(self) -> str:
        """The role as people read it."""
        return Role(self.role).label
