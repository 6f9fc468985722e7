"""Addresses of one's own account."""

from django.urls import path

from policeroom.accounts import views

app_name = "accounts"
urlpatterns = [
    path("login/", views.login, name="login"),
    path("logout/", views.logout, name="logout"),
    path("notice/", views.notice, name="notice"),
    path("language/", views.language, name="language"),
    path("columns/", views.columns, name="columns"),
    path("password/", views.password, name="password"),
    path("second-factor/", views.second_factor, name="second-factor"),
    path("second-factor/qr.svg", views.second_factor_qr, name="second-factor-qr"),
    path("second-factor/verify/", views.second_factor_verify, name="second-factor-verify"),
    path("second-factor/remove/", views.second_factor_remove, name="second-factor-remove"),
    path("second-factor/codes/", views.second_factor_codes, name="second-factor-codes"),
    path("sessions/", views.sessions, name="sessions"),
    path("sessions/<int:pk>/end/", views.session_end, name="session-end"),
    path("sessions/end-others/", views.sessions_end_others, name="sessions-end-others"),
    path("inbox/", views.InboxView.as_view(), name="inbox"),
    path("inbox/<int:pk>/read/", views.inbox_read, name="inbox-read"),
    path("inbox/read-all/", views.inbox_read_all, name="inbox-read-all"),
]
