"""Input about duty orders and receipts."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from duty.enums import LEVEL_CHOICES, OrderState
from duty.forms.instants import InstantField
from duty.forms.targets import TargetsForm
from duty.levels import DutyLevel
from duty.models import DutyOrder
from duty.queries import orders as queries
from duty.queries import receipts as receipt_queries
from policeroom.common.forms import ANY, ScopedForm
from policeroom.common.lists import FilterForm
from stations.queries.rooms import named


class OrderForm(TargetsForm):
    """A new order: level, reason, targets, from when until when."""

    action = queries.ISSUE
    field_order = ("issuer", "number", "level", "title", "reason", "areas", "rooms")
    number = forms.CharField(label=_("Order number"), max_length=60)
    level = forms.TypedChoiceField(
        label=_("Duty level"),
        choices=LEVEL_CHOICES,
        coerce=int,
        initial=DutyLevel.TWO.value,
        widget=forms.RadioSelect,
        help_text=_("Level one, reinforced, holds once a second person has approved it."),
    )
    title = forms.CharField(label=_("Occasion"), max_length=120)
    reason = forms.CharField(
        label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
    starts_at = InstantField(label=_("Takes effect at"))
    ends_at = InstantField(
        label=_("In force until"),
        required=False,
        help_text=_("Empty: until it is revoked; you are reminded of it."),
    )


class RevokeForm(ScopedForm):
    """Why an order ends before its time."""

    reason = forms.CharField(label=_("Reason"), max_length=200)


class ApproveForm(ScopedForm):
    """An approval takes nothing but the click."""


class CarryOutForm(ScopedForm):
    """How a room carried an order out."""

    implemented_at = InstantField(label=_("Carried out at"))
    implementation = forms.CharField(
        label=_("How"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Posts, shifts, patrols. No names."),
    )
    guards_added = forms.IntegerField(
        label=_("Guards added by the university"),
        min_value=0,
        max_value=2000,
        required=False,
        help_text=_("From level two on the university adds guards; 0 if it added none."),
    )


class OrderFilter(FilterForm):
    """Filter of the list of orders."""

    q = forms.CharField(label=_("Number or subject"), max_length=60)
    state = forms.ChoiceField(label=_("State"), choices=[*ANY, *OrderState.choices])
    level = forms.ChoiceField(label=_("Duty level"), choices=[*ANY, *LEVEL_CHOICES])

    def narrow(self, rows: QuerySet[DutyOrder]) -> QuerySet[DutyOrder]:
        data = self.cleaned_data
        if word := (data.get("q") or "").strip():
            rows = rows.filter(Q(number__icontains=word) | Q(title__icontains=word))
        if data.get("state"):
            rows = rows.filter(queries.state_condition(data["state"], now=timezone.now()))
        if data.get("level"):
            rows = rows.filter(level=int(data["level"]))
        return rows


RECEIPT_STATES = (
    ("open", _("not received yet")),
    ("overdue", _("overdue")),
    ("received", _("acknowledged by the room")),
    ("unfinished", _("received, not carried out")),
    ("carried-out", _("carried out")),
)


class ReceiptFilter(FilterForm):
    """Filter of the rooms of an order."""

    state = forms.ChoiceField(label=_("State"), choices=[*ANY, *RECEIPT_STATES])
    room = forms.CharField(label=_("Police room"), max_length=60)

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        data = self.cleaned_data
        if data.get("state"):
            rows = rows.filter(_receipt_condition(data["state"], now=timezone.now()))
        word = "".join((data.get("room") or "").split())
        if word:
            rows = rows.filter(named(word, prefix="station__", number="code__istartswith"))
        return rows


def _receipt_condition(state: str, *, now: dt.datetime) -> Q:
    received = Q(acknowledged_at__isnull=False)
    return {
        "open": ~received,
        "overdue": receipt_queries.overdue(now),
        "received": received,
        "unfinished": received & Q(implemented_at__isnull=True),
        "carried-out": Q(implemented_at__isnull=False),
    }[state]
