"""Addresses of duty in the JSON interface (names in `api`)."""

from django.urls import URLPattern, path

from duty import api as orders
from duty import api_directives as directives
from duty import api_drills as drills
from duty import api_handover as handover
from duty import api_plans as plans
from duty import api_presence as presence
from duty import api_triggers as triggers

urlpatterns: list[URLPattern] = [
    path("duty-orders/", orders.OrderCollection.as_view(), name="duty-order-list"),
    path("duty-orders/<int:pk>/", orders.OrderItem.as_view(), name="duty-order-detail"),
    path(
        "duty-orders/<int:pk>/approval/", orders.OrderApproval.as_view(), name="duty-order-approve"
    ),
    path(
        "duty-orders/<int:pk>/revoke/", orders.OrderRevocation.as_view(), name="duty-order-revoke"
    ),
    path(
        "duty-orders/<int:pk>/receipts/",
        orders.OrderReceipts.as_view(),
        name="duty-order-receipts",
    ),
    path(
        "order-receipts/<int:pk>/acknowledgement/",
        orders.ReceiptAcknowledgement.as_view(),
        name="order-receipt-acknowledge",
    ),
    path(
        "order-receipts/<int:pk>/implementation/",
        orders.ReceiptImplementation.as_view(),
        name="order-receipt-carry-out",
    ),
    path("duty-levels/", orders.LevelCollection.as_view(), name="duty-level-list"),
    path("duty-arrangements/", plans.ArrangementCollection.as_view(), name="duty-arrangement-list"),
    path(
        "duty-arrangements/<int:pk>/",
        plans.ArrangementItem.as_view(),
        name="duty-arrangement-detail",
    ),
    path(
        "duty-arrangements/<int:pk>/end/",
        plans.ArrangementEnd.as_view(),
        name="duty-arrangement-end",
    ),
    path("emergency-plans/", plans.PlanCollection.as_view(), name="emergency-plan-list"),
    path("emergency-plans/<int:pk>/", plans.PlanItem.as_view(), name="emergency-plan-detail"),
    path("emergency-plans/<int:pk>/cells/", plans.PlanCells.as_view(), name="emergency-plan-cells"),
    path("drills/", drills.DrillCollection.as_view(), name="drill-list"),
    path("drills/next/", drills.NextDrills.as_view(), name="drill-next"),
    path("drills/<int:pk>/", drills.DrillItem.as_view(), name="drill-detail"),
    path("triggers/", triggers.TriggerCollection.as_view(), name="trigger-list"),
    path("triggers/<int:pk>/", triggers.TriggerItem.as_view(), name="trigger-detail"),
    path("triggers/<int:pk>/end/", triggers.TriggerEnd.as_view(), name="trigger-end"),
    path("triggers/<int:pk>/rooms/", triggers.TriggerRooms.as_view(), name="trigger-rooms"),
    path("directives/", directives.DirectiveCollection.as_view(), name="directive-list"),
    path("directives/<int:pk>/", directives.DirectiveItem.as_view(), name="directive-detail"),
    path(
        "directives/<int:pk>/acknowledgement/",
        directives.DirectiveAcknowledgement.as_view(),
        name="directive-acknowledge",
    ),
    path(
        "directives/<int:pk>/handover/",
        directives.DirectiveOffer.as_view(),
        name="directive-handover",
    ),
    path(
        "directives/<int:pk>/takeover/",
        directives.DirectiveTakeOver.as_view(),
        name="directive-take",
    ),
    path(
        "directives/<int:pk>/feedback/",
        directives.DirectiveFeedback.as_view(),
        name="directive-feedback",
    ),
    path(
        "directives/<int:pk>/withdraw/",
        directives.DirectiveWithdrawal.as_view(),
        name="directive-withdraw",
    ),
    path("shift-templates/", presence.TemplateCollection.as_view(), name="shift-template-list"),
    path("shifts/", presence.ShiftCollection.as_view(), name="shift-list"),
    path("shifts/<int:pk>/strike/", presence.ShiftStrike.as_view(), name="shift-strike"),
    path("presences/", presence.PresenceCollection.as_view(), name="presence-list"),
    path("presences/<int:pk>/check-out/", presence.PresenceEnd.as_view(), name="presence-end"),
    path("reinforcements/", presence.ReinforcementCollection.as_view(), name="reinforcement-list"),
    path("handovers/", handover.HandoverCollection.as_view(), name="handover-list"),
    path("handovers/<int:pk>/", handover.HandoverItem.as_view(), name="handover-detail"),
    path("duty-log/", handover.LogCollection.as_view(), name="duty-log-list"),
]
