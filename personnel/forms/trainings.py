"""Input about trainings and annual plans."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from personnel.enums import TrainingKind, TrainingTopic
from personnel.models import Person
from personnel.queries.staff import named_like
from personnel.queries.trainings import plan_cities
from policeroom.common.forms import ANY, ClientCreateForm, DayField, ScopedForm
from policeroom.common.lists import FilterForm
from policeroom.common.scope import Scope
from stations.forms.rooms import offer
from stations.models import OrgUnit

#: Up to so many people are offered as a list; beyond it their numbers are entered.
LIST_LIMIT = 60


class PeopleField(forms.ModelMultipleChoiceField):
    """People with their number."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} {obj.staff_no}"


class TrainingForm(ClientCreateForm, ScopedForm):
    """One training that several people completed."""

    kind = forms.ChoiceField(
        label=_("Kind"), choices=TrainingKind.choices, widget=forms.RadioSelect
    )
    title = forms.CharField(label=_("Training name"), max_length=120)
    completed_on = DayField(label=_("Completed on"))
    hours = forms.DecimalField(
        label=_("Training hours"), min_value=0, max_digits=5, decimal_places=1
    )
    topics = forms.MultipleChoiceField(
        label=_("Topics covered"),
        choices=TrainingTopic.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Training before a post must cover all four."),
    )
    certificate_no = forms.CharField(label=_("Certificate number"), max_length=60, required=False)
    valid_until = DayField(
        label=_("Valid until"),
        required=False,
        help_text=_("The last day the certificate names. Empty: it names none."),
    )
    people = PeopleField(
        queryset=Person.objects.none(),
        label=_("People"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    numbers = forms.CharField(
        label=_("Staff numbers"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Separated by spaces, commas or line breaks; for example from a list."),
    )

    def limit(self, scope: Scope) -> None:
        rows = Person.objects.within(scope, action="people.train").filter(left_on__isnull=True)
        self.reachable = rows
        few = list(rows.order_by()[: LIST_LIMIT + 1])
        if len(few) > LIST_LIMIT:
            asked = self.initial.get("people")
            if not asked:
                del self.fields["people"]
                return
            rows = rows.filter(pk__in=[person.pk for person in asked])
        offer(self, "people", rows.order_by("org_path", "id"))

    def clean(self) -> dict[str, Any]:
        """People of both fields together; a number nobody in view has is named."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        numbers = re.split(r"[\s,，、;；]+", cleaned.pop("numbers", "").strip())
        wanted = {number for number in numbers if number}
        found = list(self.reachable.filter(staff_no__in=wanted).order_by("org_path", "id"))
        unknown = sorted(wanted - {person.staff_no for person in found})
        if unknown:
            self.add_error(
                "numbers",
                _now("Nobody in your area has the number %(numbers)s.")
                % {"numbers": "、".join(unknown)},
            )
        chosen = list(cleaned.get("people") or [])
        cleaned["people"] = [*chosen, *(person for person in found if person not in chosen)]
        if not cleaned["people"] and not unknown:
            field = "people" if "people" in self.fields else "numbers"
            self.add_error(field, _now("Name at least one person who completed it."))
        return cleaned


class StrikeForm(forms.Form):
    """Why a record is struck."""

    reason = forms.CharField(label=_("Reason"), max_length=200)


class TrainingFilter(FilterForm):
    """Filter of the list of trainings."""

    q = forms.CharField(label=_("Name, pinyin or number"), max_length=60)
    kind = forms.ChoiceField(label=_("Kind"), choices=[*ANY, *TrainingKind.choices])
    since = DayField(label=_("Completed since"))
    ends = DayField(label=_("Ends by"))
    struck = forms.BooleanField(label=_("Also struck ones"))

    def narrow(self, rows: QuerySet) -> QuerySet:
        asked = self.cleaned_data
        if asked.get("q"):
            people = Person.objects.unscoped("people of trainings in view")
            rows = rows.filter(person__in=named_like(people, asked["q"]).order_by().values("pk"))
        if asked.get("kind"):
            rows = rows.filter(kind=asked["kind"])
        if asked.get("since"):
            rows = rows.filter(completed_on__gte=asked["since"])
        if asked.get("ends"):
            rows = rows.filter(valid_until__lte=asked["ends"])
        return rows if asked.get("struck") else rows.filter(struck_at__isnull=True)


class PlanForm(ScopedForm):
    """The annual training plan of a city."""

    unit = forms.ModelChoiceField(queryset=OrgUnit.objects.none(), label=_("City bureau"))
    year = forms.IntegerField(label=_("Year"), min_value=2020, max_value=2100)
    decided_on = DayField(label=_("Decided on"))
    document_no = forms.CharField(label=_("Document number"), max_length=60)

    def limit(self, scope: Scope) -> None:
        offer(self, "unit", plan_cities(scope))


class PlanFilter(FilterForm):
    """Filter of the list of plans."""

    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2199)

    def narrow(self, rows: QuerySet) -> QuerySet:
        year = self.cleaned_data.get("year")
        return rows.filter(year=year) if year else rows
