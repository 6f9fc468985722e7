"""24-hour presence: the list, one with its uncovered stretches, its rooms, and the acts on it."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from duty.enums import TriggerState
from duty.forms.triggers import (
    CoverFilter,
    EndTriggerForm,
    ReinforcementForm,
    TriggerFilter,
    TriggerForm,
)
from duty.models import Trigger
from duty.queries import triggers as queries
from duty.queries.orders import names_of, rooms_of, speaks_for, today_of
from duty.services import triggers as services
from duty.services.reinforcements import send_reinforcement
from duty.tables import triggers as tables
from duty.views.orders import sections
from policeroom.common.access import pick, requires, scope_of
from policeroom.common.forms import attempt
from policeroom.common.lists import RegisterView
from policeroom.common.managers import ScopedQuerySet
from policeroom.common.pages import (
    Consequence,
    Fact,
    Figure,
    Link,
    empty_state,
    fact,
    small_table,
)
from policeroom.common.scope import Scope
from stations.models import Station
from stations.views.places import bind, confirm_page, form_page

READ_WRITE: Final = ["GET", "HEAD", "POST"]
#: Stretches the page shows; the list of rooms shows all.
SHOWN = 200
SEND: Final = "reinforcement.send"


class TriggerList(RegisterView):
    """24-hour presences the reader's area declared or must keep."""

    access_policy = "duty.view"
    export_action: str = "duty.view"
    order = ("-starts_at", "-id")
    template_name = "duty/list.html"
    title = gettext_lazy("24-hour presence")
    filter_class = TriggerFilter
    row_url = staticmethod(Trigger.get_absolute_url)

    def rows(self, scope: Scope) -> ScopedQuerySet:
        self.columns = tables.trigger_columns(timezone.now())
        return queries.trigger_rows(scope)

    def extra_context(self, request: HttpRequest) -> dict[str, Any]:
        may = scope_of(request).can(queries.DECLARE)
        actions = [
            Link(_("Declare 24-hour presence"), reverse("duty:trigger-new"), "plus", "primary")
        ]
        return {
            "subtitle": "",
            "trail": [],
            "tabs": sections("triggers"),
            "actions": actions if may else [],
            **empty_state(
                "clock",
                _("No 24-hour presence yet"),
                _("A major event or a guard task asks for an officer in each room all the time."),
                actions if may else [],
            ),
        }


def trigger_for(request: HttpRequest, pk: int) -> Trigger:
    """A 24-hour presence in view."""
    scope = scope_of(request)
    trigger: Trigger = pick(queries.trigger_rows(scope), scope, pk=pk)
    return trigger


def trail(trigger: Trigger | None = None) -> list[Link]:
    """The way up from a page about a 24-hour presence."""
    links = [Link(_("24-hour presence"), reverse("duty:trigger-list"))]
    if trigger is not None:
        links.append(Link(trigger.number, trigger.get_absolute_url()))
    return links


