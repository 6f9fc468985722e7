"""Addresses below /incidents/."""

from incidents.urlconf import board, clocks, imports, offline, quick, records, rules

app_name = "incidents"
urlpatterns = [
    *board.urlpatterns,
    *quick.urlpatterns,
    *offline.urlpatterns,
    *imports.urlpatterns,
    *rules.urlpatterns,
    *clocks.urlpatterns,
    *records.urlpatterns,
]
