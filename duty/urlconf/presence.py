"""Addresses of presence."""

from django.urls import URLPattern, path

from duty.views import presence, presence_acts

urlpatterns: list[URLPattern] = [
    path("presence/", presence.own, name="presence"),
    path("presence/rooms/", presence.RoomList.as_view(), name="presence-list"),
    path("presence/rooms/<int:pk>/", presence.room, name="presence-room"),
    path("presence/rooms/<int:pk>/in/", presence_acts.check_in, name="presence-in"),
    path("presence/rooms/<int:pk>/new/", presence_acts.new, name="presence-new"),
    path("presence/<int:pk>/out/", presence_acts.check_out, name="presence-out"),
    path("presence/<int:pk>/correct/", presence_acts.correct, name="presence-correct"),
    path("presence/<int:pk>/strike/", presence_acts.strike, name="presence-strike"),
]
