"""Addresses of the quick line."""

from django.urls import URLPattern, path

from incidents.views import quick

urlpatterns: list[URLPattern] = [
    path("capture/", quick.capture, name="capture"),
    path("quick/", quick.quick, name="quick"),
    path("quick/room/", quick.quick_room, name="quick-room"),
]
