"""Addresses of the stations app, one module per group of screens."""

from stations.urlconf import imports, places, premises, rooms

app_name = "stations"
urlpatterns = [
    *rooms.urlpatterns,
    *premises.urlpatterns,
    *places.urlpatterns,
    *imports.urlpatterns,
]
