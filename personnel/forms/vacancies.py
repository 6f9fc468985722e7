"""Input about vacancies: who fills one, or why nobody follows."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from personnel.enums import PersonKind, Post
from personnel.forms.staff import covered_universities, posts_for
from personnel.models import Person, Vacancy
from personnel.queries import vacancies as queries
from policeroom.common.forms import ANY, ClientCreateForm, DayField, ScopedForm
from policeroom.common.lists import FilterForm
from policeroom.common.scope import Scope
from stations.enums import StationKind
from stations.forms.rooms import offer
from stations.models import University
from stations.queries.rooms import named


class CandidateField(forms.ModelChoiceField):
    """A person without a post, with number and bureau."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} {obj.staff_no} · {obj.unit.name}"


class FillForm(ClientCreateForm, ScopedForm):
    """Who takes the post over."""

    person = CandidateField(
        queryset=Person.objects.none(),
        label=_("Person"),
        help_text=_("Officers or auxiliaries who hold no post yet; the nearest bureau first."),
    )
    valid_from = DayField(label=_("First day"))
    post = forms.ChoiceField(label=_("Post"), widget=forms.RadioSelect)
    named_university = forms.ModelChoiceField(
        queryset=University.objects.none(), label=_("Named university"), required=False
    )
    order_no = forms.CharField(label=_("Transfer order"), max_length=60, required=False)

    def __init__(self, *args: Any, vacancy: Vacancy, today: dt.date, **kwargs: Any) -> None:
        self.vacancy = vacancy
        self.today = today
        super().__init__(*args, **kwargs)

    def limit(self, scope: Scope) -> None:
        people = queries.candidates(scope, self.vacancy, on=self.today)
        offer(self, "person", people.select_related("unit"))
        fitting = posts_for(self.vacancy.kind)
        self.fields["post"].choices = fitting
        self.initial.setdefault("post", fitting[-1][0])
        center = self.vacancy.station.kind == StationKind.CENTER
        if center and self.vacancy.kind == PersonKind.OFFICER:
            offer(self, "named_university", covered_universities(scope))
            return
        del self.fields["named_university"]
        if len(fitting) == 1:
            del self.fields["post"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "post" not in self.fields:
            cleaned["post"] = Post.AUXILIARY
        return cleaned


class WithdrawForm(forms.Form):
    """Why nobody is to follow."""

    reason = forms.CharField(label=_("Reason"), max_length=120)


STATES = (
    ("open", _("not filled yet")),
    ("overdue", _("overdue")),
    ("filled", _("filled")),
    ("withdrawn", _("withdrawn")),
)


class VacancyFilter(FilterForm):
    """Filter of the list; without one it shows all, the newest first."""

    state = forms.ChoiceField(label=_("State"), choices=[*ANY, *STATES])
    kind = forms.ChoiceField(label=_("Kind"), choices=[*ANY, *PersonKind.choices])
    room = forms.CharField(label=_("Police room"), max_length=60)

    def narrow(self, rows: QuerySet) -> QuerySet:
        asked = self.cleaned_data
        match asked.get("state"):
            case "open":
                rows = rows.filter(queries.OPEN)
            case "overdue":
                rows = queries.overdue(rows, now=timezone.now())
            case "filled":
                rows = rows.filter(filled_on__isnull=False)
            case "withdrawn":
                rows = rows.filter(withdrawn_on__isnull=False)
        if asked.get("kind"):
            rows = rows.filter(kind=asked["kind"])
        word = "".join((asked.get("room") or "").split())
        if word:
            rows = rows.filter(named(word, prefix="station__", number="code__istartswith"))
        return rows
