"""Addresses below /duty/."""

from duty.urlconf import (
    board,
    arrangements,
    comms,
    directives,
    dutylog,
    handover,
    orders,
    presence,
    roster,
    staffing,
    triggers,
)

app_name = "duty"
urlpatterns = [
    *orders.urlpatterns,
    *staffing.urlpatterns,
    *arrangements.urlpatterns,
    *presence.urlpatterns,
    *roster.urlpatterns,
    *handover.urlpatterns,
    *dutylog.urlpatterns,
    *comms.urlpatterns,
    *triggers.urlpatterns,
    *directives.urlpatterns,
    *board.urlpatterns,
]
