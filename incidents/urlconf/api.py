"""Addresses of the records beside the log in the JSON interface (names in `api`)."""

from django.urls import path

from incidents import api_ends as ends
from incidents import api_events as events
from incidents import api_ledgers as ledgers
from incidents import api_parts as parts
from incidents import api_records as records
from incidents import api_tasks as tasks
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
    path("incidents/<int:pk>/review/", parts.IncidentReview.as_view(), name="incident-review"),
    path(
        "incidents/<int:pk>/entries/<int:row>/strike/",
        parts.EntryStrike.as_view(),
        name="entry-strike",
    ),
    path(
        "incidents/<int:pk>/attachments/",
        parts.AttachmentCollection.as_view(),
        name="attachment-list",
    ),
    path(
        "incidents/<int:pk>/attachments/<int:row>/",
        parts.AttachmentItem.as_view(),
        name="attachment-detail",
    ),
    path(
        "incidents/<int:pk>/attachments/<int:row>/strike/",
        parts.AttachmentStrike.as_view(),
        name="attachment-strike",
    ),
    path("incidents/<int:pk>/links/", parts.LinkCollection.as_view(), name="link-list"),
    path(
        "incidents/<int:pk>/links/<int:row>/strike/", parts.LinkStrike.as_view(), name="link-strike"
    ),
    path("places/", parts.PlaceCollection.as_view(), name="place-list"),
    path("places/<int:pk>/", parts.PlaceItem.as_view(), name="place-detail"),
    path(
        "urgent-notices/<int:pk>/acknowledgement/",
        ends.UrgentAcknowledgement.as_view(),
        name="urgent-acknowledge",
    ),
    path(
        "urgent-notices/<int:pk>/judgements/",
        ends.UrgentJudgementView.as_view(),
        name="urgent-judge",
    ),
    path("urgent-notices/<int:pk>/close/", ends.UrgentClosing.as_view(), name="urgent-close"),
    path("urgent-notices/<int:pk>/strike/", ends.UrgentStrike.as_view(), name="urgent-strike"),
    path("leads/<int:pk>/", ends.LeadItem.as_view(), name="lead-detail"),
    path("leads/<int:pk>/strike/", ends.LeadStrike.as_view(), name="lead-strike"),
    path("hazards/<int:pk>/strike/", ends.HazardStrike.as_view(), name="hazard-strike"),
    path("disputes/", events.DisputeCollection.as_view(), name="dispute-list"),
    path("disputes/<int:pk>/", events.DisputeItem.as_view(), name="dispute-detail"),
    path("disputes/<int:pk>/steps/", events.DisputeSteps.as_view(), name="dispute-steps"),
    path("disputes/<int:pk>/close/", events.DisputeClosing.as_view(), name="dispute-close"),
    path("disputes/<int:pk>/strike/", events.DisputeStrike.as_view(), name="dispute-strike"),
    path("dispute-screenings/", events.ScreeningCollection.as_view(), name="screening-list"),
    path("outreach/", events.OutreachCollection.as_view(), name="outreach-list"),
    path("outreach/<int:pk>/", events.OutreachItem.as_view(), name="outreach-detail"),
    path("outreach/<int:pk>/strike/", events.OutreachStrike.as_view(), name="outreach-strike"),
    path("tasks/", tasks.TaskCollection.as_view(), name="task-list"),
    path("tasks/<int:pk>/", tasks.TaskItem.as_view(), name="task-detail"),
    path("tasks/<int:pk>/answer/", tasks.TaskAnswerView.as_view(), name="task-answer"),
    path("tasks/<int:pk>/strike/", tasks.TaskStrike.as_view(), name="task-strike"),
]
