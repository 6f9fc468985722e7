"""One meeting: planned, entered as held, corrected, called off, confirmed."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from meetings.enums import Heading, Regime
from meetings.forms import meetings as forms
from meetings.models import Meeting, MinutesVersion
from meetings.queries import meetings as queries
from meetings.regimes import REGIMES
from meetings.services import meetings as services
from meetings.tables import meetings as tables
from meetings.views.obligations import room_for, trail_of
from policeroom.common import drafts
from policeroom.common.access import pick, requires, scope_of
from policeroom.common.errors import DomainError
from policeroom.common.forms import attempt
from policeroom.common.pages import Fact, Link, fact
from policeroom.common.parameters import parameters_on
from stations.models import Station
from stations.views.places import bind, confirm_page, form_page

READ_WRITE = ["GET", "HEAD", "POST"]
#: A meeting that is entered now usually ended a moment ago.
USUAL_LENGTH = dt.timedelta(minutes=60)


@requires(queries.EDIT)
@require_http_methods(READ_WRITE)
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Set a meeting of the room for an instant."""
    station = room_for(request, pk, queries.EDIT)
    form = bind(request, forms.PlanForm, initial={"regimes": request.GET.getlist("regime")})
    row = attempt(
        form,
        lambda: services.plan_meeting(
            unit=station.unit, rooms=[station], by=request.user, **form.cleaned_data
        ),
    )
    if row is not None:
        messages.success(request, _("The meeting is planned."))
        return redirect(row)
    return act_page(request, form, _("Plan a meeting"), trail_of(station), _("Plan"))


