"""The filter of the search."""

from __future__ import annotations

from incidents.forms.board import IncidentFilter


class SearchFilter(IncidentFilter):
    """Words first; area, kind, category and period narrow them down."""

    field_order = ("q", "area", "kind", "category", "start", "end")
