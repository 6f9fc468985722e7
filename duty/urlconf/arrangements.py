"""Addresses of the routines of term and vacation."""

from django.urls import URLPattern, path

from duty.views import arrangements

urlpatterns: list[URLPattern] = [
    path("arrangements/", arrangements.ArrangementList.as_view(), name="arrangement-list"),
    path("arrangements/new/", arrangements.new, name="arrangement-new"),
    path("arrangements/copy/", arrangements.copy, name="arrangement-copy"),
    path("arrangements/<int:pk>/", arrangements.detail, name="arrangement-detail"),
    path("arrangements/<int:pk>/end/", arrangements.end, name="arrangement-end"),
]
