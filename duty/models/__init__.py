"""Orders, rosters and records of duty. One module per concern."""

from duty.models.orders import (
    Directive,
    DirectiveHandover,
    DutyOrder,
    LevelStaffing,
    OrderReceipt,
    Trigger,
)
from duty.models.proposal import RosterProposal
from duty.models.records import (
    CommsTest,
    Drill,
    DutyLogEntry,
    EmergencyPlan,
    PlanCell,
    ShiftHandover,
)
from duty.models.roster import (
    DutyArrangement,
    IntendedGap,
    Presence,
    PresenceCorrection,
    Reinforcement,
    RosterShift,
    ShiftSwap,
    ShiftTemplate,
)
from duty.models.roster_feed import RosterFeed

__all__ = [
    "CommsTest",
    "Directive",
    "DirectiveHandover",
    "Drill",
    "DutyArrangement",
    "DutyLogEntry",
    "DutyOrder",
    "EmergencyPlan",
    "IntendedGap",
    "LevelStaffing",
    "OrderReceipt",
    "PlanCell",
    "Presence",
    "PresenceCorrection",
    "Reinforcement",
    "RosterFeed",
    "RosterProposal",
    "RosterShift",
    "ShiftHandover",
    "ShiftSwap",
    "ShiftTemplate",
    "Trigger",
]
