"""Acts on absences."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from personnel.forms.absences import AbsenceForm, StrikeAbsenceForm
from personnel.models import Absence
from personnel.services import absences as services
from personnel.views.common import READ_WRITE
from personnel.views.people_pages import done, person_for, person_trail, refused
from policeroom.common.access import fetch, requires, scope_of
from policeroom.common.forms import attempt
from policeroom.common.pages import Consequence
from stations.views.places import bind, confirm_page, form_page


def absence_for(request: HttpRequest, pk: int) -> Absence:
    """A standing absence of a person in view."""
    rows = Absence.objects.select_related("person").filter(struck_at__isnull=True)
    found: Absence = fetch(
        rows, scope_of(request), action="people.absence", path="person__org_path", pk=pk
    )
    return found


@requires("people.absence")
@require_http_methods(READ_WRITE)
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that somebody is away."""
    person = person_for(request, pk, "people.absence")
    today = timezone.localdate()
    form = bind(request, AbsenceForm, initial={"valid_from": today})
    row = attempt(
        form,
        lambda: services.record_absence(
            person=person, by=request.user, today=today, **form.cleaned_data
        ),
    )
    if row is not None:
        message = _("The absence of %(name)s is recorded.") % {"name": person.name}
        return done(request, message, person)
    page = form_page(
        request,
        form,
        title=_("Record an absence"),
        trail=person_trail(person),
        submit=_("Record"),
        note=_("Days only: why somebody is away is not kept here."),
    )
    return refused(page, bound=form.is_bound)


@requires("people.absence")
@require_http_methods(READ_WRITE)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Record the last day, or correct the days."""
    row = absence_for(request, pk)
    last = row.valid_to - dt.timedelta(days=1) if row.valid_to else None
    initial: dict[str, Any] = {"valid_from": row.valid_from, "last_day": last}
    form = bind(request, AbsenceForm, initial=initial)
    changed = attempt(
        form,
        lambda: services.change_absence(
            absence=row, by=request.user, today=timezone.localdate(), **form.cleaned_data
        ),
    )
    if changed is not None:
        return done(request, _("The absence is changed."), row.person)
    page = form_page(
        request,
        form,
        title=_("Change the absence"),
        trail=person_trail(row.person),
        submit=_("Save"),
    )
    return refused(page, bound=form.is_bound)


@requires("people.absence")
@require_http_methods(READ_WRITE)
def strike(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back an absence that never was."""
    row = absence_for(request, pk)
    form = StrikeAbsenceForm(request.POST if request.method == "POST" else None)
    struck = attempt(
        form,
        lambda: services.strike_absence(absence=row, by=request.user, at=timezone.now()),
    )
    if struck is not None:
        return done(request, _("The absence is struck."), row.person)
    days = (min(row.valid_to or timezone.localdate(), timezone.localdate()) - row.valid_from).days
    page = confirm_page(
        request,
        form,
        title=_("Strike the absence"),
        trail=person_trail(row.person),
        text=_("%(name)s was not away. A vacancy this absence opened falls away.")
        % {"name": row.person.name},
        consequences=[Consequence(max(days, 0), _("days count as present again"))],
        action_label=_("Strike"),
    )
    return refused(page, bound=form.is_bound)
