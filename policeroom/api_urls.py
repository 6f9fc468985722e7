"""The JSON interface: addresses, its schema and the page that explains it."""

from functools import lru_cache
from typing import Any

from django.urls import URLPattern, URLResolver, include, path
from django.utils.translation import get_language
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.views import SpectacularJSONAPIView, SpectacularSwaggerSplitView

from incidents import api as incidents
from policeroom.common.access import SIGNED_IN
from reports.api import CoverageView
from stations import api as stations

app_name = "api"


@lru_cache(maxsize=4)
def document(language: str) -> dict[str, Any]:
    """The OpenAPI document in the language in force; the same for everybody.

    Made once in a process: it takes seconds, and the code does not change while it runs.
    """
    return SchemaGenerator().get_schema(request=None, public=True)


class OnceGenerator(SchemaGenerator):
    """Answers with the document that is already there."""

    def get_schema(self, request: Any = None, public: bool = False) -> dict[str, Any]:
        return document(get_language() or "")


class SchemaView(SpectacularJSONAPIView):
    """The OpenAPI document."""

    access_policy = SIGNED_IN
    generator_class = OnceGenerator


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
    path("", include("duty.urlconf.api")),
    path("", include("personnel.api_urls")),
    path("coverage/", CoverageView.as_view(), name="coverage"),
]
