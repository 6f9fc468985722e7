"""Addresses of board, list, search and statistics."""

from django.urls import URLPattern, path

from incidents.views import board, search, statistics

urlpatterns: list[URLPattern] = [
    path("incidents/", board.IncidentList.as_view(), name="list"),
    path("incidents/board/", board.board, name="board"),
    path("incidents/board/<int:pk>/next/", board.board_next, name="board-next"),
    path("incidents/search/", search.search, name="search"),
    path("incidents/statistics/", statistics.statistics, name="statistics"),
    path("incidents/statistics/export/", statistics.statistics_export, name="statistics-export"),
]
