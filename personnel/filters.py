"""Filters of the access lists, bound to the address."""

from __future__ import annotations

import datetime as dt
from typing import Any, cast

from django import forms
from django.apps import apps
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from personnel.forms.access import start_of
from personnel.models import GrantRequest
from personnel.permissions import ACTION_LABELS, EVENT_LABELS
from policeroom.common.forms import ANY, DayField, DayInput
from policeroom.common.lists import FilterForm
from policeroom.common.models import AuditEvent
from policeroom.common.roles import Role
from policeroom.common.scope import range_q, subtree
from stations.enums import UnitKind
from stations.models import OrgUnit

#: Units a list is narrowed by: the bureaus; a police room is found by its person or name.
BUREAU_KINDS = (UnitKind.PROVINCE, UnitKind.CITY, UnitKind.COUNTY, UnitKind.BRANCH)


def _roles() -> list[tuple[str, Any]]:
    return [*ANY, *((role.value, role.label) for role in Role)]


class _UnitFilter(FilterForm):
    """A filter with a unit, meaning its whole area."""

    unit_action = "grants.view"
    unit_lookup = "org_path"

    unit = forms.ModelChoiceField(
        label=_("Area"), queryset=OrgUnit.objects.none(), empty_label=_("all")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast("forms.ModelChoiceField[OrgUnit]", self.fields["unit"])
        field.queryset = (
            OrgUnit.objects.within(self.scope, action=self.unit_action)
            .filter(kind__in=BUREAU_KINDS)
            .order_by("org_path")
        )

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        unit = self.cleaned_data.get("unit")
        if unit is not None:
            rows = rows.filter(range_q([subtree(unit.org_path)], self.unit_lookup))
        return rows


class UserFilter(_UnitFilter):
    """Accounts by number or name, state and area."""

    unit_action = "users.unlock"

    q = forms.CharField(label=_("Number or name"), max_length=60)
    state = forms.ChoiceField(
        label=_("State"),
        choices=[
            *ANY,
            ("active", _("active")),
            ("locked", _("locked after failed sign-ins")),
            ("disabled", _("disabled")),
        ],
    )
    field_order = ["q", "state", "unit"]

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        rows = super().narrow(rows)
        text = self.cleaned_data.get("q")
        if text:
            rows = rows.filter(Q(username__istartswith=text) | Q(name__icontains=text))
        state = self.cleaned_data.get("state")
        if state:
            rows = rows.filter(is_active=state != "disabled")
        if state in {"active", "locked"}:
            rows = rows.filter(locked=state == "locked")
        return rows


class RequestFilter(_UnitFilter):
    """Role requests by state, role and area."""

    unit_lookup = "unit__org_path"

    q = forms.CharField(label=_("Number or name"), max_length=60)
    state = forms.ChoiceField(label=_("State"), choices=[*ANY, *GrantRequest.State.choices])
    role = forms.ChoiceField(label=_("Role"), choices=_roles)
    field_order = ["q", "state", "role", "unit"]

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        rows = super().narrow(rows)
        text = self.cleaned_data.get("q")
        if text:
            rows = rows.filter(Q(user__username__istartswith=text) | Q(user__name__icontains=text))
        for name in ("state", "role"):
            if self.cleaned_data.get(name):
                rows = rows.filter(**{name: self.cleaned_data[name]})
        return rows


class ReviewFilter(_UnitFilter):
    """Running grants by person, role, area and what to look at."""

    unit_lookup = "content_object__org_path"

    q = forms.CharField(label=_("Number or name"), max_length=60)
    role = forms.ChoiceField(label=_("Role"), choices=_roles)
    flag = forms.ChoiceField(
        label=_("To look at"),
        choices=[
            *ANY,
            ("any", _("anything")),
            ("ends_soon", _("ends within 14 days")),
            ("open_cross_area", _("other area, no end")),
            ("idle", _("no sign-in for 90 days")),
        ],
    )
    field_order = ["q", "role", "flag", "unit"]

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        rows = super().narrow(rows)
        text, role, flag = (self.cleaned_data.get(name) for name in ("q", "role", "flag"))
        if text:
            rows = rows.filter(Q(user__username__istartswith=text) | Q(user__name__icontains=text))
        if role:
            rows = rows.filter(role=role)
        if flag == "any":
            rows = rows.filter(Q(ends_soon=True) | Q(open_cross_area=True) | Q(idle=True))
        elif flag:
            rows = rows.filter(**{flag: True})
        return rows


def _object_types() -> list[tuple[str, Any]]:
    """Every model of the project by its readable name."""
    own = {"accounts", "common", "stations", "personnel", "compliance", "reports"}
    models = [m for m in apps.get_models() if m._meta.app_label in own]
    named = sorted((str(m._meta.verbose_name), m._meta.label_lower) for m in models)
    return [*ANY, *((label, name) for name, label in named)]


class AuditFilter(FilterForm):
    """The trail by time, person, action, object and result."""

    since = DayField(label=_("From day"), widget=DayInput())
    until = DayField(label=_("To day (included)"), widget=DayInput())
    actor = forms.CharField(label=_("Who: number or name"), max_length=60)
    action = forms.CharField(label=_("Action: part of its name or code"), max_length=60)
    object_type = forms.ChoiceField(label=_("Object type"), choices=_object_types)
    object_id = forms.CharField(label=_("Object: id or part of its name"), max_length=64)
    result = forms.ChoiceField(label=_("Result"), choices=[*ANY, *AuditEvent.Result.choices])

    def narrow(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        data = self.cleaned_data
        if data.get("since"):
            rows = rows.filter(at__gte=start_of(data["since"]))
        if data.get("until"):
            rows = rows.filter(at__lt=start_of(data["until"] + dt.timedelta(days=1)))
        if data.get("actor"):
            rows = rows.filter(actor_name__icontains=data["actor"])
        if data.get("action"):
            rows = rows.filter(_action_q(data["action"]))
        if data.get("object_id"):
            text = data["object_id"]
            rows = rows.filter(Q(object_id=text) | Q(object_label__icontains=text))
        for name in ("object_type", "result"):
            if data.get(name):
                rows = rows.filter(**{name: data[name]})
        return rows


def _action_q(text: str) -> Q:
    """Codes that contain the text, or whose readable name does."""
    wanted = text.casefold()
    labels = {**ACTION_LABELS, **EVENT_LABELS}
    codes = [code for code, label in labels.items() if wanted in str(label).casefold()]
    return Q(action__icontains=text) | Q(action__in=codes)
