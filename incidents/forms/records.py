"""Input of a record: the full form of a call, and the same facts one at a time."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from incidents.enums import ON_SCENE_DISPOSITIONS, Disposition, IncidentKind, Precision
from incidents.forms.clocks import MomentField, MomentForm, read_moment
from incidents.models import NARRATIVE_LENGTH, Category, Incident, Place
from incidents.queries.records import offered_categories, people_of, places_of
from incidents.services.changes import FIELDS
from policeroom.accounts.models import User
from policeroom.common import drafts
from policeroom.common.clock import ZONE
from policeroom.common.days import read_day
from policeroom.common.forms import ClientCreateForm
from policeroom.common.scope import Scope
from policeroom.common.templatetags.ui import SearchSelect
from stations.models import Station

drafts.register("incident", _("New call"))
drafts.register("incident-narrative", _("What happened"))

#: What the forms call "nothing was done yet".
NO_DISPOSITION: Final = (("", _("still open")), *Disposition.choices)


class CategoryField(forms.ModelChoiceField):
    """The tree as one searchable list: 纠纷 › 交通纠纷, found by either name or its pinyin."""

    def label_from_instance(self, category: Category) -> str:
        return f"{category.parent} › {category}" if category.parent else str(category)


class PeopleField(forms.ModelMultipleChoiceField):
    """People by their name."""

    def label_from_instance(self, person: User) -> str:
        return person.name


class OccurredField(MomentField):
    """An instant, or only a day; of a day the midnight is kept, and that it is a day."""

    def to_python(self, value: Any) -> dt.datetime | None:
        text = unicodedata.normalize("NFKC", str(value or "")).strip()
        if re.fullmatch(r"\d{4}-\d{1,2}-\d{1,2}", text) and (day := read_day(text)):
            return Day.combine(day, dt.time(), ZONE)
        return super().to_python(value)


class Day(dt.datetime):
    """The midnight of a day of which no time is known."""


class NarrativeField(forms.CharField):
    """What happened; line ends as the database keeps them, so that texts compare."""

    widget = forms.Textarea(attrs={"rows": 6})

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace("\r\n", "\n").replace("\r", "\n")


class FactsForm(MomentForm):
    """The facts of a call in one room."""

    kind = forms.ChoiceField(
        label=_("Kind"), choices=IncidentKind.choices, widget=forms.RadioSelect
    )
    narrative = NarrativeField(
        label=_("What happened"),
        max_length=NARRATIVE_LENGTH,
        help_text=_("The event: what, how, what was done. Names of persons stand elsewhere."),
    )
    category = CategoryField(
        label=_("Category"),
        queryset=Category.objects.none(),
        required=False,
        widget=SearchSelect,
        help_text=_("Search by name or pinyin initials."),
    )
    place = forms.ModelChoiceField(
        label=_("Place of the room"), queryset=Place.objects.none(), required=False
    )
    place_text = forms.CharField(
        label=_("Where exactly"),
        max_length=120,
        required=False,
        help_text=_("As it was told; needed only where the list does not say enough."),
    )
    reported_at = MomentField(label=_("Reported at"))
    occurred_precision = forms.ChoiceField(
        label=_("When it happened"),
        choices=Precision.choices,
        widget=forms.RadioSelect,
        required=False,
    )
    occurred_from = OccurredField(
        label=_("Happened at, or from"),
        required=False,
        help_text=_("A time, or only a day: 2026-09-17."),
    )
    occurred_to = OccurredField(label=_("Happened until"), required=False, help_text="")
    dispatched_at = MomentField(label=_("Dispatched at"), required=False, help_text="")
    arrived_at = MomentField(label=_("Police arrived at"), required=False, help_text="")
    university_arrived_at = MomentField(
        label=_("University arrived at"),
        required=False,
        help_text=_("Asked for at sudden events (article 14 (5))."),
    )
    disposition = forms.ChoiceField(
        label=_("Disposition"), choices=NO_DISPOSITION, widget=forms.RadioSelect, required=False
    )
    no_onsite_reason = forms.CharField(
        label=_("Why not settled on scene"),
        max_length=200,
        required=False,
        help_text=_("For a call for help or a dispute (article 13 (6))."),
    )

    def __init__(self, *args: Any, station: Station, **kwargs: Any) -> None:
        self.station = station
        super().__init__(*args, **kwargs)

    def limit(self, scope: Scope) -> None:
        if "category" in self.fields:
            self.fields["category"].queryset = offered_categories(self.station)
            self.fields["category"].widget.blank = _now("not chosen")
        if "place" in self.fields:
            self.fields["place"].queryset = places_of(self.station)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if "occurred_precision" in self.fields:
            self._settle_occurred(data)
        return data

    def _settle_occurred(self, data: dict[str, Any]) -> None:
        """The precision follows from what was typed; what is not known is never made up."""
        start, end = data.get("occurred_from"), data.get("occurred_to")
        if {"occurred_from", "occurred_to"} & self.errors.keys():
            return
        given = Precision(data.get("occurred_precision") or Precision.UNKNOWN)
        if start is None and (given != Precision.UNKNOWN or end is not None):
            self.add_error(
                "occurred_from", _now("Give the time of the occurrence, or mark it not known.")
            )
            return
        if given == Precision.RANGE and end is None:
            self.add_error("occurred_to", _now("Give the end, or choose another precision."))
            return
        precision = _precision(given, start, end)
        if precision == Precision.DAY and start is not None:
            start = dt.datetime.combine(start.astimezone(ZONE).date(), dt.time(), ZONE)
        data["occurred_precision"] = precision
        data["occurred_from"] = _plain(start)
        data["occurred_to"] = _last_minute(end) if precision == Precision.RANGE else None


def _precision(given: Precision, start: dt.datetime | None, end: dt.datetime | None) -> Precision:
    if start is None:
        return Precision.UNKNOWN
    if end is not None and given in {Precision.RANGE, Precision.UNKNOWN}:
        return Precision.RANGE
    if given == Precision.DAY or isinstance(start, Day):
        return Precision.DAY
    return Precision.EXACT


def _plain(instant: dt.datetime | None) -> dt.datetime | None:
    """A day's midnight as an ordinary instant."""
    return None if instant is None else dt.datetime.fromisoformat(instant.isoformat())


