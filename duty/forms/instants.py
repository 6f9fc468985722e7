"""Instants people enter: a native picker, to the minute, in Asia/Shanghai."""

from __future__ import annotations

from typing import Any

from django import forms


class InstantField(forms.DateTimeField):
    """An instant, picked; what is typed is read in the same form."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(widget=widget, **kwargs)
