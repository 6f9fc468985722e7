"""Addresses below /people/: who serves where, and whether that is enough."""

from django.urls import URLPattern

app_name = "personnel"
urlpatterns: list[URLPattern] = []
