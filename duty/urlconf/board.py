"""Addresses of the duty board and of the workbench."""

from django.urls import URLPattern, path

from duty.views import board, workbench

urlpatterns: list[URLPattern] = [
    path("board/", board.board, name="board"),
    path("board/live/", board.live, name="board-live"),
    path("workbench/", workbench.own, name="workbench"),
    path("workbench/<int:pk>/", workbench.room, name="workbench-room"),
    path("workbench/<int:pk>/live/", workbench.live, name="workbench-live"),
]
