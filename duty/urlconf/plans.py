"""Addresses of emergency plans."""

from django.urls import URLPattern, path

from duty.views import plans

CELL = "plans/<int:pk>/cells/<int:level>/<slug:kind>/"

urlpatterns: list[URLPattern] = [
    path("plans/", plans.PlanList.as_view(), name="plan-list"),
    path("plans/new/", plans.new, name="plan-new"),
    path("plans/<int:pk>/", plans.detail, name="plan-detail"),
    path("plans/<int:pk>/print/", plans.print_page, name="plan-print"),
    path("plans/<int:pk>/levels/<int:level>/", plans.level, name="plan-level"),
    path(CELL, plans.cell, name="plan-cell"),
    path(f"{CELL}edit/", plans.cell_edit, name="plan-cell-edit"),
]
