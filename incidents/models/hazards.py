"""隐患 (第十三条(三)): found, ordered to be put right by a day, rechecked by that day."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from incidents.enums_clocks import EvidenceKind, OrderKind, RecheckResult
from incidents.models.clocks import Recorded, RoomRecord
from policeroom.common.models import ClientCreated, ScopedModel, org_path_field
from stations.models import Campus, University


class Hazard(RoomRecord):
    """A hazard of a place or a thing. It is closed after a recheck that finds it put right.

    `due_on` is the due date of the order that holds now; every order keeps its own.
    """

    number = models.CharField(_("number"), max_length=20)
    campus = models.ForeignKey(
        Campus,
        verbose_name=_("campus"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
    )
    place_text = models.CharField(_("where"), max_length=120)
    description = models.CharField(_("hazard"), max_length=300)
    found_at = models.DateTimeField(_("found at"))
    #: The unit that puts it right: 后勤管理处. No person.
    responsible = models.CharField(_("responsible unit"), max_length=120)
    due_on = models.DateField(_("rectification due"))
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)

    class Meta(RoomRecord.Meta):
        verbose_name = _("hazard")
        verbose_name_plural = _("hazards")
        ordering = ["-found_at", "-id"]
        constraints = [
            *RoomRecord.Meta.constraints,
            models.UniqueConstraint(name="hazard_number_once", fields=["station", "number"]),
        ]
        indexes = [models.Index(fields=["org_path", "-found_at", "-id"], name="hazard_list_idx")]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("incidents:hazard-detail", args=[self.pk])


class HazardOrder(Recorded, ScopedModel):
    """One rectification due date and why it holds. Append-only; the clock hangs on this row."""

    hazard = models.ForeignKey(Hazard, on_delete=models.PROTECT, related_name="orders")
    org_path = org_path_field()
    kind = models.CharField(_("kind"), max_length=10, choices=OrderKind.choices)
    issued_at = models.DateTimeField(_("issued at"))
    due_on = models.DateField(_("due"))
    document_no = models.CharField(_("document number"), max_length=60, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        default_manager_name = "everything"
        base_manager_name = "everything"
        verbose_name = _("rectification order")
        verbose_name_plural = _("rectification orders")
        ordering = ["hazard_id", "id"]
        constraints = [
            models.CheckConstraint(
                name="hazardorder_extension_decided",
                condition=~Q(kind=OrderKind.EXTENSION) | (~Q(document_no="") & ~Q(reason="")),
                violation_error_message=_("An extension has a decision number and a reason."),
            ),
            models.UniqueConstraint(
                name="hazardorder_first_once",
                fields=["hazard"],
                condition=Q(kind=OrderKind.ORDER),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.hazard_id} {self.due_on}"


class HazardRecheck(Recorded, ClientCreated, ScopedModel):
    """One look at whether it was put right (JS-13-3b). Append-only; one per order."""

    order = models.OneToOneField(HazardOrder, on_delete=models.PROTECT, related_name="recheck")
    org_path = org_path_field()
    checked_at = models.DateTimeField(_("rechecked at"))
    result = models.CharField(_("result"), max_length=10, choices=RecheckResult.choices)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        default_manager_name = "everything"
        base_manager_name = "everything"
        verbose_name = _("recheck")
        verbose_name_plural = _("rechecks")
        ordering = ["order_id"]
        constraints = [
            models.CheckConstraint(
                name="hazardrecheck_failure_explained",
                condition=Q(result=RecheckResult.FIXED) | ~Q(note=""),
                violation_error_message=_("Say what is still to be done."),
            )
        ]
        indexes = [
            models.Index(fields=["org_path", "-checked_at", "-id"], name="hazardrecheck_idx")
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.result}"


class UniversityEvidence(RoomRecord):
    """第十三条(三) at a university: a review, a plan on file, a drill (JS-13-3a, c, d)."""

    university = models.ForeignKey(
        University, verbose_name=_("university"), on_delete=models.PROTECT, related_name="+"
    )
    kind = models.CharField(_("kind"), max_length=8, choices=EvidenceKind.choices)
    held_on = models.DateField(_("seen or held on"))
    document_no = models.CharField(_("document number"), max_length=60, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta(RoomRecord.Meta):
        verbose_name = _("evidence of a university")
        verbose_name_plural = _("evidence of universities")
        ordering = ["-held_on", "-id"]
        constraints = [
            *RoomRecord.Meta.constraints,
            models.CheckConstraint(
                name="universityevidence_plan_numbered",
                condition=Q(kind=EvidenceKind.DRILL) | ~Q(document_no=""),
                violation_error_message=_("Give the number of the document that was seen."),
            ),
        ]
        indexes = [
            models.Index(fields=["org_path", "-held_on", "-id"], name="universityevidence_idx")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.held_on}"
