"""Addresses of directives."""

from django.urls import URLPattern, path

from duty.views import directives

urlpatterns: list[URLPattern] = [
    path("directives/", directives.DirectiveList.as_view(), name="directive-list"),
    path("directives/new/", directives.new, name="directive-new"),
    path("directives/<int:pk>/", directives.detail, name="directive-detail"),
    path("directives/<int:pk>/acknowledge/", directives.acknowledge, name="directive-acknowledge"),
    path("directives/<int:pk>/handover/", directives.handover, name="directive-handover"),
    path("directives/<int:pk>/take/", directives.take, name="directive-take"),
    path("directives/<int:pk>/feedback/", directives.feedback, name="directive-feedback"),
    path("directives/<int:pk>/withdraw/", directives.withdraw, name="directive-withdraw"),
]
