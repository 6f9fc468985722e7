"""Input about drills."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from duty.enums import LEVEL_CHOICES, PlanIncidentType
from duty.models import EmergencyPlan
from duty.queries.drills import RECORD
from duty.queries.plans import plan_rows
from policeroom.common.forms import ANY, ClientCreateForm, DayField, ScopedForm
from policeroom.common.lists import FilterForm
from policeroom.common.scope import Scope
from stations.models import Station
from stations.queries.rooms import named

#: `RoomDrillFilter.due`: how soon the next drill is due.
SOON_DAYS: Final = 30
DUE: Final = (*ANY, ("overdue", _("overdue")), ("soon", _("due within 30 days")))


class DrillFacts(ScopedForm):
    """What is recorded of a drill."""

    held_on = DayField(label=_("Held on"))
    title = forms.CharField(label=_("Title"), max_length=120)
    plan = forms.ModelChoiceField(
        label=_("Emergency plan"),
        queryset=EmergencyPlan.objects.none(),
        required=False,
        empty_label=_("none"),
    )
    incident_type = forms.ChoiceField(
        label=_("Incident type"), choices=PlanIncidentType.choices, widget=forms.RadioSelect
    )
    levels = forms.TypedMultipleChoiceField(
        label=_("Duty levels"),
        choices=LEVEL_CHOICES,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    participants = forms.IntegerField(
        label=_("Participants"),
        min_value=1,
        max_value=5000,
        help_text=_("A total; nobody is named."),
    )
    evaluation = forms.CharField(
        label=_("Evaluation"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("What went well, what did not, what follows."),
    )
    document_no = forms.CharField(label=_("Document number"), max_length=60, required=False)
    proof = forms.CharField(
        label=_("Proof"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Where the script and the pictures are kept."),
    )

    def limit(self, scope: Scope) -> None:
        self.fields["plan"].queryset = plan_rows(scope).order_by("org_path", "-valid_from")


class DrillForm(ClientCreateForm, DrillFacts):
    """A drill of one of the reader's rooms; the only room is not asked for."""

    station = forms.ModelChoiceField(
        label=_("Police room"), queryset=Station.objects.none(), empty_label=None
    )
    field_order = ("client_uuid", "station")

    def limit(self, scope: Scope) -> None:
        super().limit(scope)
        rooms = Station.objects.within(scope, action=RECORD).filter(closed_on__isnull=True)
        rooms = rooms.order_by("org_path")
        self.fields["station"].queryset = rooms
        first = list(rooms[:2])
        if len(first) == 1:
            self.fields["station"].initial = first[0]
            self.fields["station"].widget = forms.HiddenInput()


class DrillFilter(FilterForm):
    """Filter of the drills."""

    room = forms.CharField(label=_("Police room"), max_length=60)
    kind = forms.ChoiceField(label=_("Incident type"), choices=[*ANY, *PlanIncidentType.choices])
    since = DayField(label=_("From"))
    until = DayField(label=_("Up to"))

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        data = self.cleaned_data
        word = "".join((data.get("room") or "").split())
        if word:
            rows = rows.filter(named(word, prefix="station__", number="code__istartswith"))
        if data.get("kind"):
            rows = rows.filter(incident_type=data["kind"])
        if data.get("since"):
            rows = rows.filter(held_on__gte=data["since"])
        if data.get("until"):
            rows = rows.filter(held_on__lte=data["until"])
        return rows


class RoomDrillFilter(FilterForm):
    """Filter of the rooms by their next drill."""

    room = forms.CharField(label=_("Police room"), max_length=60)
    due = forms.ChoiceField(label=_("Next drill"), choices=DUE)

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        data, today = self.cleaned_data, timezone.localdate()
        word = "".join((data.get("room") or "").split())
        if word:
            rows = rows.filter(named(word, number="code__istartswith"))
        if data.get("due") == "overdue":
            rows = rows.filter(due_on__lt=today)
        elif data.get("due") == "soon":
            soon = today + dt.timedelta(days=SOON_DAYS)
            rows = rows.filter(due_on__gte=today, due_on__lte=soon)
        return rows
