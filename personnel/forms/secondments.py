"""Input about secondments."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from personnel.enums import SecondmentState
from personnel.models import Person
from personnel.queries.secondments import STATES, units_above
from personnel.queries.staff import named_like
from policeroom.common.forms import ANY, ClientCreateForm, DayField, ScopedForm
from policeroom.common.lists import FilterForm
from policeroom.common.scope import Scope
from stations.forms.rooms import offer
from stations.models import OrgUnit

LAST_DAY_HINT = _("The last day away; the person counts again from the day after.")


class AskForm(ClientCreateForm, ScopedForm):
    """Who orders somebody off the room, for how long and what for."""

    valid_from = DayField(label=_("First day"))
    last_day = DayField(
        label=_("Last day"),
        required=False,
        help_text=_("The last day away. Empty: not known yet."),
    )
    ordered_by = forms.ModelChoiceField(queryset=OrgUnit.objects.none(), label=_("Ordered by"))
    order_no = forms.CharField(label=_("Order number"), max_length=60)
    purpose = forms.CharField(label=_("Purpose"), max_length=120)

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        self.person = person
        super().__init__(*args, **kwargs)

    def limit(self, scope: Scope) -> None:
        offer(self, "ordered_by", units_above(self.person.org_path))


class ApproveForm(ScopedForm):
    """The paper the approval rests on."""

    approval_no = forms.CharField(label=_("Approval"), max_length=60)


class ReasonForm(ScopedForm):
    """Why it is refused, or struck."""

    reason = forms.CharField(label=_("Reason"), max_length=200)


class EndForm(ScopedForm):
    """The last day away."""

    last_day = DayField(label=_("Last day"), help_text=LAST_DAY_HINT)


class SecondmentFilter(FilterForm):
    """Filter of the list; "running" is who is away on the day of the list."""

    q = forms.CharField(label=_("Name, pinyin or number"), max_length=60)
    state = forms.ChoiceField(
        label=_("State"),
        choices=[*ANY, ("running", _("away today")), *SecondmentState.choices],
    )

    def narrow(self, rows: QuerySet) -> QuerySet:
        asked = self.cleaned_data
        if asked.get("q"):
            people = Person.objects.unscoped("people of secondments in view")
            rows = rows.filter(person__in=named_like(people, asked["q"]).order_by().values("pk"))
        state = asked.get("state")
        return rows.filter(STATES[state]) if state else rows