def _last_minute(end: dt.datetime | None) -> dt.datetime | None:
    """A range that ends with a day ends with its last minute."""
    if isinstance(end, Day):
        return _plain(end + dt.timedelta(hours=23, minutes=59))
    return _plain(end)


class IncidentForm(ClientCreateForm, FactsForm):
    """A whole call. People who had a role at the room when it was reported are offered."""

    field_order = (
        "kind",
        "narrative",
        "category",
        "place",
        "place_text",
        "reported_at",
        "occurred_precision",
        "occurred_from",
        "occurred_to",
        "dispatched_at",
        "arrived_at",
        "university_arrived_at",
        "handlers",
        "disposition",
        "no_onsite_reason",
    )
    handlers = PeopleField(
        label=_("On duty"),
        queryset=User.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Who had a role at this room at that time."),
    )

    def limit(self, scope: Scope) -> None:
        super().limit(scope)
        self.fields["handlers"].queryset = people_of(self.station, at=self._instants())

    def _instants(self) -> list[dt.datetime]:
        """Now, and when the call was reported: somebody may write down what the last shift took."""
        sent = read_moment(str(self.data.get("reported_at", "")), now=self.now)
        return [self.now, sent] if sent else [self.now]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        disposition, category = data.get("disposition"), data.get("category")
        asked = data.get("kind") == IncidentKind.ASSISTANCE or bool(category and category.dispute)
        settled = not disposition or disposition in ON_SCENE_DISPOSITIONS
        if asked and not settled and not data.get("no_onsite_reason"):
            self.add_error(
                "no_onsite_reason",
                _now("Say why this call for help or dispute was not settled on scene."),
            )
        if not data.get("place") and not data.get("place_text"):
            self.add_error("place_text", _now("Say where: choose a place or write it."))
        return data


class ChangeForm(ClientCreateForm, FactsForm):
    """One fact (a key of `FIELDS`) of a record, with the value it is changed from."""

    base = forms.CharField(widget=forms.HiddenInput, required=False, strip=False)

    def __init__(self, *args: Any, field: str, incident: Incident, **kwargs: Any) -> None:
        self.field, self.incident = field, incident
        super().__init__(*args, station=incident.station, **kwargs)

    def limit(self, scope: Scope) -> None:
        kept = {"base", "client_uuid", *FIELDS[self.field]}
        for name in [name for name in self.fields if name not in kept]:
            del self.fields[name]
        super().limit(scope)

    @property
    def values(self) -> dict[str, Any]:
        """The columns as they are to be stored; an instant left as it was keeps its seconds."""
        data = {
            name: self.initial[name] if self._untouched(name) else self.cleaned_data[name]
            for name in FIELDS[self.field]
            if name in self.cleaned_data
        }
        if self.field == "place":
            self._follow_place(data)
        if self.field == "reported" and not self._untouched("reported_at"):
            data["reported_precision"] = Precision.EXACT
        return data

    def _untouched(self, name: str) -> bool:
        """Whether an instant came back as the form had shown it."""
        field, stored = self.fields[name], self.initial.get(name)
        if not isinstance(field, MomentField) or not isinstance(stored, dt.datetime):
            return False
        return bool(self.data.get(name) == field.prepare_value(stored))

    def _follow_place(self, data: dict[str, Any]) -> None:
        """Another place takes its own name along, unless something else was written."""
        before, place = self.incident.place, data["place"]
        if before is not None and place != before and data["place_text"] == before.name:
            data["place_text"] = place.name if place is not None else ""


def facts_of(incident: Incident) -> dict[str, Any]:
    """The stored facts as the fields take them."""
    found = {column: getattr(incident, column) for group in FIELDS.values() for column in group}
    if incident.occurred_precision == Precision.DAY and incident.occurred_from is not None:
        found["occurred_from"] = incident.occurred_from.astimezone(ZONE).strftime("%Y-%m-%d")
    return found
