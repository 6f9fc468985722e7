"""Addresses below /duty/."""

from duty.urlconf import comms, dutylog, handover, orders, presence, roster, staffing

app_name = "duty"
urlpatterns = [
    *orders.urlpatterns,
    *staffing.urlpatterns,
    *presence.urlpatterns,
    *roster.urlpatterns,
    *handover.urlpatterns,
    *dutylog.urlpatterns,
    *comms.urlpatterns,
]
