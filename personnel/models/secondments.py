"""Who is ordered off a room for a while, by whom, and who approved it (第二十五条)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from personnel.enums import SecondmentState
from personnel.models.people import PersonInterval
from policeroom.common.models import ClientCreated, no_overlap
from stations.models import OrgUnit

#: Condition: asked for or approved, neither refused nor struck.
STANDING = Q(refused_at__isnull=True, struck_at__isnull=True)
#: Condition: somebody is, was or will be away by it.
APPROVED = Q(approved_at__isnull=False, struck_at__isnull=True)


class Secondment(ClientCreated, PersonInterval):
    """Somebody is ordered off the room for a while (JS-25-3), and it was approved (NC-110-2).

    `recorded_by` asks, a second person at the county bureau or above decides.
    """

    ordered_by = models.ForeignKey(
        OrgUnit, verbose_name=_("ordered by"), on_delete=models.PROTECT, related_name="+"
    )
    order_no = models.CharField(_("order number"), max_length=60)
    purpose = models.CharField(_("purpose"), max_length=120)
    approval_no = models.CharField(_("approval"), max_length=60, blank=True, default="")
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("approved by"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        editable=False,
    )
    approved_at = models.DateTimeField(null=True, blank=True, editable=False)
    refused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("refused by"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        editable=False,
    )
    refused_at = models.DateTimeField(null=True, blank=True, editable=False)
    refusal = models.CharField(_("reason of the refusal"), max_length=200, blank=True, default="")
    struck_at = models.DateTimeField(null=True, blank=True, editable=False)
    strike_reason = models.CharField(_("reason"), max_length=200, blank=True, default="")

    class Meta(PersonInterval.Meta):
        verbose_name = _("secondment")
        verbose_name_plural = _("secondments")
        ordering = ["-valid_from", "-id"]
        constraints = [
            *PersonInterval.Meta.constraints,
            no_overlap(
                name="secondment_no_overlap",
                keys=("person_id",),
                condition=STANDING,
                message=_("This person is already seconded in that time."),
            ),
            models.CheckConstraint(
                name="secondment_approval_pair",
                condition=Q(approved_by__isnull=True, approved_at__isnull=True)
                | Q(approved_by__isnull=False, approved_at__isnull=False),
            ),
            models.CheckConstraint(
                name="secondment_refusal_pair",
                condition=Q(refused_by__isnull=True, refused_at__isnull=True, refusal="")
                | (Q(refused_by__isnull=False, refused_at__isnull=False) & ~Q(refusal="")),
            ),
            models.CheckConstraint(
                name="secondment_one_decision",
                condition=Q(approved_at__isnull=True) | Q(refused_at__isnull=True),
            ),
            models.CheckConstraint(
                name="secondment_second_person",
                condition=Q(approved_by__isnull=True)
                | Q(recorded_by__isnull=True)
                | ~Q(approved_by=F("recorded_by")),
                violation_error_message=_("Somebody else than who asked approves."),
            ),
            models.CheckConstraint(
                name="secondment_strike_pair",
                condition=Q(struck_at__isnull=True, strike_reason="")
                | (Q(struck_at__isnull=False) & ~Q(strike_reason="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.order_no}"

    def get_absolute_url(self) -> str:
        return reverse("personnel:secondment-detail", args=[self.pk])

    @property
    def state(self) -> SecondmentState:
        """What became of it; whether it runs is a question of the day."""
        if self.struck_at is not None:
            return SecondmentState.STRUCK
        if self.refused_at is not None:
            return SecondmentState.REFUSED
        return SecondmentState.ASKED if self.approved_at is None else SecondmentState.APPROVED
