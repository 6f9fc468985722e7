"""Addresses of tests of radio and telephone."""

from django.urls import URLPattern, path

from duty.views import comms

urlpatterns: list[URLPattern] = [
    path("comms/", comms.CommsList.as_view(), name="comms-list"),
    path("comms/new/", comms.new, name="comms-new"),
]
