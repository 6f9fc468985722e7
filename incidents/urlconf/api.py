"""Addresses of the records beside the log in the JSON interface (names in `api`)."""

from django.urls import path

from incidents import api_ledgers as ledgers
from incidents import api_records as records
from incidents import api_urgent as urgent

urlpatterns = [
    path(
        "incidents/<int:pk>/transfers/",
        records.IncidentTransfers.as_view(),
        name="incident-transfers",
    ),
    path("transfers/", records.TransferCollection.as_view(), name="transfer-list"),
    path(
        "transfers/<int:pk>/receipt/",
        records.TransferReceiptView.as_view(),
        name="transfer-receipt",
    ),
    path("transfers/<int:pk>/strike/", records.TransferStrike.as_view(), name="transfer-strike"),
    path("clocks/", records.ClockCollection.as_view(), name="clock-list"),
    path("incident-statistics/", records.StatisticsView.as_view(), name="incident-statistics"),
    path("urgent-notices/", urgent.UrgentCollection.as_view(), name="urgent-list"),
    path("urgent-notices/<int:pk>/", urgent.UrgentItem.as_view(), name="urgent-detail"),
    path(
        "urgent-notices/<int:pk>/measures/",
        urgent.UrgentMeasures.as_view(),
        name="urgent-measures",
    ),
    path(
        "urgent-notices/<int:pk>/disposal/",
        urgent.UrgentDisposal.as_view(),
        name="urgent-disposal",
    ),
    path("urgent-sides/<int:pk>/known/", urgent.UrgentKnownView.as_view(), name="urgent-known"),
    path("urgent-sides/<int:pk>/report/", urgent.UrgentReportView.as_view(), name="urgent-report"),
    path("urgent-sides/<int:pk>/notify/", urgent.UrgentNotifyView.as_view(), name="urgent-notify"),
    path("leads/", ledgers.LeadCollection.as_view(), name="lead-list"),
    path("leads/<int:pk>/answer/", ledgers.LeadAnswerView.as_view(), name="lead-answer"),
    path("hazards/", ledgers.HazardCollection.as_view(), name="hazard-list"),
    path("hazards/<int:pk>/", ledgers.HazardItem.as_view(), name="hazard-detail"),
    path(
        "hazards/<int:pk>/extension/",
        ledgers.HazardExtensionView.as_view(),
        name="hazard-extension",
    ),
    path(
        "hazard-orders/<int:pk>/recheck/",
        ledgers.HazardRecheckView.as_view(),
        name="hazard-recheck",
    ),
]
