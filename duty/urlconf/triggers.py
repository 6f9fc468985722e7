"""Addresses of 24-hour presence."""

from django.urls import URLPattern, path

from duty.views import triggers

urlpatterns: list[URLPattern] = [
    path("triggers/", triggers.TriggerList.as_view(), name="trigger-list"),
    path("triggers/new/", triggers.new, name="trigger-new"),
    path("triggers/<int:pk>/", triggers.detail, name="trigger-detail"),
    path("triggers/<int:pk>/live/", triggers.live, name="trigger-live"),
    path("triggers/<int:pk>/rooms/", triggers.CoverList.as_view(), name="trigger-rooms"),
    path("triggers/<int:pk>/end/", triggers.end, name="trigger-end"),
    path("triggers/<int:pk>/reinforce/", triggers.reinforce, name="trigger-reinforce"),
]
