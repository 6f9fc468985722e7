"""Stored codes of the records beside the log: notices, leads, disputes, hazards, ledgers."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Side(TextChoices):
    """Who is bound by 第十四条(四): both sides report, notify and act in step (双同步)."""

    POLICE = "police", _("police")
    UNIVERSITY = "university", _("university side")


OTHER_SIDE = {Side.POLICE: Side.UNIVERSITY, Side.UNIVERSITY: Side.POLICE}


class LeadResult(TextChoices):
    """What the check of a lead came to. The content of a lead is kept nowhere here."""

    CONFIRMED = "confirmed", _("confirmed and handled")
    UNCONFIRMED = "unconfirmed", _("not confirmed")
    PASSED_ON = "passed_on", _("passed on to the competent unit")


class DisputeKind(TextChoices):
    """What a dispute is about: the event, never the people."""

    TRAFFIC = "traffic", _("traffic dispute")
    DORMITORY = "dormitory", _("dormitory dispute")
    CONSUMER = "consumer", _("consumer dispute")
    LABOUR = "labour", _("labour dispute")
    PROPERTY = "property", _("damage or money")
    NOISE = "noise", _("noise")
    CAMPUS_SERVICE = "campus_service", _("with a department of the university")
    OTHER = "other", _("other dispute")


class EventRisk(TextChoices):
    """Risk that the event grows; says nothing about anybody."""

    LOW = "low", _("low")
    MEDIUM = "medium", _("medium")
    HIGH = "high", _("high")


class DisputeRoute(TextChoices):
    """How a dispute is dealt with (配合处置)."""

    ON_SCENE = "on_scene", _("settled by the room")
    JOINT = "joint", _("mediated together with the university")
    COMMITTEE = "committee", _("people's mediation committee")
    LEGAL = "legal", _("court or another legal way")


class DisputeStepKind(TextChoices):
    """Lines of a dispute after it was recorded."""

    MEDIATION = "mediation", _("mediation session")
    FOLLOW_UP = "follow_up", _("follow-up visit")


class DisputeOutcome(TextChoices):
    """What a session or a visit came to."""

    AGREED = "agreed", _("agreement reached")
    OPEN = "open", _("goes on")
    FAILED = "failed", _("no agreement")
    KEPT = "kept", _("agreement kept")
    BROKEN = "broken", _("agreement not kept")


MEDIATION_OUTCOMES = (DisputeOutcome.AGREED, DisputeOutcome.OPEN, DisputeOutcome.FAILED)
FOLLOW_UP_OUTCOMES = (DisputeOutcome.KEPT, DisputeOutcome.BROKEN)


class OrderKind(TextChoices):
    """Why a hazard has this rectification due date."""

    ORDER = "order", _("rectification order")
    EXTENSION = "extension", _("extension")
    FURTHER = "further", _("further order after a recheck")


class RecheckResult(TextChoices):
    """What a recheck finds."""

    FIXED = "fixed", _("put right")
    NOT_FIXED = "not_fixed", _("not put right")


class EvidenceKind(TextChoices):
    """第十三条(三): what the room sees to at the university."""

    REVIEW = "review", _("security institutions reviewed")
    PLAN = "plan", _("emergency plan on file")
    DRILL = "drill", _("emergency drill")


class OutreachTopic(TextChoices):
    """The ten topics of 第十三条(四), in its order. They label events, never people."""

    PUBLIC_SAFETY = "public_safety", _("public safety")
    DRUGS = "drugs", _("drugs")
    TELECOM_FRAUD = "telecom_fraud", _("telephone and online fraud")
    SEXTORTION = "sextortion", _("sextortion")
    LOANS = "loans", _("predatory campus loans")
    PYRAMID = "pyramid", _("pyramid selling")
    CULTS = "cults", _("infiltration and cults")
    TERRORISM = "terrorism", _("counter-terrorism")
    CYBER = "cyber", _("network security")
    NATIONAL_SECURITY = "national_security", _("national security")


class OutreachForm(TextChoices):
    """How an activity reaches its audience."""

    LECTURE = "lecture", _("lecture")
    CLASS_MEETING = "class_meeting", _("class meeting")
    STALL = "stall", _("stall on campus")
    EXERCISE = "exercise", _("exercise or drill")
    ONLINE = "online", _("online")
    MATERIAL = "material", _("leaflets and posters")
    OTHER = "other", _("other form")


class Ledger(TextChoices):
    """The eight ledgers of JS-11-5, in the order of the matrix."""

    INCIDENTS = "incidents", _("incident ledger")
    TRANSFERS = "transfers", _("transfer ledger")
    DISPUTES = "disputes", _("dispute ledger")
    HAZARDS = "hazards", _("hazard ledger")
    OUTREACH = "outreach", _("outreach ledger")
    MEETINGS = "meetings", _("meeting ledger")
    TRAINING = "training", _("training and drill ledger")
    EQUIPMENT = "equipment", _("equipment ledger")


#: Ledgers whose records a later release keeps: nothing is said about them yet.
NOT_KEPT_YET = frozenset({Ledger.MEETINGS, Ledger.TRAINING})
KEPT_LEDGERS = tuple(ledger for ledger in Ledger if ledger not in NOT_KEPT_YET)
