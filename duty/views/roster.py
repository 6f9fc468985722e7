"""The roster of a room: people by days, what is open, and the acts on it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from duty.forms import roster as forms
from duty.models import RosterShift, ShiftTemplate
from duty.queries.roster import WEEK, monday_of, week_of
from duty.queries.roster_month import in_columns
from duty.services import roster as services
from duty.views.presence import own_page, room_for, room_tabs
from duty.views.roster_back import Back, came_from, month_url, trail_of, week_url
from duty.views.roster_pages import cards, copied_page, export_page, head_actions, shift_page
from personnel.views.common import READ_WRITE
from personnel.views.people_pages import done, refused
from policeroom.common.access import fetch, requires, scope_of
from policeroom.common.clock import ZONE
from policeroom.common.forms import attempt
from policeroom.common.pages import Link
from stations.models import Station
from stations.views.places import bind, confirm_page, form_page


@requires("duty.view")
def own(request: HttpRequest) -> HttpResponse:
    """This week in the own room."""
    return own_page(request, "duty:roster-room")


@requires("duty.view")
def room(request: HttpRequest, pk: int) -> HttpResponse:
    """One week of a room."""
    station = room_for(request, pk, "duty.view")
    today = timezone.localdate(timezone.now(), ZONE)
    form = forms.PeriodForm(request.GET, scope=scope_of(request))
    form.is_valid()
    week = week_of(station, monday_of(form.cleaned_data.get("on") or today))
    if request.GET.get("export"):
        title = _("Roster %(first)s to %(last)s") % {"first": week.first, "last": week.last}
        return export_page(request, station, in_columns(week), title)
    may_edit = scope_of(request).allows("roster.edit", station.org_path)
    context = {
        "station": station,
        "trail": [*trail_of(station, today)[:2], Link(_("Roster"))],
        "tabs": room_tabs(station, "roster"),
        "roster": week,
        "form": form,
        "today": today,
        "before_url": week_url(station, week.first - WEEK),
        "after_url": week_url(station, week.first + WEEK),
        "export_url": f"{week_url(station, week.first)}&export=xlsx",
        "month_url": month_url(station, week.first),
        "as_of": timezone.now(),
        "actions": head_actions(),
        "may_edit": may_edit,
        "book_url": reverse("duty:roster-book", args=[station.pk]),
        **cards(station, week, may_edit=may_edit, back=f"?on={week.first}"),
    }
    return render(request, "duty_room/roster.html", context)


@requires("roster.edit")
@require_http_methods(READ_WRITE)
def book(request: HttpRequest, pk: int) -> HttpResponse:
    """Book a shift; `?person=` and `?day=` come from the cell that was chosen."""
    station = room_for(request, pk, "roster.edit")
    today, back = timezone.localdate(timezone.now(), ZONE), came_from(request, station)
    initial: dict[str, Any] = {"day": today}
    initial |= {key: value for key, value in request.GET.items() if key in {"person", "day"}}
    form = bind(request, forms.BookForm, station=station, today=today, initial=initial)
    row = attempt(form, lambda: services.book_shift(by=request.user, **form.cleaned_data))
    if row is not None:
        message = _("%(name)s is booked, %(hours)s.") % {
            "name": row.person.name,
            "hours": services.hours(row.starts_at, row.ends_at),
        }
        return done(request, message, back.cell_url(row.person_id, form.cleaned_data["day"]))
    context = {
        "form": form,
        "title": _("Book a shift"),
        "submit": _("Book"),
        "check_url": reverse("duty:roster-book-check", args=[station.pk]),
    }
    return shift_page(request, back, context, bound=form.is_bound)


@requires("roster.edit")
@require_POST
def copy(request: HttpRequest, pk: int) -> HttpResponse:
    """The shifts of the week before, once more."""
    station = room_for(request, pk, "roster.edit")
    form = bind(request, forms.CopyForm)
    if not form.is_valid():
        return redirect("duty:roster-room", station.pk)
    monday = monday_of(form.cleaned_data["monday"])
    copied = services.copy_last_week(station=station, monday=monday, by=request.user)
    return copied_page(request, copied, Back(station, monday, by_month=False))


@requires("roster.edit")
@require_http_methods(READ_WRITE)
def strike(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a shift off the roster."""
    rows = RosterShift.objects.select_related("person", "station").filter(struck_at__isnull=True)
    row: RosterShift = fetch(rows, scope_of(request), action="roster.edit", pk=pk)
    day = timezone.localdate(row.starts_at, ZONE)
    back = replace(came_from(request, row.station), day=day)
    form = forms.StrikeForm(request.POST if request.method == "POST" else None)
    struck = attempt(
        form, lambda: services.strike_shift(shift=row, by=request.user, at=timezone.now())
    )
    if struck is not None:
        message = _("The shift of %(name)s is struck.") % {"name": row.person.name}
        return done(request, message, back.cell_url(row.person_id, day))
    page = confirm_page(
        request,
        form,
        title=_("Strike the shift"),
        trail=back.trail,
        text=_("%(name)s, %(hours)s. The hours are open again.")
        % {"name": row.person.name, "hours": services.hours(row.starts_at, row.ends_at)},
        consequences=[],
        action_label=_("Strike"),
    )
    return refused(page, bound=form.is_bound)


@requires("roster.edit")
@require_http_methods(READ_WRITE)
def template_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a shift as the room usually has it."""
    station = room_for(request, pk, "roster.edit")
    form = bind(request, forms.TemplateForm)
    row = attempt(
        form,
        lambda: services.add_template(station=station, by=request.user, **form.cleaned_data),
    )
    return _template_page(request, form, station, row, _("Add a usual shift"))


@requires("roster.edit")
@require_http_methods(READ_WRITE)
def template_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a usual shift, or offer it no longer."""
    rows = ShiftTemplate.objects.select_related("station")
    template: ShiftTemplate = fetch(rows, scope_of(request), action="roster.edit", pk=pk)
    shown: ShiftTemplate = fetch(rows, scope_of(request), action="roster.edit", pk=pk)
    form = bind(request, forms.TemplateForm, instance=shown)
    row = attempt(
        form,
        lambda: services.edit_template(template=template, by=request.user, **form.cleaned_data),
    )
    return _template_page(request, form, template.station, row, _("Change the usual shift"))


def _template_page(
    request: HttpRequest, form: Any, station: Station, row: ShiftTemplate | None, title: str
) -> HttpResponse:
    back = came_from(request, station)
    if row is not None:
        message = _("The shift “%(name)s” is saved.") % {"name": row.name}
        return done(request, message, back.url())
    page = form_page(request, form, title=title, trail=back.trail, submit=_("Save"))
    return refused(page, bound=form.is_bound)
