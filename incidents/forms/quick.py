"""Input of the quick line: a line of words, and what a person decided about it."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from incidents.enums import Disposition, IncidentKind
from incidents.forms.clocks import MomentField, MomentForm
from incidents.forms.records import CategoryField
from incidents.models import NARRATIVE_LENGTH, Category, Place
from incidents.queries.records import offered_categories, people_of, places_of
from incidents.services.quick import Line
from policeroom.accounts.models import User
from policeroom.common.forms import ClientCreateForm
from policeroom.common.scope import Scope
from stations.models import Station

#: Sent for a slot that a person left unknown on purpose.
NONE: Final = "none"
#: Most people of one call, most characters of their ids.
PEOPLE_MOST: Final = 20
SLOTS: Final = ("category", "place", "kind", "disposition", "reported_at", "handlers")
_BY_WORDS: Final = _("worked out from the words")


class Undecided:
    """Nobody chose: the words decide."""


UNDECIDED: Final = Undecided()


class DecidedMixin(forms.Field):
    """A slot that may be undecided (empty) or unknown on purpose (`NONE`)."""

    unknown: Any = None

    def clean(self, value: Any) -> Any:
        if value == NONE:
            return self.unknown
        return UNDECIDED if value in self.empty_values else super().clean(value)


class DecidedCategory(DecidedMixin, CategoryField):
    """A category offered at the room."""


class DecidedPlace(DecidedMixin, forms.ModelChoiceField):
    """A place of the room."""


class DecidedChoice(DecidedMixin, forms.ChoiceField):
    """A code."""

    unknown = ""


class DecidedMoment(DecidedMixin, MomentField):
    """An instant."""


class DecidedPeople(DecidedMixin, forms.CharField):
    """People with a role at the room, as ids with commas between."""

    unknown = ()
    widget = forms.HiddenInput
    rows: Any = None

    def clean(self, value: Any) -> Any:
        found = super().clean(value)
        if not isinstance(found, str):
            return found
        ids = {part for part in found.split(",") if part.isdecimal() and len(part) < 18}
        people = list(self.rows.filter(pk__in=ids)) if len(ids) <= PEOPLE_MOST else []
        if len(people) != len(found.split(",")):
            raise ValidationError(_now("Choose people who have a role at this police room."))
        return tuple(people)


class QuickForm(MomentForm, ClientCreateForm):
    """The line; every slot but the words may be left to them."""

    captured_at = forms.DateTimeField(
        required=False, widget=forms.HiddenInput
    )  # first: people are offered for it
    text = forms.CharField(
        label=_("What happened, where, what was done"),
        max_length=NARRATIVE_LENGTH,
        widget=forms.Textarea,
        error_messages={"required": _("Write what happened.")},
    )
    place = DecidedPlace(
        queryset=Place.objects.none(), required=False, widget=forms.HiddenInput, label=_("Where")
    )
    place_text = forms.CharField(
        label=_("Where"), max_length=120, required=False, help_text=_("Where the words say none.")
    )
    category = DecidedCategory(
        label=_("Category"),
        queryset=Category.objects.none(),
        required=False,
        empty_label=_BY_WORDS,
    )
    kind = DecidedChoice(
        label=_("Kind of call"), choices=(("", _BY_WORDS), *IncidentKind.choices), required=False
    )
    disposition = DecidedChoice(
        label=_("Disposition"),
        choices=(("", _BY_WORDS), (NONE, _("still open")), *Disposition.choices),
        required=False,
    )
    reported_at = DecidedMoment(label=_("Reported at"), required=False)
    handlers = DecidedPeople(label=_("Handled by"), required=False, max_length=400)
    as_it_is = forms.BooleanField(
        required=False, label=_("File it even if what or where is not known yet")
    )

    def __init__(self, *args: Any, station: Station, **kwargs: Any) -> None:
        self.station = station
        super().__init__(*args, **kwargs)

    def limit(self, scope: Scope) -> None:
        self.fields["place"].queryset = places_of(self.station)
        self.fields["category"].queryset = offered_categories(self.station)
        self.fields["handlers"].rows = User.objects.none()

    def clean_captured_at(self) -> dt.datetime | None:
        at: dt.datetime | None = self.cleaned_data["captured_at"]
        instants = [self.now] if at is None else [self.now, min(at, self.now)]
        self.fields["handlers"].rows = people_of(self.station, at=instants)
        return at

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        words = data.get("place_text")
        if words and data.get("place") is UNDECIDED:
            data["place"] = words
        return data

    @property
    def line(self) -> Line:
        """What was sent, for the service."""
        data = self.cleaned_data
        return Line(
            text=data["text"],
            chosen={n: data[n] for n in SLOTS if data.get(n, UNDECIDED) is not UNDECIDED},
            captured_at=data["captured_at"],
            as_it_is=data["as_it_is"],
        )
