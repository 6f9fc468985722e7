"""Pages of one's own account. Settings name `locked_out` here."""

from policeroom.accounts.views.columns import columns
from policeroom.accounts.views.inbox import InboxView, inbox_read, inbox_read_all
from policeroom.accounts.views.password import password
from policeroom.accounts.views.second_factor import (
    second_factor,
    second_factor_codes,
    second_factor_qr,
    second_factor_remove,
    second_factor_verify,
)
from policeroom.accounts.views.sessions import session_end, sessions, sessions_end_others
from policeroom.accounts.views.sign_in import language, locked_out, login, logout, notice

__all__ = [
    "InboxView",
    "columns",
    "inbox_read",
    "inbox_read_all",
    "language",
    "locked_out",
    "login",
    "logout",
    "notice",
    "password",
    "second_factor",
    "second_factor_codes",
    "second_factor_qr",
    "second_factor_remove",
    "second_factor_verify",
    "session_end",
    "sessions",
    "sessions_end_others",
]
