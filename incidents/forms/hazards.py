"""Input about hazards and about what universities have on file."""

from __future__ import annotations

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from incidents.enums_clocks import EvidenceKind, RecheckResult
from incidents.forms.clocks import MomentField, MomentForm, RecordFilter, RoomForm
from policeroom.common.forms import ANY, ClientCreateForm, DayField, ScopedForm
from policeroom.common.scope import Scope
from stations.models import Campus, University


class HazardForm(RoomForm):
    """A hazard with the day it must be put right by."""

    action = "hazards.edit"
    campus = forms.ModelChoiceField(
        label=_("Campus"), queryset=Campus.objects.none(), required=False
    )
    place_text = forms.CharField(label=_("Where"), max_length=120)
    description = forms.CharField(
        label=_("Hazard"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )
    found_at = MomentField(label=_("Found at"))
    responsible = forms.CharField(
        label=_("Responsible unit"),
        max_length=120,
        help_text=_("Who puts it right, for example the logistics office. No person."),
    )
    due_on = DayField(label=_("To be put right by"))
    document_no = forms.CharField(label=_("Number of the order"), max_length=60, required=False)

    def limit(self, scope: Scope) -> None:
        super().limit(scope)
        campuses = Campus.objects.within(scope, action=self.action).select_related("university")
        self.fields["campus"].queryset = campuses.order_by("org_path", "code")


class ExtendForm(ScopedForm):
    """A later date, by decision."""

    due_on = DayField(label=_("To be put right by"))
    document_no = forms.CharField(label=_("Number of the decision"), max_length=60)
    reason = forms.CharField(label=_("Why it takes longer"), max_length=200)


class RecheckForm(ClientCreateForm, MomentForm):
    """What the recheck finds; not put right needs a further date."""

    checked_at = MomentField(label=_("Rechecked at"))
    result = forms.ChoiceField(
        label=_("Result"), choices=RecheckResult.choices, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=_("Note"),
        max_length=200,
        required=False,
        help_text=_("If it is not put right: what is still to be done."),
    )
    next_due_on = DayField(
        label=_("Further date"), required=False, help_text=_("Only if it is not put right.")
    )


class EvidenceForm(RoomForm):
    """What was seen at a university."""

    action = "hazards.edit"
    university = forms.ModelChoiceField(
        label=_("University"), queryset=University.objects.none(), empty_label=None
    )
    kind = forms.ChoiceField(
        label=_("What"), choices=EvidenceKind.choices, widget=forms.RadioSelect
    )
    held_on = DayField(label=_("Seen or held on"))
    document_no = forms.CharField(
        label=_("Document number"),
        max_length=60,
        required=False,
        help_text=_("Institutions and plans have one; a drill may have none."),
    )
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def limit(self, scope: Scope) -> None:
        super().limit(scope)
        rows = University.objects.within(scope, action=self.action)
        self.fields["university"].queryset = rows.order_by("code")


class HazardFilter(RecordFilter):
    """Filters of the list of hazards."""

    day_field = "found_at"
    overdue = forms.BooleanField(label=_("Overdue"))

    field_order = ("state", "overdue", "unit", "since", "until")

    def narrow(self, rows: QuerySet) -> QuerySet:
        rows = super().narrow(rows)
        return rows.filter(overdue=True) if self.cleaned_data.get("overdue") else rows


class EvidenceFilter(RecordFilter):
    """Filters of the list of evidence."""

    day_field = "held_on"
    instant = False
    closed_field = ""
    kind = forms.ChoiceField(label=_("What"), choices=[*ANY, *EvidenceKind.choices])

    field_order = ("kind", "unit", "since", "until")

    def narrow(self, rows: QuerySet) -> QuerySet:
        rows = super().narrow(rows)
        if self.cleaned_data.get("kind"):
            rows = rows.filter(kind=self.cleaned_data["kind"])
        return rows
