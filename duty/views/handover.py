"""Handover sheets: the list, one sheet, the printed page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from duty.forms.handover import HandoverFilter
from duty.handover_print import fitted
from duty.models import ShiftHandover
from duty.queries import handover as queries
from duty.tables import handover as tables
from policeroom.common.access import pick, requires, scope_of
from policeroom.common.lists import RegisterView
from policeroom.common.managers import ScopedQuerySet
from policeroom.common.pages import Link, Tab, empty_state, fact
from policeroom.common.scope import Scope
from stations.models import Station


def record_tabs(scope: Scope, current: str) -> list[Tab]:
    """The lists of what a shift leaves behind; `current` is the key of one."""
    sheets = reverse("duty:handover-list")
    tabs = []
    if scope.can(queries.SIGN):
        tabs.append(Tab(_("Handover"), reverse("duty:handover"), current == "handover"))
    return [
        *tabs,
        Tab(_("Handover sheets"), sheets, current == "sheets"),
        Tab(
            _("Not signed"),
            f"{sheets}?state=open",
            current == "open",
            queries.unsigned_count(scope),
        ),
        Tab(_("Duty log"), reverse("duty:log-list"), current == "log"),
        Tab(_("Comms tests"), reverse("duty:comms-list"), current == "comms"),
    ]


@requires(queries.VIEW)
def own(request: HttpRequest) -> HttpResponse:
    """What waits for the reader's signature, else the page of the own room, else the list."""
    scope = scope_of(request)
    waiting = queries.waiting_for(request.user, scope) if scope.can(queries.SIGN) else None
    if waiting is not None:
        return redirect(waiting)
    rooms = list(queries.own_rooms(scope).order_by("org_path")[:2])
    if len(rooms) == 1:
        return redirect("duty:handover-room", pk=rooms[0].pk)
    return redirect("duty:handover-list")


class HandoverList(RegisterView):
    """Sheets of the reader's area, newest first."""

    access_policy = queries.VIEW
    export_action: str = queries.VIEW
    columns = tables.COLUMNS
    order = ("-handed_at", "-id")
    template_name = "duty_records/list.html"
    title = gettext_lazy("Handover sheets")
    filter_class = HandoverFilter
    row_url = staticmethod(ShiftHandover.get_absolute_url)

    def rows(self, scope: Scope) -> ScopedQuerySet:
        return queries.handover_rows(scope)

    def extra_context(self, request: HttpRequest) -> dict[str, Any]:
        scope = scope_of(request)
        write = [Link(_("Hand over the shift"), reverse("duty:handover"), "pen-line", "primary")]
        actions = write if scope.can(queries.SIGN) else []
        current = "open" if request.GET.get("state") == "open" else "sheets"
        return {
            "tabs": record_tabs(scope, current),
            "actions": actions,
            **empty_state(
                "clipboard-check",
                _("No handover sheet yet"),
                _("Each shift leaves one: what is open, in force and to be noted, signed twice."),
                actions,
            ),
        }


def sheet_for(request: HttpRequest, pk: int, action: str | None = None) -> ShiftHandover:
    """A sheet in view in whose room the reader holds `action`."""
    scope = scope_of(request)
    row: ShiftHandover = pick(queries.handover_rows(scope), scope, action=action, pk=pk)
    return row


def trail_of(row: ShiftHandover) -> list[Link]:
    """The way up from a page about a sheet."""
    return [
        Link(_("Handover sheets"), reverse("duty:handover-list")),
        Link(row.number, row.get_absolute_url()),
    ]


@requires(queries.VIEW)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One sheet, and the signature that is the reader's to give."""
    row, scope, now = sheet_for(request, pk), scope_of(request), timezone.now()
    waits_for = tables.state_of(row)
    side = {"outgoing": row.outgoing, "incoming": row.incoming}.get(waits_for)
    signs = side is not None and scope.allows(queries.SIGN, row.org_path)
    account = queries.account_of(side) if signs and side else None
    mine = account is not None and account.pk == request.user.pk
    may_change = scope.allows(queries.SIGN, row.org_path) and waits_for != "signed"
    context = {
        "row": row,
        "title": _("Handover sheet %(number)s") % {"number": row.number},
        "trail": [*trail_of(row)[:1], Link(row.number)],
        "state": tables.state_fact(row),
        "sections": queries.sections_of(row, scope, now=now),
        "as_of": row.signed_out_at or now,
        "since": since_of(row),
        "sides": _sides(row),
        "sign_side": waits_for if mine else "",
        "sign_url": reverse(f"duty:handover-sign-{_ENDS[waits_for]}", args=[row.pk])
        if mine
        else "",
        "actions": _actions(row, may_change=may_change),
    }
    return render(request, "duty_records/sheet.html", context)


_ENDS = {"outgoing": "out", "incoming": "in"}


def since_of(row: ShiftHandover) -> Any:
    """Since when the sheet tells what happened."""
    if row.signed_out_at is not None:
        return parse_datetime(row.sections["since"])
    return queries.looks_back_to(row.station, now=timezone.now())


def _sides(row: ShiftHandover) -> list[Any]:
    nobody = _("not signed")
    return [
        fact(
            _("Outgoing"),
            tables.by_name(row.outgoing),
            hint=fact("", row.signed_out_at).text if row.signed_out_at else nobody,
        ),
        fact(
            _("Incoming"),
            tables.by_name(row.incoming),
            hint=fact("", row.signed_in_at).text if row.signed_in_at else nobody,
        ),
        fact(_("Handover at"), row.handed_at),
    ]


def _actions(row: ShiftHandover, *, may_change: bool) -> list[Link]:
    links = [Link(_("Print"), reverse("duty:handover-print", args=[row.pk]), "printer")]
    if may_change:
        links.insert(0, Link(_("Change"), reverse("duty:handover-change", args=[row.pk]), "pencil"))
    return links


@requires(queries.VIEW)
def print_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheet on one A4 page."""
    row, scope, now = sheet_for(request, pk), scope_of(request), timezone.now()
    context = {
        "row": row,
        "crumbs": [*trail_of(row), Link(_("Print"))],
        "printed": fitted(queries.sections_of(row, scope, now=now), notes=row.notes),
        "outgoing": tables.by_name(row.outgoing),
        "incoming": tables.by_name(row.incoming),
        "state": tables.state_fact(row),
        "since": since_of(row),
        "as_of": row.signed_out_at or now,
    }
    return render(request, "duty_records/print.html", context)


def recent(station: Station, scope: Scope) -> ScopedQuerySet:
    """The last sheets of a room."""
    return queries.handover_rows(scope).filter(station=station).order_by("-handed_at", "-id")[:10]
