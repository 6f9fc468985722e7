"""Input of the access screens; choices limited to the administrator's own area."""

from __future__ import annotations

import datetime as dt
from typing import Any, cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from personnel.models import GrantRequest
from policeroom.accounts.models import User
from policeroom.common.forms import DayField, DayInput, ScopedForm, ScopedModelForm
from policeroom.common.roles import Role
from policeroom.common.scope import Scope
from stations.enums import UnitKind
from stations.models import OrgUnit

REASON_LENGTH = 200


def start_of(day: dt.date) -> dt.datetime:
    """The first instant of a day in Asia/Shanghai."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


class UnitField(forms.ModelChoiceField):
    """A unit of the organisation; its level shows in the list."""

    default_error_messages = {
        "invalid_choice": _("This unit is not in your area: choose one from the list."),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=OrgUnit.objects.none(), **kwargs)

    def label_from_instance(self, obj: OrgUnit) -> str:
        return f"{obj.name} ({UnitKind(obj.kind).label})"

    def limit(self, scope: Scope, *, action: str) -> None:
        """Offer the units on which the reader holds `action`."""
        self.queryset = OrgUnit.objects.within(scope, action=action).order_by("org_path", "id")


class PersonField(forms.ModelChoiceField):
    """A person by police or staff number: typed, so that a long list is no obstacle."""

    widget = forms.TextInput
    default_error_messages = {
        "invalid_choice": _("No active account in your area has the number “%(value)s”."),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=User.objects.none(), to_field_name="username", **kwargs)

    def limit(self, scope: Scope, *, action: str) -> None:
        """Accept active accounts on whose unit the reader holds `action`."""
        rows = User.objects.directory().within(scope, action=action)
        self.queryset = rows.filter(is_active=True)

    def prepare_value(self, value: Any) -> Any:
        return value.username if isinstance(value, User) else value


class RoleField(forms.TypedChoiceField):
    """One role of the table."""

    def __init__(self, *, empty: Any = None, **kwargs: Any) -> None:
        blank = [("", empty)] if empty is not None else []
        super().__init__(
            choices=lambda: [*blank, *((role.value, role.label) for role in Role)],
            coerce=Role,
            empty_value=None,
            **kwargs,
        )


class PeriodForm(forms.Form):
    """Mixin: from a day, until before another; `facts` has them as instants."""

    valid_from = DayField(
        label=_("Valid from"),
        widget=DayInput(),
        initial=timezone.localdate,
        help_text=_("Today means from the approval on."),
    )
    valid_to = DayField(
        label=_("Valid until (not included)"),
        widget=DayInput(),
        required=False,
        help_text=_("Required where the unit is not the person's own."),
    )

    def facts(self) -> dict[str, Any]:
        """What the service takes: the cleaned data with the period as instants."""
        start, end = self.cleaned_data["valid_from"], self.cleaned_data["valid_to"]
        period = {"valid_from": start_of(start), "valid_to": start_of(end) if end else None}
        return {**self.cleaned_data, **period}


class GrantForm(PeriodForm, ScopedForm):
    """A role request."""

    user = PersonField(
        label=_("Person"), help_text=_("Police or staff number of an active account.")
    )
    role = RoleField(label=_("Role"))
    unit = UnitField(label=_("Unit"))
    reason = forms.CharField(label=_("Reason"), max_length=REASON_LENGTH)
    field_order = ["user", "role", "unit", "valid_from", "valid_to", "reason"]

    def limit(self, scope: Scope) -> None:
        cast("PersonField", self.fields["user"]).limit(scope, action="grants.request")
        cast("UnitField", self.fields["unit"]).limit(scope, action="grants.request")


class PersonForm(PeriodForm, ScopedModelForm):
    """A new account and, in the same step, a role on its unit."""

    unit = UnitField(label=_("Unit"), help_text=_("Where the person serves."))
    role = RoleField(
        label=_("Role on this unit"),
        required=False,
        empty=_("no role yet"),
        help_text=_("A security administrator approves it."),
    )
    reason = forms.CharField(
        label=_("Reason of the role"), max_length=REASON_LENGTH, required=False
    )
    field_order = ["username", "name", "unit", "email", "role", "valid_from", "valid_to", "reason"]

    class Meta:
        model = User
        fields = ["username", "name", "email"]

    def limit(self, scope: Scope) -> None:
        cast("UnitField", self.fields["unit"]).limit(scope, action="users.manage")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("role") and not data.get("reason"):
            self.add_error("reason", _("Give the reason of the role: it stays in the record."))
        return data


class DecisionForm(forms.Form):
    """Approve or reject; the pressed button says which."""

    APPROVE, REJECT = "approve", "reject"

    decision = forms.ChoiceField(
        choices=[(APPROVE, _("approve")), (REJECT, _("reject"))], widget=forms.HiddenInput
    )
    note = forms.CharField(
        label=_("Note"),
        max_length=GrantRequest._meta.get_field("decision_note").max_length,
        required=False,
        help_text=_("Required to reject. The person and the requester read it."),
    )

    @property
    def approves(self) -> bool:
        """Whether the approving button was pressed."""
        return bool(self.cleaned_data["decision"] == self.APPROVE)


class ReasonForm(forms.Form):
    """A dangerous act asks why."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=REASON_LENGTH,
        error_messages={"required": _("Give the reason: it stays in the record.")},
    )


class DisableForm(ReasonForm):
    """Leaver or pause: with the roles, or without."""

    end_grants = forms.BooleanField(
        label=_("End every role too (the person leaves)"), required=False, initial=True
    )
