"""Addresses of rosters."""

from django.urls import URLPattern, path

from duty.views import roster

urlpatterns: list[URLPattern] = [
    path("roster/", roster.own, name="roster"),
    path("roster/rooms/<int:pk>/", roster.room, name="roster-room"),
    path("roster/rooms/<int:pk>/book/", roster.book, name="roster-book"),
    path("roster/rooms/<int:pk>/copy/", roster.copy, name="roster-copy"),
    path("roster/rooms/<int:pk>/templates/new/", roster.template_new, name="roster-template-new"),
    path("roster/templates/<int:pk>/edit/", roster.template_edit, name="roster-template-edit"),
    path("roster/shifts/<int:pk>/strike/", roster.strike, name="roster-strike"),
]
