"""Proposed rosters of a room: asked for, worked out by a worker, booked or discarded."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from duty.forms.proposal import ProposalForm
from duty.models import RosterProposal
from duty.proposal import Method, outcome
from duty.queries.proposals import plan_weeks
from duty.queries.roster import WEEK, monday_of
from duty.services import proposal as services
from duty.tables import proposal as tables
from duty.tasks import work_out_proposal
from duty.views.presence import room_for, room_tabs
from duty.views.roster import trail_of, week_url
from personnel.models import Person
from personnel.views.common import READ_WRITE
from personnel.views.people_pages import refused
from policeroom.common.access import fetch, requires, scope_of
from policeroom.common.clock import ZONE
from policeroom.common.errors import DomainError
from policeroom.common.forms import attempt
from policeroom.common.pages import Fact, Link, fact, small_table
from stations.models import Station
from stations.views.places import bind, form_page

State = RosterProposal.State
#: Earlier proposals shown, and sentences of a refused booking.
SHOWN, SHOWN_REFUSALS = 20, 10
OF_PLAN = "people of a plan that was fetched through the scope"


def _trail(station: Station) -> list[Link]:
    today = timezone.localdate(timezone.now(), ZONE)
    address = reverse("duty:proposal-room", args=[station.pk])
    return [*trail_of(station, today), Link(_("Proposed rosters"), address)]


@require_safe
@requires("duty.view")
def room(request: HttpRequest, pk: int) -> HttpResponse:
    """Proposals of a room, the latest first."""
    station = room_for(request, pk, "duty.view")
    rows = RosterProposal.objects.within(scope_of(request)).filter(station=station)
    rows = rows.defer("outcome").select_related("recorded_by").order_by("-id")[:SHOWN]
    actions = []
    if scope_of(request).allows("roster.edit", station.org_path):
        address = reverse("duty:proposal-new", args=[station.pk])
        actions.append(Link(_("Propose a roster"), address, "calendar-plus", "primary"))
    context = {
        "station": station,
        "trail": [*_trail(station)[:-1], Link(_("Proposed rosters"))],
        "tabs": room_tabs(station, "proposal"),
        "actions": actions,
        "new": actions[0] if actions else Link(""),
        "proposals": small_table(tables.PROPOSAL_COLUMNS, rows, _("Proposed rosters")),
    }
    return render(request, "duty_room/proposals.html", context)


@requires("roster.edit")
@require_http_methods(READ_WRITE)
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for a roster; a worker answers."""
    station = room_for(request, pk, "roster.edit")
    now = timezone.now()
    monday = monday_of(timezone.localdate(now, ZONE)) + WEEK
    form = bind(request, ProposalForm, initial={"first_day": monday, "weeks": 4})
    row = attempt(
        form,
        lambda: services.ask_proposal(
            station=station, by=request.user, now=now, **form.cleaned_data
        ),
    )
    if row is not None:
        send(row)
        return redirect(row)
    page = form_page(
        request,
        form,
        title=_("Propose a roster"),
        trail=_trail(station),
        submit=_("Work it out"),
        note=_(
            "From the usual shifts, the people with a post here and their absences. "
            "Nothing is booked before you say so."
        ),
    )
    return refused(page, bound=form.is_bound)


def send(row: RosterProposal) -> None:
    """Wake a worker once the row can be seen; a lost message is sent again."""
    transaction.on_commit(functools.partial(work_out_proposal.delay, row.pk), robust=True)


def _proposal(request: HttpRequest, pk: int, action: str) -> RosterProposal:
    rows = RosterProposal.objects.select_related("station", "recorded_by", "decided_by")
    row: RosterProposal = fetch(rows, scope_of(request), action=action, pk=pk)
    return row


