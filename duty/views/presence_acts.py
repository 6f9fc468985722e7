"""Acts on presence: in, out, entered afterwards, corrected, struck."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from duty.forms import presence as forms
from duty.models import Presence
from duty.services import presence as services
from duty.tables.presence import room_url
from duty.views.presence import room_for, room_page, trail_of
from personnel.views.common import READ_WRITE
from personnel.views.people_pages import done, refused
from policeroom.common.access import fetch, requires, scope_of
from policeroom.common.errors import DomainError
from policeroom.common.forms import attempt
from policeroom.common.pages import Link
from stations.views.places import bind, confirm_page, form_page


def stay_for(request: HttpRequest, pk: int, action: str) -> Presence:
    """A presence in view that is not struck, in whose room the reader holds `action`."""
    rows = Presence.objects.select_related("person", "station").filter(struck_at__isnull=True)
    found: Presence = fetch(rows, scope_of(request), action=action, pk=pk)
    return found


@requires("presence.record")
@require_POST
def check_in(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody comes, now."""
    station, now = room_for(request, pk, "presence.record"), timezone.now()
    form = bind(request, forms.CheckInForm, station=station, at=now)
    row = attempt(
        form,
        lambda: services.check_in(station=station, by=request.user, at=now, **form.cleaned_data),
    )
    if row is None:
        problems = [text for errors in form.errors.values() for text in errors]
        return room_page(request, station, " ".join(problems))
    message = _("%(name)s is checked in.") % {"name": row.person.name}
    return done(request, message, room_url(station))


@requires("presence.record")
@require_POST
def check_out(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody leaves, now."""
    row = stay_for(request, pk, "presence.record")
    try:
        services.check_out(presence=row, by=request.user, at=timezone.now())
    except DomainError as refusal:
        return room_page(request, row.station, refusal.message)
    message = _("%(name)s is checked out.") % {"name": row.person.name}
    return done(request, message, room_url(row.station))


@requires("presence.correct")
@require_http_methods(READ_WRITE)
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter a presence that nobody recorded at the desk."""
    station, now = room_for(request, pk, "presence.correct"), timezone.now()
    form = bind(request, forms.EnterStayForm, station=station, at=now)
    row = attempt(
        form,
        lambda: services.enter_stay(station=station, by=request.user, at=now, **form.cleaned_data),
    )
    if row is not None:
        message = _("The presence of %(name)s is entered.") % {"name": row.person.name}
        return done(request, message, room_url(station))
    page = form_page(
        request,
        form,
        title=_("Enter a presence"),
        trail=trail_of(station),
        submit=_("Enter"),
        note=_("For somebody who was there and did not check in at the desk."),
    )
    return refused(page, bound=form.is_bound)


@requires("presence.correct")
@require_http_methods(READ_WRITE)
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct when somebody came or left, with the reason."""
    row = stay_for(request, pk, "presence.correct")
    initial: dict[str, Any] = {"came_at": row.came_at, "left_at": row.left_at}
    form = bind(request, forms.CorrectStayForm, initial=initial)
    changed = attempt(
        form,
        lambda: services.correct_stay(
            presence=row, by=request.user, at=timezone.now(), **form.cleaned_data
        ),
    )
    if changed is not None:
        message = _("The presence of %(name)s is corrected.") % {"name": row.person.name}
        return done(request, message, room_url(row.station))
    context = {
        "form": form,
        "title": _("Correct the presence"),
        "row": row,
        "trail": [*trail_of(row.station), Link(_("Correct the presence"))],
        "cancel_url": room_url(row.station),
        "strike_url": reverse("duty:presence-strike", args=[row.pk]),
        "changes": row.corrections.select_related("recorded_by").order_by("id"),
    }
    page = render(request, "duty_room/presence_correct.html", context)
    return refused(page, bound=form.is_bound)


@requires("presence.correct")
@require_http_methods(READ_WRITE)
def strike(request: HttpRequest, pk: int) -> HttpResponse:
    """Strike a presence that never was."""
    row = stay_for(request, pk, "presence.correct")
    form = forms.StrikeStayForm(request.POST if request.method == "POST" else None)
    struck = attempt(
        form,
        lambda: services.strike_stay(
            presence=row, by=request.user, at=timezone.now(), **form.cleaned_data
        ),
    )
    if struck is not None:
        message = _("The presence of %(name)s is struck.") % {"name": row.person.name}
        return done(request, message, room_url(row.station))
    page = confirm_page(
        request,
        form,
        title=_("Strike the presence"),
        trail=trail_of(row.station),
        text=_("%(name)s was not there from %(at)s. The line stays, with the reason.")
        % {"name": row.person.name, "at": services.shown(row.came_at)},
        consequences=[],
        action_label=_("Strike"),
    )
    return refused(page, bound=form.is_bound)
