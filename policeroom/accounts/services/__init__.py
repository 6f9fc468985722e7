"""Acts on accounts. Other apps import them from here."""

from policeroom.accounts.services.inbox import mark_all_read, mark_read
from policeroom.accounts.services.second_factor import (
    check_code,
    confirm_enrolment,
    issue_recovery_codes,
    remove_second_factor,
    start_enrolment,
)
from policeroom.accounts.services.sessions import (
    clear_sessions,
    end_session,
    end_sessions,
    expire_session,
    note_activity,
    start_session,
)
from policeroom.accounts.services.users import (
    acknowledge_notice,
    change_password,
    choose_columns,
    create_user,
    deactivate_user,
    disable_idle_users,
    issue_first_password,
    reactivate_user,
    set_language,
    unlock_user,
    use_up_first_password,
)

__all__ = [
    "acknowledge_notice",
    "change_password",
    "check_code",
    "choose_columns",
    "clear_sessions",
    "confirm_enrolment",
    "create_user",
    "deactivate_user",
    "disable_idle_users",
    "end_session",
    "end_sessions",
    "expire_session",
    "issue_first_password",
    "issue_recovery_codes",
    "mark_all_read",
    "mark_read",
    "note_activity",
    "reactivate_user",
    "remove_second_factor",
    "set_language",
    "start_enrolment",
    "start_session",
    "unlock_user",
    "use_up_first_password",
]
