"""Input about universities, campuses, bureaus and calendars; choices end where the scope ends."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from policeroom.common.forms import ClientCreateForm, DayField, DayInput, ScopedForm
from policeroom.common.scope import Scope
from stations.enums import (
    LINE_DEPTH,
    CampusStatus,
    DayKind,
    DesignationBasis,
    TermKind,
    UnitKind,
    UniversityLevel,
    UniversityStatus,
)
from stations.models import OrgUnit, University
from stations.queries import places
from stations.services.places import UNIVERSITY_UNITS
from stations.services.places_campuses import CAMPUS_UNITS

TEN_DIGITS = RegexValidator(r"^\d{10}$", _("The ministry code has ten digits, e.g. 4199010001."))
SIX_DIGITS = RegexValidator(r"^\d{6}$", _("A division code has six digits, e.g. 990102."))
#: More people than any campus holds: a slip of the keyboard.
MOST_PEOPLE = 300_000
#: Units a person adds by hand: the province is set up once, rooms have their own page.
NEW_UNIT_KINDS = tuple(
    kind for kind in UnitKind if kind not in {UnitKind.PROVINCE, UnitKind.STATION}
)
#: Replaced by `limit`; read as it stands it raises, for nobody's scope was applied.
NONE_YET = OrgUnit.objects.none()


def day_field(label: Any, *, help_text: Any = "", required: bool = True) -> DayField:
    """A day, picked or typed."""
    return DayField(label=label, help_text=help_text, required=required, widget=DayInput(attrs={}))


def text_field(label: Any, length: int, *, help_text: Any = "") -> forms.CharField:
    """One optional line."""
    return forms.CharField(label=label, max_length=length, help_text=help_text, required=False)


def chips(label: Any, choices: Any, **options: Any) -> forms.ChoiceField:
    """One of a few, as chips."""
    return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect, **options)


def since_field() -> DayField:
    """From which day a change is true."""
    return day_field(
        _("True since"), help_text=_("Reports of earlier days keep what was true then.")
    )


def offer_closed(field: forms.Field, status: str, closed: Any) -> None:
    """Add "closed" to the choices of what is closed already; closing itself has its own page."""
    if status == closed:
        field.choices = [*field.choices, (closed.value, closed.label)]


# --- universities -------------------------------------------------------------------------------


class UniversityForm(ScopedForm):
    """The facts of a university and the day since which they are true."""

    name = forms.CharField(label=_("Name"), max_length=100)
    level = chips(_("Level"), UniversityLevel.choices)
    unit = forms.ModelChoiceField(
        label=_("Place"),
        queryset=NONE_YET,
        help_text=_("City bureau; the province while the city is unknown."),
    )
    place_name = text_field(
        _("Place in the ministry's list"), 60, help_text=_("As written there, e.g. a county city.")
    )
    authority = text_field(_("Authority in charge"), 60)
    ownership = text_field(
        _("Remark (ownership)"), 60, help_text=_("As in the list, e.g. 民办; empty: public.")
    )
    status = chips(
        _("Status"),
        [c for c in UniversityStatus.choices if c[0] != UniversityStatus.CLOSED],
        help_text=_("A university that does not enrol yet is listed but not counted."),
    )
    is_military = forms.BooleanField(
        label=_("Military academy (listed but not counted)"), required=False
    )
    double_first_class = forms.BooleanField(label=_("Double First-Class"), required=False)
    valid_from = since_field()

    def limit(self, scope: Scope) -> None:
        self.fields["unit"].queryset = places.units(
            scope, UNIVERSITY_UNITS, action="universities.edit"
        )

    def keep_status(self, status: str) -> None:
        """Let a closed university stay closed while other facts are corrected."""
        offer_closed(self.fields["status"], status, UniversityStatus.CLOSED)


class UniversityCreateForm(ClientCreateForm, UniversityForm):
    """The same with the ministry code, which never changes."""

    code = forms.CharField(
        label=_("Ministry code (学校标识码)"),
        max_length=10,
        validators=[TEN_DIGITS],
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    field_order = ["code", "name"]

    def clean(self) -> dict[str, Any]:
        """Name the record the reader can open; of others the service says nothing."""
        data = super().clean()
        code, sent = data.get("code"), data.get("client_uuid")
        known = University.objects.within(self.scope).filter(code=code).first() if code else None
        if known is not None and (sent is None or known.client_uuid != sent):
            self.add_error(
                "code",
                _now("%(code)s is already recorded: %(name)s.") % {"code": code, "name": known},
            )
        return data


class CloseForm(ScopedForm):
    """The first day a university or campus is closed."""

    day = day_field(_("No longer used from"), help_text=_("The first day it no longer exists."))


class FirstDayForm(ScopedForm):
    """Since when a recorded state is true, and why the recorded day was wrong."""

    valid_from = day_field(_("True since"))
    reason = forms.CharField(
        label=_("Reason of the correction"),
        max_length=200,
        help_text=_("For example the document that names the day. It stays in the history."),
    )


class DesignationForm(ScopedForm):
    """The city's decision that a college needs its own room (第六条)."""

    basis = chips(_("Basis"), DesignationBasis.choices)
    decided_by = forms.ModelChoiceField(label=_("Decided by"), queryset=NONE_YET)
    decision_no = text_field(_("Decision number"), 60)
    valid_from = day_field(_("In force from"))

    def limit(self, scope: Scope) -> None:
        kinds = (UnitKind.PROVINCE, UnitKind.CITY, UnitKind.INTERNAL_SECURITY)
        self.fields["decided_by"].queryset = places.units(
            scope, kinds, action="designations.decide"
        )


