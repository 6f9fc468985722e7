"""Meetings, who took part, what was said and decided (第十四条(一) to (三))."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from meetings.enums import Mode, Regime, Side
from policeroom.common.managers import ScopedModel
from policeroom.common.models import ClientCreated, org_path_field
from stations.models import OrgUnit, Station, University

USER = settings.AUTH_USER_MODEL


class HeldTimes(NamedTuple):
    """When a meeting began, ended, and was entered."""

    began: dt.datetime
    ended: dt.datetime
    entered: dt.datetime


class Meeting(ClientCreated, ScopedModel):
    """A gathering of one or several rooms with their universities, planned, held or called off.

    `unit` convened it: a room, or the bureau above several. The rooms it is for stand in
    `sittings`, each with its own path: a joint meeting shows in every room it is for.
    """

    unit = models.ForeignKey(
        OrgUnit, verbose_name=_("convened by"), on_delete=models.PROTECT, related_name="+"
    )
    org_path = org_path_field()
    planned_at = models.DateTimeField(_("planned for"), null=True, blank=True)
    mode = models.CharField(_("held"), max_length=5, choices=Mode.choices, default=Mode.ROOM)
    place = models.CharField(_("meeting place"), max_length=120, blank=True)
    held_at = models.DateTimeField(_("began at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    #: The server's instant at which the meeting was first entered as held (JS-14-R1, D 11).
    entered_at = models.DateTimeField(_("entered at"), null=True, blank=True, editable=False)
    entered_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, related_name="+", null=True, blank=True, editable=False
    )
    cancelled_at = models.DateTimeField(null=True, blank=True, editable=False)
    cancelled_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, related_name="+", null=True, blank=True, editable=False
    )
    cancel_reason = models.CharField(_("reason"), max_length=200, blank=True, default="")
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)
    recorded_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, related_name="+", null=True, blank=True, editable=False
    )

    class Meta:
        default_manager_name = "everything"
        base_manager_name = "everything"
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                name="meeting_has_time",
                condition=Q(planned_at__isnull=False) | Q(held_at__isnull=False),
            ),
            models.CheckConstraint(
                name="meeting_held_once_entered",
                condition=Q(
                    held_at__isnull=True,
                    ended_at__isnull=True,
                    entered_at__isnull=True,
                    entered_by__isnull=True,
                )
                | Q(
                    held_at__isnull=False,
                    ended_at__gt=F("held_at"),
                    entered_at__gte=F("ended_at"),
                    entered_by__isnull=False,
                ),
                violation_error_message=_(
                    "A meeting is entered after its end, and its end lies after its beginning."
                ),
            ),
            models.CheckConstraint(
                name="meeting_held_or_cancelled",
                condition=Q(held_at__isnull=True) | Q(cancelled_at__isnull=True),
            ),
            models.CheckConstraint(
                name="meeting_cancelled_pair",
                condition=Q(cancelled_at__isnull=True, cancelled_by__isnull=True, cancel_reason="")
                | (
                    Q(cancelled_at__isnull=False, cancelled_by__isnull=False) & ~Q(cancel_reason="")
                ),
            ),
        ]
        indexes = [models.Index(fields=["org_path", "-id"], name="meeting_list_idx")]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.held_at or self.planned_at}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.org_path = self.unit.org_path
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("meetings:meeting-detail", args=[self.pk])

    @property
    def times(self) -> HeldTimes:
        """The instants of a meeting that was held.

        Raises: ValueError if it was not.
        """
        if self.held_at is None or self.ended_at is None or self.entered_at is None:
            raise ValueError(f"meeting {self.pk} was not held")
        return HeldTimes(self.held_at, self.ended_at, self.entered_at)


class Sitting(ScopedModel):
    """A meeting as one regime of one room: it serves exactly one period of it (D 9).

    `serves_from` is the first day of that period: the one the meeting began in, or the past one
    that it makes up for (`is_makeup`, D 10). It is written when the meeting is entered as held.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="sittings")
    station = models.ForeignKey(
        Station, verbose_name=_("police room"), on_delete=models.PROTECT, related_name="sittings"
    )
    org_path = org_path_field()
    regime = models.CharField(_("regime"), max_length=10, choices=Regime.choices)
    serves_from = models.DateField(_("for the period from"), null=True, blank=True)
    is_makeup = models.BooleanField(_("makes up for it"), default=False)
    #: D 11: the city has seen the evidence of a meeting that was entered late.
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True, editable=False)
    confirmed_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, related_name="+", null=True, blank=True, editable=False
    )

    class Meta:
        default_manager_name = "everything"
        base_manager_name = "everything"
        verbose_name = _("sitting")
        verbose_name_plural = _("sittings")
        ordering = ["meeting_id", "org_path", "regime"]
        constraints = [
            models.UniqueConstraint(name="sitting_once", fields=["meeting", "station", "regime"]),
            models.CheckConstraint(
                name="sitting_makeup_names_period",
                condition=Q(is_makeup=False) | Q(serves_from__isnull=False),
            ),
            models.CheckConstraint(
                name="sitting_confirmed_pair",
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["station", "regime", "serves_from"], name="sitting_served_idx"),
            models.Index(fields=["org_path", "-meeting"], name="sitting_list_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.station_id} {self.regime} {self.serves_from}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.org_path = self.station.org_path
        super().save(*args, **kwargs)


class Participant(models.Model):
    """Somebody present, by organisation and post; read through the meeting."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="participants")
    side = models.CharField(_("side"), max_length=14, choices=Side.choices)
    university = models.ForeignKey(
        University,
        verbose_name=_("university"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
    )
    organisation = models.CharField(_("organisation"), max_length=120)
    post = models.CharField(_("position"), max_length=60)
    name = models.CharField(_("name"), max_length=60)
    signed_in_at = models.DateTimeField(_("signed in at"), null=True, blank=True)

    class Meta:
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        ordering = ["meeting_id", "id"]
        constraints = [
            models.CheckConstraint(
                name="participant_university_named",
                condition=Q(side=Side.UNIVERSITY, university__isnull=False)
                | (~Q(side=Side.UNIVERSITY) & Q(university__isnull=True)),
            ),
            models.UniqueConstraint(
                name="participant_once",
                fields=["meeting", "organisation", "name", "post"],
                violation_error_message=_("This person is already on the list."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.name}"


class MinutesVersion(models.Model):
    """The minutes as they stood after one saving; append-only (D 12).

    `body`: regime → heading → {"text": …, "nil": bool}. The times of the meeting stand beside it:
    a beginning that moves across the border of a period is a new version, never a silent edit.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="minutes")
    number = models.PositiveIntegerField(_("version"))
    held_at = models.DateTimeField(_("began at"))
    ended_at = models.DateTimeField(_("ended at"))
    body = models.JSONField(default=dict)
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)
    recorded_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("minutes")
        verbose_name_plural = _("minutes")
        ordering = ["meeting_id", "-number"]
        constraints = [
            models.UniqueConstraint(name="minutes_version_once", fields=["meeting", "number"])
        ]

    def __str__(self) -> str:
        return f"{self.meeting_id} v{self.number}"


