"""Addresses of imports."""

from django.urls import URLPattern, path

from incidents.views import imports, imports_columns

urlpatterns: list[URLPattern] = [
    path("imports/", imports.LogImportList.as_view(), name="import-list"),
    path("imports/new/", imports.import_new, name="import-new"),
    path("imports/<int:pk>/", imports.import_detail, name="import-detail"),
    path("imports/<int:pk>/columns/", imports_columns.import_columns, name="import-columns"),
    path("imports/<int:pk>/words/", imports_columns.import_words, name="import-words"),
    path("imports/<int:pk>/progress/", imports.import_progress, name="import-progress"),
    path("imports/<int:pk>/rows/", imports.import_rows, name="import-rows"),
    path("imports/<int:pk>/commit/", imports.import_commit, name="import-commit"),
    path("imports/<int:pk>/cancel/", imports.import_cancel, name="import-cancel"),
]
