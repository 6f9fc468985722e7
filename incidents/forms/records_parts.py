"""Input about what hangs on a record: lines, states, files, links, people, holds."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import RegexValidator
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from incidents.enums import OPEN_STATES, Disposition, IncidentLinkKind, IncidentState, PartyRole
from incidents.forms.clocks import MomentField, MomentForm
from incidents.models import NARRATIVE_LENGTH, Category, Incident
from incidents.queries.records import offered_categories, people_of
from policeroom.accounts.models import User
from policeroom.common import drafts
from policeroom.common.errors import DomainError
from policeroom.common.forms import ClientCreateForm, ScopedForm
from policeroom.common.scope import Scope
from stations.models import Station
from stations.uploads import ALLOWED_ENDINGS, check_size

drafts.register("incident-entry", _("Add a line"))


class EntryForm(ClientCreateForm, MomentForm):
    """One more line of the timeline."""

    text = forms.CharField(
        label=_("Add a line"), max_length=NARRATIVE_LENGTH, widget=forms.Textarea(attrs={"rows": 2})
    )
    at = MomentField(label=_("When"), required=False)


class AdvanceForm(MomentForm):
    """The next state, and when it was reached; now, if nothing is typed."""

    state = forms.ChoiceField(
        choices=[(state.value, state.label) for state in OPEN_STATES if state != IncidentState.NEW]
    )
    at = MomentField(required=False)


class FixForm(ScopedForm):
    """What was missing, chosen with one key."""

    category = forms.ModelChoiceField(queryset=Category.objects.none(), required=False)
    disposition = forms.ChoiceField(choices=Disposition.choices, required=False)
    no_onsite_reason = forms.CharField(max_length=200, required=False)
    #: A column of an instant that is to be now.
    instant = forms.ChoiceField(
        choices=[(name, name) for name in ("arrived_at", "university_arrived_at")], required=False
    )

    def __init__(self, *args: Any, station: Station, **kwargs: Any) -> None:
        self.station = station
        super().__init__(*args, **kwargs)

    def limit(self, scope: Scope) -> None:
        self.fields["category"].queryset = offered_categories(self.station)


class WhyForm(forms.Form):
    """A reason for an act that needs one."""

    reason = forms.CharField(label=_("Reason"), max_length=200)


class HandlerForm(MomentForm):
    """One person who handles the incident."""

    person = forms.ModelChoiceField(label=_("Person"), queryset=User.objects.none())

    def __init__(self, *args: Any, incident: Incident, **kwargs: Any) -> None:
        self.incident = incident
        super().__init__(*args, **kwargs)

    def limit(self, scope: Scope) -> None:
        incident = self.incident
        offered = people_of(incident.station, at=[incident.reported_at, self.now])
        self.fields["person"].queryset = offered
        self.fields["person"].label_from_instance = lambda person: person.name


class AttachmentForm(ClientCreateForm):
    """A file for the record."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("PDF, docx, xlsx, jpg or png. Pictures are kept without position and camera."),
        widget=forms.ClearableFileInput(
            attrs={"accept": ",".join(f".{ending}" for ending in ALLOWED_ENDINGS)}
        ),
    )

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        try:
            limit = settings.UPLOAD_MAX_BYTES
            check_size(name=file.name or "", size=file.size or 0, limit=limit)
        except DomainError as refusal:
            raise forms.ValidationError(refusal.message) from refusal
        return file


class LinkForm(ClientCreateForm, ScopedForm):
    """The other incident by its number; its room where more than one could be meant."""

    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=IncidentLinkKind.choices,
        widget=forms.RadioSelect,
        initial=IncidentLinkKind.RELATED,
    )
    number = forms.CharField(
        label=_("Number of the other incident"), max_length=20, help_text="2026-0917-004"
    )
    room = forms.ModelChoiceField(
        label=_("Police room"), queryset=Station.objects.none(), empty_label=None
    )

    def __init__(self, *args: Any, incident: Incident, **kwargs: Any) -> None:
        self.incident = incident
        super().__init__(*args, **kwargs)

    def limit(self, scope: Scope) -> None:
        rooms = Station.objects.within(scope).order_by("org_path", "id")
        self.fields["room"].queryset = rooms
        self.fields["room"].initial = self.incident.station_id
        if all(low == self.incident.org_path for low, _high in scope.ranges):
            self.fields["room"].widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        room, number = data.get("room"), data.get("number")
        if room is None or not number:
            return data
        rows = Incident.objects.within(self.scope).filter(station=room, number=number.strip())
        data["other"] = rows.first()
        if data["other"] is None:
            self.add_error(
                "number",
                _now("%(room)s has no incident %(number)s.")
                % {"room": room.name, "number": number},
            )
        return data


class PartyForm(ClientCreateForm):
    """A person in the event; nothing else about anybody is asked or kept."""

    role = forms.ChoiceField(
        label=_("Role"),
        choices=PartyRole.choices,
        widget=forms.RadioSelect,
        initial=PartyRole.REPORTER,
    )
    name = forms.CharField(
        label=_("Name"), max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    telephone = forms.CharField(
        label=_("Telephone"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
        validators=[
            RegexValidator(r"^\+?[\d\s-]{5,20}$", _("Digits, spaces and hyphens: 138 0000 6021."))
        ],
    )
