"""Calls that came from a device, but not beyond doubt: they wait for the room's lead (待核实)."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from incidents.models.incidents import Incident
from policeroom.common.models import ScopedModel, org_path_field
from stations.models import Station


class OfflineReason(models.TextChoices):
    """Why a call was not simply filed."""

    TRANSFERRED = "transferred", _("the author no longer serves at this police room")
    NOT_POSTED = "not_posted", _("the author did not serve at this police room then")
    OTHER_SENDER = "other_sender", _("somebody else handed it in")


class OfflineRecord(ScopedModel):
    """A call captured without a line and kept until somebody decides whether it belongs in the log.

    Source: security.md 3.4: a record of an author who moved on is checked, never dropped. `author`
    is who the device says wrote it, `sender` whose session brought it.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("to be checked")
        ACCEPTED = "accepted", _("accepted")
        REFUSED = "refused", _("refused")

    client_uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    station = models.ForeignKey(
        Station, verbose_name=_("police room"), on_delete=models.PROTECT, related_name="+"
    )
    org_path = org_path_field()
    reason = models.CharField(_("reason"), max_length=12, choices=OfflineReason.choices)
    #: The fields as they were typed: {name: [values]}.
    body = models.JSONField()
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("author"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("handed in by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    captured_at = models.DateTimeField(_("captured at"))
    received_at = models.DateTimeField(_("received at"))
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.WAITING
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decision_note = models.CharField(_("why"), max_length=200, blank=True, default="")
    incident = models.OneToOneField(
        Incident,
        verbose_name=_("incident"),
        on_delete=models.PROTECT,
        related_name="offline_record",
        null=True,
        blank=True,
    )

    class Meta:
        default_manager_name = "everything"
        base_manager_name = "everything"
        verbose_name = _("offline record")
        verbose_name_plural = _("offline records")
        ordering = ["-received_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="offlinerecord_decision_pair",
                condition=Q(state="waiting", decided_by__isnull=True, decided_at__isnull=True)
                | (~Q(state="waiting") & Q(decided_by__isnull=False, decided_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="offlinerecord_accepted_is_filed",
                condition=Q(state="accepted", incident__isnull=False)
                | (~Q(state="accepted") & Q(incident__isnull=True)),
            ),
            models.CheckConstraint(
                name="offlinerecord_refused_says_why",
                condition=~Q(state="refused") | ~Q(decision_note=""),
            ),
        ]
        indexes = [
            models.Index(fields=["org_path", "-received_at", "-id"], name="offlinerecord_list_idx")
        ]

    def __str__(self) -> str:
        return f"{self.author} {self.captured_at:%Y-%m-%d %H:%M}"

    def get_absolute_url(self) -> str:
        return reverse("incidents:offline-detail", args=[self.pk])

    @property
    def text(self) -> str:
        """What was typed."""
        return " ".join(self.body.get("text", []))
