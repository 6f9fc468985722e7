"""Stored codes and their translated labels."""

from __future__ import annotations

from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from duty.levels import DutyLevel

LEVEL_LABELS: Final = {
    DutyLevel.THREE: _("level three"),
    DutyLevel.TWO: _("level two"),
    DutyLevel.ONE: _("level one"),
    DutyLevel.ONE_PLUS: _("level one, reinforced"),
}
LEVEL_CHOICES: Final = [(level.value, label) for level, label in LEVEL_LABELS.items()]


class OrderState(TextChoices):
    """What an order is at an instant; worked out, never stored."""

    WAITING = "waiting", _("waits for approval")
    PLANNED = "planned", _("begins later")
    RUNNING = "running", _("in force")
    ENDED = "ended", _("over")
    SUPERSEDED = "superseded", _("superseded")
    REVOKED = "revoked", _("revoked")


class TriggerState(TextChoices):
    """What a 24-hour presence is at an instant; worked out, never stored."""

    PLANNED = "planned", _("begins later")
    RUNNING = "running", _("in force")
    ENDED = "ended", _("over")
    EARLY = "early", _("ended early")


class TriggerKind(TextChoices):
    """第九条: what asks for an officer in the room round the clock."""

    EVENT = "event", _("security of a major event")
    GUARD = "guard", _("important guard task")
    SENSITIVE = "sensitive", _("sensitive period")
    EMERGENCY = "emergency", _("sudden case")


class ArrangementPart(TextChoices):
    """第十六条: the routine of 三级 in term and in vacation."""

    TERM = "term", _("term time")
    VACATION = "vacation", _("vacation time")


class ShiftKind(TextChoices):
    """What a shift is; the fairness of a roster counts nights and days off by it."""

    DAY = "day", _("day shift")
    NIGHT = "night", _("night shift")
    WHOLE = "whole", _("24 hours")


class PresenceSource(TextChoices):
    """How a presence was recorded. There is no location."""

    DESK = "desk", _("at the desk")
    MANUAL = "manual", _("entered afterwards")
    ASSUMED = "assumed", _("end of the shift, not verified")


class DirectiveState(TextChoices):
    """第十七条: where a directive stands."""

    SENT = "sent", _("sent")
    ACKNOWLEDGED = "acknowledged", _("acknowledged by the room")
    DONE = "done", _("done, with feedback")
    WITHDRAWN = "withdrawn", _("withdrawn")


class PlanIncidentType(TextChoices):
    """第十八条: incident types of the city's plan."""

    MASS = "mass", _("mass incident")
    VIOLENCE = "violence", _("violence")
    FIRE = "fire", _("fire or accident")
    MISSING = "missing", _("missing person")
    FALL = "fall", _("fall or drowning")
    ONLINE = "online", _("matter spreading online")
    DISASTER = "disaster", _("natural disaster")
    OTHER = "other", _("other")


class CommsResult(TextChoices):
    """A test of radio and telephone."""

    CLEAR = "clear", _("clear")
    FAULTY = "faulty", _("faulty")
