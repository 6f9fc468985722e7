"""Addresses of handover sheets."""

from django.urls import URLPattern, path

from duty.views import handover, handover_acts

urlpatterns: list[URLPattern] = [
    path("handover/", handover.own, name="handover"),
    path("handover/sheets/", handover.HandoverList.as_view(), name="handover-list"),
    path("handover/rooms/<int:pk>/", handover_acts.room, name="handover-room"),
    path("handover/<int:pk>/", handover.detail, name="handover-detail"),
    path("handover/<int:pk>/print/", handover.print_page, name="handover-print"),
    path("handover/<int:pk>/change/", handover_acts.change, name="handover-change"),
    path("handover/<int:pk>/sign-out/", handover_acts.sign_out, name="handover-sign-out"),
    path("handover/<int:pk>/sign-in/", handover_acts.sign_in, name="handover-sign-in"),
]
