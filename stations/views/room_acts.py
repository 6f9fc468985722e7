"""Acts on police rooms: form, service, message, redirect."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from policeroom.common.access import fetch, requires, scope_of
from policeroom.common.forms import attempt
from policeroom.common.pages import Consequence, Link
from stations.enums import StationKind
from stations.forms import rooms as room_forms
from stations.models import Campus, CoverageLink, Station
from stations.queries import rooms as queries
from stations.services import corrections
from stations.services import rooms as services
from stations.views.rooms import station_file, station_tabs, today


def _done(request: HttpRequest, message: str, station: Station, tab: str = "detail") -> Any:
    messages.success(request, message)
    return redirect(reverse(f"stations:{tab}", args=[station.pk]))


def _page(
    request: HttpRequest, station: Station, form: forms.BaseForm, tab: str = "detail", **texts: Any
) -> HttpResponse:
    """One form of an act inside the station file; 422 where a send was refused."""
    context = {
        "station": station,
        "tabs": station_tabs(station, scope_of(request), tab),
        "form": form,
        "cancel_url": reverse(f"stations:{tab}", args=[station.pk]),
        **texts,
    }
    asks = "consequences" in texts
    template = "stations/rooms/confirm.html" if asks else "stations/rooms/act.html"
    return render(request, template, context, status=422 if form.is_bound else 200)


@requires("stations.open")
def new(request: HttpRequest) -> HttpResponse:
    """Open a police room."""
    scope = scope_of(request)
    form = room_forms.OpenStationForm(
        request.POST or None, scope=scope, initial=_initial(request, scope)
    )
    station = attempt(form, lambda: _open(request, **form.cleaned_data))
    if station is not None:
        return _done(request, _("%(name)s is open.") % {"name": station.name}, station)
    status = 422 if form.is_bound else 200
    crumbs = [Link(_("Police rooms"), reverse("stations:list")), Link(_("Open a police room"))]
    context = {"form": form, "crumbs": crumbs}
    return render(request, "stations/rooms/new.html", context, status=status)


def _open(request: HttpRequest, *, covered: Any, **facts: Any) -> Station:
    return services.open_station(campuses=covered, by=request.user, at=timezone.now(), **facts)


def _initial(request: HttpRequest, scope: Any) -> dict[str, Any]:
    """Today, and what `?campus=` (a link from a coverage gap) says about the place."""
    initial: dict[str, Any] = {"opened_on": today(), "kind": StationKind.STANDALONE}
    asked = request.GET.get("campus", "")
    if asked.isdecimal():
        rows = Campus.objects.within(scope, action="stations.open").select_related("unit")
        campus = rows.filter(pk=asked).first()
        if campus is not None:
            initial |= {"campus": campus, "operator": campus.unit}
    return initial


@requires("stations.edit")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the facts of a room from a day on."""
    scope = scope_of(request)
    station = fetch(station_file(), scope, action="stations.edit", pk=pk)
    form = room_forms.EditStationForm(
        request.POST or None,
        scope=scope,
        instance=fetch(station_file(), scope, pk=pk),
        initial={"valid_from": max(today(), station.opened_on)},
    )
    done = attempt(
        form,
        lambda: services.edit_station(
            station=station, by=request.user, at=timezone.now(), **form.cleaned_data
        ),
    )
    if done is not None:
        return _done(request, _("The facts of %(name)s are saved.") % {"name": done.name}, done)
    return _page(request, station, form, title=_("Edit the facts"), action_label=_("Save"))


