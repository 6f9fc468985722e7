from django.http import HttpResponse
from django.urls import URLPattern, path

urlpatterns: list[URLPattern] = [
    path("imports/", lambda request: HttpResponse(), name="import-list")
]