@requires("duty.view")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One 24-hour presence: what it asks for, and every stretch without an officer."""
    trigger, scope, now = trigger_for(request, pk), scope_of(request), timezone.now()
    state = queries.state_of(trigger, now=now)
    tone, mark = tables.STATE_TONES[state]
    rooms, covers = _covers(trigger, scope, now)
    context = {
        **_content(trigger, rooms, covers, now),
        "title": str(trigger),
        "trail": [*trail(), Link(trigger.number)],
        "state": Fact("", state.label, tone=tone, mark=mark),
        "actions": _actions(trigger, scope, state),
        "live_url": reverse("duty:trigger-live", args=[trigger.pk]),
    }
    return render(request, "duty/trigger.html", context)


@requires("duty.view")
def live(request: HttpRequest, pk: int) -> HttpResponse:
    """The part of the page that follows who comes and goes; 304 while it shows the same."""
    trigger, scope, now = trigger_for(request, pk), scope_of(request), timezone.now()
    rooms, covers = _covers(trigger, scope, now)
    state = queries.state_of(trigger, now=now)
    facts = repr((get_language(), state, trigger.revoked_at, sorted(covers.items())))
    tag = f'"{hashlib.sha256(facts.encode()).hexdigest()[:32]}"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified(headers={"ETag": tag})
    page = render(request, "duty/trigger_live.html", _content(trigger, rooms, covers, now))
    page["ETag"] = tag
    return page


def _covers(
    trigger: Trigger, scope: Scope, now: dt.datetime
) -> tuple[list[Station], dict[int, queries.Cover]]:
    """The rooms in view, in tree order, and how each keeps it."""
    rooms = list(queries.rooms_bound(trigger, scope).order_by("org_path", "id"))
    return rooms, queries.cover_of(trigger, rooms, now=now)


def _content(
    trigger: Trigger, rooms: list[Station], covers: dict[int, queries.Cover], now: dt.datetime
) -> dict[str, Any]:
    """Figures, stretches without an officer, and what was declared."""
    stretches = _stretches(rooms, covers)
    return {
        "trigger": trigger,
        "facts": _facts(trigger),
        "figures": _figures(trigger, covers),
        "stretches": small_table(
            tables.STRETCH_COLUMNS, stretches[:SHOWN], _("Stretches without an officer")
        ),
        "more": max(0, len(stretches) - SHOWN),
        "bound": len(rooms),
        "as_of": now,
        "rooms_url": reverse("duty:trigger-rooms", args=[trigger.pk]),
    }


def _stretches(rooms: list[Station], covers: dict[int, queries.Cover]) -> list[tables.Stretch]:
    """Every stretch without an officer, in order of time."""
    found = [
        tables.Stretch(room, span, when)
        for room in rooms
        for when, spans in (
            (tables.PAST, covers[room.pk].past),
            (tables.AHEAD, covers[room.pk].ahead),
        )
        for span in spans
    ]
    return sorted(found, key=lambda s: (s.span, s.room.org_path))


def _facts(trigger: Trigger) -> list[Fact]:
    facts = [
        fact(_("Kind"), trigger.get_kind_display()),
        fact(_("Begins at"), trigger.starts_at),
        fact(_("Ends at"), trigger.ends_at),
        fact(_("For"), "、".join(names_of(trigger.targets))),
        fact(_("Issued by"), trigger.issuer.name, hint=trigger.issued_by.name),
        fact(_("Issued at"), trigger.issued_at),
    ]
    if trigger.revoked_by is not None:
        hint = f"{trigger.revoked_by.name} · {trigger.revoke_reason}"
        facts.append(fact(_("Ended early at"), trigger.revoked_at, hint=hint))
    return facts


def _figures(trigger: Trigger, covers: dict[int, queries.Cover]) -> list[Figure]:
    url = reverse("duty:trigger-rooms", args=[trigger.pk])
    gap = sum(bool(cover.past) for cover in covers.values())
    ahead = sum(bool(cover.ahead) for cover in covers.values())
    return [
        Figure(_("Rooms"), len(covers), url=url),
        Figure(_("An officer there now"), sum(c.officers_now > 0 for c in covers.values())),
        Figure(
            _("Rooms without an officer at times"),
            gap,
            detail=_("%(n)d minutes") % {"n": sum(c.minutes for c in covers.values())},
            tone="bad" if gap else "",
            mark="▲" if gap else "",
            url=f"{url}?show=uncovered",
        ),
        Figure(
            _("Rooms with open hours ahead"),
            ahead,
            detail=_("%(n)d minutes") % {"n": sum(c.minutes_ahead for c in covers.values())},
            tone="warn" if ahead else "",
            mark="△" if ahead else "",
            url=f"{url}?show=ahead",
        ),
        Figure(_("Officers sent"), sum(c.sent for c in covers.values())),
    ]


def _actions(trigger: Trigger, scope: Scope, state: TriggerState) -> list[Link]:
    if state not in {TriggerState.PLANNED, TriggerState.RUNNING}:
        return []
    args = [trigger.pk]
    links = []
    if scope.can(SEND):
        url = reverse("duty:trigger-reinforce", args=args)
        links.append(Link(_("Send reinforcement"), url, "user-plus"))
    if speaks_for(scope, trigger.issuer, queries.DECLARE):
        links.append(Link(_("End early"), reverse("duty:trigger-end", args=args), "x", "danger"))
    return links


class CoverList(RegisterView):
    """Every room of one 24-hour presence in the reader's area."""

    access_policy = "duty.view"
    export_action: str = "duty.view"
    order = ("org_path", "id")
    template_name = "duty/list.html"
    title = gettext_lazy("Rooms of the 24-hour presence")
    filter_class = CoverFilter

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.trigger = trigger_for(request, kwargs["pk"])
        return super().get(request, **kwargs)

    def rows(self, scope: Scope) -> ScopedQuerySet:
        rooms = queries.rooms_bound(self.trigger, scope).select_related("operator")
        covers = queries.cover_of(
            self.trigger, rooms.order_by("org_path", "id"), now=timezone.now()
        )
        self.columns = tables.cover_columns(covers)
        wanted = {
            "uncovered": lambda cover: bool(cover.past),
            "ahead": lambda cover: bool(cover.ahead),
            "covered": lambda cover: not cover.past,
        }.get(self.request.GET.get("show", ""))
        if wanted is None:
            return rooms
        return rooms.filter(pk__in=[pk for pk, cover in covers.items() if wanted(cover)])

    def extra_context(self, request: HttpRequest) -> dict[str, Any]:
        return {
            "subtitle": str(self.trigger),
            "trail": [*trail(self.trigger), Link(self.title)],
            "actions": [],
            **empty_state(
                "building-2",
                _("No room is bound"),
                _("Rooms of the named places are bound while they exist."),
                [],
            ),
        }


