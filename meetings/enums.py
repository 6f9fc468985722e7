"""Codes of the meeting regime; the stored value never changes, the label is translated."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Regime(models.TextChoices):
    """The three rhythms of 第十四条(一) to (三)."""

    WEEKLY = "weekly", _("weekly briefing")
    MONTHLY = "monthly", _("monthly assessment")
    QUARTERLY = "quarterly", _("quarterly consultation")


class Mode(models.TextChoices):
    """How a sitting was held; the text asks only that people tell each other."""

    ROOM = "room", _("in one room")
    PHONE = "phone", _("by telephone")
    VIDEO = "video", _("by video")


class Heading(models.TextChoices):
    """What the text wants to be spoken about."""

    CALLS = "calls", _("calls")
    CASES = "cases", _("criminal and public-order cases")
    RISKS = "risks", _("safety risks and hazards")
    FIGURES = "figures", _("summary of outstanding situations, calls and cases")
    PRIORITIES = "priorities", _("priorities of the next stage")
    REPORT = "report", _("report on the state of security")
    ASSESSMENT = "assessment", _("assessment of risks and hazards")
    DIRECTION = "direction", _("direction of work of the next stage")


class Side(models.TextChoices):
    """For whom somebody takes part."""

    ROOM = "room", _("police room")
    UNIVERSITY = "university", _("university")
    LOCAL_POLICE = "local_police", _("local public security organ")
    POLICE_BRANCH = "police_branch", _("police branch")
    SUPERIOR = "superior", _("superior organ")
    OTHER = "other", _("another organisation")


class Post(models.TextChoices):
    """Who receives the written report (第十四条(三))."""

    SECRETARY = "secretary", _("Party secretary")
    PRESIDENT = "president", _("president")
    SUPERIOR = "superior", _("superior public security organ")
