"""Addresses of the standards pages."""

from django.urls import path

from compliance import views

app_name = "compliance"
urlpatterns = [
    path("parameters/", views.parameter_list, name="parameter-list"),
    path("parameters/new/", views.parameter_new, name="parameter-new"),
]
