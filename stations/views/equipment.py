"""Equipment tab of the station file: the asset list, its checks, retirement."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from policeroom.common.access import requires, scope_of
from policeroom.common.lists import RegisterView
from policeroom.common.managers import ScopedQuerySet
from policeroom.common.pages import Consequence
from policeroom.common.scope import Scope
from stations.forms import premises as forms
from stations.models import EquipmentItem
from stations.queries import equipment as queries
from stations.services import equipment as services
from stations.tables.premises import STATE_TONES, days_over, equipment_columns, item_url
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

#: Checks an item's page shows, newest first.
CHECKS_SHOWN = 100


class EquipmentView(RegisterView):
    """The asset list of one station (第十条), as of today or of `?on=`."""

    access_policy = "stations.view"
    columns = equipment_columns(may_check=True)
    order = ("rank", "id")
    template_name = "stations/premises/equipment.html"
    title = ""
    filter_class = forms.EquipmentFilter
    export_action = "stations.export"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        pk = kwargs["pk"]
        self.station = station_for(request, pk)
        self.on = shown_on(request)
        self.context = tab_context(
            request,
            self.station,
            "equipment",
            on=self.on,
            acts=[action(_("Add equipment"), "equipment-new", pk, icon="plus", tone="primary")],
        )
        on_screen = not request.GET.get("export")
        self.columns = equipment_columns(may_check=on_screen and self.context["may_equip"])
        self.title = _("Equipment: %(station)s") % {"station": self.station.name}
        return super().get(request, **kwargs)

    def rows(self, scope: Scope) -> ScopedQuerySet:
        return queries.equipment_on(self.station, scope, on=self.on)

    def extra_context(self, request: HttpRequest) -> dict[str, Any]:
        scope = scope_of(request)
        filtered = any(request.GET.get(name) for name in ("category", "state", "overdue"))
        return {
            **self.context,
            "filtered": filtered,
            "categories": queries.category_lines(self.station, scope, on=self.on),
            "uncertified": queries.terminal_without_certificate(self.station, scope, on=self.on),
        }


@requires(EQUIP)
def item_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a line on the asset list."""
    station = station_for(request, pk, action=EQUIP)
    form = forms.NewEquipmentForm(
        scope=scope_of(request),
        station=station,
        today=today(),
        initial={"category": request.GET.get("category", "")},
        **data_of(request),
    )
    return form_page(
        request,
        station,
        form,
        lambda: services.add_equipment(
            station=station, by=request.user, today=today(), **form.cleaned_data
        ),
        tab="equipment",
        title=_("Add equipment"),
        done=lambda item: _("%(name)s is on the list.") % {"name": item},
    )


@requires("stations.view")
def item(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    """One line of the asset list with its checks."""
    station = station_for(request, pk)
    record = row_for(request, EquipmentItem.objects, pk, row)
    tone, mark = STATE_TONES.get(record.state, ("ok", ""))
    late = today() - record.next_check_on if record.next_check_on else None
    context = {
        **tab_context(
            request,
            station,
            "equipment",
            title=str(record),
            alive=record.ended_on is None,
            acts=[
                action(_("Record a check"), "equipment-check", pk, row, tone="primary"),
                action(_("Change"), "equipment-edit", pk, row, icon="pencil"),
                action(_("Retire"), "equipment-retire", pk, row, icon="archive"),
            ],
        ),
        "item": record,
        "tone": tone,
        "mark": mark,
        "overdue": days_over(late) if record.ended_on is None else None,
        "checks": record.checks.select_related("recorded_by")[:CHECKS_SHOWN],
    }
    return render(request, "stations/premises/item.html", context)


@requires(EQUIP)
def item_edit(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    """Correct a line of the asset list."""
    station = station_for(request, pk, action=EQUIP)
    record = row_for(request, EquipmentItem.objects, pk, row, action=EQUIP)
    form = forms.EquipmentForm(
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
        lambda: services.edit_equipment(
            item=record, by=request.user, today=today(), **form.cleaned_data
        ),
        tab="equipment",
        title=_("Change %(name)s") % {"name": record},
        back=item_url(record),
        done=lambda saved: _("%(name)s is saved.") % {"name": saved},
    )


@requires(EQUIP)
def item_check(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    """Record a check; the next check moves with it."""
    station = station_for(request, pk, action=EQUIP)
    record = row_for(request, EquipmentItem.objects, pk, row, action=EQUIP)
    form = forms.CheckForm(
        initial={"checked_on": today(), "state": record.state}, **data_of(request)
    )
    return form_page(
        request,
        station,
        form,
        lambda: services.record_check(
            item=record, by=request.user, today=today(), **form.cleaned_data
        ),
        tab="equipment",
        title=_("Record a check: %(name)s") % {"name": record},
        back=item_url(record),
        done=lambda check: (
            _("Check of %(day)s recorded: %(result)s.")
            % {"day": check.checked_on, "result": check.get_result_display()}
        ),
    )


@requires(EQUIP)
def item_retire(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    """Take a line off the list after a question that says what it leaves behind."""
    station = station_for(request, pk, action=EQUIP)
    record = row_for(request, EquipmentItem.objects, pk, row, action=EQUIP)
    form = forms.EndForm(initial={"ended_on": today()}, **data_of(request))
    checks = record.checks.count()
    return form_page(
        request,
        station,
        form,
        lambda: services.retire_equipment(item=record, by=request.user, **form.cleaned_data),
        tab="equipment",
        title=_("Retire %(name)s") % {"name": record},
        question=_("Retire “%(name)s”?") % {"name": record},
        consequences=[
            Consequence(
                record.quantity,
                ngettext("piece leaves the list", "pieces leave the list", record.quantity),
            ),
            Consequence(checks, ngettext("check stays on record", "checks stay on record", checks)),
        ],
        action_label=_("Retire"),
        back=reverse("stations:equipment", args=[pk]),
        done=lambda ended: (
            _("%(name)s is retired from %(day)s.") % {"name": ended, "day": ended.ended_on}
        ),
    )
