"""Addresses of the access screens."""

from django.urls import path

from personnel.views import audit, grants, people

app_name = "access"
urlpatterns = [
    path("users/", people.UserListView.as_view(), name="user-list"),
    path("users/new/", people.user_new, name="user-new"),
    path("users/<int:pk>/", people.user_detail, name="user-detail"),
    path("users/<int:pk>/unlock/", people.user_unlock, name="user-unlock"),
    path("users/<int:pk>/sessions/end/", people.user_sessions_end, name="user-sessions-end"),
    path("users/<int:pk>/deactivate/", people.user_deactivate, name="user-deactivate"),
    path("users/<int:pk>/reactivate/", people.user_reactivate, name="user-reactivate"),
    path("users/<int:pk>/password/", people.user_password, name="user-password"),
    path(
        "users/<int:pk>/second-factor/remove/", people.user_second_factor, name="user-second-factor"
    ),
    path("grants/", grants.GrantListView.as_view(), name="grant-list"),
    path("grants/new/", grants.grant_new, name="grant-new"),
    path("grants/review/", grants.GrantReviewView.as_view(), name="grant-review"),
    path("grants/requests/<int:pk>/", grants.grant_detail, name="grant-detail"),
    path("grants/requests/<int:pk>/decide/", grants.grant_decide, name="grant-decide"),
    path("grants/<int:pk>/end/", grants.grant_end, name="grant-end"),
    path("roles/", grants.roles, name="roles"),
    path("audit/", audit.AuditListView.as_view(), name="audit-list"),
    path("audit/<int:pk>/", audit.audit_detail, name="audit-detail"),
]
