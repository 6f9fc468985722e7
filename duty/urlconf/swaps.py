"""Addresses of swaps."""

from django.urls import URLPattern, path

from duty.views import swaps

urlpatterns: list[URLPattern] = [
    path("roster/swaps/", swaps.SwapList.as_view(), name="swap-list"),
    path("roster/rooms/<int:pk>/swaps/", swaps.room, name="swap-room"),
    path("roster/shifts/<int:pk>/swap/", swaps.new, name="swap-new"),
    path("roster/swaps/<int:pk>/", swaps.detail, name="swap"),
    path("roster/swaps/<int:pk>/decide/", swaps.decide, name="swap-decide"),
    path("roster/swaps/<int:pk>/withdraw/", swaps.withdraw, name="swap-withdraw"),
]
