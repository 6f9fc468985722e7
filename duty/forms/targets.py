"""Who issues, and whom it is for: what forms of orders and of 24-hour presence share."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from duty.queries import orders as queries
from policeroom.common.forms import ClientCreateForm, ScopedForm
from policeroom.common.scope import Scope
from stations.enums import LINE_DEPTH, UnitKind
from stations.models import OrgUnit, Station
from stations.queries.places import units

#: Kinds of places an order may name as a whole.
AREAS = [kind for kind in LINE_DEPTH if kind != UnitKind.STATION]


class TargetsForm(ClientCreateForm, ScopedForm):
    """The issuer and the places below it. `action` is what the issuer must hold.

    Areas are chosen; single rooms are named by their numbers, which works for three rooms and for
    three thousand. Without either it is for the issuer's whole area.
    """

    action: ClassVar[str]

    issuer = forms.ModelChoiceField(
        label=_("Issued by"), queryset=OrgUnit.objects.none(), empty_label=None
    )
    areas = forms.ModelMultipleChoiceField(
        label=_("Areas covered"),
        queryset=OrgUnit.objects.none(),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 6}),
        help_text=_("None chosen and no room named: the whole area of the issuer."),
    )
    rooms = forms.CharField(
        label=_("Single rooms"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Their station numbers, separated by spaces or commas."),
    )

    def limit(self, scope: Scope) -> None:
        own = queries.issuers(scope, self.action)
        self.fields["issuer"].queryset = own
        first = list(own[:2])
        if len(first) == 1:
            self.fields["issuer"].initial = first[0]
            self.fields["issuer"].widget = forms.HiddenInput()
        self.fields["areas"].queryset = units(scope, AREAS, action=self.action)

    def clean_rooms(self) -> list[str]:
        codes = set(
            self.cleaned_data["rooms"].replace(",", " ").replace("\N{FULLWIDTH COMMA}", " ").split()
        )
        rows = Station.objects.within(self.scope, action=self.action).filter(code__in=codes)
        found = dict(rows.values_list("code", "org_path"))
        if missing := sorted(codes - set(found)):
            raise forms.ValidationError(
                _now("Not a room of your area: %(numbers)s.") % {"numbers": ", ".join(missing)}
            )
        return sorted(found.values())

    def facts(self) -> dict[str, Any]:
        """Cleaned data as the service takes it."""
        data = dict(self.cleaned_data)
        named_places = [unit.org_path for unit in data.pop("areas")] + data.pop("rooms")
        data["targets"] = named_places or [data["issuer"].org_path]
        return data