class ActionItem(ScopedModel):
    """A decision with an owner and a day; carried into the next paper until it is closed."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="items")
    station = models.ForeignKey(
        Station, verbose_name=_("police room"), on_delete=models.PROTECT, related_name="items"
    )
    org_path = org_path_field()
    regime = models.CharField(_("regime"), max_length=10, choices=Regime.choices)
    text = models.CharField(_("decision"), max_length=300)
    owner = models.CharField(_("responsible"), max_length=120)
    due_on = models.DateField(_("due on"))
    #: First day asked for; differs from `due_on` once it was given another date.
    first_due_on = models.DateField(editable=False)
    done_on = models.DateField(_("done on"), null=True, blank=True)
    result = models.CharField(_("result"), max_length=300, blank=True, default="")
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)
    recorded_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, related_name="+", null=True, blank=True, editable=False
    )

    class Meta:
        default_manager_name = "everything"
        base_manager_name = "everything"
        verbose_name = _("action item")
        verbose_name_plural = _("action items")
        ordering = ["due_on", "id"]
        constraints = [
            models.CheckConstraint(
                name="actionitem_done_pair",
                condition=Q(done_on__isnull=True, result="")
                | (Q(done_on__isnull=False) & ~Q(result="")),
            )
        ]
        indexes = [
            models.Index(
                fields=["org_path", "due_on", "id"],
                name="actionitem_open_idx",
                condition=Q(done_on__isnull=True),
            ),
            models.Index(fields=["station", "-id"], name="actionitem_station_idx"),
        ]

    def __str__(self) -> str:
        return self.text[:60]

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.org_path = self.station.org_path
        super().save(*args, **kwargs)
