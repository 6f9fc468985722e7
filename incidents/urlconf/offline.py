"""Addresses of drafts' and devices' calls."""

from django.urls import path

from incidents.views import offline

urlpatterns = [
    path("offline/", offline.capture_offline, name="capture-offline"),
    path("offline/key/", offline.offline_key, name="offline-key"),
    path("offline/sealed/", offline.sealed, name="sealed"),
    path("offline/correct/", offline.sealed_correct, name="sealed-correct"),
    path("offline/records/", offline.OfflineList.as_view(), name="offline-list"),
    path("offline/records/<int:pk>/", offline.offline_detail, name="offline-detail"),
    path("offline/records/<int:pk>/accept/", offline.offline_accept, name="offline-accept"),
    path("offline/records/<int:pk>/refuse/", offline.offline_refuse, name="offline-refuse"),
]
