"""What hangs on an incident's record: files, links to other incidents, the people in it."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest, Least
from django.utils.translation import gettext_lazy as _

from incidents.enums import IncidentLinkKind, PartyRole
from incidents.models.clocks import Recorded
from incidents.models.incidents import Incident
from policeroom.common.models import ClientCreated, ScopedModel, org_path_field


class IncidentPart(Recorded, ClientCreated, ScopedModel):
    """A row of one incident, written once and struck with a reason, never deleted.

    The database refuses every other change (migration 0021).
    """

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="%(class)s_rows")
    org_path = org_path_field()
    struck_at = models.DateTimeField(_("struck at"), null=True, blank=True, editable=False)
    struck_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("struck by"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        editable=False,
    )
    strike_reason = models.CharField(_("reason of striking"), max_length=200, blank=True)

    class Meta:
        abstract = True
        default_manager_name = "everything"
        base_manager_name = "everything"
        ordering = ["incident_id", "id"]
        constraints = [
            models.CheckConstraint(
                name="%(class)s_strike_triple",
                condition=Q(struck_at__isnull=True, struck_by__isnull=True, strike_reason="")
                | (Q(struck_at__isnull=False, struck_by__isnull=False) & ~Q(strike_reason="")),
            )
        ]


class IncidentAttachment(IncidentPart):
    """A checked file of an incident; its content lives in the database with the rest."""

    filename = models.CharField(_("file name"), max_length=120)
    content_type = models.CharField(max_length=100)
    content = models.BinaryField()
    size = models.PositiveIntegerField(_("size (bytes)"))
    sha256 = models.CharField(max_length=64)

    class Meta(IncidentPart.Meta):
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        constraints = [
            *IncidentPart.Meta.constraints,
            models.UniqueConstraint(
                name="attachment_once",
                fields=["incident", "sha256"],
                condition=Q(struck_at__isnull=True),
                violation_error_message=_("This file is already attached."),
            ),
            models.CheckConstraint(name="attachment_has_content", condition=Q(size__gt=0)),
            models.CheckConstraint(
                name="attachment_sha256", condition=Q(sha256__regex=r"^[0-9a-f]{64}$")
            ),
        ]

    def __str__(self) -> str:
        return self.filename


class IncidentLink(IncidentPart):
    """Two incidents that belong together. `org_path` is that of `incident`, where it was made."""

    other = models.ForeignKey(
        Incident,
        verbose_name=_("other incident"),
        on_delete=models.PROTECT,
        related_name="incidentlink_to_rows",
    )
    kind = models.CharField(_("kind"), max_length=10, choices=IncidentLinkKind.choices)

    class Meta(IncidentPart.Meta):
        verbose_name = _("link between incidents")
        verbose_name_plural = _("links between incidents")
        constraints = [
            *IncidentPart.Meta.constraints,
            models.CheckConstraint(
                name="incidentlink_two_incidents",
                condition=~Q(incident=F("other")),
                violation_error_message=_("An incident is not linked with itself."),
            ),
            models.UniqueConstraint(
                Least("incident", "other"),
                Greatest("incident", "other"),
                name="incidentlink_once",
                condition=Q(struck_at__isnull=True),
                violation_error_message=_("These two incidents are already linked."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.kind} {self.other_id}"


class IncidentParty(IncidentPart):
    """One person in an event: role, name, telephone, and nothing else.

    Name and telephone are sealed (`policeroom.common.fieldcrypto`) to this row through `uid`, and
    emptied when the retention is over. There is no search over them, on purpose.
    """

    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    role = models.CharField(_("role"), max_length=10, choices=PartyRole.choices)
    name_sealed = models.TextField(editable=False)
    telephone_sealed = models.TextField(blank=True, editable=False)
    purged_at = models.DateTimeField(_("purged at"), null=True, blank=True, editable=False)

    class Meta(IncidentPart.Meta):
        verbose_name = _("party")
        verbose_name_plural = _("parties")
        constraints = [
            *IncidentPart.Meta.constraints,
            models.CheckConstraint(
                name="incidentparty_purged_is_empty",
                condition=(Q(purged_at__isnull=True) & ~Q(name_sealed=""))
                | Q(purged_at__isnull=False, name_sealed="", telephone_sealed=""),
            ),
        ]
        indexes = [
            models.Index(
                fields=["incident"],
                name="incidentparty_kept_idx",
                condition=Q(purged_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.get_role_display()}"


class PartyHold(Recorded, ScopedModel):
    """While it runs, the people of an incident are kept beyond their retention (legal hold)."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="party_holds")
    org_path = org_path_field()
    reason = models.CharField(_("reason"), max_length=200)
    lifted_at = models.DateTimeField(_("lifted at"), null=True, blank=True, editable=False)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("lifted by"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        editable=False,
    )

    class Meta:
        default_manager_name = "everything"
        base_manager_name = "everything"
        verbose_name = _("hold on deletion")
        verbose_name_plural = _("holds on deletion")
        ordering = ["incident_id", "id"]
        constraints = [
            models.UniqueConstraint(
                name="partyhold_once",
                fields=["incident"],
                condition=Q(lifted_at__isnull=True),
                violation_error_message=_("The deletion is already on hold."),
            ),
            models.CheckConstraint(name="partyhold_has_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="partyhold_lift_pair",
                condition=Q(lifted_at__isnull=True, lifted_by__isnull=True)
                | Q(lifted_at__isnull=False, lifted_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.reason}"
