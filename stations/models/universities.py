"""Universities, their campuses, how many people are there, and when they are there."""

from __future__ import annotations

from typing import Any, ClassVar

from django.apps import apps
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from policeroom.common.managers import ScopedManager, ScopedQuerySet
from policeroom.common.models import (
    ClientCreated,
    Interval,
    ScopedModel,
    no_overlap,
    org_path_field,
)
from policeroom.common.pinyin import pinyin_key
from policeroom.common.scope import PATH_LENGTH, Scope, range_q
from stations.enums import (
    CampusStatus,
    DayKind,
    DesignationBasis,
    TermKind,
    UniversityLevel,
    UniversityStatus,
)
from stations.models.org import OrgUnit


def campuses_within(scope: Scope, action: str | None) -> Q:
    """Condition on campuses: those that lie in the area and, for a room, those it serves.

    The grant of a room's officer is a leaf of the tree, and no campus lies in a leaf: a room sees
    the campus it stands on and the ones it covers.
    """
    ranges = scope.ranges_for(action) if action else scope.ranges
    rooms = [(low, high) for low, high in ranges if len(low) == PATH_LENGTH]
    condition = range_q(ranges, "org_path")
    if not rooms:
        return condition
    stands = apps.get_model("stations", "Station").everything.filter(range_q(rooms))
    covers = apps.get_model("stations", "CoverageLink").everything.filter(
        range_q(rooms, "station__org_path")
    )
    return condition | Q(pk__in=stands.values("campus_id")) | Q(pk__in=covers.values("campus_id"))


class CampusQuerySet(ScopedQuerySet):
    """Campuses of an area, and those a room serves."""

    def within(self, scope: Scope, *, action: str | None = None) -> CampusQuerySet:
        clone = self.filter(campuses_within(scope, action))
        clone._scoped = True
        return clone


class CampusManager(ScopedManager):
    def get_queryset(self) -> CampusQuerySet:
        return CampusQuerySet(self.model, using=self._db)


class UniversityQuerySet(ScopedQuerySet):
    """Seen by the area a university is registered in, and by every area it has a campus in."""

    def within(self, scope: Scope, *, action: str | None = None) -> UniversityQuerySet:
        here = Campus.everything.filter(
            campuses_within(scope, action), university=models.OuterRef("pk")
        )
        clone = self.filter(scope.q("org_path", action=action) | Q(models.Exists(here)))
        clone._scoped = True
        return clone


class UniversityManager(ScopedManager):
    def get_queryset(self) -> UniversityQuerySet:
        return UniversityQuerySet(self.model, using=self._db)


class UniversityFacts(models.Model):
    """The facts of a university that change over the years."""

    name = models.CharField(_("name"), max_length=100)
    level = models.CharField(_("level"), max_length=20, choices=UniversityLevel.choices)
    authority = models.CharField(_("authority in charge"), max_length=60, blank=True)
    ownership = models.CharField(_("remark (ownership)"), max_length=60, blank=True)
    #: City bureau (or province, where the place is unknown) the university is registered under.
    unit = models.ForeignKey(
        OrgUnit, verbose_name=_("place"), on_delete=models.PROTECT, related_name="+"
    )
    #: The place as the list writes it: 昆山市 although the unit is 苏州市公安局.
    place_name = models.CharField(_("place in the list"), max_length=60, blank=True)
    org_path = org_path_field()
    status = models.CharField(
        _("status"),
        max_length=20,
        choices=UniversityStatus.choices,
        default=UniversityStatus.ACTIVE,
    )
    #: Military academies are outside the denominator of 第四条.
    is_military = models.BooleanField(_("military academy"), default=False)
    #: Double First-Class (双一流) today; 第八条 uses it from issue C on.
    double_first_class = models.BooleanField(_("Double First-Class"), default=False)

    class Meta:
        abstract = True


