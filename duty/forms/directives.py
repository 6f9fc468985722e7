"""Input about directives."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from duty.enums import DirectiveState
from duty.forms.instants import InstantField
from duty.models import Directive
from duty.queries import directives as queries
from duty.queries.orders import issuers
from policeroom.accounts.models import User
from policeroom.common.forms import ANY, ClientCreateForm, ScopedForm
from policeroom.common.lists import FilterForm
from policeroom.common.scope import Scope
from stations.models import OrgUnit, Station
from stations.queries.rooms import named


class DirectiveForm(ClientCreateForm, ScopedForm):
    """An instruction to one room, named by its number."""

    issuer = forms.ModelChoiceField(
        label=_("Issued by"), queryset=OrgUnit.objects.none(), empty_label=None
    )
    number = forms.CharField(label=_("Directive number"), max_length=60)
    station = forms.CharField(label=_("Station number"), max_length=20)
    text = forms.CharField(
        label=_("Instruction"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4})
    )
    due_at = InstantField(
        label=_("Feedback due at"),
        required=False,
        help_text=_("Empty: the time the rules set counts."),
    )

    def limit(self, scope: Scope) -> None:
        own = issuers(scope, queries.SEND)
        self.fields["issuer"].queryset = own
        first = list(own[:2])
        if len(first) == 1:
            self.fields["issuer"].initial = first[0]
            self.fields["issuer"].widget = forms.HiddenInput()

    def clean_station(self) -> Station:
        code = self.cleaned_data["station"].strip()
        rows = Station.objects.within(self.scope, action=queries.SEND)
        found: Station | None = rows.filter(code=code).first()
        if found is None:
            raise forms.ValidationError(
                _now("Not a room of your area: %(numbers)s.") % {"numbers": code}
            )
        return found


class HandoverForm(ScopedForm):
    """Who is asked to take a directive over. The directive comes from the view."""

    to = forms.ModelChoiceField(label=_("Taken over by"), queryset=User.objects.none())
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def __init__(self, *args: Any, directive: Directive, at: dt.datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = queries.takers(directive, at=at)


class FeedbackForm(ScopedForm):
    """What was done."""

    feedback = forms.CharField(
        label=_("Feedback"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What was done, and when. No names of people outside the service."),
    )


class WithdrawForm(ScopedForm):
    """Why a directive is taken back."""

    reason = forms.CharField(label=_("Reason"), max_length=200)


STATES = (("open", _("not done yet")), ("overdue", _("overdue")), *DirectiveState.choices)


class DirectiveFilter(FilterForm):
    """Filter of the list of directives."""

    q = forms.CharField(label=_("Number or instruction"), max_length=60)
    state = forms.ChoiceField(label=_("State"), choices=[*ANY, *STATES])
    room = forms.CharField(label=_("Police room"), max_length=60)

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        data = self.cleaned_data
        if word := (data.get("q") or "").strip():
            rows = rows.filter(Q(number__icontains=word) | Q(text__icontains=word))
        if data.get("state"):
            rows = rows.filter(queries.state_condition(data["state"], now=timezone.now()))
        if word := "".join((data.get("room") or "").split()):
            rows = rows.filter(named(word, prefix="station__", number="code__istartswith"))
        return rows
