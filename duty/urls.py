"""Addresses below /duty/."""

from duty.urlconf import (
    arrangements,
    board,
    comms,
    directives,
    drills,
    dutylog,
    handover,
    orders,
    plans,
    presence,
    proposal,
    roster,
    staffing,
    swaps,
    triggers,
)

app_name = "duty"
urlpatterns = [
    *orders.urlpatterns,
    *staffing.urlpatterns,
    *arrangements.urlpatterns,
    *plans.urlpatterns,
    *drills.urlpatterns,
    *presence.urlpatterns,
    *roster.urlpatterns,
    *proposal.urlpatterns,
    *swaps.urlpatterns,
    *handover.urlpatterns,
    *dutylog.urlpatterns,
    *comms.urlpatterns,
    *triggers.urlpatterns,
    *directives.urlpatterns,
    *board.urlpatterns,
]
