"""矛盾纠纷 (第十三条(一)): the event, its mediation and what became of it. No list of people."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from incidents.enums_clocks import (
    DisputeKind,
    DisputeOutcome,
    DisputeRoute,
    DisputeStepKind,
    EventRisk,
)
from incidents.models.clocks import Recorded, RoomRecord
from incidents.models.incidents import Incident
from policeroom.common.models import ClientCreated, ScopedModel, org_path_field


class Dispute(RoomRecord):
    """One dispute. Who takes part in it stands with its incident, if anywhere."""

    number = models.CharField(_("number"), max_length=20)
    incident = models.ForeignKey(
        Incident,
        verbose_name=_("incident"),
        on_delete=models.PROTECT,
        related_name="disputes",
        null=True,
        blank=True,
    )
    kind = models.CharField(_("kind"), max_length=16, choices=DisputeKind.choices)
    place_text = models.CharField(_("where"), max_length=120)
    summary = models.CharField(_("what it is about"), max_length=300)
    found_on = models.DateField(_("found on"))
    risk = models.CharField(_("risk of the event"), max_length=8, choices=EventRisk.choices)
    repeated = models.BooleanField(_("happens again"), default=False)
    route = models.CharField(_("way of handling"), max_length=12, choices=DisputeRoute.choices)
    #: None while it goes on.
    agreed = models.BooleanField(_("agreement reached"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)

    class Meta(RoomRecord.Meta):
        verbose_name = _("dispute")
        verbose_name_plural = _("disputes")
        ordering = ["-found_on", "-id"]
        constraints = [
            *RoomRecord.Meta.constraints,
            models.UniqueConstraint(name="dispute_number_once", fields=["station", "number"]),
            models.CheckConstraint(
                name="dispute_closed_with_outcome",
                condition=Q(closed_at__isnull=True) | Q(agreed__isnull=False),
                violation_error_message=_("A closed dispute says whether it was agreed."),
            ),
        ]
        indexes = [models.Index(fields=["org_path", "-found_on", "-id"], name="dispute_list_idx")]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("incidents:dispute-detail", args=[self.pk])


class DisputeStep(Recorded, ClientCreated, ScopedModel):
    """A mediation session or a follow-up visit. Append-only."""

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="steps")
    org_path = org_path_field()
    kind = models.CharField(_("kind"), max_length=12, choices=DisputeStepKind.choices)
    held_at = models.DateTimeField(_("held at"))
    outcome = models.CharField(_("outcome"), max_length=8, choices=DisputeOutcome.choices)
    #: Units that took part: 保卫处, 学院, 调解委员会. No persons.
    with_units = models.CharField(_("together with"), max_length=120, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        default_manager_name = "everything"
        base_manager_name = "everything"
        verbose_name = _("mediation or visit")
        verbose_name_plural = _("mediations and visits")
        ordering = ["dispute_id", "held_at", "id"]
        constraints = [
            models.CheckConstraint(
                name="disputestep_outcome_fits",
                condition=Q(
                    kind=DisputeStepKind.MEDIATION, outcome__in=("agreed", "open", "failed")
                )
                | Q(kind=DisputeStepKind.FOLLOW_UP, outcome__in=("kept", "broken")),
            )
        ]
        indexes = [models.Index(fields=["org_path", "-held_at", "-id"], name="disputestep_idx")]

    def __str__(self) -> str:
        return f"{self.dispute_id} {self.kind} {self.held_at:%Y-%m-%d}"


class DisputeScreening(Recorded, ClientCreated, ScopedModel):
    """排查: the room looked for disputes; nothing found is an entry too (JS-13-1). Append-only."""

    station = models.ForeignKey(
        "stations.Station", on_delete=models.PROTECT, related_name="screenings"
    )
    org_path = org_path_field()
    held_on = models.DateField(_("held on"))
    found = models.PositiveSmallIntegerField(_("disputes found"))
    areas = models.CharField(_("where it was looked"), max_length=200)

    class Meta:
        default_manager_name = "everything"
        base_manager_name = "everything"
        verbose_name = _("dispute screening")
        verbose_name_plural = _("dispute screenings")
        ordering = ["-held_on", "-id"]
        constraints = [
            models.CheckConstraint(
                name="disputescreening_limit", condition=Q(found__lte=999, found__gte=0)
            ),
        ]
        indexes = [
            models.Index(fields=["org_path", "-held_on", "-id"], name="disputescreening_idx")
        ]

    def __str__(self) -> str:
        return f"{self.held_on}: {self.found}"
