"""Addresses below /duty/."""

from duty.urlconf import orders, staffing

app_name = "duty"
urlpatterns = [
    *orders.urlpatterns,
    *staffing.urlpatterns,
]
