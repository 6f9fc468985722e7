"""The JSON interface: addresses, its schema and the page that explains it."""

from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularJSONAPIView, SpectacularSwaggerSplitView

from incidents import api as incidents
from policeroom.common.access import SIGNED_IN
from reports.api import CoverageView
from stations import api as stations

app_name = "api"


class SchemaView(SpectacularJSONAPIView):
    """The OpenAPI document."""

    access_policy = SIGNED_IN


class DocsView(SpectacularSwaggerSplitView):
    """Swagger from the packaged files; its script comes apart, as the content policy wants."""

    access_policy = SIGNED_IN
    url_name = "api:schema"
    template_name = "api/docs.html"


urlpatterns: list[URLPattern | URLResolver] = [
    path("schema/", SchemaView.as_view(), name="schema"),
    path("docs/", DocsView.as_view(), name="docs"),
    path("stations/", stations.StationCollection.as_view(), name="station-list"),
    path("stations/<int:pk>/", stations.StationItem.as_view(), name="station-detail"),
    path("stations/<int:pk>/close/", stations.StationClosing.as_view(), name="station-close"),
    path("incident-categories/", incidents.CategoryCollection.as_view(), name="category-list"),
    path("incidents/", incidents.IncidentCollection.as_view(), name="incident-list"),
    path("incidents/<int:pk>/", incidents.IncidentItem.as_view(), name="incident-detail"),
    path("incidents/<int:pk>/state/", incidents.IncidentStateView.as_view(), name="incident-state"),
    path(
        "incidents/<int:pk>/reopen/", incidents.IncidentReopening.as_view(), name="incident-reopen"
    ),
    path("incidents/<int:pk>/entries/", incidents.EntryCollection.as_view(), name="entry-list"),
    path("", include("incidents.urlconf.api")),
    path("coverage/", CoverageView.as_view(), name="coverage"),
]
