"""Swaps: asked for by whoever has the shift, decided by whoever edits the roster."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from duty.forms.swaps import DecisionForm, SwapFilter, SwapForm
from duty.models import RosterShift, ShiftSwap
from duty.queries.swaps import STATES, in_state, own_shifts, state_of, swap_rows
from duty.services import swaps as services
from duty.services.roster import hours
from duty.tables import swaps as tables
from duty.views.presence import room_for, room_tabs
from duty.views.roster import trail_of
from personnel.views.common import READ_WRITE
from personnel.views.people_pages import done, refused
from policeroom.common.access import fetch, pick, requires, scope_of
from policeroom.common.clock import ZONE
from policeroom.common.errors import ConflictError, NotAllowedError
from policeroom.common.forms import attempt
from policeroom.common.lists import RegisterView
from policeroom.common.managers import ScopedQuerySet
from policeroom.common.pages import Fact, Link, empty_state, fact, small_table
from policeroom.common.scope import Scope
from stations.models import Station
from stations.views.places import bind, form_page

#: Decided swaps shown on the page of a room.
SHOWN = 20


def room_url(station: Station) -> str:
    return reverse("duty:swap-room", args=[station.pk])


def _trail(station: Station) -> list[Link]:
    today = timezone.localdate(timezone.now(), ZONE)
    return [*trail_of(station, today), Link(_("Swaps"), room_url(station))]


class SwapList(RegisterView):
    """Swaps in the rooms of the reader."""

    access_policy = "duty.view"
    columns = tables.LIST_COLUMNS
    order = ("-id",)
    template_name = "duty/list.html"
    title = gettext_lazy("Swaps of shifts")
    filter_class = SwapFilter
    row_url = staticmethod(tables.swap_url)

    def rows(self, scope: Scope) -> ScopedQuerySet:
        return swap_rows(scope)

    def extra_context(self, request: HttpRequest) -> dict[str, Any]:
        text = _("Whoever has a shift asks a colleague to take it; the lead of the room decides.")
        none = empty_state("arrow-left-right", _("No swap yet"), text, [])
        return {"as_of": timezone.now(), "actions": [], "trail": [], "tabs": [], **none}


@require_safe
@requires("duty.view")
def room(request: HttpRequest, pk: int) -> HttpResponse:
    """What waits, the reader's own shifts to give away, what was decided."""
    station = room_for(request, pk, "duty.view")
    now = timezone.now()
    rows = swap_rows(scope_of(request)).filter(station=station).order_by("-id")
    over = rows.exclude(pk__in=in_state(rows, "pending").order_by().values("pk"))
    may_ask = scope_of(request).allows("swaps.ask", station.org_path)
    mine = own_shifts(station, request.user, now) if may_ask else []
    context = {
        "station": station,
        "trail": [*_trail(station)[:-1], Link(_("Swaps"))],
        "tabs": room_tabs(station, "swap"),
        "may_ask": may_ask,
        "actions": [Link(_("All swaps"), reverse("duty:swap-list"), "list")],
        "pending": small_table(tables.SWAP_COLUMNS, in_state(rows, "pending"), _("To be decided")),
        "mine": small_table(tables.OWN_COLUMNS, mine, _("Your shifts ahead")),
        "over": small_table(tables.SWAP_COLUMNS, over[:SHOWN], _("Decided")),
    }
    return render(request, "duty_room/swaps.html", context)


@requires("swaps.ask")
@require_http_methods(READ_WRITE)
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask that a colleague takes a shift of one's own."""
    rows = RosterShift.objects.select_related("person", "station")
    shift: RosterShift = fetch(rows, scope_of(request), action="swaps.ask", pk=pk)
    if shift.person.user_id != request.user.pk and request.method != "POST":
        return redirect(room_url(shift.station))
    form = bind(request, SwapForm, shift=shift)
    row = attempt(
        form,
        lambda: services.ask_swap(
            shift=shift, by=request.user, now=timezone.now(), **form.cleaned_data
        ),
    )
    if row is not None:
        message = _("%(name)s and the lead are told.") % {"name": row.to_person.name}
        return done(request, message, row.get_absolute_url())
    page = form_page(
        request,
        form,
        title=_("Ask for a swap"),
        trail=_trail(shift.station),
        submit=_("Ask"),
        note=_("%(name)s, %(hours)s. The shift stays yours until the lead agrees.")
        % {"name": shift.person.name, "hours": hours(shift.starts_at, shift.ends_at)},
    )
    return refused(page, bound=form.is_bound)


def _swap(request: HttpRequest, pk: int, action: str) -> ShiftSwap:
    row: ShiftSwap = pick(swap_rows(scope_of(request)), scope_of(request), action=action, pk=pk)
    return row


@require_safe
@requires("duty.view")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One swap; whoever may decide finds the buttons here."""
    return _page(request, _swap(request, pk, "duty.view"), bind(request, DecisionForm))


def _page(request: HttpRequest, row: ShiftSwap, form: DecisionForm) -> HttpResponse:
    tone, mark = tables.TONES[state_of(row)]
    context = {
        "swap": row,
        "trail": [*_trail(row.station), Link(row.shift.person.name)],
        "tabs": room_tabs(row.station, "swap"),
        "tag": STATES[state_of(row)],
        "tone": tone,
        "mark": mark,
        "facts": _facts(row),
        "form": form,
        "may_decide": row.is_pending and scope_of(request).allows("roster.edit", row.org_path),
        "may_withdraw": row.is_pending and row.recorded_by_id == request.user.pk,
    }
    return render(request, "duty_room/swap.html", context, status=422 if form.is_bound else 200)


def _facts(row: ShiftSwap) -> list[Fact]:
    facts = [
        fact(_("Shift"), hours(row.shift.starts_at, row.shift.ends_at)),
        fact(_("Asked by"), row.shift.person.name),
        fact(_("Who is to take the shift"), row.to_person.name),
        fact(_("Reason"), row.reason),
        fact(_("Asked at"), row.recorded_at),
    ]
    if row.decided_by is not None:
        facts.append(fact(_("Approved or refused by"), row.decided_by.name))
        facts.append(fact(_("Decided at"), row.decided_at))
    if row.refusal:
        facts.append(fact(_("Why it was refused"), row.refusal))
    if row.withdrawn_at is not None:
        facts.append(fact(_("Withdrawn at"), row.withdrawn_at))
    return facts


@require_POST
@requires("roster.edit")
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Agree, and the shift moves; or refuse with a reason."""
    row = _swap(request, pk, "roster.edit")
    form = bind(request, DecisionForm)
    decided = attempt(
        form,
        lambda: services.decide_swap(
            swap=row,
            approve=form.cleaned_data["decision"] == "approve",
            reason=form.cleaned_data["reason"],
            by=request.user,
            at=timezone.now(),
        ),
    )
    if decided is None:
        return _page(request, _swap(request, pk, "roster.edit"), form)
    if decided.approved:
        message = _("%(name)s has the shift now.") % {"name": row.to_person.name}
    else:
        message = _("The swap is refused; the shift stays with %(name)s.") % {
            "name": row.shift.person.name
        }
    return done(request, message, row.get_absolute_url())


@require_POST
@requires("swaps.ask")
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back a swap one asked for."""
    row = _swap(request, pk, "swaps.ask")
    try:
        services.withdraw_swap(swap=row, by=request.user, at=timezone.now())
    except NotAllowedError as refusal:
        raise PermissionDenied from refusal
    except ConflictError as refusal:
        return done(request, refusal.message, row.get_absolute_url())
    return done(request, _("The swap is withdrawn."), row.get_absolute_url())
