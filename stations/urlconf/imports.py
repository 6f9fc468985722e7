"""Addresses of imports."""

from django.urls import URLPattern, path

from stations.views import imports

urlpatterns: list[URLPattern] = [
    path("imports/", imports.ImportList.as_view(), name="import-list"),
    path("imports/new/", imports.import_new, name="import-new"),
    path("imports/template/<str:kind>/", imports.import_template, name="import-template"),
    path("imports/<int:pk>/", imports.import_detail, name="import-detail"),
    path("imports/<int:pk>/progress/", imports.import_progress, name="import-progress"),
    path("imports/<int:pk>/errors/", imports.import_errors, name="import-errors"),
    path("imports/<int:pk>/commit/", imports.import_commit, name="import-commit"),
    path("imports/<int:pk>/cancel/", imports.import_cancel, name="import-cancel"),
]
