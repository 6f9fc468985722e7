"""The door for input: choices limited to the scope, refusals shown at their field."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any, Final, TypeVar

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from policeroom.common.days import FIRST_DAY, LAST_DAY
from policeroom.common.errors import DomainError
from policeroom.common.scope import Scope

Result = TypeVar("Result")

#: First choice of a filter: no narrowing.
ANY: Final[tuple[tuple[str, Any], ...]] = (("", _("all")),)


class DayInput(forms.DateInput):
    """A native day picker; typed days are accepted in the same format."""

    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


#: What every day sent must satisfy, in a form and in the API.
DAY_LIMITS: Final = (
    MinValueValidator(FIRST_DAY, _("Enter a day from %(limit_value)s on.")),
    MaxValueValidator(LAST_DAY, _("Enter a day up to %(limit_value)s.")),
)


class DayField(forms.DateField):
    """A day between `FIRST_DAY` and `LAST_DAY`; forms use it instead of Django's own."""

    widget = DayInput
    default_validators = [*DAY_LIMITS]


class ScopedForm(forms.Form):
    """A form whose foreign keys offer, and accept, only rows within the scope.

    Subclasses override `limit`. An id from outside gives the same message as an unknown one.
    """

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scope = scope
        self.limit(scope)

    def limit(self, scope: Scope) -> None:
        """Set the queryset of each model field, starting with `.within(scope, action=…)`."""


class ScopedModelForm(forms.ModelForm):
    """`ScopedForm` for a model. The view hands `cleaned_data` to a service; `save` is not used."""

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scope = scope
        for field in self.fields.values():
            if isinstance(field, forms.DateField) and not isinstance(field, DayField):
                field.widget = DayInput()
                field.validators += DAY_LIMITS
        self.limit(scope)

    def limit(self, scope: Scope) -> None:
        """Set the queryset of each model field, starting with `.within(scope, action=…)`."""


class ClientCreateForm(forms.Form):
    """Mixin: a hidden UUID made when the form is shown, so that a double send creates one row."""

    client_uuid = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid.uuid4)


def attempt(form: forms.BaseForm, act: Callable[[], Result]) -> Result | None:
    """Run a service for a form that was sent and is valid; a refusal lands at its field.

    Returns the service's result; None if nothing was sent, or with the errors in the form, and
    then nothing is written.
    """
    if not form.is_valid():
        return None
    try:
        with transaction.atomic():
            return act()
    except DomainError as refusal:
        field = refusal.field if refusal.field in form.fields else None
        form.add_error(field, refusal.message)
    except ValidationError as refusal:
        if hasattr(refusal, "error_dict"):
            for name, errors in refusal.error_dict.items():
                known = name if name in form.fields and name != NON_FIELD_ERRORS else None
                form.add_error(known, [str(m) for e in errors for m in e.messages])
        else:
            form.add_error(None, refusal.messages)
    return None
