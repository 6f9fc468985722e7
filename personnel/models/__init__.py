"""Grants (who may do what where) and people (who serves where). One module per concern."""

from personnel.models.decisions import Accountability, Appraisal, Commendation
from personnel.models.grants import GrantRequest, RoleGrant
from personnel.models.people import Absence, Assignment, Person, Vacancy
from personnel.models.secondments import Secondment
from personnel.models.training import TrainingPlan, TrainingRecord

__all__ = [
    "Absence",
    "Accountability",
    "Appraisal",
    "Assignment",
    "Commendation",
    "GrantRequest",
    "Person",
    "RoleGrant",
    "Secondment",
    "TrainingPlan",
    "TrainingRecord",
    "Vacancy",
]
