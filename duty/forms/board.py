"""What a duty board is asked for."""

from __future__ import annotations

from django import forms


class AreaForm(forms.Form):
    """`?area=`: a bureau below the reader's own."""

    area = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