@requires(queries.DECLARE)
@require_http_methods(READ_WRITE)
def new(request: HttpRequest) -> HttpResponse:
    """Declare a 24-hour presence."""
    now = timezone.now()
    form = bind(request, TriggerForm, initial={"starts_at": _minute(now)})
    trigger = attempt(
        form, lambda: services.declare_trigger(by=request.user, now=now, **form.facts())
    )
    if trigger is not None:
        rooms = rooms_of(trigger.targets, on=today_of(now)).count()
        messages.success(
            request,
            _("The 24-hour presence %(number)s binds %(rooms)d rooms.")
            % {"number": trigger.number, "rooms": rooms},
        )
        return redirect(trigger)
    return _form(
        request, form, title=_("Declare 24-hour presence"), trail=trail(), submit=_("Declare")
    )


@requires(queries.DECLARE)
@require_http_methods(READ_WRITE)
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a 24-hour presence before its time."""
    trigger, scope = trigger_for(request, pk), scope_of(request)
    if not speaks_for(scope, trigger.issuer, queries.DECLARE):
        raise PermissionDenied
    form, now = bind(request, EndTriggerForm), timezone.now()
    done = attempt(
        form,
        lambda: services.end_trigger(
            trigger=trigger, by=request.user, now=now, **form.cleaned_data
        ),
    )
    if done is not None:
        messages.success(
            request,
            _("The 24-hour presence %(number)s ends early.") % {"number": trigger.number},
        )
        return redirect(trigger)
    rooms = queries.rooms_bound(trigger, scope).count()
    page = confirm_page(
        request,
        form,
        title=_("End early"),
        trail=trail(trigger),
        text=_("From then on no officer is asked for round the clock; past gaps stay on record."),
        consequences=[Consequence(rooms, _("rooms are told"))],
        action_label=_("End the 24-hour presence"),
    )
    page.status_code = 422 if form.is_bound else 200
    return page


@requires(SEND)
@require_http_methods(READ_WRITE)
def reinforce(request: HttpRequest, pk: int) -> HttpResponse:
    """Send an officer to a room of the 24-hour presence."""
    trigger, now = trigger_for(request, pk), timezone.now()
    initial = {"starts_at": _minute(max(now, trigger.starts_at)), "ends_at": _local(trigger)}
    form = bind(request, ReinforcementForm, initial=initial)
    sent = attempt(
        form,
        lambda: send_reinforcement(trigger=trigger, by=request.user, now=now, **form.cleaned_data),
    )
    if sent is not None:
        messages.success(
            request,
            _("%(name)s is sent to %(room)s.")
            % {"name": sent.person.name, "room": sent.station.name},
        )
        return redirect(trigger)
    return _form(
        request,
        form,
        title=_("Send reinforcement"),
        trail=trail(trigger),
        submit=_("Send reinforcement"),
        note=str(trigger),
    )


def _form(request: HttpRequest, form: Any, **words: Any) -> HttpResponse:
    page = form_page(request, form, **words)
    page.status_code = 422 if form.is_bound else 200
    return page


def _minute(at: dt.datetime) -> dt.datetime:
    return timezone.localtime(at).replace(second=0, microsecond=0)


def _local(trigger: Trigger) -> dt.datetime | None:
    return timezone.localtime(trigger.ends_at) if trigger.ends_at else None
