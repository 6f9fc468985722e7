"""Addresses of rosters."""

from django.urls import URLPattern, path

from duty.views import roster, roster_feed, roster_gaps, roster_month

urlpatterns: list[URLPattern] = [
    path("roster/", roster.own, name="roster"),
    path("roster/feed.ics", roster_feed.feed, name="roster-feed"),
    path("roster/subscription/", roster_feed.subscription, name="roster-subscription"),
    path("roster/subscription/revoke/", roster_feed.revoke, name="roster-subscription-revoke"),
    path("roster/rooms/<int:pk>/", roster.room, name="roster-room"),
    path("roster/rooms/<int:pk>/book/", roster.book, name="roster-book"),
    path("roster/rooms/<int:pk>/book/check/", roster_month.book_check, name="roster-book-check"),
    path("roster/rooms/<int:pk>/month/", roster_month.month, name="roster-month"),
    path("roster/rooms/<int:pk>/month/copy/", roster_month.copy, name="roster-month-copy"),
    path("roster/shifts/<int:pk>/move/", roster_month.move, name="roster-move"),
    path("roster/shifts/<int:pk>/move/check/", roster_month.move_check, name="roster-move-check"),
    path("roster/rooms/<int:pk>/copy/", roster.copy, name="roster-copy"),
    path("roster/rooms/<int:pk>/templates/new/", roster.template_new, name="roster-template-new"),
    path("roster/templates/<int:pk>/edit/", roster.template_edit, name="roster-template-edit"),
    path("roster/shifts/<int:pk>/strike/", roster.strike, name="roster-strike"),
    path("roster/rooms/<int:pk>/empty/new/", roster_gaps.new, name="roster-gap-new"),
    path("roster/empty/<int:pk>/strike/", roster_gaps.strike, name="roster-gap-strike"),
]
