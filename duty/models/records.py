"""Handover, duty log, comms tests, plans and drills (第十七条, 第十八条, 第二十三条)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from duty.enums import LEVEL_CHOICES, CommsResult, PlanIncidentType
from duty.models.roster import OfStation
from personnel.models import Person
from policeroom.common.models import (
    ClientCreated,
    Interval,
    ScopedModel,
    no_overlap,
    org_path_field,
)
from stations.models import OrgUnit

USER = settings.AUTH_USER_MODEL


class ShiftHandover(ClientCreated, OfStation):
    """The sheet one shift hands to the next; `sections` is what stood there when it was signed.

    Until the outgoing side signs, the sections are drawn from the records each time.
    """

    number = models.CharField(_("number"), max_length=20)
    handed_at = models.DateTimeField(_("handover at"))
    outgoing = models.ForeignKey(
        Person, verbose_name=_("outgoing"), on_delete=models.PROTECT, related_name="+"
    )
    incoming = models.ForeignKey(
        Person, verbose_name=_("incoming"), on_delete=models.PROTECT, related_name="+"
    )
    notes = models.TextField(_("to be noted"), max_length=2000, blank=True)
    sections = models.JSONField(default=dict, blank=True)
    signed_out_at = models.DateTimeField(_("signed, outgoing"), null=True, blank=True)
    signed_out_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, related_name="+", null=True, blank=True, editable=False
    )
    signed_in_at = models.DateTimeField(_("signed, incoming"), null=True, blank=True)
    signed_in_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, related_name="+", null=True, blank=True, editable=False
    )

    class Meta(OfStation.Meta):
        verbose_name = _("handover")
        verbose_name_plural = _("handovers")
        ordering = ["-handed_at", "-id"]
        constraints = [
            models.UniqueConstraint(name="handover_number_once", fields=["station", "number"]),
            models.CheckConstraint(
                name="handover_two_people",
                condition=~Q(outgoing=F("incoming")),
                violation_error_message=_("Nobody hands over to themselves."),
            ),
            models.CheckConstraint(
                name="handover_out_pair",
                condition=Q(signed_out_at__isnull=True, signed_out_by__isnull=True)
                | Q(signed_out_at__isnull=False, signed_out_by__isnull=False),
            ),
            models.CheckConstraint(
                name="handover_in_after_out",
                condition=Q(signed_in_at__isnull=True, signed_in_by__isnull=True)
                | Q(
                    signed_in_at__isnull=False,
                    signed_in_by__isnull=False,
                    signed_out_at__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="handover_two_signatures",
                condition=Q(signed_in_by__isnull=True) | ~Q(signed_in_by=F("signed_out_by")),
                violation_error_message=_("Both sides sign, each for themselves."),
            ),
        ]
        indexes = [
            models.Index(fields=["org_path", "-handed_at", "-id"], name="handover_idx"),
            models.Index(fields=["-handed_at", "-id"], name="handover_time_idx"),
            models.Index(fields=["station", "-signed_out_at"], name="handover_last_idx"),
            models.Index(
                fields=["org_path", "-handed_at", "-id"],
                name="handover_open_idx",
                condition=Q(signed_in_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("duty:handover-detail", args=[self.pk])


class DutyLogEntry(ClientCreated, OfStation):
    """工作日志 (JS-23-2): one line of the room's daily log. Append-only."""

    day = models.DateField(_("day"))
    text = models.TextField(_("entry"), max_length=2000)
    #: Goes into the next handover sheet.
    is_key = models.BooleanField(_("for the next shift"), default=False)
    at = models.DateTimeField(_("at"))

    class Meta(OfStation.Meta):
        verbose_name = _("log entry")
        verbose_name_plural = _("log entries")
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["org_path", "-at", "-id"], name="dutylog_idx"),
            models.Index(fields=["-at", "-id"], name="dutylog_time_idx"),
            models.Index(
                fields=["station", "recorded_at"],
                name="dutylog_key_idx",
                condition=Q(is_key=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.text[:40]}"


class CommsTest(ClientCreated, OfStation):
    """A test of radio and telephone (JS-23-4). Append-only."""

    tested_at = models.DateTimeField(_("tested at"))
    channel = models.CharField(_("channel"), max_length=60)
    result = models.CharField(_("result"), max_length=8, choices=CommsResult.choices)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta(OfStation.Meta):
        verbose_name = _("comms test")
        verbose_name_plural = _("comms tests")
        ordering = ["-tested_at", "-id"]
        indexes = [
            models.Index(fields=["org_path", "-tested_at"], name="commstest_idx"),
            models.Index(fields=["-tested_at", "-id"], name="commstest_time_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.result}"


class EmergencyPlan(ClientCreated, Interval, ScopedModel):
    """A city's plan by level and incident type (第十八条); a new version ends the one before."""

    unit = models.ForeignKey(
        OrgUnit, verbose_name=_("city bureau"), on_delete=models.PROTECT, related_name="+"
    )
    org_path = org_path_field()
    title = models.CharField(_("title"), max_length=120)
    document_no = models.CharField(_("document number"), max_length=60)
    version = models.PositiveSmallIntegerField(_("version"), default=1)

    class Meta(Interval.Meta):
        default_manager_name = "everything"
        base_manager_name = "everything"
        verbose_name = _("emergency plan")
        verbose_name_plural = _("emergency plans")
        ordering = ["org_path", "-valid_from"]
        constraints = [
            *Interval.Meta.constraints,
            no_overlap(
                name="emergencyplan_no_overlap",
                keys=("unit_id",),
                message=_("The city already has a plan in that time."),
            ),
            models.UniqueConstraint(name="emergencyplan_version_once", fields=["unit", "version"]),
        ]

    def __str__(self) -> str:
        return f"{self.title} v{self.version}"

    def get_absolute_url(self) -> str:
        return reverse("duty:plan-detail", args=[self.pk])

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.org_path = self.unit.org_path
        super().save(*args, **kwargs)


class PlanCell(models.Model):
    """One level and one incident type of a plan, with its five elements (JS-18-2, JS-18-3)."""

    plan = models.ForeignKey(EmergencyPlan, on_delete=models.CASCADE, related_name="cells")
    level = models.PositiveSmallIntegerField(_("level"), choices=LEVEL_CHOICES)
    incident_type = models.CharField(
        _("incident type"), max_length=12, choices=PlanIncidentType.choices
    )
    duties = models.TextField(_("duties"), max_length=1000, blank=True)
    composition = models.TextField(_("forces"), max_length=1000, blank=True)
    tiers = models.TextField(_("tiers of reinforcement"), max_length=1000, blank=True)
    joint_duty = models.TextField(_("joint duty"), max_length=1000, blank=True)
    requirements = models.TextField(_("requirements"), max_length=1000, blank=True)

    class Meta:
        ordering = ["plan_id", "level", "incident_type"]
        constraints = [
            models.UniqueConstraint(name="plancell_once", fields=["plan", "level", "incident_type"])
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.level} {self.incident_type}"


class Drill(ClientCreated, OfStation):
    """A drill of a room with its evaluation (JS-18-4, JS-13-3d)."""

    plan = models.ForeignKey(
        EmergencyPlan, on_delete=models.PROTECT, related_name="drills", null=True, blank=True
    )
    held_on = models.DateField(_("held on"))
    title = models.CharField(_("title"), max_length=120)
    levels = ArrayField(
        models.PositiveSmallIntegerField(choices=LEVEL_CHOICES), default=list, blank=True
    )
    incident_type = models.CharField(
        _("incident type"), max_length=12, choices=PlanIncidentType.choices
    )
    #: A total; nobody is named.
    participants = models.PositiveIntegerField(_("participants"))
    evaluation = models.TextField(_("evaluation"), max_length=2000)
    document_no = models.CharField(_("document number"), max_length=60, blank=True)
    #: Where the script and the pictures are kept, for who inspects.
    proof = models.TextField(_("proof"), max_length=500, blank=True, default="")

    class Meta(OfStation.Meta):
        verbose_name = _("drill")
        verbose_name_plural = _("drills")
        ordering = ["-held_on", "-id"]
        indexes = [
            models.Index(fields=["org_path", "-held_on", "-id"], name="drill_idx"),
            models.Index(fields=["-held_on", "-id"], name="drill_time_idx"),
            models.Index(fields=["station", "-held_on"], name="drill_last_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.held_on}"

    def get_absolute_url(self) -> str:
        return reverse("duty:drill-detail", args=[self.pk])
