"""Input about the routines of term and vacation; what the forms of a city's papers share."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from duty.enums import ArrangementPart
from duty.queries.arrangements import EDIT
from policeroom.common.forms import ANY, ClientCreateForm, DayField, ScopedForm
from policeroom.common.lists import FilterForm
from policeroom.common.scope import Scope
from stations.enums import UnitKind
from stations.models import OrgUnit
from stations.queries.places import units


class CityForm(ScopedForm):
    """A form about a paper of a city; the only city is not asked for."""

    action: ClassVar[str]

    unit = forms.ModelChoiceField(
        label=_("City bureau"), queryset=OrgUnit.objects.none(), empty_label=None
    )

    def limit(self, scope: Scope) -> None:
        cities = units(scope, [UnitKind.CITY], action=self.action)
        self.fields["unit"].queryset = cities
        first = list(cities[:2])
        if len(first) == 1:
            self.fields["unit"].initial = first[0]
            self.fields["unit"].widget = forms.HiddenInput()


def time_field(label: Any, **options: Any) -> forms.TimeField:
    """A time of day, to the minute."""
    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    return forms.TimeField(label=label, widget=widget, **options)


class ArrangementForm(ClientCreateForm, CityForm):
    """The routine of term or of vacation."""

    action = EDIT

    part = forms.ChoiceField(
        label=_("Part"), choices=ArrangementPart.choices, widget=forms.RadioSelect
    )
    title = forms.CharField(label=_("Title"), max_length=120)
    document_no = forms.CharField(label=_("Document number"), max_length=60)
    valid_from = DayField(label=_("Valid from"))
    last_day = DayField(
        label=_("Last day"),
        required=False,
        help_text=_("Empty: until another arrangement begins."),
    )
    day_starts = time_field(_("Day begins"))
    day_ends = time_field(
        _("Day ends"),
        help_text=_(
            "An end at or before the beginning runs over midnight; equal ones are the whole day."
        ),
    )
    officer_on_workdays = forms.BooleanField(
        label=_("An officer on every working day"), required=False, initial=True
    )
    auxiliary_every_day = forms.BooleanField(
        label=_("An auxiliary on every day"), required=False, initial=True
    )
    suspends_weekly = forms.BooleanField(
        label=_("Suspends the weekly briefing"),
        required=False,
        help_text=_("Only in weeks that the arrangement covers from Monday to Sunday."),
    )


class ArrangementCopyForm(CityForm):
    """New versions of what holds, under a new paper."""

    action = EDIT

    valid_from = DayField(label=_("Valid from"))
    document_no = forms.CharField(label=_("Document number"), max_length=60)


class LastDayForm(ScopedForm):
    """On which day something holds last."""

    last_day = DayField(label=_("Last day"))


#: `PaperFilter.state`: what holds now or will, or every version.
VERSIONS = (("now", _("valid now or later")), ("all", _("all versions")))


class PaperFilter(FilterForm):
    """Filter of the papers of cities; without one it shows what holds now or will."""

    state = forms.ChoiceField(label=_("State"), choices=VERSIONS)

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        if self.cleaned_data.get("state") == "all":
            return rows
        today = timezone.localdate()
        return rows.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=today))


class ArrangementFilter(PaperFilter):
    """Filter of the arrangements."""

    part = forms.ChoiceField(label=_("Part"), choices=[*ANY, *ArrangementPart.choices])

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        rows = super().narrow(rows)
        part = self.cleaned_data.get("part")
        return rows.filter(part=part) if part else rows
