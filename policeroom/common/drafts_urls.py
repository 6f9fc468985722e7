"""Addresses below /drafts/: what one person is typing."""

from django.urls import path

from policeroom.common import drafts_views as views

app_name = "drafts"
urlpatterns = [
    path("", views.own, name="list"),
    path("session/", views.session, name="session"),
    path("open/", views.opened, name="open"),
    path("save/", views.save, name="save"),
    path("discard/", views.discard, name="discard"),
]
