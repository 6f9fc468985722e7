"""Input about appraisals, commendations and accountability decisions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from personnel.models import Accountability, Appraisal, Commendation, Person
from personnel.models.decisions import STANDING, Decision
from personnel.queries.decisions import units_of
from personnel.queries.staff import named_like
from policeroom.common.forms import ClientCreateForm, DayField, ScopedForm
from policeroom.common.lists import FilterForm
from policeroom.common.scope import Scope
from stations.forms.rooms import offer
from stations.models import OrgUnit, Station
from stations.queries.rooms import matching

RECORD = "decisions.record"


class DecisionFields(ScopedForm):
    """What every decision has: the room and the paper."""

    station = forms.ModelChoiceField(queryset=Station.objects.none(), label=_("Police room"))
    decided_by = forms.ModelChoiceField(queryset=OrgUnit.objects.none(), label=_("Deciding unit"))
    decided_on = DayField(label=_("Decided on"))
    document_no = forms.CharField(label=_("Document number"), max_length=60)
    result = forms.CharField(
        label=_("What was decided"), max_length=60, help_text=_("In the words of the paper.")
    )

    def limit(self, scope: Scope) -> None:
        offer(self, "station", Station.objects.within(scope, action=RECORD).order_by("org_path"))
        offer(self, "decided_by", units_of(scope))


class AppraisalFields(DecisionFields):
    """The yearly appraisal of a room."""

    year = forms.IntegerField(label=_("Year"), min_value=2020, max_value=2100)
    scheme = forms.CharField(label=_("Scheme"), max_length=120)
    field_order = ["station", "year", "scheme", "result"]


class PersonDecisionFields(DecisionFields):
    """A decision about a room, or about one of its people, who is named by number."""

    person = forms.CharField(
        label=_("Staff number"),
        required=False,
        max_length=20,
        help_text=_("Empty: the decision is about the room."),
    )
    ground = forms.CharField(label=_("Ground"), max_length=200)
    field_order = ["station", "person", "result", "ground"]

    def clean_person(self) -> Person | None:
        """The person of that number in the reader's area."""
        number = self.cleaned_data["person"].strip()
        if not number:
            return None
        people = Person.objects.within(self.scope, action=RECORD)
        found: Person | None = people.filter(staff_no=number).first()
        if found is None:
            raise forms.ValidationError(
                _now("Nobody in your area has the number %(numbers)s.") % {"numbers": number}
            )
        return found


class AppraisalForm(ClientCreateForm, AppraisalFields):
    """A new appraisal."""


class PersonDecisionForm(ClientCreateForm, PersonDecisionFields):
    """A new decision about a room or one of its people."""


class CorrectionReason(forms.Form):
    """Mixin: why the earlier record is wrong. A second send finds it struck, so no UUID."""

    reason = forms.CharField(label=_("Reason of the correction"), max_length=200)


class AppraisalCorrection(CorrectionReason, AppraisalFields):
    """A right appraisal in the place of a wrong one."""

    field_order = ["reason", *AppraisalFields.field_order]


class PersonDecisionCorrection(CorrectionReason, PersonDecisionFields):
    """A right decision in the place of a wrong one."""

    field_order = ["reason", *PersonDecisionFields.field_order]


Forms = dict[type[Decision], type[DecisionFields]]
FORMS: Forms = {
    Appraisal: AppraisalForm,
    Commendation: PersonDecisionForm,
    Accountability: PersonDecisionForm,
}
CORRECTIONS: Forms = {
    Appraisal: AppraisalCorrection,
    Commendation: PersonDecisionCorrection,
    Accountability: PersonDecisionCorrection,
}


class StrikeForm(ScopedForm):
    """Why the record is struck."""

    reason = forms.CharField(label=_("Reason"), max_length=200)


class DecisionFilter(FilterForm):
    """Filter of the lists."""

    q = forms.CharField(label=_("Room: name, pinyin or number"), max_length=60)
    year = forms.IntegerField(label=_("Year of the decision"), min_value=2000, max_value=2199)
    struck = forms.BooleanField(label=_("Also struck ones"))

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        asked = self.cleaned_data
        if asked.get("q"):
            rooms = Station.objects.unscoped("rooms of decisions in view")
            rows = rows.filter(station__in=matching(rooms, asked["q"]).order_by().values("pk"))
        if asked.get("year"):
            rows = rows.filter(decided_on__year=asked["year"])
        return rows if asked.get("struck") else rows.filter(STANDING)


class PersonDecisionFilter(DecisionFilter):
    """The same, also by person."""

    who = forms.CharField(label=_("Person: name, pinyin or number"), max_length=60)
    field_order = ["q", "who", "year", "struck"]

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        rows = super().narrow(rows)
        if self.cleaned_data.get("who"):
            people = Person.objects.unscoped("people of decisions in view")
            found = named_like(people, self.cleaned_data["who"])
            rows = rows.filter(person__in=found.order_by().values("pk"))
        return rows
