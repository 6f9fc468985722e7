"""Hand-over of a case, person or item to the unit that goes on with it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from incidents.enums import ReceiverKind, TransferWhat
from incidents.models.incidents import Incident
from policeroom.common.models import ClientCreated, ScopedModel, org_path_field
from stations.models import OrgUnit


class Transfer(ClientCreated, ScopedModel):
    """One hand-over with its receipt (JS-13-6a, JS-13-6b). Struck with a reason, never deleted."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="transfers")
    org_path = org_path_field()
    what = models.CharField(_("what"), max_length=10, choices=TransferWhat.choices)
    #: The thing or the case, without names of persons.
    description = models.CharField(_("description"), max_length=200, blank=True)
    receiver_kind = models.CharField(
        _("received by a"), max_length=20, choices=ReceiverKind.choices
    )
    receiver_unit = models.ForeignKey(
        OrgUnit,
        verbose_name=_("receiving unit"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
    )
    receiver_name = models.CharField(_("receiving unit"), max_length=120)
    handed_at = models.DateTimeField(_("handed over at"))
    document_no = models.CharField(_("document number"), max_length=60, blank=True)
    received_at = models.DateTimeField(_("received at"), null=True, blank=True)
    #: Who signed for it at the other unit, as on the receipt.
    received_by_name = models.CharField(_("received by"), max_length=60, blank=True, default="")
    receipt_recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        editable=False,
    )
    struck_at = models.DateTimeField(null=True, blank=True, editable=False)
    strike_reason = models.CharField(_("reason"), max_length=200, blank=True, default="")
    recorded_at = models.DateTimeField(_("recorded at"), db_default=Now(), editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False
    )

    class Meta:
        default_manager_name = "everything"
        base_manager_name = "everything"
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")
        ordering = ["-handed_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="transfer_receipt_after_handing",
                condition=Q(received_at__isnull=True) | Q(received_at__gte=F("handed_at")),
                violation_error_message=_("The receipt cannot lie before the hand-over."),
            ),
            models.CheckConstraint(
                name="transfer_receipt_pair",
                condition=Q(received_at__isnull=True, received_by_name="")
                | (Q(received_at__isnull=False) & ~Q(received_by_name="")),
                violation_error_message=_("A receipt has a time and a name, both or neither."),
            ),
            models.CheckConstraint(
                name="transfer_strike_pair",
                condition=Q(struck_at__isnull=True, strike_reason="")
                | (Q(struck_at__isnull=False) & ~Q(strike_reason="")),
            ),
        ]
        indexes = [models.Index(fields=["org_path", "-handed_at", "-id"], name="transfer_list_idx")]

    def __str__(self) -> str:
        return f"{self.get_what_display()} → {self.receiver_name}"

    def get_absolute_url(self) -> str:
        return reverse("incidents:transfer-detail", args=[self.pk])
