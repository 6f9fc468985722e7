"""Addresses of drills."""

from django.urls import URLPattern, path

from duty.views import drills

urlpatterns: list[URLPattern] = [
    path("drills/", drills.DrillList.as_view(), name="drill-list"),
    path("drills/rooms/", drills.RoomList.as_view(), name="drill-rooms"),
    path("drills/new/", drills.new, name="drill-new"),
    path("drills/<int:pk>/", drills.detail, name="drill-detail"),
    path("drills/<int:pk>/correct/", drills.correct, name="drill-correct"),
]