@requires(queries.EDIT)
@require_http_methods(READ_WRITE)
def enter(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter a meeting that nobody planned here; the address names the kinds it serves."""
    station, now = room_for(request, pk, queries.EDIT), timezone.now()
    regimes = [code for code in request.GET.getlist("regime") if code in Regime.values]
    form = bind(
        request,
        forms.MeetingForm,
        station=station,
        regimes=list(dict.fromkeys(regimes)) or [Regime.WEEKLY.value],
        now=now,
        initial=_usual_times(now),
    )

    def act() -> Meeting:
        data = form.cleaned_data
        row = services.record_meeting(
            unit=station.unit,
            rooms=[station],
            regimes=form.regimes,
            held=form.held(),
            present=form.present(),
            mode=data["mode"],
            place=data["place"],
            by=request.user,
            now=now,
            client_uuid=data["client_uuid"],
        )
        drafts.confirmed(request.user, data["client_uuid"], at=now)
        return row

    row = attempt(form, act)
    if row is not None:
        messages.success(request, _("The meeting and its minutes are kept."))
        return redirect(row)
    return _minutes_page(request, form, _("Enter a meeting"), trail_of(station), lines=form.lines)


def _usual_times(now: dt.datetime) -> dict[str, Any]:
    end = timezone.localtime(now).replace(second=0, microsecond=0)
    return {"held_at": end - USUAL_LENGTH, "ended_at": end}


def meeting_for(request: HttpRequest, pk: int, action: str | None = None) -> Meeting:
    """A meeting in view in whose room the reader holds `action`."""
    scope = scope_of(request)
    row: Meeting = pick(queries.meeting_rows(scope), scope, action=action, pk=pk)
    return row


def room_of(meeting: Meeting) -> Station:
    station: Station = meeting.sittings.all()[0].station
    return station


def _title(meeting: Meeting) -> str:
    kinds = dict.fromkeys(Regime(one.regime).label for one in meeting.sittings.all())
    return " · ".join(str(kind) for kind in kinds)


def way_to(meeting: Meeting) -> list[Link]:
    return [*trail_of(room_of(meeting)), Link(_title(meeting), meeting.get_absolute_url())]


@requires(queries.VIEW)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One meeting: its facts, its minutes in any version, who was there, what was decided."""
    meeting, scope = meeting_for(request, pk), scope_of(request)
    versions = list(meeting.minutes.select_related("recorded_by"))
    wanted = request.GET.get("version", "")
    last = versions[0] if versions else None
    shown = next((v for v in versions if str(v.number) == wanted), last)
    context = {
        "meeting": meeting,
        "title": _title(meeting),
        "trail": [*way_to(meeting)[:-1], Link(_title(meeting))],
        "facts": _facts(meeting),
        "sittings": _sittings(meeting, shown, may_confirm=_may_confirm(request, meeting)),
        "minutes": _said(shown),
        "shown": shown,
        "versions": versions,
        "people": list(meeting.participants.all()),
        "items": list(meeting.items.order_by("due_on", "id")),
        "today": timezone.localdate(),
        "actions": _actions(meeting, may_edit=scope.allows(queries.EDIT, meeting.org_path)),
        "may_edit": scope.allows(queries.EDIT, meeting.org_path),
    }
    return render(request, "meetings/meeting.html", context)


def _may_confirm(request: HttpRequest, meeting: Meeting) -> bool:
    allowed = scope_of(request).allows(queries.CONFIRM, meeting.org_path)
    return allowed and meeting.held_at is not None and meeting.entered_by_id != request.user.pk


def _facts(meeting: Meeting) -> list[Fact]:
    facts = [
        fact(_("Began at"), meeting.held_at)
        if meeting.held_at
        else fact(_("Planned for"), meeting.planned_at),
        fact(_("Ended at"), meeting.ended_at),
        fact(_("Held"), meeting.get_mode_display()),
        fact(_("Meeting place"), meeting.place or None),
        fact(_("Convened by"), meeting.unit.name),
    ]
    if meeting.entered_by:
        facts.append(fact(_("Entered at"), meeting.entered_at, hint=meeting.entered_by.name))
    if meeting.cancelled_at:
        facts.append(Fact(_("Called off"), meeting.cancel_reason, tone="warn", mark="△"))
    return facts


def _sittings(
    meeting: Meeting, shown: MinutesVersion | None, *, may_confirm: bool
) -> list[dict[str, Any]]:
    if meeting.held_at is None or shown is None:
        return []
    numbers = parameters_on(timezone.localdate(meeting.held_at))
    found = []
    for one in queries.checked(meeting, shown, numbers):
        sitting = one.sitting
        period = queries.served_period(sitting)
        found.append(
            {
                "label": Regime(sitting.regime).label,
                "room": sitting.station.name,
                "facts": [
                    Fact(
                        _("Counts for"),
                        period.label,
                        hint=_("makes up for it") if sitting.is_makeup else "",
                    ),
                    *(tables.verdict_fact(verdict) for verdict in one.verdicts),
                    *(
                        [fact(_("Confirmed"), sitting.confirmed_at, hint=sitting.confirmed_by.name)]
                        if sitting.confirmed_by
                        else []
                    ),
                ],
                "confirm_url": reverse("meetings:sitting-confirm", args=[sitting.pk])
                if may_confirm and sitting.confirmed_at is None
                else "",
            }
        )
    return found


def _said(shown: MinutesVersion | None) -> list[dict[str, Any]]:
    if shown is None:
        return []
    return [
        {
            "label": Regime(code).label,
            "lines": [
                {
                    "heading": Heading(heading).label,
                    "text": shown.body[code].get(heading, {}).get("text", ""),
                    "nil": shown.body[code].get(heading, {}).get("nil", False),
                }
                for heading in REGIMES[code].headings
            ],
        }
        for code in Regime.values
        if code in shown.body
    ]


def _actions(meeting: Meeting, *, may_edit: bool) -> list[Link]:
    if not may_edit or meeting.cancelled_at:
        return []
    if meeting.held_at is None:
        return [
            Link(
                _("Enter as held"),
                reverse("meetings:held", args=[meeting.pk]),
                "pen-line",
                "primary",
            ),
            Link(_("Call off"), reverse("meetings:cancel", args=[meeting.pk]), "circle-x"),
        ]
    return [
        Link(_("Correct the minutes"), reverse("meetings:minutes", args=[meeting.pk]), "pencil"),
        Link(_("Add an action item"), reverse("meetings:item-new", args=[meeting.pk]), "plus"),
    ]


@requires(queries.EDIT)
@require_http_methods(READ_WRITE)
def held(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter a planned meeting as held."""
    meeting, now = meeting_for(request, pk, queries.EDIT), timezone.now()
    start = min(meeting.planned_at or now, now - USUAL_LENGTH)
    form = bind(
        request,
        forms.MeetingForm,
        station=room_of(meeting),
        regimes=regimes_of(meeting),
        now=now,
        initial={
            "held_at": timezone.localtime(start),
            "ended_at": timezone.localtime(min(start + USUAL_LENGTH, now)),
            "mode": meeting.mode,
            "place": meeting.place,
        },
    )

    def act() -> Meeting:
        row = services.enter_held(
            meeting=meeting,
            held=form.held(),
            present=form.present(),
            by=request.user,
            now=now,
        )
        drafts.confirmed(request.user, form.cleaned_data["client_uuid"], at=now)
        return row

    if attempt(form, act) is not None:
        messages.success(request, _("The meeting and its minutes are kept."))
        return redirect(meeting)
    return _minutes_page(request, form, _("Enter as held"), way_to(meeting), lines=form.lines)


def regimes_of(meeting: Meeting) -> list[str]:
    found = {one.regime for one in meeting.sittings.all()}
    return [code for code in Regime.values if code in found]


@requires(queries.EDIT)
@require_http_methods(READ_WRITE)
def minutes(request: HttpRequest, pk: int) -> HttpResponse:
    """A new version of the minutes; the ones before stay."""
    meeting, now = meeting_for(request, pk, queries.EDIT), timezone.now()
    last = meeting.minutes.first()
    if last is None:
        return redirect("meetings:held", pk=meeting.pk)
    initial = {
        **forms.initial_of(last.body),
        "held_at": timezone.localtime(last.held_at),
        "ended_at": timezone.localtime(last.ended_at),
        "seen_version": last.number,
        **{
            f"for_{one.regime}": queries.served_period(one).label
            for one in meeting.sittings.all()
            if one.is_makeup
        },
    }
    form = bind(
        request,
        forms.CorrectForm,
        station=room_of(meeting),
        regimes=regimes_of(meeting),
        now=now,
        initial=initial,
    )

    def act() -> MinutesVersion:
        return services.correct_minutes(
            meeting=meeting,
            held=form.held(),
            seen_version=form.cleaned_data["seen_version"],
            by=request.user,
            now=now,
        )

    version = attempt(form, act)
    if version is not None:
        messages.success(
            request, _("Version %(number)s of the minutes is kept.") % {"number": version.number}
        )
        return redirect(meeting)
    return _minutes_page(request, form, _("Correct the minutes"), way_to(meeting), lines=[])


@requires(queries.EDIT)
@require_http_methods(READ_WRITE)
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Call a planned meeting off, with a reason."""
    meeting = meeting_for(request, pk, queries.EDIT)
    form = bind(request, forms.ReasonForm)
    row = attempt(
        form,
        lambda: services.cancel_meeting(
            meeting=meeting, by=request.user, now=timezone.now(), **form.cleaned_data
        ),
    )
    if row is not None:
        messages.success(request, _("The meeting is called off."))
        return redirect(meeting)
    return confirm_page(
        request,
        form,
        title=_("Call off"),
        trail=way_to(meeting),
        text=_("The meeting stays on record as called off; what it was to serve is still owed."),
        consequences=[],
        action_label=_("Call off"),
    )


@requires(queries.CONFIRM)
@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """The city has seen the evidence of a meeting that was entered late."""
    scope = scope_of(request)
    sitting = pick(queries.sitting_rows(scope), scope, action=queries.CONFIRM, pk=pk)
    try:
        services.confirm_sitting(sitting=sitting, by=request.user, now=timezone.now())
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("The meeting is confirmed."))
    return redirect(sitting.meeting)


def act_page(
    request: HttpRequest, form: Any, title: str, trail: list[Link], submit: str
) -> HttpResponse:
    page = form_page(request, form, title=title, trail=trail, submit=submit)
    page.status_code = 422 if form.is_bound else 200
    return page


def _minutes_page(
    request: HttpRequest, form: Any, title: str, trail: list[Link], *, lines: Any
) -> HttpResponse:
    context = {
        "form": form,
        "lines": lines,
        "title": title,
        "trail": [*trail, Link(title)],
        "cancel_url": trail[-1].url,
        "draft_page": request.get_full_path(),
    }
    return render(request, "meetings/minutes.html", context, status=422 if form.is_bound else 200)
