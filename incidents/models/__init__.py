"""Entities of the log. One module per concern."""

from incidents.models.categories import Category
from incidents.models.clocks import RecordCounter
from incidents.models.disputes import Dispute, DisputeScreening, DisputeStep
from incidents.models.hazards import Hazard, HazardOrder, HazardRecheck, UniversityEvidence
from incidents.models.imports import LOG_NAME_LENGTH, LogMapping, SourceRow
from incidents.models.incidents import (
    NARRATIVE_LENGTH,
    Incident,
    IncidentCounter,
    IncidentEntry,
)
from incidents.models.leads import Lead
from incidents.models.matching import MatchRule, RuleTarget
from incidents.models.offline import OfflineReason, OfflineRecord
from incidents.models.outreach import OutreachActivity
from incidents.models.places import Place
from incidents.models.records import (
    IncidentAttachment,
    IncidentLink,
    IncidentParty,
    PartyHold,
)
from incidents.models.registers import NilReturn
from incidents.models.rollups import DayFigure, HourFigure, MonthFigure, ResponseFigure
from incidents.models.search import IncidentText
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
    "LOG_NAME_LENGTH",
    "NARRATIVE_LENGTH",
    "AssignedTask",
    "Category",
    "DayFigure",
    "Dispute",
    "DisputeScreening",
    "DisputeStep",
    "Hazard",
    "HazardOrder",
    "HazardRecheck",
    "HourFigure",
    "Incident",
    "IncidentAttachment",
    "IncidentCounter",
    "IncidentEntry",
    "IncidentLink",
    "IncidentParty",
    "IncidentText",
    "Lead",
    "LogMapping",
    "MatchRule",
    "MonthFigure",
    "NilReturn",
    "OfflineReason",
    "OfflineRecord",
    "OutreachActivity",
    "PartyHold",
    "Place",
    "RecordCounter",
    "ResponseFigure",
    "RuleTarget",
    "SourceRow",
    "Transfer",
    "UniversityEvidence",
    "UrgentJudgement",
    "UrgentKnown",
    "UrgentMeasure",
    "UrgentNotice",
    "UrgentSide",
]