@requires("stations.open")
def rename(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a room the name its master data give."""
    scope = scope_of(request)
    station = fetch(station_file(), scope, action="stations.open", pk=pk)
    initial = {"valid_from": max(today(), station.opened_on)}
    form = room_forms.RenameForm(request.POST or None, scope=scope, initial=initial)
    done = attempt(
        form,
        lambda: services.rename_from_master_data(
            station=station, by=request.user, at=timezone.now(), **form.cleaned_data
        ),
    )
    if done is not None:
        return _done(request, _("The room is now named %(name)s.") % {"name": done.name}, done)
    wanted = queries.names_by_rule(station, twin=queries.has_twin(station))[0]
    return _page(
        request,
        station,
        form,
        title=_("Rename"),
        text=_("The master data give the name %(name)s.") % {"name": wanted},
        action_label=_("Rename"),
    )


@requires("stations.open")
def opening(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a wrong opening day right."""
    scope = scope_of(request)
    station = fetch(station_file(), scope, action="stations.open", pk=pk)
    initial = {"opened_on": station.opened_on}
    form = room_forms.OpeningForm(request.POST or None, scope=scope, initial=initial)
    done = attempt(
        form,
        lambda: corrections.correct_opening(
            station=station, by=request.user, at=timezone.now(), **form.cleaned_data
        ),
    )
    if done is not None:
        message = _("%(name)s is recorded as open since %(day)s.")
        text = message % {"name": done.name, "day": done.opened_on}
        return _done(request, text, done, "history")
    return _page(
        request,
        station,
        form,
        "history",
        title=_("Correct the opening day"),
        text=_(
            "Recorded is %(day)s. The first facts, and what a centre covered from its opening, "
            "move with the day; the reports of past days change with it."
        )
        % {"day": station.opened_on},
        action_label=_("Correct the day"),
    )


@requires("stations.close")
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a room for good; the page says what that ends, in numbers."""
    scope = scope_of(request)
    station = fetch(station_file(), scope, action="stations.close", pk=pk)
    form = room_forms.CloseForm(request.POST or None, scope=scope, initial={"on": today()})
    done = attempt(
        form,
        lambda: services.close_station(
            station=station, by=request.user, at=timezone.now(), **form.cleaned_data
        ),
    )
    if done is not None:
        message = _("%(name)s is closed from %(day)s.")
        return _done(request, message % {"name": done.name, "day": done.closed_on}, done)
    return _page(
        request,
        station,
        form,
        question=_("Close %(name)s for good?") % {"name": station.name},
        text=_("A closed room stays closed; its file and history stay readable."),
        consequences=_consequences(queries.closing_consequences(station, on=today())),
        action_label=_("Close the room"),
    )


def _consequences(found: queries.Consequences) -> list[Consequence]:
    """The numbers of a closing as the confirm page lists them."""
    lines = (
        (found.links, ngettext("coverage link ends", "coverage links end", found.links)),
        (
            found.universities,
            ngettext(
                "university loses this room",
                "universities lose this room",
                found.universities,
            ),
        ),
        (
            found.people,
            ngettext(
                "student or member of staff on its campuses",
                "students and staff on its campuses",
                found.people,
            ),
        ),
        (
            found.equipment,
            ngettext(
                "line of equipment stays on its list",
                "lines of equipment stay on its list",
                found.equipment,
            ),
        ),
    )
    return [Consequence(number, text) for number, text in lines]


@requires("stations.close")
def suspend(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that a room does not operate for a while, with the document that says so."""
    scope = scope_of(request)
    station = fetch(station_file(), scope, action="stations.close", pk=pk)
    initial = {"valid_from": max(today(), station.opened_on)}
    form = room_forms.SuspendForm(request.POST or None, scope=scope, initial=initial)
    done = attempt(
        form,
        lambda: services.suspend_station(
            station=station, by=request.user, at=timezone.now(), **form.cleaned_data
        ),
    )
    if done is not None:
        message = _("%(name)s is suspended from %(day)s.")
        return _done(request, message % {"name": station.name, "day": done.valid_from}, station)
    return _page(
        request,
        station,
        form,
        title=_("Suspend"),
        text=_("A suspended room does not count as coverage on those days."),
        action_label=_("Suspend"),
    )


@requires("stations.close")
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    """End a suspension."""
    scope = scope_of(request)
    station = fetch(station_file(), scope, action="stations.close", pk=pk)
    form = room_forms.ResumeForm(request.POST or None, scope=scope, initial={"on": today()})
    done = attempt(
        form,
        lambda: services.resume_station(
            station=station, by=request.user, at=timezone.now(), **form.cleaned_data
        ),
    )
    if done is not None:
        message = _("%(name)s operates again from %(day)s.")
        return _done(request, message % {"name": station.name, "day": done.valid_to}, station)
    return _page(request, station, form, title=_("Resume operation"), action_label=_("Resume"))


@requires("stations.open")
def link_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a centre cover one more campus."""
    scope = scope_of(request)
    station = fetch(station_file(), scope, action="stations.open", pk=pk)
    initial = {"valid_from": max(today(), station.opened_on)}
    form = room_forms.LinkForm(request.POST or None, scope=scope, initial=initial)
    done = attempt(
        form,
        lambda: services.add_link(
            station=station, by=request.user, at=timezone.now(), **form.cleaned_data
        ),
    )
    if done is not None:
        message = _("%(campus)s is covered from %(day)s.")
        text = message % {"campus": done.campus, "day": done.valid_from}
        return _done(request, text, station, "coverage")
    return _page(
        request,
        station,
        form,
        "coverage",
        title=_("Cover a campus"),
        action_label=_("Cover it"),
    )


@requires("stations.open")
def link_end(request: HttpRequest, pk: int, link_pk: int) -> HttpResponse:
    """End the coverage of one campus by a centre."""
    scope = scope_of(request)
    station = fetch(station_file(), scope, action="stations.open", pk=pk)
    links = CoverageLink.objects.select_related("campus__university")
    link = fetch(links, scope, pk=link_pk, station=station)
    form = room_forms.EndLinkForm(request.POST or None, scope=scope, initial={"on": today()})
    done = attempt(
        form,
        lambda: services.end_link(
            link=link, by=request.user, at=timezone.now(), **form.cleaned_data
        ),
    )
    if done is not None:
        message = _("%(campus)s is not covered from %(day)s.")
        text = message % {"campus": done.campus, "day": done.valid_to}
        return _done(request, text, station, "coverage")
    return _page(
        request,
        station,
        form,
        "coverage",
        question=_("End the coverage of %(campus)s?") % {"campus": link.campus},
        text=_("The university may be left without a room; the coverage report shows it."),
        consequences=[],
        action_label=_("End the coverage"),
    )
