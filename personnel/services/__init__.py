"""Acts on access: requests, decisions, grants, leavers, the first administrators."""

from personnel.services.administrators import FirstAdministrator, create_first_administrators
from personnel.services.deadlines import escalate_overdue
from personnel.services.grants import decide_grant, end_grant, grant_role, request_grant
from personnel.services.notices import remind_of_ending_grants
from personnel.services.people import (
    create_person,
    disable_person,
    reissue_password,
    reset_second_factor,
)

__all__ = [
    "FirstAdministrator",
    "create_first_administrators",
    "create_person",
    "decide_grant",
    "disable_person",
    "end_grant",
    "escalate_overdue",
    "grant_role",
    "reissue_password",
    "remind_of_ending_grants",
    "request_grant",
    "reset_second_factor",
]
