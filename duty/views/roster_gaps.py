"""Hours a room means to be empty: recorded, struck."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from duty.forms import roster as forms
from duty.models import IntendedGap
from duty.services import roster_gaps as services
from duty.services.roster import hours
from duty.views.presence import room_for
from duty.views.roster_back import came_from
from personnel.views.common import READ_WRITE
from personnel.views.people_pages import done, refused
from policeroom.common.access import fetch, requires, scope_of
from policeroom.common.clock import ZONE
from policeroom.common.forms import attempt
from stations.views.places import bind, confirm_page, form_page


@requires("roster.edit")
@require_http_methods(READ_WRITE)
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that some hours are meant to be empty."""
    station = room_for(request, pk, "roster.edit")
    back = came_from(request, station)
    form = bind(request, forms.GapForm)
    row = attempt(
        form, lambda: services.add_gap(station=station, by=request.user, **form.cleaned_data)
    )
    if row is not None:
        message = _("Meant to be empty: %(hours)s.") % {"hours": hours(row.starts_at, row.ends_at)}
        return done(request, message, back.url(timezone.localdate(row.starts_at, ZONE)))
    page = form_page(
        request,
        form,
        title=_("Intended empty hours"),
        trail=back.trail,
        submit=_("Save"),
        note=_(
            "These hours are no gap of the roster. What an order or a 24-hour presence asks for "
            "stays as it is."
        ),
    )
    return refused(page, bound=form.is_bound)


@requires("roster.edit")
@require_http_methods(READ_WRITE)
def strike(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that the hours are to be filled after all."""
    rows = IntendedGap.objects.select_related("station").filter(struck_at__isnull=True)
    row: IntendedGap = fetch(rows, scope_of(request), action="roster.edit", pk=pk)
    back = replace(came_from(request, row.station), day=timezone.localdate(row.starts_at, ZONE))
    form = forms.StrikeForm(request.POST if request.method == "POST" else None)
    struck = attempt(form, lambda: services.strike_gap(gap=row, by=request.user, at=timezone.now()))
    if struck is not None:
        return done(request, _("The hours are to be filled again."), back.url())
    page = confirm_page(
        request,
        form,
        title=_("Strike the intended empty hours"),
        trail=back.trail,
        text=_("%(hours)s (%(reason)s). Where people are missing then, the hours are open again.")
        % {"hours": hours(row.starts_at, row.ends_at), "reason": row.reason},
        consequences=[],
        action_label=_("Strike"),
    )
    return refused(page, bound=form.is_bound)
