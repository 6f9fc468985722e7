"""Addresses below /duty/."""

from duty.urlconf import orders

app_name = "duty"
urlpatterns = [
    *orders.urlpatterns,
]
