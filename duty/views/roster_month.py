"""The month of a roster: the grid, moving a shift on it, copying, the clash before it is sent."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from duty.forms import roster as forms
from duty.models import RosterShift
from duty.queries.roster import DAY
from duty.queries.roster_month import FOUR_WEEKS, month_after, month_of
from duty.services import roster as services
from duty.views.presence import room_for, room_tabs
from duty.views.roster_back import Back, came_from, month_url, trail_of, week_url
from duty.views.roster_pages import cards, copied_page, export_page, head_actions, shift_page
from personnel.views.common import READ_WRITE
from personnel.views.people_pages import done
from policeroom.common.access import fetch, requires, scope_of
from policeroom.common.clock import ZONE
from policeroom.common.forms import attempt
from policeroom.common.pages import Link
from stations.models import Station
from stations.views.places import bind


@dataclass(frozen=True, slots=True)
class Undo:
    """Where a shift was before it was moved."""

    url: str
    person: int
    day: dt.date


@requires("duty.view")
def month(request: HttpRequest, pk: int) -> HttpResponse:
    """One month of a room, or its spreadsheet."""
    station = room_for(request, pk, "duty.view")
    form = forms.PeriodForm(request.GET, scope=scope_of(request))
    form.is_valid()
    today = timezone.localdate(timezone.now(), ZONE)
    first = (form.cleaned_data.get("month") or today).replace(day=1)
    if request.GET.get("export"):
        title = _("Roster %(month)s") % {"month": f"{first:%Y-%m}"}
        return export_page(request, station, month_of(station, first), title)
    context = {
        **_body(request, station, first),
        "trail": [*trail_of(station, today)[:2], Link(_("Roster"))],
        "tabs": room_tabs(station, "roster"),
        "form": form,
        "as_of": timezone.now(),
        "actions": head_actions(),
        "before_url": month_url(station, first - DAY),
        "after_url": month_url(station, month_after(first)),
        "week_url": week_url(station, today if today.replace(day=1) == first else first),
        "export_url": f"{month_url(station, first)}&export=xlsx",
        "copy_url": reverse("duty:roster-month-copy", args=[station.pk]),
    }
    return render(request, "duty_room/roster_month.html", context)


def _body(request: HttpRequest, station: Station, first: dt.date) -> dict[str, Any]:
    """What the grid and everything below it need; a moved shift sends them anew."""
    shown = month_of(station, first)
    may_edit = scope_of(request).allows("roster.edit", station.org_path)
    return {
        "station": station,
        "month": shown,
        "first": first,
        "today": timezone.localdate(timezone.now(), ZONE),
        "may_edit": may_edit,
        "book_url": reverse("duty:roster-book", args=[station.pk]),
        "back": f"month={first:%Y-%m}",
        **cards(station, shown.roster, may_edit=may_edit, back=f"?month={first:%Y-%m}"),
    }


@requires("roster.edit")
@require_http_methods(READ_WRITE)
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a shift to somebody else or another day; a dragged one gets the month in answer."""
    row = _shift_for(request, pk)
    day = timezone.localdate(row.starts_at, ZONE)
    back = replace(came_from(request, row.station), day=day)
    initial = {"person": row.person_id, "day": day}
    form = bind(request, forms.MoveForm, station=row.station, today=day, initial=initial)
    moved = attempt(
        form, lambda: services.move_shift(shift=row, by=request.user, **form.cleaned_data)
    )
    if getattr(request, "htmx", False) and form.is_bound:
        return _dragged(request, row, moved, form)
    if moved is not None:
        return done(request, _said(moved), back.cell_url(moved.person_id, form.cleaned_data["day"]))
    context = {
        "form": form,
        "title": _("Move the shift"),
        "note": _("%(name)s, %(hours)s")
        % {"name": row.person.name, "hours": services.hours(row.starts_at, row.ends_at)},
        "submit": _("Move"),
        "check_url": reverse("duty:roster-move-check", args=[row.pk]),
        "strike_url": f"{reverse('duty:roster-strike', args=[row.pk])}?{request.GET.urlencode()}",
    }
    return shift_page(request, back, context, bound=form.is_bound)


def _shift_for(request: HttpRequest, pk: int) -> RosterShift:
    rows = RosterShift.objects.select_related("person", "station", "template")
    rows = rows.filter(struck_at__isnull=True)
    found: RosterShift = fetch(rows, scope_of(request), action="roster.edit", pk=pk)
    return found


def _said(row: RosterShift) -> str:
    hours = services.hours(row.starts_at, row.ends_at)
    return _("The shift is now that of %(name)s, %(hours)s.") % {
        "name": row.person.name,
        "hours": hours,
    }


def _dragged(
    request: HttpRequest, row: RosterShift, moved: RosterShift | None, form: Any
) -> HttpResponse:
    """The month anew, with what was done and the way back, or why nothing was."""
    day = timezone.localdate(row.starts_at, ZONE)
    shown = came_from(request, row.station).day.replace(day=1)
    context = _body(request, row.station, shown)
    if moved is None:
        context["problem"] = " ".join(text for texts in form.errors.values() for text in texts)
    else:
        url = f"{reverse('duty:roster-move', args=[row.pk])}?month={shown:%Y-%m}"
        context |= {"said": _said(moved), "undo": Undo(url, row.person_id, day)}
    status = 200 if moved is not None else 422
    return render(request, "duty_room/roster_month_body.html", context, status=status)


@requires("roster.edit")
@require_GET
def move_check(request: HttpRequest, pk: int) -> HttpResponse:
    """What stands in the way of a move that is not sent yet."""
    row = _shift_for(request, pk)
    day = timezone.localdate(row.starts_at, ZONE)
    form = forms.MoveForm(request.GET, scope=scope_of(request), station=row.station, today=day)
    return _check_page(
        request, services.moved(row, **form.cleaned_data) if form.is_valid() else None
    )


@requires("roster.edit")
@require_GET
def book_check(request: HttpRequest, pk: int) -> HttpResponse:
    """What stands in the way of a booking that is not sent yet."""
    station = room_for(request, pk, "roster.edit")
    today = timezone.localdate(timezone.now(), ZONE)
    form = forms.PlanForm(request.GET, scope=scope_of(request), station=station, today=today)
    return _check_page(request, services.planned(**form.cleaned_data) if form.is_valid() else None)


def _check_page(request: HttpRequest, row: RosterShift | None) -> HttpResponse:
    context = {
        "problem": services.conflict(row) if row else "",
        "hours": services.hours(row.starts_at, row.ends_at) if row else "",
    }
    return render(request, "duty_room/roster_conflict.html", context)


@requires("roster.edit")
@require_POST
def copy(request: HttpRequest, pk: int) -> HttpResponse:
    """The four weeks before a month, over the whole of it; what could not be copied is listed."""
    station = room_for(request, pk, "roster.edit")
    form = bind(request, forms.CopyMonthForm)
    if not form.is_valid():
        today = timezone.localdate(timezone.now(), ZONE)
        return done(request, _("Choose a month."), month_url(station, today))
    first = form.cleaned_data["month"]
    copied = services.copy_before(
        station=station, first=first, end=month_after(first), cycle=FOUR_WEEKS, by=request.user
    )
    return copied_page(request, copied, Back(station, first, by_month=True))
