"""Input about meetings. The room and the kinds of meeting come from the address."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from duty.forms.instants import InstantField
from duty.queries.presence import people_of
from meetings.enums import Heading, Mode, Regime, Side
from meetings.queries.meetings import can_be_made_up, universities_of
from meetings.regimes import QUARTERLY, REGIMES
from meetings.services.meetings import Held, Present
from personnel.models import Person
from policeroom.common import drafts
from policeroom.common.clock import ZONE
from policeroom.common.forms import ClientCreateForm, ScopedForm
from policeroom.common.periods import Period, read_label
from stations.models import Station, University

DRAFT = "meeting"
drafts.register(DRAFT, _("Minutes of a meeting"))

TEXT_LENGTH = 4000
HALF_HOUR = dt.timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Seat:
    """One line for somebody present: the party is fixed, the person is written."""

    key: str
    side: str
    label: Any
    organisation: str
    university: University | None = None


class MinutesForm(ScopedForm):
    """Times, headings, and the past period a meeting makes up for."""

    held_at = InstantField(label=_("Began at"))
    ended_at = InstantField(label=_("Ended at"))

    def __init__(
        self,
        *args: Any,
        station: Station,
        regimes: Sequence[str],
        now: dt.datetime,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.station, self.regimes, self.now = station, tuple(regimes), now
        due = can_be_made_up(station, now=now)
        for code in self.regimes:
            self._add_makeup(code, [one.obligation.period for one in due[code]])
            for heading in REGIMES[code].headings:
                self._add_heading(code, heading)

    def _add_makeup(self, code: str, periods: Sequence[Period]) -> None:
        kept = self.initial.get(f"for_{code}", "")
        labels = dict.fromkeys([*([kept] if kept else []), *(p.label for p in periods)])
        if labels:
            self.fields[f"for_{code}"] = forms.ChoiceField(
                label=_("%(regime)s: counts for") % {"regime": Regime(code).label},
                choices=[("", _("the period it began in")), *((text, text) for text in labels)],
                required=False,
            )

    def _add_heading(self, code: str, heading: str) -> None:
        self.fields[f"said_{code}_{heading}"] = forms.CharField(
            label=Heading(heading).label,
            max_length=TEXT_LENGTH,
            required=False,
            widget=forms.Textarea(attrs={"rows": 3}),
        )
        if heading not in REGIMES[code].no_nil:
            self.fields[f"nil_{code}_{heading}"] = forms.BooleanField(
                label=_("Nothing to report"), required=False
            )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        for code in self.regimes:
            for heading in REGIMES[code].headings:
                if data.get(f"said_{code}_{heading}") and data.get(f"nil_{code}_{heading}"):
                    self.add_error(
                        f"said_{code}_{heading}",
                        _now("Either write something or say that there is nothing."),
                    )
        return data

    def held(self) -> Held:
        """What was entered, for the service."""
        data = self.cleaned_data
        makes_up = {
            code: read_label(data[f"for_{code}"])
            for code in self.regimes
            if data.get(f"for_{code}")
        }
        body = {
            code: {
                heading: {
                    "text": data.get(f"said_{code}_{heading}", ""),
                    "nil": data.get(f"nil_{code}_{heading}", False),
                }
                for heading in REGIMES[code].headings
            }
            for code in self.regimes
        }
        return Held(data["held_at"], data["ended_at"], body, makes_up)

    @property
    def times(self) -> list[forms.BoundField]:
        """When, how and for which period."""
        names = ["held_at", "ended_at", "mode", "place", *(f"for_{c}" for c in self.regimes)]
        return [self[name] for name in names if name in self.fields]

    @property
    def parts(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """The headings of each kind of meeting, in the order of the regulation."""
        return [
            (
                Regime(code).label,
                [
                    self[name]
                    for heading in REGIMES[code].headings
                    for name in (f"said_{code}_{heading}", f"nil_{code}_{heading}")
                    if name in self.fields
                ],
            )
            for code in self.regimes
        ]


class PersonChoice(forms.ModelMultipleChoiceField):
    """People of the room, by name and kind."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} {obj.get_kind_display()}"