class DesignationEndForm(ScopedForm):
    """From which day the designation no longer holds."""

    valid_to = day_field(_("Lifted from"), help_text=_("The first day without it."))


class TermForm(ScopedForm):
    """One term or vacation; people give the last day, the record keeps the day after it."""

    kind = chips(_("Kind"), TermKind.choices)
    name = forms.CharField(
        label=_("Name"), max_length=60, help_text=_("For example 2026 autumn term.")
    )
    starts_on = day_field(_("First day"))
    last_day = day_field(_("Last day"))

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        start, last = data.get("starts_on"), data.get("last_day")
        if start and last and last < start:
            self.add_error(
                "last_day",
                _now("%(last)s lies before the first day %(start)s.")
                % {"last": last, "start": start},
            )
        return data

    def facts(self) -> dict[str, Any]:
        """What the service takes: half-open days."""
        data = dict(self.cleaned_data)
        return {"ends_on": data.pop("last_day") + dt.timedelta(days=1), **data}


# --- campuses -----------------------------------------------------------------------------------


class CampusForm(ScopedForm):
    """The facts of a campus and the day since which they are true."""

    name = forms.CharField(
        label=_("Name"), max_length=60, help_text=_("Without the university, e.g. 芦北校区.")
    )
    unit = forms.ModelChoiceField(
        label=_("Bureau where it lies"),
        queryset=NONE_YET,
        help_text=_("County bureau or branch; the city bureau while that is unknown."),
    )
    is_branch = forms.BooleanField(label=_("Branch campus"), required=False)
    status = chips(_("Status"), [c for c in CampusStatus.choices if c[0] != CampusStatus.CLOSED])
    cluster = forms.ModelChoiceField(label=_("University town"), queryset=NONE_YET, required=False)
    site_id = text_field(
        _("Shared site"), 30, help_text=_("The same word for campuses on one and the same site.")
    )
    address = text_field(_("Address"), 200)
    opened_on = day_field(_("Opened on"), required=False)
    valid_from = since_field()

    def limit(self, scope: Scope) -> None:
        self.fields["unit"].queryset = places.units(scope, CAMPUS_UNITS, action="campuses.edit")
        self.fields["cluster"].queryset = places.clusters(scope)

    def keep_status(self, status: str) -> None:
        """Let a closed campus stay closed while other facts are corrected."""
        offer_closed(self.fields["status"], status, CampusStatus.CLOSED)

    def keep_cluster(self, cluster_id: int | None) -> None:
        """Leave a university town that a superior bureau keeps as it is: no field, no change."""
        field = self.fields["cluster"]
        if cluster_id is not None and not field.queryset.filter(pk=cluster_id).exists():
            del self.fields["cluster"]


class CampusCreateForm(ClientCreateForm, CampusForm):
    """The same, sent once."""


