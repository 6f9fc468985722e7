"""Addresses of proposed rosters and of the report on a booked one."""

from django.urls import URLPattern, path

from duty.views import proposal, quality

urlpatterns: list[URLPattern] = [
    path("roster/rooms/<int:pk>/proposals/", proposal.room, name="proposal-room"),
    path("roster/rooms/<int:pk>/proposals/new/", proposal.new, name="proposal-new"),
    path("roster/proposals/<int:pk>/", proposal.detail, name="proposal"),
    path("roster/proposals/<int:pk>/progress/", proposal.progress, name="proposal-progress"),
    path("roster/proposals/<int:pk>/adopt/", proposal.adopt, name="proposal-adopt"),
    path("roster/proposals/<int:pk>/discard/", proposal.discard, name="proposal-discard"),
    path("roster/rooms/<int:pk>/quality/", quality.room, name="quality-room"),
    path("roster/rooms/<int:pk>/quality/xlsx/", quality.spreadsheet, name="quality-export"),
]
