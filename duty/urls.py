"""Addresses below /duty/."""

from duty.urlconf import board, directives, handover, orders, plans, presence, roster

app_name = "duty"
urlpatterns = [
    *board.urlpatterns,
    *orders.urlpatterns,
    *directives.urlpatterns,
    *roster.urlpatterns,
    *presence.urlpatterns,
    *handover.urlpatterns,
    *plans.urlpatterns,
]
