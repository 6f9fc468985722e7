"""The organisation: one tree of bureaus down to the stations."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from policeroom.common.managers import ScopedManager
from policeroom.common.models import ScopedModel, org_path_field
from policeroom.common.pinyin import pinyin_key
from policeroom.common.roles import Role
from stations.enums import LINE_DEPTH, UnitKind


class OrgUnit(ScopedModel):
    """A police unit. The tree of places is province, city, county or branch, station.

    Bureaus are their own tree: a development zone has a branch but no division code. Side units
    (internal security, command centre, precinct, education department …) carry the path of the
    unit they hang at, so that a role granted on them reaches exactly that unit's area.
    """

    parent = models.ForeignKey(
        "self",
        verbose_name=_("superior unit"),
        on_delete=models.PROTECT,
        related_name="children",
        null=True,
        blank=True,
    )
    kind = models.CharField(_("kind"), max_length=20, choices=UnitKind.choices)
    name = models.CharField(_("full name"), max_length=120)
    #: What people call the place: 南京市, 栖霞区. Empty for side units.
    area_name = models.CharField(_("place"), max_length=60, blank=True)
    division_code = models.CharField(
        _("division code (GB/T 2260)"),
        max_length=6,
        null=True,
        blank=True,
        unique=True,
    )
    org_path = org_path_field()
    #: Cell of the tile grid (column, row from 0); None lets the page place it.
    grid_column = models.PositiveSmallIntegerField(_("grid column"), null=True, blank=True)
    grid_row = models.PositiveSmallIntegerField(_("grid row"), null=True, blank=True)
    #: Made by an import that met an unknown place; to be confirmed by a bureau import or by hand.
    provisional = models.BooleanField(_("provisional"), default=False)
    name_pinyin = models.CharField(max_length=200, editable=False, blank=True)

    class Meta:
        default_manager_name = "everything"
        base_manager_name = "everything"
        verbose_name = _("organisation unit")
        verbose_name_plural = _("organisation units")
        ordering = ["org_path", "id"]
        #: A role on a unit is a guardian object permission (design section 3).
        permissions = [(role.codename, f"Role {role.value}") for role in Role]
        constraints = [
            models.UniqueConstraint(
                name="orgunit_line_path_unique",
                fields=["org_path"],
                condition=Q(kind__in=sorted(LINE_DEPTH)),
            ),
            models.CheckConstraint(
                name="orgunit_path_digits", condition=Q(org_path__regex=r"^(\d\d){1,3}(\d{4})?$")
            ),
            models.CheckConstraint(
                name="orgunit_root_is_province",
                condition=Q(parent__isnull=False) | Q(kind=UnitKind.PROVINCE),
            ),
        ]
        indexes = [models.Index(fields=["org_path", "id"], name="orgunit_path_idx")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.name_pinyin = pinyin_key(self.name)
        super().save(*args, **kwargs)

    @property
    def is_line(self) -> bool:
        """Whether the unit is a place of the tree (not a side unit)."""
        return self.kind in LINE_DEPTH

    @property
    def place(self) -> str:
        """The place for headings: 南京市, else the unit's name."""
        return self.area_name or self.name


class UnitMove(ScopedModel):
    """One change of superior: from where to where, when, why, and how many rows followed.

    `old_path` is never given to another unit: audit events and late writers may still name it.
    """

    unit = models.ForeignKey(OrgUnit, on_delete=models.PROTECT, related_name="moves")
    old_parent = models.ForeignKey(OrgUnit, on_delete=models.PROTECT, related_name="+", null=True)
    new_parent = models.ForeignKey(OrgUnit, on_delete=models.PROTECT, related_name="+")
    old_path = models.CharField(_("path before"), max_length=10, db_collation="C")
    new_path = models.CharField(_("path after"), max_length=10, db_collation="C")
    reason = models.CharField(_("reason"), max_length=200)
    #: Model label -> rows that followed.
    rows = models.JSONField(default=dict)
    moved_at = models.DateTimeField(_("moved at"))
    moved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )

    objects: ClassVar[ScopedManager] = ScopedManager("unit__org_path")

    class Meta:
        default_manager_name = "everything"
        base_manager_name = "everything"
        verbose_name = _("move in the tree")
        verbose_name_plural = _("moves in the tree")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="unitmove_has_reason",
                condition=~Q(reason=""),
                violation_error_message=_("Say why the unit moves."),
            )
        ]
        indexes = [
            models.Index(fields=["old_path"], name="unitmove_old_idx"),
            models.Index(fields=["moved_at"], name="unitmove_at_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.old_path} → {self.new_path}"
