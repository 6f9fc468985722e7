"""Urgent notices: the list, one notice with its two sides, and the acts of both."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from incidents.access import scope_of
from incidents.enums_clocks import Side
from incidents.forms.urgent import (
    DisposalForm,
    KnownForm,
    MeasureForm,
    NotifyForm,
    ReportForm,
    UrgentFilter,
    UrgentForm,
)
from incidents.models import Incident, UrgentNotice, UrgentSide
from incidents.queries.urgent import urgent_rows
from incidents.services import urgent as services
from incidents.tables.registers import urgent_columns
from incidents.views.clocks_pages import (
    RecordList,
    act_page,
    data_of,
    minute,
    new_link,
    now,
    today,
)
from policeroom.common.access import fetch, requires
from policeroom.common.errors import DomainError
from policeroom.common.managers import ScopedQuerySet
from policeroom.common.pages import Link
from policeroom.common.parameters import parameters_on
from policeroom.common.scope import Scope

PART = "urgent"


class UrgentList(RecordList):
    """Every major situation in the reader's area."""

    order = ("-known_at", "-id")
    title = gettext_lazy("Urgent notices")
    filter_class = UrgentFilter
    part = PART
    empty_icon = "siren"

    def rows(self, scope: Scope) -> ScopedQuerySet:
        return urgent_rows(scope)

    def make_columns(self, scope: Scope) -> Any:
        return urgent_columns(parameters_on(today()), now=self.now)

    def actions(self, scope: Scope) -> list[Link]:
        label = _("Raise an urgent notice")
        return new_link(scope, "urgent.report", label, "incidents:urgent-new")

    def empty_words(self) -> tuple[str, str]:
        return (
            _("No urgent notice yet"),
            _("A major situation is reported to the superior and to the other side at once."),
        )


def notice_for(request: HttpRequest, pk: int, action: str | None = None) -> UrgentNotice:
    """The notice of the address, through the reader's scope."""
    rows = UrgentNotice.objects.select_related(
        "station", "incident", "acknowledged_by", "recorded_by"
    )
    return fetch(rows, scope_of(request), action=action, pk=pk)


def _side(request: HttpRequest, pk: int) -> UrgentSide:
    rows = UrgentSide.objects.select_related("notice")
    return fetch(rows, scope_of(request), action="urgent.report", pk=pk)


@requires("urgent.report")
def new(request: HttpRequest) -> HttpResponse:
    """Raise a notice that does not come from an incident, or fill one in for it."""
    scope = scope_of(request)
    form = UrgentForm(scope=scope, now=now(), initial={"known_at": minute()}, **data_of(request))
    return act_page(
        request,
        form,
        lambda: services.raise_notice(by=request.user, now=now(), **form.cleaned_data),
        part=PART,
        title=_("Raise an urgent notice"),
        submit=_("Raise the notice"),
        back=reverse("incidents:urgent-list"),
        text=_("The superiors find it in their inbox at once; record your report to them next."),
        done=lambda row: _("%(number)s is raised. Report and notify now.") % {"number": row.number},
        target=UrgentNotice.get_absolute_url,
    )


@require_POST
@requires("urgent.report")
def raise_here(request: HttpRequest, pk: int) -> HttpResponse:
    """One tap on an incident: the notice exists, its page asks for report and notice."""
    scope = scope_of(request)
    incidents = Incident.objects.select_related("station", "category")
    incident = fetch(incidents, scope, action="urgent.report", pk=pk)
    try:
        notice = services.raise_from_incident(incident=incident, by=request.user, now=now())
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return redirect(incident)
    messages.success(
        request, _("%(number)s is raised. Report and notify now.") % {"number": notice.number}
    )
    return redirect(notice)


@requires("urgent.report")
def known(request: HttpRequest, pk: int) -> HttpResponse:
    """State when a side knew."""
    side = _side(request, pk)
    form = KnownForm(
        scope=scope_of(request), now=now(), initial={"known_at": minute()}, **data_of(request)
    )
    return _side_page(
        request,
        side,
        form,
        lambda: services.state_known(side=side, by=request.user, now=now(), **form.cleaned_data),
        title=_("State when the side knew"),
        text=_("Every statement is kept; the earliest one counts for the clocks."),
    )


@requires("urgent.report")
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Record the first report of a side to its superior."""
    side = _side(request, pk)
    form = ReportForm(
        scope=scope_of(request), now=now(), initial={"reported_at": minute()}, **data_of(request)
    )
    return _side_page(
        request,
        side,
        form,
        lambda: services.report_to_superior(
            side=side, by=request.user, now=now(), **form.cleaned_data
        ),
        title=_("Record the report"),
    )


@requires("urgent.report")
def notify(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that a side told the other."""
    side = _side(request, pk)
    form = NotifyForm(
        scope=scope_of(request), now=now(), initial={"notified_at": minute()}, **data_of(request)
    )
    return _side_page(
        request,
        side,
        form,
        lambda: services.notify_other_side(
            side=side, by=request.user, now=now(), **form.cleaned_data
        ),
        title=_("Record the notice"),
        text=_("The other side knows from this instant on, unless it knew before."),
    )


def _side_page(
    request: HttpRequest,
    side: UrgentSide,
    form: Any,
    act: Any,
    *,
    title: str,
    text: str = "",
) -> HttpResponse:
    notice = side.notice
    back = notice.get_absolute_url()
    return act_page(
        request,
        form,
        act,
        part=PART,
        title=f"{title} · {side.get_side_display()}",
        submit=title,
        back=back,
        trail=[Link(notice.number, back)],
        text=text,
        done=lambda _row: _("Recorded for %(number)s.") % {"number": notice.number},
    )


@requires("urgent.report")
def measure(request: HttpRequest, pk: int) -> HttpResponse:
    """Record what a side does against it."""
    notice = notice_for(request, pk, "urgent.report")
    asked = request.GET.get("side", Side.POLICE)
    form = MeasureForm(
        scope=scope_of(request),
        now=now(),
        initial={"taken_at": minute(), "side": asked},
        **data_of(request),
    )
    back = notice.get_absolute_url()
    return act_page(
        request,
        form,
        lambda: services.record_measure(
            notice=notice, by=request.user, now=now(), **form.cleaned_data
        ),
        part=PART,
        title=_("Record a measure"),
        submit=_("Record the measure"),
        back=back,
        trail=[Link(notice.number, back)],
        done=lambda _row: _("Recorded for %(number)s.") % {"number": notice.number},
    )


@requires("urgent.report")
def dispose(request: HttpRequest, pk: int) -> HttpResponse:
    """Record when somebody began to act."""
    notice = notice_for(request, pk, "urgent.report")
    form = DisposalForm(
        scope=scope_of(request), now=now(), initial={"started_at": minute()}, **data_of(request)
    )
    back = notice.get_absolute_url()
    return act_page(
        request,
        form,
        lambda: services.start_disposal(
            notice=notice, by=request.user, now=now(), **form.cleaned_data
        ),
        part=PART,
        title=_("Record the start of the disposal"),
        submit=_("Record the start"),
        back=back,
        trail=[Link(notice.number, back)],
        done=lambda _row: _("Recorded for %(number)s.") % {"number": notice.number},
    )
