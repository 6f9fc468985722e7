"""Entities of the log. One module per concern."""

from incidents.models.categories import Category
from incidents.models.incidents import (
    NARRATIVE_LENGTH,
    Incident,
    IncidentCounter,
    IncidentEntry,
)
from incidents.models.places import Place
from incidents.models.transfers import Transfer

__all__ = [
    "NARRATIVE_LENGTH",
    "Category",
    "Incident",
    "IncidentCounter",
    "IncidentEntry",
    "Place",
    "Transfer",
]
