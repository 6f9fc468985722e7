"""Records of human decisions about work (第二十一条): the paper and its words, nothing computed."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from personnel.models.people import Person
from personnel.models.training import Recorded
from policeroom.common.models import ClientCreated, ScopedModel, org_path_field
from stations.models import OrgUnit, Station

#: Condition: neither struck nor corrected by a later record.
STANDING = Q(struck_at__isnull=True)


class Decision(Recorded, ClientCreated, ScopedModel):
    """Base of what people decided about the work of a room: the paper, never a figure of ours.

    One that was recorded wrongly is struck with a reason; `corrects` names what a new record takes
    the place of.
    """

    station = models.ForeignKey(
        Station, verbose_name=_("police room"), on_delete=models.PROTECT, related_name="%(class)ss"
    )
    org_path = org_path_field()
    decided_by = models.ForeignKey(
        OrgUnit, verbose_name=_("deciding unit"), on_delete=models.PROTECT, related_name="+"
    )
    decided_on = models.DateField(_("decided on"))
    document_no = models.CharField(_("document number"), max_length=60)
    #: What was decided, in the words of the paper.
    result = models.CharField(_("result"), max_length=60)
    struck_at = models.DateTimeField(null=True, blank=True, editable=False)
    strike_reason = models.CharField(_("reason"), max_length=200, blank=True, default="")
    corrects = models.OneToOneField(
        "self",
        verbose_name=_("corrects"),
        on_delete=models.PROTECT,
        related_name="corrected_by",
        null=True,
        blank=True,
        editable=False,
    )

    class Meta:
        abstract = True
        default_manager_name = "everything"
        base_manager_name = "everything"
        ordering = ["-decided_on", "-id"]
        constraints = [
            models.CheckConstraint(
                name="%(class)s_strike_pair",
                condition=Q(struck_at__isnull=True, strike_reason="")
                | (Q(struck_at__isnull=False) & ~Q(strike_reason="")),
            )
        ]

    def __str__(self) -> str:
        return self.document_no

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.org_path = self.station.org_path
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse(f"personnel:{self._meta.model_name}-detail", args=[self.pk])


class Appraisal(Decision):
    """The yearly appraisal of a room under a scheme (JS-21-2)."""

    year = models.PositiveSmallIntegerField(_("year"))
    scheme = models.CharField(_("scheme"), max_length=120)

    class Meta(Decision.Meta):
        verbose_name = _("appraisal")
        verbose_name_plural = _("appraisals")
        constraints = [
            *Decision.Meta.constraints,
            models.UniqueConstraint(
                name="appraisal_once",
                fields=["station", "year"],
                condition=STANDING,
                violation_error_message=_("The appraisal of this year is already recorded."),
            ),
        ]
        indexes = [
            models.Index(fields=["org_path", "-decided_on", "-id"], name="appraisal_list_idx")
        ]


class PersonDecision(Decision):
    """A decision about a room, or about one of its people."""

    person = models.ForeignKey(
        Person,
        verbose_name=_("person"),
        on_delete=models.PROTECT,
        related_name="%(class)ss",
        null=True,
        blank=True,
    )
    ground = models.CharField(_("ground"), max_length=200)

    class Meta(Decision.Meta):
        abstract = True


class Commendation(PersonDecision):
    """A commendation of a room or of one of its people (第二十一条)."""

    class Meta(PersonDecision.Meta):
        verbose_name = _("commendation")
        verbose_name_plural = _("commendations")
        indexes = [
            models.Index(fields=["org_path", "-decided_on", "-id"], name="commendation_list_idx")
        ]


class Accountability(PersonDecision):
    """A decision to hold somebody to account, made by people, by its paper (第二十一条)."""

    class Meta(PersonDecision.Meta):
        verbose_name = _("accountability decision")
        verbose_name_plural = _("accountability decisions")
        indexes = [
            models.Index(fields=["org_path", "-decided_on", "-id"], name="accountability_list_idx")
        ]
