"""Input about transfers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from incidents.enums import ReceiverKind, TransferWhat
from incidents.forms.clocks import MomentField, MomentForm, RecordFilter
from incidents.models import Incident
from incidents.queries.transfers import receivers
from policeroom.common.forms import ANY, ClientCreateForm
from policeroom.common.scope import Scope
from stations.models import OrgUnit


class TransferForm(ClientCreateForm, MomentForm):
    """A hand-over: to a unit of the neighbourhood, or to another one by name and kind."""

    what = forms.ChoiceField(
        label=_("What"),
        choices=TransferWhat.choices,
        widget=forms.RadioSelect,
        initial=TransferWhat.CASE,
    )
    description = forms.CharField(
        label=_("Description"),
        max_length=200,
        required=False,
        help_text=_("The case or the thing. No names."),
    )
    receiver_unit = forms.ModelChoiceField(
        label=_("Receiving unit"), queryset=OrgUnit.objects.none(), required=False
    )
    receiver_name = forms.CharField(
        label=_("Another unit"),
        max_length=120,
        required=False,
        help_text=_("Only if it is not in the list: its full name, and what it is."),
    )
    receiver_kind = forms.ChoiceField(
        label=_("It is a"), choices=ReceiverKind.choices, widget=forms.RadioSelect, required=False
    )
    handed_at = MomentField(label=_("Handed over at"))
    document_no = forms.CharField(label=_("Document number"), max_length=60, required=False)

    def __init__(self, *args: Any, incident: Incident, **kwargs: Any) -> None:
        self.incident = incident
        super().__init__(*args, **kwargs)

    def limit(self, scope: Scope) -> None:
        self.fields["receiver_unit"].queryset = receivers(self.incident.org_path)


class ReceiptForm(MomentForm):
    """The receipt as it was signed."""

    received_at = MomentField(label=_("Received at"))
    received_by_name = forms.CharField(
        label=_("Signed by"), max_length=60, help_text=_("The officer of the receiving unit.")
    )


class TransferFilter(RecordFilter):
    """Filters of the list of transfers; open means not received."""

    day_field = "handed_at"
    closed_field = "received_at"
    what = forms.ChoiceField(label=_("What"), choices=[*ANY, *TransferWhat.choices])
    q = forms.CharField(label=_("Unit, incident or document"), max_length=60)

    field_order = ("q", "what", "state", "unit", "since", "until")

    def narrow(self, rows: QuerySet) -> QuerySet:
        rows = super().narrow(rows)
        data = self.cleaned_data
        if data.get("what"):
            rows = rows.filter(what=data["what"])
        if text := "".join(data.get("q", "").split()):
            rows = rows.filter(
                Q(receiver_name__icontains=text)
                | Q(document_no__icontains=text)
                | Q(incident__number__startswith=text)
            )
        return rows
