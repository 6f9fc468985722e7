"""Entities of the meeting regime. One module per concern."""

from meetings.models.meetings import ActionItem, Meeting, MinutesVersion, Participant, Sitting
from meetings.models.obligations import Obligation

__all__ = [
    "ActionItem",
    "Meeting",
    "MinutesVersion",
    "Obligation",
    "Participant",
    "Sitting",
]
