"""Input about 24-hour presence and reinforcement."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from duty.enums import TriggerKind, TriggerState
from duty.forms.instants import InstantField
from duty.forms.targets import TargetsForm
from duty.models import Trigger
from duty.queries import triggers as queries
from personnel.enums import PersonKind
from personnel.models import Person
from policeroom.common.forms import ANY, ScopedForm
from policeroom.common.lists import FilterForm
from stations.models import Station
from stations.queries.rooms import named


class TriggerForm(TargetsForm):
    """A 24-hour presence: why, where, from when until when."""

    action = queries.DECLARE
    field_order = ("issuer", "number", "kind", "title", "areas", "rooms")

    number = forms.CharField(label=_("Order number"), max_length=60)
    kind = forms.ChoiceField(label=_("Kind"), choices=TriggerKind.choices, widget=forms.RadioSelect)
    title = forms.CharField(
        label=_("Occasion"),
        max_length=120,
        help_text=_("The event or the declared period. No names."),
    )
    starts_at = InstantField(
        label=_("Begins at"), help_text=_("May lie in the past: it is checked from then on.")
    )
    ends_at = InstantField(label=_("Ends at"))


class EndTriggerForm(ScopedForm):
    """Why it ends before its time."""

    reason = forms.CharField(label=_("Reason"), max_length=200)


class ReinforcementForm(ScopedForm):
    """Which officer goes to which room, from when until when. Both are named by their numbers."""

    station = forms.CharField(label=_("Station number"), max_length=20)
    person = forms.CharField(label=_("Staff number"), max_length=20)
    starts_at = InstantField(label=_("Begins at"))
    ends_at = InstantField(label=_("Ends at"))
    order_no = forms.CharField(label=_("Reinforcement order"), max_length=60)

    def clean_station(self) -> Station:
        code = self.cleaned_data["station"].strip()
        rows = Station.objects.within(self.scope, action="reinforcement.send")
        found: Station | None = rows.filter(code=code).first()
        if found is None:
            raise forms.ValidationError(
                _now("Not a room of your area: %(numbers)s.") % {"numbers": code}
            )
        return found

    def clean_person(self) -> Person:
        number = self.cleaned_data["person"].strip()
        rows = Person.objects.within(self.scope, action="reinforcement.send")
        found: Person | None = rows.filter(staff_no=number, kind=PersonKind.OFFICER).first()
        if found is None:
            raise forms.ValidationError(
                _now("Not an officer of your area: %(number)s.") % {"number": number}
            )
        return found


class TriggerFilter(FilterForm):
    """Filter of the list of 24-hour presences."""

    q = forms.CharField(label=_("Number or subject"), max_length=60)
    state = forms.ChoiceField(label=_("State"), choices=[*ANY, *TriggerState.choices])
    kind = forms.ChoiceField(label=_("Kind"), choices=[*ANY, *TriggerKind.choices])

    def narrow(self, rows: QuerySet[Trigger]) -> QuerySet[Trigger]:
        data = self.cleaned_data
        if word := (data.get("q") or "").strip():
            rows = rows.filter(Q(number__icontains=word) | Q(title__icontains=word))
        if data.get("state"):
            rows = rows.filter(queries.state_condition(data["state"], now=timezone.now()))
        if data.get("kind"):
            rows = rows.filter(kind=data["kind"])
        return rows


COVER_STATES = (
    ("uncovered", _("without an officer at times")),
    ("ahead", _("hours ahead without a planned officer")),
    ("covered", _("covered so far")),
)


class CoverFilter(FilterForm):
    """Filter of the rooms of one 24-hour presence; the list itself answers `show`."""

    show = forms.ChoiceField(label=_("State"), choices=[*ANY, *COVER_STATES])
    room = forms.CharField(label=_("Police room"), max_length=60)

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        word = "".join((self.cleaned_data.get("room") or "").split())
        return rows.filter(named(word, number="code__istartswith")) if word else rows
