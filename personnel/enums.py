"""Stored codes and their translated labels."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class PersonKind(TextChoices):
    """民警 or 辅警. Nothing else about a person is classified."""

    OFFICER = "officer", _("officer")
    AUXILIARY = "auxiliary", _("auxiliary")


class Post(TextChoices):
    """What somebody is in a room."""

    LEAD = "lead", _("in charge")
    OFFICER = "officer", _("officer")
    AUXILIARY = "auxiliary", _("auxiliary")


OFFICER_POSTS = frozenset({Post.LEAD, Post.OFFICER})


class EndReason(TextChoices):
    """Why a post ended: a code, never a diagnosis (第二十条)."""

    TRANSFER = "transfer", _("posting change")
    LEAVING = "leaving", _("left the service")
    UNABLE = "unable", _("cannot go on in this post")
    REORGANISED = "reorganised", _("room closed or reorganised")


class SecondmentState(TextChoices):
    """第二十五条: what became of a secondment somebody asked for."""

    ASKED = "asked", _("waits for approval")
    APPROVED = "approved", _("approved")
    REFUSED = "refused", _("refused")
    STRUCK = "struck", _("struck")


class TrainingKind(TextChoices):
    """第十九条: before the post, regular, by a police branch, contest; 第二十七条: joint."""

    PRE_POST = "pre_post", _("before the post")
    REGULAR = "regular", _("regular")
    BRANCH = "branch", _("by a police branch")
    CONTEST = "contest", _("contest")
    JOINT = "joint", _("joint with the education side")


class TrainingTopic(TextChoices):
    """第十九条: what training before a post covers."""

    BUSINESS = "business", _("professional knowledge")
    EMERGENCY = "emergency", _("emergency response")
    EQUIPMENT = "equipment", _("police equipment")
    SAFETY = "safety", _("personal safety")