@require_safe
@requires("duty.view")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Where a proposal stands; once it is worked out, the plan and its report."""
    row = _proposal(request, pk, "duty.view")
    return _page(request, row)


def _page(request: HttpRequest, row: RosterProposal, refusal: str = "") -> HttpResponse:
    may_edit = scope_of(request).allows("roster.edit", row.station.org_path)
    tone, mark = tables.STATE_TONES[State(row.state)]
    context = {
        "proposal": row,
        "station": row.station,
        "trail": [*_trail(row.station), Link(str(row.first_day))],
        "tabs": room_tabs(row.station, "proposal"),
        "tone": tone,
        "mark": mark,
        "facts": _facts(row),
        "may_adopt": may_edit and row.state == State.READY,
        "may_discard": may_edit and row.state in (State.WAITING, State.READY, State.FAILED),
        "week_url": week_url(row.station, row.first_day),
        "refusal": refusal,
        **_progress(row),
        **(_report(row) if row.outcome else {}),
    }
    return render(request, "duty_room/proposal.html", context, status=422 if refusal else 200)


def _facts(row: RosterProposal) -> list[Fact]:
    facts = [
        fact(_("From"), row.first_day),
        fact(_("Last day"), row.last_day),
        fact(_("Asked by"), row.recorded_by.name if row.recorded_by else ""),
        fact(_("Asked at"), row.recorded_at),
    ]
    if row.method:
        facts.append(Fact(_("Method"), tables.METHODS[Method(row.method)], hint=_proof(row)))
    if row.took is not None:
        facts.append(Fact(_("Time taken"), _("%(n).1f s") % {"n": row.took.total_seconds()}))
    if row.decided_by is not None:
        facts.append(fact(_("Booked or discarded by"), row.decided_by.name))
        facts.append(fact(_("Decided at"), row.decided_at))
    return facts


def _proof(row: RosterProposal) -> str:
    if row.method != Method.CPSAT:
        return ""
    return _("no better plan exists") if row.proven else _("the best found within the limit")


def _report(row: RosterProposal) -> dict[str, Any]:
    """The plan by day and person, and its report."""
    found = outcome.read(row.outcome)
    involved = {one.person for one in found.quality.shares}
    rows = Person.objects.unscoped(OF_PLAN).filter(pk__in=involved)
    people = {person.pk: person for person in rows.order_by("-kind", "name", "id")}
    quality = found.quality
    return {
        "shift_count": len(found.planned),
        "weeks": plan_weeks(row, found.planned, people),
        "figures": tables.figures(quality, found.needed),
        **tables.report_tables(quality, people),
    }


def _progress(row: RosterProposal) -> dict[str, Any]:
    """Arguments of components/progress_bar.html; how much is left, nobody knows."""
    seconds = max(0, int((timezone.now() - row.recorded_at).total_seconds()))
    return {
        "progress_label": row.get_state_display(),
        "progress_detail": ngettext("for %(number)d second", "for %(number)d seconds", seconds)
        % {"number": seconds},
        "poll_url": reverse("duty:proposal-progress", args=[row.pk]),
    }


@require_safe
@requires("duty.view")
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The progress bar; once the worker is done, the whole page again."""
    row = _proposal(request, pk, "duty.view")
    if not row.is_running and getattr(request, "htmx", False):
        return HttpResponseClientRefresh()
    context = {"proposal": row, **_progress(row)}
    return render(request, "duty_room/_proposal_progress.html", context)


@require_POST
@requires("roster.edit")
def adopt(request: HttpRequest, pk: int) -> HttpResponse:
    """Book the whole plan, or nothing of it."""
    row = _proposal(request, pk, "roster.edit")
    act = functools.partial(
        services.adopt_proposal, proposal=row, by=request.user, at=timezone.now()
    )
    refusal = _refusal(request, act)
    if refusal:
        return _page(request, row, refusal)
    messages.success(request, _("The proposed roster is booked."))
    return redirect(week_url(row.station, row.first_day))


@require_POST
@requires("roster.edit")
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a proposal up."""
    row = _proposal(request, pk, "roster.edit")
    act = functools.partial(
        services.discard_proposal, proposal=row, by=request.user, at=timezone.now()
    )
    refusal = _refusal(request, act)
    if refusal:
        return _page(request, row, refusal)
    messages.success(request, _("The proposed roster is discarded. Nothing of it was booked."))
    return redirect("duty:proposal-room", row.station.pk)


def _refusal(request: HttpRequest, act: Callable[[], RosterProposal]) -> str:
    """Run an act that has no form; why it was refused, "" if it was done."""
    try:
        act()
    except services.RefusedPlanError as refusal:
        for sentence in refusal.sentences[:SHOWN_REFUSALS]:
            messages.warning(request, sentence)
        return refusal.message
    except DomainError as refusal:
        return refusal.message
    return ""
