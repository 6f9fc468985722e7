"""Facts of the stations app; one file per group of entities."""

from stations.models.imports import ImportJob
from stations.models.org import OrgUnit, UnitMove
from stations.models.premises import (
    BoardRenewal,
    BoxEmptying,
    ContactBox,
    Document,
    DocumentVersion,
    EquipmentCheck,
    EquipmentItem,
    FunctionalArea,
    NoticeBoard,
    ServiceDesk,
    ServiceSession,
)
from stations.models.stations import CoverageLink, Station, StationSuspension, StationVersion
from stations.models.universities import (
    AcademicCalendar,
    Article6Designation,
    CalendarDay,
    Campus,
    CampusVersion,
    Cluster,
    PopulationSnapshot,
    University,
    UniversityVersion,
)

__all__ = [
    "AcademicCalendar",
    "Article6Designation",
    "BoardRenewal",
    "BoxEmptying",
    "CalendarDay",
    "Campus",
    "CampusVersion",
    "Cluster",
    "ContactBox",
    "CoverageLink",
    "Document",
    "DocumentVersion",
    "EquipmentCheck",
    "EquipmentItem",
    "FunctionalArea",
    "ImportJob",
    "NoticeBoard",
    "OrgUnit",
    "PopulationSnapshot",
    "ServiceDesk",
    "ServiceSession",
    "Station",
    "StationSuspension",
    "StationVersion",
    "UnitMove",
    "University",
    "UniversityVersion",
]
