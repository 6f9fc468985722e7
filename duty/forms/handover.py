"""Input about handover sheets."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from duty.forms.dutylog import RoomDayFilter
from duty.forms.instants import InstantField
from duty.queries.handover import UNSIGNED, takers
from personnel.enums import PersonKind
from personnel.models import Person
from policeroom.common.forms import ANY, ClientCreateForm, ScopedForm
from stations.models import Station

#: Notes that still fit on the printed page.
NOTES_LENGTH: Final = 600
NOTES_LINES: Final = 12


class PersonField(forms.ModelChoiceField):
    """Somebody of the room, by name and kind."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} {PersonKind(obj.kind).label}"


class TakerForm(ScopedForm):
    """Who takes over. The room comes from the view, which fetched it through the scope."""

    incoming = PersonField(
        label=_("Incoming"),
        queryset=Person.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
        help_text=_("People of the room today who have an account to sign with."),
    )

    def __init__(self, *args: Any, station: Station, at: dt.datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = takers(station, at=at).filter(account_id__isnull=False)
        self.fields["incoming"].queryset = self.people


class SheetForm(TakerForm):
    """Who takes over, when, and what has to be said besides."""

    handed_at = InstantField(label=_("Handover at"))
    notes = forms.CharField(
        label=_("To be noted"),
        max_length=NOTES_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What the records do not say. No names of callers."),
    )

    def clean_notes(self) -> str:
        notes: str = self.cleaned_data["notes"].strip()
        if len(notes.splitlines()) > NOTES_LINES:
            raise forms.ValidationError(
                _now("Write at most %(n)d lines; the sheet is one page.") % {"n": NOTES_LINES}
            )
        return notes


class NewSheetForm(ClientCreateForm, SheetForm):
    """A new sheet: who hands over to whom. Whoever serves in the room hands over for themselves."""

    outgoing = PersonField(label=_("Outgoing"), queryset=Person.objects.none(), empty_label=None)
    field_order = ("outgoing", "incoming", "handed_at", "notes")

    def __init__(self, *args: Any, user_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        outgoing, myself = self.fields["outgoing"], self.people.filter(account_id=user_id)
        outgoing.queryset = self.people
        outgoing.initial = myself.first()
        if outgoing.initial is not None:
            outgoing.queryset, outgoing.widget = myself, forms.HiddenInput()
            self.fields["incoming"].queryset = self.people.exclude(pk=outgoing.initial.pk)


STATES: Final = (
    ("open", _("not signed by both")),
    ("outgoing", _("waits for the outgoing side")),
    ("incoming", _("waits for the incoming side")),
    ("signed", _("signed by both")),
)


class HandoverFilter(RoomDayFilter):
    """Filter of the sheets."""

    instant = "handed_at"

    state = forms.ChoiceField(label=_("State"), choices=[*ANY, *STATES])

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        rows = super().narrow(rows)
        state = self.cleaned_data.get("state")
        return rows.filter(_condition(state)) if state else rows


def _condition(state: str) -> Q:
    frozen = Q(signed_out_at__isnull=False)
    return {
        "open": UNSIGNED,
        "outgoing": UNSIGNED & ~frozen,
        "incoming": UNSIGNED & frozen,
        "signed": Q(signed_in_at__isnull=False),
    }[state]
