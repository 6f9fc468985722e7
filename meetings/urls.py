"""Addresses below /meetings/."""

from django.urls import path

from meetings.views import items, meetings, obligations

app_name = "meetings"
urlpatterns = [
    path("", obligations.own, name="own"),
    path("owed/", obligations.ObligationList.as_view(), name="obligation-list"),
    path("rooms/<int:pk>/", obligations.room, name="room"),
    path("rooms/<int:pk>/plan/", meetings.plan, name="plan"),
    path("rooms/<int:pk>/enter/", meetings.enter, name="enter"),
    path("<int:pk>/", meetings.detail, name="meeting-detail"),
    path("<int:pk>/held/", meetings.held, name="held"),
    path("<int:pk>/minutes/", meetings.minutes, name="minutes"),
    path("<int:pk>/cancel/", meetings.cancel, name="cancel"),
    path("<int:pk>/items/new/", items.new, name="item-new"),
    path("sittings/<int:pk>/confirm/", meetings.confirm, name="sitting-confirm"),
    path("items/", items.ItemList.as_view(), name="item-list"),
    path("items/<int:pk>/redate/", items.redate, name="item-redate"),
    path("items/<int:pk>/close/", items.close, name="item-close"),
]
