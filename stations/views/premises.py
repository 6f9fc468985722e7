"""Premises tab of the station file: areas, boards, boxes, service desks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from policeroom.common.access import requires, scope_of
from policeroom.common.pages import Consequence
from stations.forms import premises as forms
from stations.models import (
    ContactBox,
    FunctionalArea,
    NoticeBoard,
    ServiceDesk,
)
from stations.models.premises import StationRecord
from stations.queries import premises as queries
from stations.services import premises as services
from stations.services.records import end_record
from stations.tables.premises import premises_facts
from stations.views.records import (
    EQUIP,
    data_of,
    form_page,
    row_for,
    shown_on,
    station_for,
    tab_context,
    today,
)


@dataclass(frozen=True, slots=True)
class RecordKind:
    """One kind of row of the premises tab: its model, form, services and words."""

    model: type[StationRecord]
    form: type[forms.RecordForm]
    add: Callable[..., Any]
    edit: Callable[..., Any]
    #: Keyword of the row in `edit`.
    name: str
    anchor: str
    new_title: Any
    edit_title: Any
    end_title: Any


KINDS = {
    "area": RecordKind(
        FunctionalArea,
        forms.AreaForm,
        services.add_area,
        services.edit_area,
        "area",
        "areas",
        gettext_lazy("Add a functional area"),
        gettext_lazy("Change the functional area"),
        gettext_lazy("End the functional area"),
    ),
    "board": RecordKind(
        NoticeBoard,
        forms.BoardForm,
        services.add_board,
        services.edit_board,
        "board",
        "boards",
        gettext_lazy("Add a notice board"),
        gettext_lazy("Change the notice board"),
        gettext_lazy("End the notice board"),
    ),
    "box": RecordKind(
        ContactBox,
        forms.BoxForm,
        services.add_box,
        services.edit_box,
        "box",
        "boxes",
        gettext_lazy("Add a contact box"),
        gettext_lazy("Change the contact box"),
        gettext_lazy("End the contact box"),
    ),
    "desk": RecordKind(
        ServiceDesk,
        forms.DeskForm,
        services.add_desk,
        services.edit_desk,
        "desk",
        "desks",
        gettext_lazy("Add a service desk"),
        gettext_lazy("Change the service desk"),
        gettext_lazy("End the service desk"),
    ),
}


def _back(pk: int, anchor: str = "") -> str:
    url = reverse("stations:premises", args=[pk])
    return f"{url}#{anchor}" if anchor else url


@requires("stations.view")
def premises(request: HttpRequest, pk: int) -> HttpResponse:
    """Areas, boards, boxes and desks of a station, as of today or of `?on=`."""
    scope = scope_of(request)
    station = station_for(request, pk)
    on = shown_on(request)
    filters = forms.DayFilter(request.GET, scope=scope)
    filters.is_valid()
    sheet = queries.premises_on(station, scope, on=on)
    closed = station.closed_on is not None
    context = {
        **tab_context(request, station, "premises", on=on),
        "filters": filters,
        "sheet": sheet,
        "facts": premises_facts(sheet, station),
        "may_edit": scope.allows("stations.edit", station.org_path) and not closed,
    }
    return render(request, "stations/premises/premises.html", context)


@requires(EQUIP)
def record_new(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Add an area, board, box or desk."""
    spec = KINDS[kind]
    station = station_for(request, pk, action=EQUIP)
    form = spec.form(
        scope=scope_of(request),
        station=station,
        today=today(),
        initial={"kind": request.GET.get("kind", "")} if "kind" in request.GET else {},
        **data_of(request),
    )
    return form_page(
        request,
        station,
        form,
        lambda: spec.add(station=station, by=request.user, today=today(), **form.cleaned_data),
        tab="premises",
        title=str(spec.new_title),
        back=_back(pk, spec.anchor),
        done=lambda row: _("%(name)s is recorded.") % {"name": row},
    )


@requires(EQUIP)
def record_edit(request: HttpRequest, pk: int, row: int, kind: str) -> HttpResponse:
    """Correct an area, board, box or desk."""
    spec = KINDS[kind]
    station = station_for(request, pk, action=EQUIP)
    record = row_for(request, spec.model.objects, pk, row, action=EQUIP)
    form = spec.form(
        scope=scope_of(request),
        station=station,
        today=today(),
        instance=record,
        **data_of(request),
    )
    return form_page(
        request,
        station,
        form,
        lambda: spec.edit(
            **{spec.name: record}, by=request.user, today=today(), **form.cleaned_data
        ),
        tab="premises",
        title=str(spec.edit_title),
        back=_back(pk, spec.anchor),
        done=lambda saved: _("%(name)s is saved.") % {"name": saved},
    )


@requires(EQUIP)
def record_end(request: HttpRequest, pk: int, row: int, kind: str) -> HttpResponse:
    """End an area, board, box or desk after a question that says what ends with it."""
    spec = KINDS[kind]
    station = station_for(request, pk, action=EQUIP)
    record = row_for(request, spec.model.objects, pk, row, action=EQUIP)
    form = forms.EndForm(initial={"ended_on": today()}, **data_of(request))
    return form_page(
        request,
        station,
        form,
        lambda: end_record(row=record, by=request.user, **form.cleaned_data),
        tab="premises",
        title=str(spec.end_title),
        question=_("End “%(name)s”?") % {"name": record},
        consequences=_consequences(record),
        action_label=_("End it"),
        back=_back(pk, spec.anchor),
        done=lambda ended: (
            _("%(name)s ends on %(day)s; its history stays.")
            % {"name": ended, "day": ended.ended_on}
        ),
    )


def _consequences(record: StationRecord) -> list[Consequence]:
    """What an end means, in numbers."""
    days = max((today() - record.started_on).days, 0)
    lines = [Consequence(days, ngettext("day on record", "days on record", days))]
    if isinstance(record, NoticeBoard):
        number = len(record.contents)
        text = ngettext("content no longer shown", "contents no longer shown", number)
        lines.append(Consequence(number, text))
    if isinstance(record, ServiceDesk):
        number = record.sessions.count()
        text = ngettext("session stays on record", "sessions stay on record", number)
        lines.append(Consequence(number, text))
        number = len(record.weekdays)
        text = ngettext("fixed weekday falls away", "fixed weekdays fall away", number)
        lines.append(Consequence(number, text))
    return lines