class PopulationForm(ScopedForm):
    """How many people are on a campus. A correction is entered again for the same day."""

    as_of = day_field(_("As of"))
    students = forms.IntegerField(label=_("Students"), min_value=0, max_value=MOST_PEOPLE)
    staff = forms.IntegerField(label=_("Staff"), min_value=0, max_value=MOST_PEOPLE)
    source = text_field(_("Source"), 120, help_text=_("For example the university's statement."))


class ClusterForm(ScopedForm):
    """A university town."""

    name = forms.CharField(label=_("Name"), max_length=60, help_text=_("For example 芦北大学城."))
    unit = forms.ModelChoiceField(label=_("Bureau"), queryset=NONE_YET)

    def limit(self, scope: Scope) -> None:
        self.fields["unit"].queryset = places.units(scope, CAMPUS_UNITS, action="campuses.edit")


# --- bureaus ------------------------------------------------------------------------------------


class BureauForm(ScopedForm):
    """Names and codes of a unit; its place in the tree stays."""

    name = forms.CharField(label=_("Full name"), max_length=120)
    area_name = text_field(
        _("Place"), 60, help_text=_("What people call the place. Empty for side units.")
    )
    division_code = forms.CharField(
        label=_("Division code (GB/T 2260)"),
        max_length=6,
        required=False,
        validators=[SIX_DIGITS],
        empty_value=None,
        help_text=_("Empty where the place has none, as a development zone."),
    )
    grid_column = forms.IntegerField(
        label=_("Grid column"), required=False, min_value=0, max_value=30
    )
    grid_row = forms.IntegerField(
        label=_("Grid row"),
        required=False,
        min_value=0,
        max_value=30,
        help_text=_("Cell of a city on the tile map of the coverage report, counted from 0."),
    )
    provisional = forms.BooleanField(label=_("Provisional: still to be confirmed"), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if (data.get("grid_column") is None) != (data.get("grid_row") is None):
            self.add_error("grid_row", _now("Give both the column and the row, or neither."))
        return data


class BureauMoveForm(ScopedForm):
    """Where a unit shall hang.

    `seen` is where the person saw it hang; `sure` comes from the page that states the consequence.
    """

    parent = forms.ModelChoiceField(label=_("New superior unit"), queryset=NONE_YET)
    reason = forms.CharField(
        label=_("Reason"), max_length=200, help_text=_("For example the decision and its number.")
    )
    seen = forms.CharField(max_length=10, widget=forms.HiddenInput)
    sure = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, superiors: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = superiors

    def ask(self) -> None:
        """Carry what was typed through the page that states the consequence."""
        self.data = {**self.data.dict(), "sure": "True"}
        self.fields["parent"].widget = forms.HiddenInput()


class BureauCreateForm(BureauForm):
    """A new unit: what it is and where it hangs."""

    parent = forms.ModelChoiceField(label=_("Superior unit"), queryset=NONE_YET)
    kind = forms.ChoiceField(
        label=_("Kind"), choices=[(kind.value, kind.label) for kind in NEW_UNIT_KINDS]
    )
    field_order = ["parent", "kind"]

    def limit(self, scope: Scope) -> None:
        lines = [kind for kind in LINE_DEPTH if kind != UnitKind.STATION]
        self.fields["parent"].queryset = places.units(scope, lines, action="bureaus.edit")

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("kind") in LINE_DEPTH and not data.get("area_name"):
            self.add_error("area_name", _now("Name the place: coverage is reported by this word."))
        return data


# --- calendar -----------------------------------------------------------------------------------


class CalendarDayForm(ScopedForm):
    """A day that differs from its weekday."""

    day = day_field(_("Day"))
    kind = chips(_("Kind"), DayKind.choices)
    name = forms.CharField(label=_("Name"), max_length=60, help_text=_("For example 国庆节."))
    provisional = forms.BooleanField(
        label=_("Provisional: the State Council's notice is not known yet"), required=False
    )


class CalendarYearForm(ScopedForm):
    """The notice that makes a year complete."""

    source = forms.CharField(
        label=_("Notice of the State Council"),
        max_length=120,
        help_text=_("Number and day of the notice the days were checked against."),
    )
