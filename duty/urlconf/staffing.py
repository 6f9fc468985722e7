"""Addresses of the strength of levels."""

from django.urls import URLPattern, path

from duty.views import staffing

urlpatterns: list[URLPattern] = [
    path("strength/", staffing.StrengthList.as_view(), name="staffing-list"),
    path("strength/new/", staffing.new, name="staffing-new"),
    path("strength/copy/", staffing.copy, name="staffing-copy"),
    path("strength/<int:pk>/end/", staffing.end, name="staffing-end"),
]
