"""Input about what a station holds: premises, equipment, documents."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

from policeroom.common.errors import DomainError
from policeroom.common.forms import ANY, ClientCreateForm, DayField, DayInput, ScopedModelForm
from policeroom.common.lists import FilterForm
from policeroom.common.scope import Scope
from stations.enums import (
    CheckResult,
    DocumentKind,
    EquipmentCategory,
    EquipmentState,
    Weekday,
)
from stations.models import (
    ContactBox,
    Document,
    EquipmentItem,
    FunctionalArea,
    NoticeBoard,
    ServiceDesk,
    Station,
)
from stations.queries.premises import desk_units
from stations.uploads import ALLOWED_ENDINGS, check_size

#: States a form may set; the last one comes with a day, on its own page.
OPEN_STATES = [choice for choice in EquipmentState.choices if choice[0] != EquipmentState.RETIRED]


class ClockInput(forms.TimeInput):
    """A native clock; typed times are accepted in the same format."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class RecordForm(ScopedModelForm):
    """A row of one station; a new one starts today unless said otherwise."""

    def __init__(
        self, *args: Any, scope: Scope, station: Station, today: dt.date, **kwargs: Any
    ) -> None:
        self.station = station
        super().__init__(*args, scope=scope, **kwargs)
        if self.instance.pk is None and "started_on" in self.fields:
            self.initial.setdefault("started_on", today)


class AreaForm(RecordForm):
    class Meta:
        model = FunctionalArea
        fields = ("kind", "floor_area_m2", "note", "started_on")
        widgets = {"kind": forms.RadioSelect}
        help_texts = {
            "floor_area_m2": _("Two decimals. Leave empty if it was not measured."),
            "note": _("For example: shares a room with the mediation area."),
        }

    def limit(self, scope: Scope) -> None:
        self.fields["kind"].choices = FunctionalArea._meta.get_field("kind").choices


class BoardForm(RecordForm):
    class Meta:
        model = NoticeBoard
        fields = ("kind", "location", "prominent", "started_on")
        widgets = {"kind": forms.RadioSelect}
        help_texts = {
            "kind": _(
                "One board may serve for information and disclosure: record it once as each."
                " The publicity board is a board of its own."
            ),
            "location": _("Where it hangs, as a visitor would find it."),
        }

    def limit(self, scope: Scope) -> None:
        self.fields["kind"].choices = NoticeBoard._meta.get_field("kind").choices
        self.fields["location"].required = True


class BoxForm(RecordForm):
    class Meta:
        model = ContactBox
        fields = ("location", "started_on")
        help_texts = {"location": _("Where it hangs, as a visitor would find it.")}


class DeskForm(RecordForm):
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Fixed weekdays"),
        choices=Weekday.choices,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("A new timetable is a new desk: end the old one, so that past days stay true."),
    )

    class Meta:
        model = ServiceDesk
        fields = (
            "branch",
            "responsible_unit",
            "weekdays",
            "opens_at",
            "closes_at",
            "started_on",
        )
        widgets = {
            "branch": forms.RadioSelect,
            "opens_at": ClockInput,
            "closes_at": ClockInput,
        }
        help_texts = {"responsible_unit": _("The unit that sends its people to the campus.")}

    def limit(self, scope: Scope) -> None:
        self.fields["branch"].choices = ServiceDesk._meta.get_field("branch").choices
        self.fields["responsible_unit"].queryset = desk_units(
            self.station, keep=self.instance.responsible_unit_id
        )


class SessionForm(forms.Form):
    """One day of a desk: a total, and nothing about anybody."""

    held_on = DayField(label=_("Day"), widget=DayInput)
    served_count = forms.IntegerField(
        label=_("People served"),
        min_value=0,
        max_value=100_000,
        help_text=_("The total only. No names, no lists."),
    )


class SessionCountForm(forms.Form):
    served_count = SessionForm.base_fields["served_count"]


class EndForm(forms.Form):
    """First day a row no longer holds."""

    ended_on = DayField(
        label=_("First day it is no longer there"),
        widget=DayInput,
        help_text=_("Entered by mistake? Enter its own first day: then it counts on no day."),
    )


