"""Input about action items."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from meetings.enums import Regime
from policeroom.common.clock import ZONE
from policeroom.common.forms import ANY, DayField, ScopedForm
from policeroom.common.lists import FilterForm
from stations.queries.rooms import named


class ItemForm(ScopedForm):
    """A decision. A meeting of one kind is not asked for it."""

    regime = forms.ChoiceField(label=_("Decided in"), widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("Decision"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
    owner = forms.CharField(label=_("Responsible"), max_length=120)
    due_on = DayField(label=_("Due on"))

    def __init__(self, *args: Any, regimes: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["regime"]
        field.choices = [(code, Regime(code).label) for code in regimes]
        field.initial = regimes[0]
        if len(regimes) == 1:
            field.widget = forms.HiddenInput()


class RedateForm(ScopedForm):
    """Another day for an item."""

    due_on = DayField(label=_("Due on"))


class CloseForm(ScopedForm):
    """What came of an item."""

    result = forms.CharField(
        label=_("Result"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )


class ItemFilter(FilterForm):
    """Filter of the items by state and room."""

    state = forms.ChoiceField(
        label=_("State"),
        choices=[*ANY, ("open", _("open")), ("overdue", _("overdue")), ("done", _("closed"))],
    )
    room = forms.CharField(label=_("Police room"), max_length=60)

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        data = self.cleaned_data
        word = "".join((data.get("room") or "").split())
        if word:
            rows = rows.filter(named(word, prefix="station__", number="code__istartswith"))
        state = data.get("state")
        if state == "done":
            return rows.filter(done_on__isnull=False)
        if state == "open":
            return rows.filter(done_on__isnull=True)
        if state == "overdue":
            today = timezone.localdate(timezone.now(), ZONE)
            return rows.filter(done_on__isnull=True, due_on__lt=today)
        return rows
