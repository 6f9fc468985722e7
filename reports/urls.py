"""Addresses of the reports."""

from django.urls import path, register_converter

from reports import views


class SubjectKind:
    """What a verdict can be about."""

    regex = "university|campus|station"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(SubjectKind, "subject")

app_name = "reports"
urlpatterns = [
    path("coverage/", views.coverage, name="coverage"),
    path("coverage/export/", views.coverage_export, name="coverage-export"),
    path("gaps/", views.gap_list, name="gap-list"),
    path("gaps/<subject:kind>/<int:pk>/", views.subject, name="subject"),
]
