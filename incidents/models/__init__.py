"""Entities of the log. One module per concern."""

from incidents.models.categories import Category
from incidents.models.clocks import RecordCounter
from incidents.models.disputes import Dispute, DisputeScreening, DisputeStep
from incidents.models.hazards import Hazard, HazardOrder, HazardRecheck, UniversityEvidence
from incidents.models.incidents import (
    NARRATIVE_LENGTH,
    Incident,
    IncidentCounter,
    IncidentEntry,
)
from incidents.models.leads import Lead
from incidents.models.outreach import OutreachActivity
from incidents.models.places import Place
from incidents.models.registers import NilReturn
from incidents.models.tasks import AssignedTask
from incidents.models.transfers import Transfer
from incidents.models.urgent import (
    UrgentJudgement,
    UrgentKnown,
    UrgentMeasure,
    UrgentNotice,
    UrgentSide,
)

__all__ = [
    "NARRATIVE_LENGTH",
    "AssignedTask",
    "Category",
    "Dispute",
    "DisputeScreening",
    "DisputeStep",
    "Hazard",
    "HazardOrder",
    "HazardRecheck",
    "Incident",
    "IncidentCounter",
    "IncidentEntry",
    "Lead",
    "NilReturn",
    "OutreachActivity",
    "Place",
    "RecordCounter",
    "Transfer",
    "UniversityEvidence",
    "UrgentJudgement",
    "UrgentKnown",
    "UrgentMeasure",
    "UrgentNotice",
    "UrgentSide",
]