class University(UniversityFacts, ClientCreated, ScopedModel):
    """A university, keyed by the ministry's ten-digit code (学校标识码), also after a rename."""

    code = models.CharField(_("ministry code (学校标识码)"), max_length=10, unique=True)
    name_pinyin = models.CharField(max_length=200, editable=False, blank=True)

    objects: ClassVar[ScopedManager] = UniversityManager()

    class Meta:
        default_manager_name = "everything"
        base_manager_name = "everything"
        verbose_name = _("university")
        verbose_name_plural = _("universities")
        ordering = ["org_path", "code"]
        constraints = [
            models.CheckConstraint(
                name="university_code_ten_digits",
                condition=Q(code__regex=r"^\d{10}$"),
                violation_error_message=_("The ministry code has ten digits."),
            )
        ]
        indexes = [models.Index(fields=["org_path", "code"], name="university_path_idx")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.name_pinyin = pinyin_key(self.name)
        self.org_path = self.unit.org_path
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("stations:university-detail", args=[self.pk])


class UniversityVersion(UniversityFacts, Interval):
    """The facts of a university during one interval."""

    subject = models.ForeignKey(University, on_delete=models.PROTECT, related_name="versions")

    class Meta(Interval.Meta):
        constraints = [
            *Interval.Meta.constraints,
            no_overlap(name="universityversion_no_overlap", keys=("subject_id",)),
        ]
        ordering = ["subject_id", "valid_from"]

    def __str__(self) -> str:
        return f"{self.name} {self.valid_from}"


class Cluster(ScopedModel):
    """A university town (大学城): campuses that one centre may serve (第六条)."""

    name = models.CharField(_("name"), max_length=60)
    unit = models.ForeignKey(
        OrgUnit, verbose_name=_("bureau"), on_delete=models.PROTECT, related_name="+"
    )
    org_path = org_path_field()

    class Meta:
        default_manager_name = "everything"
        base_manager_name = "everything"
        verbose_name = _("university town")
        verbose_name_plural = _("university towns")
        ordering = ["org_path", "id"]
        constraints = [models.UniqueConstraint(name="cluster_once", fields=["unit", "name"])]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.org_path = self.unit.org_path
        super().save(*args, **kwargs)


class CampusFacts(models.Model):
    """The facts of a campus that change."""

    name = models.CharField(_("name"), max_length=60)
    is_branch = models.BooleanField(_("branch campus"), default=False)
    #: County bureau or branch where the campus lies; the city bureau while that is unknown.
    unit = models.ForeignKey(
        OrgUnit,
        verbose_name=_("bureau where it lies"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    org_path = org_path_field()
    status = models.CharField(
        _("status"), max_length=20, choices=CampusStatus.choices, default=CampusStatus.ACTIVE
    )
    cluster = models.ForeignKey(
        Cluster,
        verbose_name=_("university town"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
    )

    class Meta:
        abstract = True


class Campus(CampusFacts, ClientCreated, ScopedModel):
    """A site of one university; two universities on one site are two rows with one `site_id`."""

    university = models.ForeignKey(
        University,
        verbose_name=_("university"),
        on_delete=models.PROTECT,
        related_name="campuses",
    )
    #: University code + two digits; "01" is the main campus an import makes.
    code = models.CharField(_("campus code"), max_length=12, unique=True)
    site_id = models.CharField(_("shared site"), max_length=30, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    opened_on = models.DateField(_("opened on"), null=True, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    objects: ClassVar[ScopedManager] = CampusManager()

    class Meta:
        default_manager_name = "everything"
        base_manager_name = "everything"
        verbose_name = _("campus")
        verbose_name_plural = _("campuses")
        ordering = ["org_path", "code"]
        constraints = [
            models.CheckConstraint(
                name="campus_code_twelve_digits",
                condition=Q(code__regex=r"^\d{12}$"),
                violation_error_message=_("The campus code is the ministry code and two digits."),
            ),
            models.UniqueConstraint(
                name="campus_name_once",
                fields=["university", "name"],
                violation_error_message=_("This university already has a campus of this name."),
            ),
        ]
        indexes = [models.Index(fields=["org_path", "code"], name="campus_path_idx")]

    def __str__(self) -> str:
        return f"{self.university.name} {self.name}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.org_path = self.unit.org_path
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("stations:campus-detail", args=[self.pk])


class CampusVersion(CampusFacts, Interval):
    """The facts of a campus during one interval."""

    subject = models.ForeignKey(Campus, on_delete=models.PROTECT, related_name="versions")

    class Meta(Interval.Meta):
        constraints = [
            *Interval.Meta.constraints,
            no_overlap(name="campusversion_no_overlap", keys=("subject_id",)),
        ]
        ordering = ["subject_id", "valid_from"]

    def __str__(self) -> str:
        return f"{self.name} {self.valid_from}"


class PopulationSnapshot(ScopedModel):
    """Students and staff (persons) on a campus as of a day. A correction is a new row."""

    campus = models.ForeignKey(
        Campus, verbose_name=_("campus"), on_delete=models.PROTECT, related_name="populations"
    )
    as_of = models.DateField(_("as of"))
    students = models.PositiveIntegerField(_("students"))
    staff = models.PositiveIntegerField(_("staff"))
    source = models.CharField(_("source"), max_length=120, blank=True)
    recorded_at = models.DateTimeField(_("recorded at"), auto_now_add=True)
    recorded_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, related_name="+", null=True, editable=False
    )

    objects: ClassVar[ScopedManager] = ScopedManager("campus__org_path")

    class Meta:
        default_manager_name = "everything"
        base_manager_name = "everything"
        verbose_name = _("population")
        verbose_name_plural = _("populations")
        ordering = ["campus_id", "-as_of", "-id"]
        indexes = [models.Index(fields=["campus", "-as_of", "-id"], name="population_latest_idx")]

    def __str__(self) -> str:
        return f"{self.campus_id} {self.as_of}: {self.total}"

    @property
    def total(self) -> int:
        """在校师生: students and staff."""
        return self.students + self.staff


class Article6Designation(Interval, ScopedModel):
    """A 专科 university that needs its own room by decision of the city (第六条)."""

    university = models.ForeignKey(
        University,
        verbose_name=_("university"),
        on_delete=models.PROTECT,
        related_name="designations",
    )
    basis = models.CharField(_("basis"), max_length=10, choices=DesignationBasis.choices)
    decided_by = models.ForeignKey(
        OrgUnit, verbose_name=_("decided by"), on_delete=models.PROTECT, related_name="+"
    )
    decision_no = models.CharField(_("decision number"), max_length=60, blank=True)

    objects: ClassVar[ScopedManager] = ScopedManager("university__org_path")

    class Meta(Interval.Meta):
        default_manager_name = "everything"
        base_manager_name = "everything"
        verbose_name = _("designation (Art. 6)")
        verbose_name_plural = _("designations (Art. 6)")
        ordering = ["university_id", "valid_from"]
        constraints = [
            *Interval.Meta.constraints,
            no_overlap(name="designation_no_overlap", keys=("university_id",)),
        ]

    def __str__(self) -> str:
        return f"{self.university_id} {self.basis} {self.valid_from}"


class AcademicCalendar(ScopedModel):
    """One term or vacation of a university (half-open days)."""

    university = models.ForeignKey(
        University, verbose_name=_("university"), on_delete=models.PROTECT, related_name="terms"
    )
    kind = models.CharField(_("kind"), max_length=10, choices=TermKind.choices)
    name = models.CharField(_("name"), max_length=60)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("day after the last"))

    objects: ClassVar[ScopedManager] = ScopedManager("university__org_path")

    class Meta:
        default_manager_name = "everything"
        base_manager_name = "everything"
        verbose_name = _("academic calendar")
        verbose_name_plural = _("academic calendars")
        ordering = ["university_id", "starts_on"]
        constraints = [
            models.CheckConstraint(
                name="academiccalendar_order",
                condition=Q(ends_on__gt=F("starts_on")),
                violation_error_message=_("The end must lie after the start."),
            ),
            models.UniqueConstraint(
                name="academiccalendar_once", fields=["university", "starts_on"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.starts_on}"


class CalendarDay(models.Model):
    """A statutory holiday or make-up working day; other days follow their weekday."""

    day = models.DateField(_("day"), unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=DayKind.choices)
    name = models.CharField(_("name"), max_length=60)
    #: The State Council's notice for that year has not been entered yet.
    provisional = models.BooleanField(_("provisional"), default=False)

    class Meta:
        verbose_name = _("calendar day")
        verbose_name_plural = _("calendar days")
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"