class RenewForm(forms.Form):
    """Contents of a disclosure board that were renewed; the quick buttons name no day: today."""

    items = forms.MultipleChoiceField(
        label=_("Contents renewed"), choices=[], widget=forms.CheckboxSelectMultiple
    )
    day = DayField(label=_("Day"), widget=DayInput, required=False)
    note = forms.CharField(
        label=_("What changed"),
        max_length=200,
        required=False,
        help_text=_("For example the new officers, or the new telephone number."),
    )

    def __init__(self, *args: Any, choices: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["items"].choices = choices


class EmptiedForm(forms.Form):
    """When a contact box was emptied; the quick button names no day: today."""

    day = DayField(label=_("Day"), widget=DayInput, required=False)


# --- equipment -----------------------------------------------------------------------------------


class EquipmentForm(RecordForm):
    state = forms.ChoiceField(
        label=_("State"), choices=OPEN_STATES, initial=EquipmentState.IN_SERVICE
    )

    class Meta:
        model = EquipmentItem
        fields = (
            "category",
            "name",
            "asset_no",
            "quantity",
            "state",
            "next_check_on",
            "started_on",
        )
        help_texts = {
            "asset_no": _("As on the label. A number stands for one line, also after retirement."),
            "quantity": _("Pieces on this line, at least 1."),
            "next_check_on": _("Police gear needs one; leave empty what is not checked regularly."),
        }


class NewEquipmentForm(ClientCreateForm, EquipmentForm):
    class Meta(EquipmentForm.Meta):
        pass


class CheckForm(forms.Form):
    """A check of one item and what follows from it."""

    checked_on = DayField(label=_("Checked on"), widget=DayInput)
    result = forms.ChoiceField(
        label=_("Result"), choices=CheckResult.choices, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=_("Note"),
        max_length=200,
        required=False,
        help_text=_("A defect needs one: what is wrong, what was done."),
    )
    state = forms.ChoiceField(label=_("State from now on"), choices=OPEN_STATES)
    next_check_on = DayField(
        label=_("Next check"),
        widget=DayInput,
        required=False,
        help_text=_("Police gear needs one; leave empty what is not checked regularly."),
    )


class DayFilter(FilterForm):
    """A day in the past; empty means today."""

    on = DayField(label=_("As of"), widget=DayInput)


class EquipmentFilter(DayFilter):
    category = forms.ChoiceField(label=_("Category"), choices=[*ANY, *EquipmentCategory.choices])
    state = forms.ChoiceField(label=_("State"), choices=[*ANY, *EquipmentState.choices])
    overdue = forms.BooleanField(label=_("Check overdue"))

    field_order = ("category", "state", "overdue", "on")

    def narrow(self, rows: QuerySet) -> QuerySet:
        for name in ("category", "state"):
            if self.cleaned_data.get(name):
                rows = rows.filter(**{name: self.cleaned_data[name]})
        if self.cleaned_data.get("overdue"):
            rows = rows.filter(overdue__gt=dt.timedelta(0))
        return rows


# --- documents -----------------------------------------------------------------------------------


class UploadForm(forms.Form):
    """One file; its type is read from its content by the service."""

    file = forms.FileField(label=_("File"), max_length=255)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = _(
            "PDF, docx, xlsx, jpg or png, at most %(limit)s. Position and camera data are removed"
            " from pictures. After an error choose the file again."
        ) % {"limit": filesizeformat(settings.UPLOAD_MAX_BYTES)}
        endings = ",".join(f".{ending}" for ending in ALLOWED_ENDINGS)
        self.fields["file"].widget.attrs["accept"] = endings

    def clean_file(self) -> UploadedFile:
        file = self.cleaned_data["file"]
        try:
            check_size(name=file.name, size=file.size, limit=settings.UPLOAD_MAX_BYTES)
        except DomainError as refusal:
            raise ValidationError(refusal.message) from refusal
        return file


class DocumentFacts(RecordForm):
    class Meta:
        model = Document
        fields = ("kind", "title", "number", "valid_until")
        labels = {"number": _("Document number")}
        help_texts = {
            "number": _("As printed on the document."),
            "valid_until": _("Last day it holds. Leave empty if it has no end."),
        }


class NewDocumentForm(ClientCreateForm, UploadForm, DocumentFacts):
    effective_from = DayField(label=_("Effective from"), widget=DayInput)

    field_order = ("kind", "title", "number", "effective_from", "valid_until", "file")

    class Meta(DocumentFacts.Meta):
        pass


class VersionForm(UploadForm):
    effective_from = DayField(label=_("Effective from"), widget=DayInput)


class DocumentFilter(DayFilter):
    kind = forms.ChoiceField(label=_("Kind"), choices=[*ANY, *DocumentKind.choices])
    expired = forms.BooleanField(label=_("Expired"))

    field_order = ("kind", "expired", "on")

    def narrow(self, rows: QuerySet) -> QuerySet:
        if self.cleaned_data.get("kind"):
            rows = rows.filter(kind=self.cleaned_data["kind"])
        if self.cleaned_data.get("expired"):
            rows = rows.filter(expired__gt=dt.timedelta(0))
        return rows
