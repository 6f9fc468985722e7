"""What the pages of places share: the form page, the confirm page, the day a record is shown on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from policeroom.common.access import pick, scope_of
from policeroom.common.pages import Consequence, Link
from policeroom.common.scope import Scope
from stations.forms.places_filters import DayFilter
from stations.queries import places as queries


def bind(request: HttpRequest, form_class: type[Any], **options: Any) -> Any:
    """The form, bound on POST."""
    data = request.POST if request.method == "POST" else None
    return form_class(data, scope=scope_of(request), **options)


def form_page(
    request: HttpRequest,
    form: BaseForm,
    *,
    title: str,
    trail: Sequence[Link],
    submit: str,
    note: str = "",
) -> HttpResponse:
    """A form; `trail` leads back to where it came from, its last link is "Cancel"."""
    context = {
        "form": form,
        "title": title,
        "trail": [*trail, Link(title)],
        "submit": submit,
        "cancel_url": trail[-1].url,
        "note": note,
    }
    return render(request, "stations/places/form.html", context)


def confirm_page(
    request: HttpRequest,
    form: BaseForm,
    *,
    title: str,
    trail: Sequence[Link],
    text: str,
    consequences: Sequence[Consequence],
    action_label: str,
) -> HttpResponse:
    """A dangerous act asks, with the consequence in numbers."""
    context = {
        "form": form,
        "title": title,
        "trail": [*trail, Link(title)],
        "cancel_url": trail[-1].url,
        "text": text,
        "consequences": consequences,
        "action_label": action_label,
    }
    return render(request, "stations/places/confirm.html", context)


def correctable(versions: Any, scope: Scope, action: str, pk: int) -> Any:
    """One recorded state in view, to be corrected.

    Raises: Http404 where the reader sees no such state, PermissionDenied where its day is not
    theirs alone to correct.
    """
    rows = queries.with_path_before(versions.filter(scope.q("org_path")))
    found = pick(rows, scope, action=action, pk=pk)
    if not queries.may_correct(found, scope, action):
        raise PermissionDenied
    return found


def correction_note(version: Any) -> str:
    """What is recorded, and what moves with the day."""
    return _(
        "“%(name)s” is recorded as true since %(day)s. The state before it ends on the new day; "
        "reports of past days change with it."
    ) % {"name": version.name, "day": version.valid_from}


def corrected(version: Any) -> str:
    """What a correction says when it is done."""
    return _("“%(name)s” is recorded as true since %(day)s now.") % {
        "name": version.name,
        "day": version.valid_from,
    }


@dataclass(frozen=True, slots=True)
class ShownDay:
    """As of which day a record is shown, and the form that asks for another."""

    day: dt.date
    form: DayFilter
    is_past: bool


def shown_day(request: HttpRequest) -> ShownDay:
    """The day of `?on=`; today where none, an unreadable or a future one is given."""
    today = timezone.localdate()
    form = DayFilter(request.GET or None, scope=scope_of(request))
    day = today
    if form.is_bound and form.is_valid() and form.cleaned_data.get("on"):
        day = form.cleaned_data["on"]
    if day > today:
        form.add_error(
            "on", _("%(day)s lies in the future; this is the state of today.") % {"day": day}
        )
        day = today
    return ShownDay(day, form, day < today)
