"""Addresses below /duty/."""

from duty.urlconf import orders, presence, roster, staffing

app_name = "duty"
urlpatterns = [
    *orders.urlpatterns,
    *staffing.urlpatterns,
    *presence.urlpatterns,
    *roster.urlpatterns,
]
