"""线索 (第十三条(二)): a reference number and a clock. What a lead says is stored nowhere here."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from incidents.enums_clocks import LeadResult
from incidents.models.clocks import RoomRecord
from stations.models import OrgUnit


class Issued(RoomRecord):
    """Something a superior unit gave to a room, with the instant it is due."""

    issuer = models.ForeignKey(
        OrgUnit,
        verbose_name=_("issuing unit"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
    )
    issuer_name = models.CharField(_("issuing unit"), max_length=120)
    received_at = models.DateTimeField(_("received at"))
    due_at = models.DateTimeField(_("due at"))
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("closed by"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        editable=False,
    )

    class Meta(RoomRecord.Meta):
        abstract = True
        constraints = [
            *RoomRecord.Meta.constraints,
            models.CheckConstraint(
                name="%(class)s_due_after_received",
                condition=Q(due_at__gte=F("received_at")),
                violation_error_message=_("The due time must not lie before the receipt."),
            ),
            models.CheckConstraint(
                name="%(class)s_closed_pair",
                condition=Q(closed_at__isnull=True, closed_by__isnull=True)
                | Q(closed_at__isnull=False, closed_by__isnull=False),
            ),
            models.CheckConstraint(
                name="%(class)s_closed_after_received",
                condition=Q(closed_at__isnull=True) | Q(closed_at__gte=F("received_at")),
                violation_error_message=_("It cannot be closed before it was received."),
            ),
        ]


class Lead(Issued):
    """A lead that was passed down: the issuer's reference number, the clock, the result code."""

    reference_no = models.CharField(_("reference number"), max_length=60)
    #: The issuer named the due time; else it follows from P-13a.
    due_named = models.BooleanField(_("due time named by the issuer"), default=False)
    result = models.CharField(
        _("result"), max_length=12, choices=LeadResult.choices, blank=True, default=""
    )

    class Meta(Issued.Meta):
        verbose_name = _("lead")
        verbose_name_plural = _("leads")
        ordering = ["-received_at", "-id"]
        constraints = [
            *Issued.Meta.constraints,
            models.UniqueConstraint(
                name="lead_reference_once",
                fields=["station", "reference_no"],
                condition=Q(struck_at__isnull=True),
                violation_error_message=_("The room already has a lead of this number."),
            ),
            models.CheckConstraint(
                name="lead_closed_with_result",
                condition=Q(closed_at__isnull=True, result="")
                | (Q(closed_at__isnull=False) & ~Q(result="")),
            ),
        ]
        indexes = [models.Index(fields=["org_path", "-received_at", "-id"], name="lead_list_idx")]

    def __str__(self) -> str:
        return self.reference_no

    def get_absolute_url(self) -> str:
        return reverse("incidents:lead-detail", args=[self.pk])
