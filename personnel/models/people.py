"""Who serves in which room, since when and until when (第八条, 第九条, 第二十条)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from personnel.enums import EndReason, PersonKind, Post
from policeroom.common.managers import ScopedManager
from policeroom.common.models import (
    ClientCreated,
    Interval,
    ScopedModel,
    no_overlap,
    org_path_field,
)
from policeroom.common.pinyin import pinyin_key
from stations.models import OrgUnit, Station, University


class Person(ClientCreated, ScopedModel):
    """A police officer or auxiliary officer; staff only, and nothing about them but their service.

    `org_path` is that of the room of the primary post, else of the unit they belong to: the room
    sees its own people, the bureaus above see all of theirs.
    """

    staff_no = models.CharField(_("staff number"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=60)
    kind = models.CharField(_("kind"), max_length=10, choices=PersonKind.choices)
    unit = models.ForeignKey(
        OrgUnit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="+"
    )
    org_path = org_path_field()
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("account"),
        on_delete=models.PROTECT,
        related_name="person",
        null=True,
        blank=True,
    )
    telephone = models.CharField(_("duty telephone"), max_length=30, blank=True)
    #: 第八条: that the selection was approved, by which paper; no judgement of the person.
    selection_no = models.CharField(_("selection approval"), max_length=60, blank=True)
    selected_on = models.DateField(_("approved on"), null=True, blank=True)
    #: First day they no longer serve.
    left_on = models.DateField(_("left from"), null=True, blank=True)
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        editable=False,
    )
    name_pinyin = models.CharField(max_length=200, editable=False, blank=True)

    class Meta:
        default_manager_name = "everything"
        base_manager_name = "everything"
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["org_path", "id"]
        indexes = [models.Index(fields=["org_path", "id"], name="person_path_idx")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.name_pinyin = pinyin_key(self.name)
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("personnel:person-detail", args=[self.pk])


class StationInterval(Interval, ScopedModel):
    """Base of a dated fact of one room."""

    station = models.ForeignKey(
        Station, verbose_name=_("police room"), on_delete=models.PROTECT, related_name="%(class)ss"
    )
    org_path = org_path_field()

    class Meta(Interval.Meta):
        abstract = True
        default_manager_name = "everything"
        base_manager_name = "everything"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.org_path = self.station.org_path
        super().save(*args, **kwargs)


class Assignment(ClientCreated, StationInterval):
    """A post in a room. `valid_to` is the day after the last day, which itself still counts.

    A person counts at one room only, that of the primary post (JS-08-1).
    """

    person = models.ForeignKey(
        Person, verbose_name=_("person"), on_delete=models.PROTECT, related_name="assignments"
    )
    post = models.CharField(_("post"), max_length=10, choices=Post.choices)
    is_primary = models.BooleanField(_("primary post"), default=True)
    #: 一校一民警: at a centre, the one university this officer answers for (JS-08-7).
    named_university = models.ForeignKey(
        University,
        verbose_name=_("named university"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
    )
    order_no = models.CharField(_("transfer order"), max_length=60, blank=True)
    end_reason = models.CharField(
        _("reason of ending"), max_length=12, choices=EndReason.choices, blank=True, default=""
    )

    class Meta(StationInterval.Meta):
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        ordering = ["station_id", "valid_from", "id"]
        constraints = [
            *StationInterval.Meta.constraints,
            no_overlap(
                name="assignment_one_primary",
                keys=("person_id",),
                condition=Q(is_primary=True),
                message=_("This person already has a primary post in that time."),
            ),
            no_overlap(
                name="assignment_once_per_room",
                keys=("person_id", "station_id"),
                message=_("This person already has a post in this room in that time."),
            ),
            models.CheckConstraint(
                name="assignment_end_has_reason",
                condition=Q(valid_to__isnull=True, end_reason="")
                | (Q(valid_to__isnull=False) & ~Q(end_reason="")),
                violation_error_message=_("An end has a day and a reason, both or neither."),
            ),
        ]
        indexes = [
            models.Index(fields=["org_path", "valid_from"], name="assignment_path_idx"),
            models.Index(fields=["person", "valid_from"], name="assignment_person_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.post} {self.station_id} {self.valid_from}"


class PersonInterval(Interval, ScopedModel):
    """Base of a dated fact of one person."""

    person = models.ForeignKey(
        Person, verbose_name=_("person"), on_delete=models.PROTECT, related_name="%(class)ss"
    )

    objects: ClassVar[ScopedManager] = ScopedManager("person__org_path")

    class Meta(Interval.Meta):
        abstract = True
        default_manager_name = "everything"
        base_manager_name = "everything"


class Absence(PersonInterval):
    """Somebody is away. Nothing more is kept: no kind, no reason, no diagnosis (matrix D 18)."""

    struck_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta(PersonInterval.Meta):
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        ordering = ["-valid_from", "-id"]
        constraints = [
            *PersonInterval.Meta.constraints,
            no_overlap(
                name="absence_no_overlap",
                keys=("person_id",),
                condition=Q(struck_at__isnull=True),
                message=_("This person is already recorded as absent in that time."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.valid_from}"


class Vacancy(ScopedModel):
    """A post nobody fills (第二十条). It opens by itself the day after the last day.

    `cause` is the post that ended, or the absence or secondment that became too long: one vacancy
    for each.
    """

    station = models.ForeignKey(
        Station, verbose_name=_("police room"), on_delete=models.PROTECT, related_name="vacancies"
    )
    org_path = org_path_field()
    kind = models.CharField(_("kind"), max_length=10, choices=PersonKind.choices)
    opened_on = models.DateField(_("open since"))
    cause_assignment = models.OneToOneField(
        Assignment, on_delete=models.PROTECT, related_name="vacancy", null=True, blank=True
    )
    cause_absence = models.OneToOneField(
        Absence, on_delete=models.PROTECT, related_name="vacancy", null=True, blank=True
    )
    cause_secondment = models.OneToOneField(
        "personnel.Secondment",
        on_delete=models.PROTECT,
        related_name="vacancy",
        null=True,
        blank=True,
    )
    requested_on = models.DateField(_("refill requested on"), null=True, blank=True)
    filled_on = models.DateField(_("filled on"), null=True, blank=True)
    filled_by = models.ForeignKey(
        Assignment,
        verbose_name=_("filled by"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
    )
    #: Nobody is to follow: the post itself went away, or the absent person came back.
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, blank=True)
    withdraw_reason = models.CharField(_("reason"), max_length=120, blank=True, default="")

    class Meta:
        default_manager_name = "everything"
        base_manager_name = "everything"
        verbose_name = _("vacancy")
        verbose_name_plural = _("vacancies")
        ordering = ["-opened_on", "-id"]
        constraints = [
            models.CheckConstraint(
                name="vacancy_one_cause",
                condition=Q(
                    cause_assignment__isnull=False,
                    cause_absence__isnull=True,
                    cause_secondment__isnull=True,
                )
                | Q(
                    cause_assignment__isnull=True,
                    cause_absence__isnull=False,
                    cause_secondment__isnull=True,
                )
                | Q(
                    cause_assignment__isnull=True,
                    cause_absence__isnull=True,
                    cause_secondment__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="vacancy_filled_after_opened",
                condition=Q(filled_on__isnull=True) | Q(filled_on__gte=F("opened_on")),
            ),
            models.CheckConstraint(
                name="vacancy_filled_pair",
                condition=Q(filled_on__isnull=True, filled_by__isnull=True)
                | Q(filled_on__isnull=False, filled_by__isnull=False),
            ),
            models.CheckConstraint(
                name="vacancy_withdrawn_pair",
                condition=Q(withdrawn_on__isnull=True, withdraw_reason="")
                | (Q(withdrawn_on__isnull=False) & ~Q(withdraw_reason="")),
            ),
        ]
        indexes = [models.Index(fields=["org_path", "-opened_on", "-id"], name="vacancy_list_idx")]

    def __str__(self) -> str:
        return f"{self.station_id} {self.kind} {self.opened_on}"

    def get_absolute_url(self) -> str:
        return reverse("personnel:vacancy-detail", args=[self.pk])
