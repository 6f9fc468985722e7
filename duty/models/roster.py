"""Arrangements of the city, shifts of the room, and who was really there (第九条, 第十六条)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from duty.enums import ArrangementPart, PresenceSource, ShiftKind
from duty.models.orders import DutyOrder, Trigger
from personnel.models import Person
from policeroom.common.models import (
    ClientCreated,
    Interval,
    ScopedModel,
    no_overlap,
    org_path_field,
)
from stations.models import OrgUnit, Station

USER = settings.AUTH_USER_MODEL


def one_place_at_a_time(
    name: str, *, start: str, end: str, message: Any, condition: Q | None = None
):
    """Exclusion constraint: a person is never in two shifts, or at two desks, at one instant.

    `no_overlap` explains the spelling without an extension.
    """
    return ExclusionConstraint(
        name=name,
        expressions=[
            (
                Func(F("person"), F("person"), Value("[]"), function="int8range"),
                RangeOperators.OVERLAPS,
            ),
            (
                Func(F(start), F(end), Value("[)"), function="tstzrange"),
                RangeOperators.OVERLAPS,
            ),
        ],
        condition=condition,
        violation_error_message=message,
    )


class OfStation(ScopedModel):
    """Base of a row of one room; the path is copied from the room when it is stored."""

    station = models.ForeignKey(
        Station, verbose_name=_("police room"), on_delete=models.PROTECT, related_name="%(class)ss"
    )
    org_path = org_path_field()
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)
    recorded_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, related_name="+", null=True, blank=True, editable=False
    )

    class Meta:
        abstract = True
        default_manager_name = "everything"
        base_manager_name = "everything"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.org_path = self.station.org_path
        super().save(*args, **kwargs)


class DutyArrangement(ClientCreated, Interval, ScopedModel):
    """A city's routine for 三级 in term or in vacation (第十六条). Versions are intervals.

    The only source of relief from weekly briefings and of what JS-09-2 and JS-09-3 ask for. Hours
    that end at or before they begin run over midnight; equal ones are the whole day.
    """

    unit = models.ForeignKey(
        OrgUnit, verbose_name=_("city bureau"), on_delete=models.PROTECT, related_name="+"
    )
    org_path = org_path_field()
    part = models.CharField(_("part"), max_length=10, choices=ArrangementPart.choices)
    title = models.CharField(_("title"), max_length=120)
    document_no = models.CharField(_("document number"), max_length=60)
    day_starts = models.TimeField(_("day begins"))
    day_ends = models.TimeField(_("day ends"))
    officer_on_workdays = models.BooleanField(_("an officer on every working day"), default=True)
    auxiliary_every_day = models.BooleanField(_("an auxiliary on every day"), default=True)
    #: JS-14-1: no weekly briefing in weeks that this arrangement covers on all seven days.
    suspends_weekly = models.BooleanField(_("suspends the weekly briefing"), default=False)

    class Meta(Interval.Meta):
        default_manager_name = "everything"
        base_manager_name = "everything"
        verbose_name = _("duty arrangement")
        verbose_name_plural = _("duty arrangements")
        ordering = ["org_path", "part", "-valid_from"]
        constraints = [
            *Interval.Meta.constraints,
            *(
                no_overlap(
                    name=f"dutyarrangement_{part}_no_overlap",
                    keys=("unit_id",),
                    condition=Q(part=part),
                    message=_("The city already has an arrangement for this part in that time."),
                )
                for part in ("term", "vacation")
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("duty:arrangement-detail", args=[self.pk])

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.org_path = self.unit.org_path
        super().save(*args, **kwargs)


class ShiftTemplate(OfStation):
    """A shift as the room usually has it: 白班 08:00, 12 hours."""

    name = models.CharField(_("name"), max_length=30)
    kind = models.CharField(_("kind"), max_length=8, choices=ShiftKind.choices)
    starts = models.TimeField(_("begins"))
    minutes = models.PositiveSmallIntegerField(_("length (minutes)"))
    officers = models.PositiveSmallIntegerField(_("officers"), default=1)
    auxiliaries = models.PositiveSmallIntegerField(_("auxiliaries"), default=1)
    is_active = models.BooleanField(_("offered"), default=True)

    class Meta(OfStation.Meta):
        verbose_name = _("shift template")
        verbose_name_plural = _("shift templates")
        ordering = ["station_id", "starts", "id"]
        constraints = [
            models.UniqueConstraint(
                name="shifttemplate_once",
                fields=["station", "name"],
                violation_error_message=_("The room already has a shift of this name."),
            ),
            models.CheckConstraint(
                name="shifttemplate_length", condition=Q(minutes__gte=30, minutes__lte=2880)
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RosterShift(ClientCreated, OfStation):
    """One person's planned shift, `[starts_at, ends_at)`. Struck, never deleted."""

    person = models.ForeignKey(
        Person, verbose_name=_("person"), on_delete=models.PROTECT, related_name="shifts"
    )
    kind = models.CharField(_("kind"), max_length=8, choices=ShiftKind.choices)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    template = models.ForeignKey(
        ShiftTemplate, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    struck_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta(OfStation.Meta):
        verbose_name = _("shift")
        verbose_name_plural = _("shifts")
        ordering = ["starts_at", "id"]
        constraints = [
            models.CheckConstraint(
                name="rostershift_period",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message=_("The end must lie after the start."),
            ),
            one_place_at_a_time(
                "rostershift_no_overlap",
                start="starts_at",
                end="ends_at",
                condition=Q(struck_at__isnull=True),
                message=_("This person already has a shift in that time."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["org_path", "starts_at"],
                name="rostershift_path_idx",
                condition=Q(struck_at__isnull=True),
            ),
            models.Index(fields=["person", "starts_at"], name="rostershift_person_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.starts_at:%Y-%m-%d %H:%M}"


class IntendedGap(OfStation):
    """Hours the room means to be empty; they are no gap of the roster. Struck, never deleted."""

    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    reason = models.CharField(_("reason"), max_length=120)
    struck_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta(OfStation.Meta):
        verbose_name = _("intended empty hours")
        verbose_name_plural = _("intended empty hours")
        ordering = ["starts_at", "id"]
        constraints = [
            models.CheckConstraint(
                name="intendedgap_period",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message=_("The end must lie after the start."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.station_id} {self.starts_at:%Y-%m-%d %H:%M}"


class ShiftSwap(OfStation):
    """Somebody else takes a shift once the lead agrees; who asked may withdraw before that."""

    shift = models.ForeignKey(RosterShift, on_delete=models.PROTECT, related_name="swaps")
    to_person = models.ForeignKey(
        Person, verbose_name=_("taken over by"), on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(_("reason"), max_length=120)
    decided_at = models.DateTimeField(null=True, blank=True, editable=False)
    decided_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, related_name="+", null=True, blank=True, editable=False
    )
    approved = models.BooleanField(_("approved"), null=True, blank=True, editable=False)
    #: Why the lead did not agree.
    refusal = models.CharField(max_length=120, blank=True, default="", editable=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)
    #: The shift that came of it.
    result = models.OneToOneField(
        RosterShift, on_delete=models.PROTECT, related_name="came_of", null=True, blank=True
    )

    class Meta(OfStation.Meta):
        verbose_name = _("swap")
        verbose_name_plural = _("swaps")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="shiftswap_decided",
                condition=Q(decided_at__isnull=True, decided_by__isnull=True, approved__isnull=True)
                | Q(
                    decided_at__isnull=False,
                    decided_by__isnull=False,
                    approved__isnull=False,
                    withdrawn_at__isnull=True,
                ),
            ),
            models.CheckConstraint(
                name="shiftswap_outcome",
                condition=Q(approved__isnull=True, result__isnull=True, refusal="")
                | Q(approved=True, result__isnull=False, refusal="")
                | (Q(approved=False, result__isnull=True) & ~Q(refusal="")),
            ),
            models.UniqueConstraint(
                name="shiftswap_pending_once",
                fields=["shift"],
                condition=Q(approved__isnull=True, withdrawn_at__isnull=True),
                violation_error_message=_("A swap of this shift is already waiting."),
            ),
        ]
        indexes = [
            models.Index(fields=["org_path", "-id"], name="shiftswap_path_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.shift_id} → {self.to_person_id}"

    def get_absolute_url(self) -> str:
        return reverse("duty:swap", args=[self.pk])

    @property
    def is_pending(self) -> bool:
        """Whether somebody has yet to decide."""
        return self.approved is None and self.withdrawn_at is None


class Presence(ClientCreated, OfStation):
    """Somebody was in the room, `[came_at, left_at)`. No location is kept: it is said at the desk.

    A missing check-out ends, unverified, at the end of the shift (matrix D 16), never at infinity.
    """

    person = models.ForeignKey(
        Person, verbose_name=_("person"), on_delete=models.PROTECT, related_name="presences"
    )
    came_at = models.DateTimeField(_("came at"))
    left_at = models.DateTimeField(_("left at"), null=True, blank=True)
    source = models.CharField(
        _("recorded"), max_length=10, choices=PresenceSource.choices, default=PresenceSource.DESK
    )
    left_source = models.CharField(
        _("end recorded"), max_length=10, choices=PresenceSource.choices, blank=True, default=""
    )
    #: It never was: the wrong person was checked in. Kept, and counted nowhere.
    struck_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta(OfStation.Meta):
        verbose_name = _("presence")
        verbose_name_plural = _("presences")
        ordering = ["-came_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="presence_period",
                condition=Q(left_at__isnull=True) | Q(left_at__gt=F("came_at")),
                violation_error_message=_("The end must lie after the start."),
            ),
            models.CheckConstraint(
                name="presence_left_pair",
                condition=Q(left_at__isnull=True, left_source="")
                | (Q(left_at__isnull=False) & ~Q(left_source="")),
            ),
            one_place_at_a_time(
                "presence_no_overlap",
                start="came_at",
                end="left_at",
                condition=Q(struck_at__isnull=True),
                message=_("This person is already checked in somewhere in that time."),
            ),
        ]
        indexes = [
            models.Index(fields=["org_path", "came_at"], name="presence_path_idx"),
            models.Index(
                fields=["org_path"],
                name="presence_open_idx",
                condition=Q(left_at__isnull=True, struck_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.came_at:%Y-%m-%d %H:%M}"


class PresenceCorrection(OfStation):
    """What a presence said before it was corrected, and why. Append-only."""

    presence = models.ForeignKey(Presence, on_delete=models.PROTECT, related_name="corrections")
    came_before = models.DateTimeField()
    left_before = models.DateTimeField(null=True)
    reason = models.CharField(_("reason"), max_length=200)

    class Meta(OfStation.Meta):
        ordering = ["presence_id", "id"]
        constraints = [
            models.CheckConstraint(name="presencecorrection_has_reason", condition=~Q(reason=""))
        ]

    def __str__(self) -> str:
        return f"{self.presence_id} {self.reason}"


class Reinforcement(OfStation):
    """An officer sent to a room for an order or a trigger; never counted for 第八条."""

    person = models.ForeignKey(
        Person, verbose_name=_("person"), on_delete=models.PROTECT, related_name="reinforcements"
    )
    order = models.ForeignKey(
        DutyOrder, on_delete=models.PROTECT, related_name="reinforcements", null=True, blank=True
    )
    trigger = models.ForeignKey(
        Trigger, on_delete=models.PROTECT, related_name="reinforcements", null=True, blank=True
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    order_no = models.CharField(_("reinforcement order"), max_length=60)

    class Meta(OfStation.Meta):
        verbose_name = _("reinforcement")
        verbose_name_plural = _("reinforcements")
        ordering = ["-starts_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="reinforcement_period",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message=_("The end must lie after the start."),
            ),
            models.CheckConstraint(
                name="reinforcement_one_cause",
                condition=Q(order__isnull=True, trigger__isnull=False)
                | Q(order__isnull=False, trigger__isnull=True),
                violation_error_message=_("Name the order or the trigger, one of them."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} → {self.station_id}"
