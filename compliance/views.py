"""Standards and parameters: what is measured, against which number, since when, by which paper."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from compliance.catalogue import RULES
from compliance.forms import ParameterForm
from compliance.queries import parameter_history
from compliance.services import set_parameter
from policeroom.common.access import requires, scope_of
from policeroom.common.forms import attempt
from policeroom.common.models import Parameter
from policeroom.common.parameters import PARAMETERS, ParameterEntry, parameters_on
from policeroom.common.tables import display


@requires("parameters.view")
def parameter_list(request: HttpRequest) -> HttpResponse:
    """The rules of pack JS as built, and every parameter with its history."""
    today = timezone.localdate()
    values = parameters_on(today)
    history = parameter_history()
    context = {
        "rules": RULES.values(),
        "parameters": [
            _line(entry, values[entry.key], history[entry.key]) for entry in PARAMETERS.values()
        ],
        "may_edit": scope_of(request).can("parameters.edit"),
        "now": timezone.now(),
    }
    return render(request, "compliance/parameters.html", context)


@requires("parameters.edit")
def parameter_new(request: HttpRequest) -> HttpResponse:
    """Let a parameter hold another value from a day on."""
    form = ParameterForm(request.POST or None, initial={"key": request.GET.get("key")})
    row = attempt(form, lambda: set_parameter(by=request.user, **form.cleaned_data))
    if row is not None:
        messages.success(
            request,
            _("%(key)s is %(value)s from %(day)s on.")
            % {"key": row.key, "value": row.value, "day": row.valid_from},
        )
        return redirect("compliance:parameter-list")
    return render(request, "compliance/parameter_form.html", {"form": form})


def _line(entry: ParameterEntry, value: Any, history: list[Parameter]) -> dict[str, Any]:
    return {
        "entry": entry,
        "value": display(value),
        "default": display(entry.parse(entry.default)),
        "history": history,
    }
