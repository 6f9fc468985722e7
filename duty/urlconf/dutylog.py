"""Addresses of the duty log."""

from django.urls import URLPattern, path

from duty.views import dutylog

urlpatterns: list[URLPattern] = [
    path("log/", dutylog.LogList.as_view(), name="log-list"),
    path("log/new/", dutylog.new, name="log-new"),
]
