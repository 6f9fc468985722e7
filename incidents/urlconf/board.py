"""Addresses of board, list, search and statistics."""

from django.urls import URLPattern, path

from incidents.views import board, search, statistics

urlpatterns: list[URLPattern] = [
    path("", board.IncidentList.as_view(), name="list"),
    path("board/", board.board, name="board"),
    path("board/<int:pk>/next/", board.board_next, name="board-next"),
    path("search/", search.search, name="search"),
    path("statistics/", statistics.statistics, name="statistics"),
    path("statistics/export/", statistics.statistics_export, name="statistics-export"),
]
