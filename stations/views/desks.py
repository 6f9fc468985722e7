"""A service desk and the log of its sessions (第十二条)."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from policeroom.common.access import fetch, requires, scope_of
from stations.forms import premises as forms
from stations.models import ServiceDesk, ServiceSession
from stations.queries import premises as queries
from stations.services import premises as services
from stations.views.records import (
    EQUIP,
    action,
    data_of,
    form_page,
    row_for,
    shown_on,
    station_for,
    tab_context,
    today,
)


@requires("stations.view")
def desk(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    """A service desk: its timetable, and eight weeks of fixed days and sessions."""
    station = station_for(request, pk)
    record = row_for(request, ServiceDesk.objects.select_related("responsible_unit"), pk, row)
    tomorrow = today() + queries.ONE_DAY
    end = shown_on(request) + queries.ONE_DAY
    log = queries.session_log(record, scope_of(request), end=end)
    later = min(end + (log.end - log.start), tomorrow)
    context = {
        **tab_context(
            request,
            station,
            "premises",
            title=str(record),
            alive=record.ended_on is None,
            acts=[
                action(_("Record a session"), "session-new", pk, row, icon="plus", tone="primary"),
                action(_("Change"), "desk-edit", pk, row, icon="pencil"),
                action(_("End"), "desk-end", pk, row, icon="circle-stop"),
            ],
        ),
        "desk": record,
        "weekdays": queries.weekday_labels(record),
        "log": log,
        "last_day": log.end - queries.ONE_DAY,
        "earlier": _log_url(pk, row, log.start) if log.start > record.started_on else "",
        "later": _log_url(pk, row, later) if end < tomorrow else "",
    }
    return render(request, "stations/premises/desk.html", context)


def _log_url(pk: int, row: int, end: dt.date) -> str:
    url = reverse("stations:desk", args=[pk, row])
    return f"{url}?on={(end - queries.ONE_DAY).isoformat()}"


@requires(EQUIP)
def session_new(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    """Record a day the desk was open."""
    station = station_for(request, pk, action=EQUIP)
    record = row_for(request, ServiceDesk.objects, pk, row, action=EQUIP)
    form = forms.SessionForm(
        initial={"held_on": request.GET.get("day") or today()}, **data_of(request)
    )
    return form_page(
        request,
        station,
        form,
        lambda: services.record_session(
            desk=record, by=request.user, today=today(), **form.cleaned_data
        ),
        tab="premises",
        title=_("Record a session: %(desk)s") % {"desk": record},
        back=reverse("stations:desk", args=[pk, row]),
        done=_session_done,
    )


def _session_done(session: ServiceSession) -> str:
    text = _("%(day)s: %(count)d people recorded.") % {
        "day": session.held_on,
        "count": session.served_count,
    }
    off = queries.holidays(session.held_on, session.held_on + queries.ONE_DAY)
    if off:
        text += " " + _("The day is a statutory holiday (%(name)s); the entry is flagged.") % {
            "name": off[session.held_on]
        }
    elif session.held_on.isoweekday() not in session.desk.weekdays:
        text += " " + _("The day is not one of the fixed weekdays; the entry is flagged.")
    return text


@requires(EQUIP)
def session_edit(request: HttpRequest, pk: int, row: int, session: int) -> HttpResponse:
    """Correct the number of people of one session."""
    station = station_for(request, pk, action=EQUIP)
    record = row_for(request, ServiceDesk.objects, pk, row, action=EQUIP)
    held = fetch(
        ServiceSession.objects.select_related("desk__station"),
        scope_of(request),
        action=EQUIP,
        path="desk__station__org_path",
        desk=record,
        pk=session,
    )
    form = forms.SessionCountForm(initial={"served_count": held.served_count}, **data_of(request))
    return form_page(
        request,
        station,
        form,
        lambda: services.correct_session(session=held, by=request.user, **form.cleaned_data),
        tab="premises",
        title=_("Correct the session of %(day)s") % {"day": held.held_on},
        back=reverse("stations:desk", args=[pk, row]),
        done=_session_done,
    )