class MeetingForm(ClientCreateForm, MinutesForm):
    """A meeting that was held: also how, where and with whom."""

    mode = forms.ChoiceField(label=_("Held"), choices=Mode.choices, initial=Mode.ROOM)
    place = forms.CharField(label=_("Meeting place"), max_length=120, required=False)
    people = PersonChoice(
        label=_("Of the police room"),
        queryset=Person.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["people"].queryset = people_of(self.station, self.now)
        self.seats = list(self._seats())
        for seat in self.seats:
            for part, label, length in (
                ("organisation", _("Organisation"), 120),
                ("post", _("Position"), 60),
                ("name", _("Person's name"), 60),
            ):
                self.fields[f"{seat.key}_{part}"] = forms.CharField(
                    label=label, max_length=length, required=False
                )
            self.initial.setdefault(f"{seat.key}_organisation", seat.organisation)

    def _seats(self) -> Sequence[Seat]:
        day = self.now.astimezone(ZONE).date()
        seats = [
            Seat(f"u{one.pk}_{number}", Side.UNIVERSITY, one.name, one.name, one)
            for one in universities_of(self.station, day)
            for number in (1, 2)
        ]
        if QUARTERLY in self.regimes:
            bureau = self.station.operator.name
            seats.append(Seat("local", Side.LOCAL_POLICE, Side.LOCAL_POLICE.label, bureau))
            seats.append(Seat("branch", Side.POLICE_BRANCH, Side.POLICE_BRANCH.label, ""))
        seats.append(Seat("other", Side.OTHER, Side.OTHER.label, ""))
        return seats

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        for seat in self.seats:
            name, post = data.get(f"{seat.key}_name"), data.get(f"{seat.key}_post")
            if bool(name) != bool(post):
                missing = "post" if name else "name"
                self.add_error(
                    f"{seat.key}_{missing}",
                    _now("Give name and post, or leave the line empty."),
                )
            elif name and not data.get(f"{seat.key}_organisation"):
                self.add_error(f"{seat.key}_organisation", _now("Say for which organisation."))
        return data

    def present(self) -> list[Present]:
        """Who was entered as present, for the service."""
        data = self.cleaned_data
        room = self.station.name
        found = [
            Present(Side.ROOM, room, str(person.get_kind_display()), person.name)
            for person in data["people"]
        ]
        found += [
            Present(
                seat.side,
                data[f"{seat.key}_organisation"],
                data[f"{seat.key}_post"],
                data[f"{seat.key}_name"],
                seat.university,
            )
            for seat in self.seats
            if data.get(f"{seat.key}_name")
        ]
        return found

    @property
    def lines(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """One line for each seat."""
        return [
            (seat.label, [self[f"{seat.key}_{part}"] for part in ("organisation", "post", "name")])
            for seat in self.seats
        ]


class CorrectForm(MinutesForm):
    """A new version of the minutes; it says on which version it was written."""

    seen_version = forms.IntegerField(widget=forms.HiddenInput)


class PlanForm(ClientCreateForm, ScopedForm):
    """A meeting to come."""

    regimes = forms.MultipleChoiceField(
        label=_("Kind of meeting"), choices=Regime.choices, widget=forms.CheckboxSelectMultiple
    )
    planned_at = InstantField(label=_("Planned for"))
    mode = forms.ChoiceField(label=_("Held"), choices=Mode.choices, initial=Mode.ROOM)
    place = forms.CharField(label=_("Meeting place"), max_length=120, required=False)


class ReasonForm(ScopedForm):
    """Why a meeting is called off."""

    reason = forms.CharField(label=_("Reason"), max_length=200)


def initial_of(body: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> dict[str, Any]:
    """Minutes as the form shows them."""
    found: dict[str, Any] = {}
    for code, answers in body.items():
        for heading, answer in answers.items():
            found[f"said_{code}_{heading}"] = answer.get("text", "")
            found[f"nil_{code}_{heading}"] = answer.get("nil", False)
    return found
