"""Input about the strength of levels."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from duty.enums import LEVEL_CHOICES
from duty.levels import DutyLevel
from duty.services.staffing import open_on
from policeroom.common.forms import ANY, DayField, ScopedForm
from policeroom.common.lists import FilterForm
from policeroom.common.scope import Scope
from stations.enums import StationKind, UnitKind
from stations.models import OrgUnit, Station
from stations.queries.places import units

EDIT = "staffing.edit"
RAISED = [choice for choice in LEVEL_CHOICES if choice[0] > DutyLevel.THREE]


class CityForm(ScopedForm):
    """A form about the table of one city; the only city is not asked for."""

    unit = forms.ModelChoiceField(
        label=_("City bureau"), queryset=OrgUnit.objects.none(), empty_label=None
    )

    def limit(self, scope: Scope) -> None:
        cities = units(scope, [UnitKind.CITY], action=EDIT)
        self.fields["unit"].queryset = cities
        first = list(cities[:2])
        if len(first) == 1:
            self.fields["unit"].initial = first[0]
            self.fields["unit"].widget = forms.HiddenInput()


class StrengthForm(CityForm):
    """How many a level asks for: of every room of a kind, or of one room."""

    level = forms.TypedChoiceField(
        label=_("Duty level"), choices=RAISED, coerce=int, widget=forms.RadioSelect
    )
    station_kind = forms.ChoiceField(
        label=_("Every room of the kind"),
        choices=[*StationKind.choices, ("", _("one room only"))],
        required=False,
        widget=forms.RadioSelect,
        initial=StationKind.STANDALONE,
    )
    room = forms.CharField(
        label=_("One room only"),
        max_length=20,
        required=False,
        help_text=_("Its station number. A room's own row goes before the row of its kind."),
    )
    officers = forms.IntegerField(label=_("Officers on duty"), min_value=0, max_value=500)
    auxiliaries = forms.IntegerField(label=_("Auxiliaries on duty"), min_value=0, max_value=500)
    valid_from = DayField(label=_("Valid from"))
    document_no = forms.CharField(label=_("Document number"), max_length=60)

    def clean_room(self) -> Station | None:
        code = self.cleaned_data["room"].strip()
        if not code:
            return None
        found: Station | None = (
            Station.objects.within(self.scope, action=EDIT).filter(code=code).first()
        )
        if found is None:
            raise forms.ValidationError(
                _now("Not a room of your area: %(numbers)s.") % {"numbers": code}
            )
        return found

    def facts(self) -> dict[str, Any]:
        """Cleaned data as `fix_strength` takes it."""
        data = dict(self.cleaned_data)
        data["station"] = data.pop("room", None)
        return data


class CopyForm(CityForm):
    """A new version of the whole table."""

    valid_from = DayField(label=_("Valid from"))
    document_no = forms.CharField(label=_("Document number"), max_length=60)


class EndForm(ScopedForm):
    """The last day of a row."""

    last_day = DayField(label=_("Last day"))


STATES = (("now", _("valid now or later")), ("all", _("all versions")))


class StrengthFilter(FilterForm):
    """Filter of the tables; without one it shows what holds now or will."""

    state = forms.ChoiceField(label=_("State"), choices=STATES)
    level = forms.ChoiceField(label=_("Duty level"), choices=[*ANY, *RAISED])
    kind = forms.ChoiceField(label=_("Kind"), choices=[*ANY, *StationKind.choices])

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        data = self.cleaned_data
        if data.get("state") != "all":
            rows = rows.filter(open_on(timezone.localdate()))
        if data.get("level"):
            rows = rows.filter(level=int(data["level"]))
        if data.get("kind"):
            rows = rows.filter(station_kind=data["kind"])
        return rows
