"""Police rooms and what they cover."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from policeroom.common.managers import ScopedManager
from policeroom.common.models import (
    ClientCreated,
    Interval,
    ScopedModel,
    no_overlap,
    org_path_field,
)
from policeroom.common.pinyin import pinyin_key
from stations.enums import AreaBasis, LinkKind, PremisesProvider, StationKind
from stations.models.org import OrgUnit
from stations.models.universities import Campus, Cluster


class StationFacts(models.Model):
    """The facts of a station that change and that reports of past days need."""

    kind = models.CharField(_("kind"), max_length=12, choices=StationKind.choices)
    name = models.CharField(_("name"), max_length=120)
    #: 第二条: city bureau, district branch or county bureau; never the province or a precinct.
    operator = models.ForeignKey(
        OrgUnit, verbose_name=_("operating bureau"), on_delete=models.PROTECT, related_name="+"
    )
    org_path = org_path_field()
    campus = models.ForeignKey(
        Campus,
        verbose_name=_("campus it stands on"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
    )
    cluster = models.ForeignKey(
        Cluster,
        verbose_name=_("university town"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
    )
    #: 第七条, square metres, two decimals, never rounded up. None: not measured, verdict unknown.
    floor_area_m2 = models.DecimalField(
        _("floor area (m²)"),
        max_digits=8,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100000)],
    )
    area_basis = models.CharField(
        _("area basis"), max_length=10, choices=AreaBasis.choices, default=AreaBasis.EXCLUSIVE
    )
    measured_on = models.DateField(_("measured on"), null=True, blank=True)
    co_located = models.BooleanField(_("shares the security office's building"), default=False)

    class Meta:
        abstract = True


class Station(StationFacts, ClientCreated, ScopedModel):
    """A police room. Its own unit is the leaf of the organisation tree; its path is that leaf's."""

    unit = models.OneToOneField(
        OrgUnit, on_delete=models.PROTECT, related_name="station", editable=False
    )
    code = models.CharField(_("station number"), max_length=20, unique=True)
    supervising_unit = models.ForeignKey(
        OrgUnit,
        verbose_name=_("supervising internal security unit"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
    )
    inside_campus = models.BooleanField(_("inside the campus"), default=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    telephone = models.CharField(_("telephone"), max_length=30, blank=True)
    premises_provider = models.CharField(
        _("premises provided by"), max_length=12, choices=PremisesProvider.choices, blank=True
    )
    #: Post, not person: 保卫处综合科科长.
    liaison_post = models.CharField(_("liaison in the security office"), max_length=60, blank=True)
    plan_no = models.CharField(_("provincial plan entry"), max_length=40, blank=True)
    approval_no = models.CharField(_("establishment approval"), max_length=60, blank=True)
    opened_on = models.DateField(_("opened on"))
    #: First day it no longer operates.
    closed_on = models.DateField(_("closed from"), null=True, blank=True)
    close_reason = models.CharField(_("reason of closing"), max_length=200, blank=True)
    name_pinyin = models.CharField(max_length=200, editable=False, blank=True)

    class Meta:
        default_manager_name = "everything"
        base_manager_name = "everything"
        verbose_name = _("police room")
        verbose_name_plural = _("police rooms")
        ordering = ["org_path"]
        constraints = [
            models.CheckConstraint(
                name="station_closed_after_opened",
                condition=Q(closed_on__isnull=True) | Q(closed_on__gte=F("opened_on")),
                violation_error_message=_("A station cannot close before it opened."),
            ),
            models.CheckConstraint(
                name="station_close_has_reason",
                condition=Q(closed_on__isnull=True, close_reason="")
                | (Q(closed_on__isnull=False) & ~Q(close_reason="")),
                violation_error_message=_("Closing needs a day and a reason, both or neither."),
            ),
            models.CheckConstraint(
                name="station_standalone_has_campus",
                condition=Q(kind=StationKind.CENTER) | Q(campus__isnull=False),
                violation_error_message=_("A stand-alone police room stands on a campus."),
            ),
            models.CheckConstraint(
                name="station_area_not_negative",
                condition=Q(floor_area_m2__isnull=True) | Q(floor_area_m2__gte=0),
                violation_error_message=_("An area is not negative."),
            ),
            models.CheckConstraint(
                name="station_path_is_leaf", condition=Q(org_path__regex=r"^\d{10}$")
            ),
        ]
        indexes = [models.Index(fields=["org_path", "id"], name="station_path_idx")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.name_pinyin = pinyin_key(self.name)
        self.org_path = self.unit.org_path
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("stations:detail", args=[self.pk])


class StationVersion(StationFacts, Interval):
    """The facts of a station during one interval."""

    subject = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="versions")

    class Meta(Interval.Meta):
        constraints = [
            *Interval.Meta.constraints,
            no_overlap(name="stationversion_no_overlap", keys=("subject_id",)),
        ]
        ordering = ["subject_id", "valid_from"]

    def __str__(self) -> str:
        return f"{self.name} {self.valid_from}"


class StationSuspension(Interval, ScopedModel):
    """Days on which a station does not operate, with the document that says so."""

    station = models.ForeignKey(Station, on_delete=models.PROTECT, related_name="suspensions")
    reason = models.CharField(_("reason"), max_length=200)
    document_no = models.CharField(_("document number"), max_length=60, blank=True)

    objects: ClassVar[ScopedManager] = ScopedManager("station__org_path")

    class Meta(Interval.Meta):
        default_manager_name = "everything"
        base_manager_name = "everything"
        ordering = ["station_id", "valid_from"]
        constraints = [
            *Interval.Meta.constraints,
            no_overlap(name="suspension_no_overlap", keys=("station_id",)),
        ]

    def __str__(self) -> str:
        return f"{self.station_id} {self.valid_from}"


class CoverageLink(Interval, ScopedModel):
    """A centre covers a campus during an interval (第四条, 第六条)."""

    station = models.ForeignKey(
        Station, verbose_name=_("centre"), on_delete=models.PROTECT, related_name="links"
    )
    campus = models.ForeignKey(
        Campus, verbose_name=_("campus"), on_delete=models.PROTECT, related_name="links"
    )
    kind = models.CharField(
        _("kind"), max_length=10, choices=LinkKind.choices, default=LinkKind.PRIMARY
    )

    objects: ClassVar[ScopedManager] = ScopedManager("station__org_path")

    class Meta(Interval.Meta):
        default_manager_name = "everything"
        base_manager_name = "everything"
        verbose_name = _("coverage link")
        verbose_name_plural = _("coverage links")
        ordering = ["station_id", "valid_from", "id"]
        constraints = [
            *Interval.Meta.constraints,
            no_overlap(
                name="coveragelink_no_overlap",
                keys=("station_id", "campus_id"),
                message=_("This centre already covers this campus during that time."),
            ),
            no_overlap(
                name="coveragelink_one_primary",
                keys=("campus_id",),
                condition=Q(kind=LinkKind.PRIMARY),
                message=_("This campus already has a primary centre during that time."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.station_id} {self.kind} {self.campus_id}"
