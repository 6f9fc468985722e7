"""Where everything hangs."""

from django.urls import include, path

from incidents.views.worker import service_worker
from policeroom.common import views as common_views

urlpatterns = [
    path("", common_views.home, name="home"),
    path("healthz", common_views.healthz, name="healthz"),
    path("readyz", common_views.readyz, name="readyz"),
    path("sw.js", service_worker, name="service-worker"),
    path("search/", common_views.search, name="search"),
    path("accounts/", include("policeroom.accounts.urls")),
    path("drafts/", include("policeroom.common.drafts_urls")),
    path("access/", include("personnel.urls")),
    path("", include("stations.urls")),
    path("people/", include("personnel.people_urls")),
    path("duty/", include("duty.urls")),
    path("incidents/", include("incidents.urls")),
    path("meetings/", include("meetings.urls")),
    path("compliance/", include("compliance.urls")),
    path("reports/", include("reports.urls")),
    path("api/v1/", include("policeroom.api_urls")),
]
