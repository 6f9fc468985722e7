"""Training (第十九条): what people completed, and the annual plans of the cities."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from personnel.enums import TrainingKind, TrainingTopic
from personnel.models.people import Person
from policeroom.common.managers import ScopedManager
from policeroom.common.models import ClientCreated, ScopedModel, org_path_field
from stations.models import OrgUnit


class Recorded(models.Model):
    """Who wrote it down, and when the server knew."""

    recorded_at = models.DateTimeField(_("recorded at"), db_default=Now(), editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("recorded by"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        editable=False,
    )

    class Meta:
        abstract = True


class TrainingPlan(Recorded, ScopedModel):
    """A city's annual plan of practical training (JS-19-2)."""

    unit = models.ForeignKey(
        OrgUnit, verbose_name=_("city bureau"), on_delete=models.PROTECT, related_name="+"
    )
    org_path = org_path_field()
    year = models.PositiveSmallIntegerField(_("year"))
    decided_on = models.DateField(_("decided on"))
    document_no = models.CharField(_("document number"), max_length=60)

    class Meta:
        default_manager_name = "everything"
        base_manager_name = "everything"
        verbose_name = _("training plan")
        verbose_name_plural = _("training plans")
        ordering = ["-year", "org_path"]
        constraints = [
            models.UniqueConstraint(
                name="trainingplan_once",
                fields=["unit", "year"],
                violation_error_message=_("The plan of this year is already recorded."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.year}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.org_path = self.unit.org_path
        super().save(*args, **kwargs)


class TrainingRecord(Recorded, ClientCreated, ScopedModel):
    """One training one person completed. Struck with a reason, never deleted."""

    person = models.ForeignKey(
        Person, verbose_name=_("person"), on_delete=models.PROTECT, related_name="trainings"
    )
    kind = models.CharField(_("kind"), max_length=10, choices=TrainingKind.choices)
    topics = ArrayField(
        models.CharField(max_length=12, choices=TrainingTopic.choices),
        verbose_name=_("topics"),
        default=list,
        blank=True,
    )
    title = models.CharField(_("title"), max_length=120)
    completed_on = models.DateField(_("completed on"))
    hours = models.DecimalField(
        _("hours"), max_digits=5, decimal_places=1, validators=[MinValueValidator(0)]
    )
    certificate_no = models.CharField(_("certificate number"), max_length=60, blank=True)
    #: Last day the certificate is good for, where its paper names one; the text names none.
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    struck_at = models.DateTimeField(null=True, blank=True, editable=False)
    strike_reason = models.CharField(_("reason"), max_length=200, blank=True, default="")

    objects: ClassVar[ScopedManager] = ScopedManager("person__org_path")

    class Meta:
        default_manager_name = "everything"
        base_manager_name = "everything"
        verbose_name = _("training")
        verbose_name_plural = _("trainings")
        ordering = ["-completed_on", "-id"]
        constraints = [
            models.CheckConstraint(
                name="training_topics_known",
                condition=Q(topics__contained_by=list(TrainingTopic.values)),
            ),
            models.CheckConstraint(
                name="training_valid_after_done",
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("completed_on")),
                violation_error_message=_("It is valid until the day of completion or later."),
            ),
            models.CheckConstraint(
                name="training_strike_pair",
                condition=Q(struck_at__isnull=True, strike_reason="")
                | (Q(struck_at__isnull=False) & ~Q(strike_reason="")),
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-completed_on"], name="training_person_idx"),
            models.Index(
                fields=["valid_until", "id"],
                name="training_ending_idx",
                condition=Q(valid_until__isnull=False, struck_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.completed_on}"
