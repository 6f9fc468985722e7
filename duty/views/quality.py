"""How good a booked roster is: hours left open and why, rest rules, who carries what."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from duty.forms.proposal import PeriodForm, week_choices
from duty.models import RosterProposal
from duty.queries.crews import Crew, crew_of, open_hours
from duty.queries.roster import monday_of
from duty.roster_rules import Quality, report
from duty.tables import proposal as tables
from duty.views.presence import room_for, room_tabs
from duty.views.roster import trail_of
from policeroom.common import audit, export, throttle
from policeroom.common.access import requires, scope_of
from policeroom.common.clock import ZONE
from policeroom.common.pages import Link
from stations.models import Station


@dataclass(frozen=True, slots=True)
class Report:
    """What was asked, and the answer."""

    form: PeriodForm
    #: Never stored: it gives the first day, the last one and the instants between.
    period: RosterProposal
    crew: Crew
    quality: Quality


def _report(request: HttpRequest, station: Station) -> Report:
    monday = monday_of(timezone.localdate(timezone.now(), ZONE))
    form = PeriodForm(request.GET or None, scope=scope_of(request), monday=monday)
    day, weeks = form.period()
    period = RosterProposal(station=station, first_day=day, weeks=weeks)
    crew = crew_of(station, period.window)
    quality = report(crew.request(open_hours(crew)), ())
    return Report(form, period, crew, quality.within(period.window))


@require_safe
@requires("duty.view")
def room(request: HttpRequest, pk: int) -> HttpResponse:
    """The report on one to four weeks of a room's roster."""
    station = room_for(request, pk, "duty.view")
    found = _report(request, station)
    query = f"?on={found.period.first_day}&weeks={found.period.weeks}"
    address = reverse("duty:quality-export", args=[station.pk])
    context = {
        "station": station,
        "trail": [*trail_of(station, found.period.first_day)[:2], Link(_("Quality of the roster"))],
        "tabs": room_tabs(station, "quality"),
        "actions": [Link(_("Spreadsheet"), f"{address}{query}", "download")],
        "form": found.form,
        "period": found.period,
        "week_choices": week_choices(),
        "as_of": timezone.now(),
        "figures": tables.figures(found.quality, found.crew.needed),
        "asks": bool(found.crew.demands),
        **tables.report_tables(found.quality, found.crew.people),
    }
    return render(request, "duty_room/quality.html", context)


@require_safe
@requires("duty.view")
def spreadsheet(request: HttpRequest, pk: int) -> HttpResponse:
    """The same report as a spreadsheet."""
    station = room_for(request, pk, "duty.view")
    refusal = throttle.refusal(request, throttle.EXPORT)
    if refusal is not None:
        return refusal
    found = _report(request, station)
    rows = tables.export_rows(found.quality, found.crew.people)
    now = timezone.localtime()
    period = _("%(first)s to %(last)s") % {
        "first": found.period.first_day,
        "last": found.period.last_day,
    }
    audit.record(
        "export",
        by=request.user,
        org_path=station.org_path,
        after={"list": "duty.quality", "rows": len(rows), "period": period},
    )
    title = _("Quality of the roster")
    content = export.xlsx_bytes(
        title=title,
        columns=[str(head) for head in tables.EXPORT_HEADS],
        rows=rows,
        notes=[
            station.name,
            period,
            _("As of: %(instant)s") % {"instant": f"{now:%Y-%m-%d %H:%M}"},
            _("Hours left open: %(open)s of %(needed)s")
            % {
                "open": tables.hours(found.quality.uncovered_minutes),
                "needed": tables.hours(found.crew.needed),
            },
        ],
    )
    return export.download(content, f"{title} {station.name} {found.period.first_day}.xlsx")
