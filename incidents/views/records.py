"""The full form of a call, the record's page with its live parts, its facts and its paper."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.access import scope_of
from incidents.enums import IncidentKind, Source
from incidents.forms.records import ChangeForm, IncidentForm, facts_of
from incidents.models import Incident
from incidents.queries import records as queries
from incidents.services.changes import FIELDS, FieldConflictError, Patch, patch_incident, token
from incidents.services.filing import file_incident
from incidents.tables import records as tables
from incidents.views.records_page import (
    EDIT,
    crumbs,
    record_context,
    record_for,
    record_page,
    record_tag,
)
from policeroom.common import drafts
from policeroom.common.access import pick, requires
from policeroom.common.clients import digest
from policeroom.common.forms import attempt
from policeroom.common.managers import ScopedQuerySet
from policeroom.common.pages import Link
from policeroom.common.scope import Scope
from stations.models import Station

FILE = "incidents.file"


def rooms_to_file(scope: Scope) -> ScopedQuerySet:
    """Rooms in which the reader logs calls."""
    rooms = Station.objects.within(scope, action=FILE).filter(closed_on__isnull=True)
    return rooms.order_by("org_path", "id")


def _room(request: HttpRequest, scope: Scope) -> Station:
    """The room of `?room=` (or of what was sent), else the reader's first."""
    asked = request.POST.get("room") or request.GET.get("room") or ""
    if asked and not asked.isdecimal():
        raise Http404
    lookup = {"pk": asked} if asked else {}
    room: Station = pick(rooms_to_file(scope), scope, action=FILE, **lookup)
    return room


@requires(FILE)
def new(request: HttpRequest) -> HttpResponse:
    """The whole call in one form."""
    scope, now = scope_of(request), timezone.now()
    station = _room(request, scope)
    form = IncidentForm(
        request.POST or None,
        scope=scope,
        station=station,
        now=now,
        initial={
            "kind": IncidentKind.REPORT,
            "reported_at": now,
            "occurred_precision": "unknown",
            "handlers": [request.user.pk],
            "disposition": "",
        },
    )
    incident = attempt(form, lambda: _file(request, station, form))
    if incident is not None:
        drafts.confirmed(request.user, form.cleaned_data["client_uuid"], at=now)
        messages.success(request, _("%(number)s is filed.") % {"number": incident.number})
        return redirect(incident)
    context = {
        "form": form,
        "station": station,
        "rooms": list(rooms_to_file(scope)[:9]),
        "crumbs": [Link(_("Incidents"), reverse("incidents:board")), Link(_("New call"))],
    }
    status = 422 if form.is_bound else 200
    return render(request, "incidents/record_new.html", context, status=status)


def _file(request: HttpRequest, station: Station, form: IncidentForm) -> Incident:
    """File what was sent; its fingerprint is what was typed, so `t` sent again is the same call."""
    typed = {k: v for k, v in request.POST.lists() if k != "csrfmiddlewaretoken"}
    return file_incident(
        station=station,
        source=Source.FORM,
        by=request.user,
        now=form.now,
        fingerprint=digest(typed),
        **form.cleaned_data,
    )


@requires(FILE)
def people(request: HttpRequest) -> HttpResponse:
    """Who had a role at the room at the time that is being typed: the chips of the form."""
    scope, now = scope_of(request), timezone.now()
    station = _room(request, scope)
    form = IncidentForm(request.GET, scope=scope, station=station, now=now)
    return render(request, "incidents/record_people.html", {"form": form})


@requires("incidents.view")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The record."""
    incident = record_for(request, pk)
    before = request.GET.get("before", "")
    return record_page(request, incident, before=int(before) if before.isdecimal() else None)


@requires("incidents.view")
def live(request: HttpRequest, pk: int) -> HttpResponse:
    """The parts of an open page that may have changed; 304 while they have not."""
    incident = record_for(request, pk)
    clocks = queries.clocks_of(incident)
    tag = record_tag(incident, clocks, now=timezone.now())
    if request.headers.get("If-None-Match") == tag:
        response: HttpResponse = HttpResponseNotModified()
    else:
        context = record_context(request, incident, clocks=clocks)
        response = render(request, "incidents/record_live.html", {**context, "oob": True})
    response.headers["ETag"] = tag
    return response


@requires(EDIT)
def edit(request: HttpRequest, pk: int, field: str) -> HttpResponse:
    """Change one fact; where somebody changed it meanwhile, both values are shown (409)."""
    if field not in FIELDS:
        raise Http404
    incident = record_for(request, pk, action=EDIT)
    form = ChangeForm(
        request.POST or None,
        scope=scope_of(request),
        now=timezone.now(),
        field=field,
        incident=incident,
        initial={**facts_of(incident), "base": token(incident, field)},
    )
    conflicts: list[FieldConflictError] = []

    def act() -> Incident:
        patch = Patch(form.cleaned_data["base"], form.values)
        try:
            return patch_incident(
                incident=incident, patches={field: patch}, by=request.user, now=form.now
            )
        except FieldConflictError as refusal:
            conflicts.append(refusal)
            raise

    saved = attempt(form, act)
    if saved is not None:
        drafts.confirmed(request.user, form.cleaned_data["client_uuid"], at=form.now)
        messages.success(request, _saved(saved, form))
        return redirect(saved)
    return _edit_page(request, incident, form, conflicts)


def _saved(saved: Incident, form: ChangeForm) -> str:
    wanted = form.cleaned_data.get("narrative")
    if wanted is not None and wanted.strip() != saved.narrative:
        return _("Saved together with what somebody else wrote meanwhile. Read it once more.")
    return _("Saved.")


def _edit_page(
    request: HttpRequest,
    incident: Incident,
    form: ChangeForm,
    conflicts: list[FieldConflictError],
) -> HttpResponse:
    label = str(tables.FIELD_LABELS[form.field])
    context: dict[str, Any] = {
        "incident": incident,
        "form": form,
        "label": label,
        "long": form.field == "narrative",
        "locked": incident.reviewed_at is not None,
        "crumbs": crumbs(incident, Link(label)),
        "theirs": [],
    }
    status = 422 if form.is_bound else 200
    if conflicts:
        status = 409
        (conflict,) = conflicts[0].conflicts
        fresh = record_for(request, incident.pk, action=EDIT)
        again = request.POST.copy()
        again["base"] = token(fresh, form.field)  # sent again, it is decided knowingly
        form.data = again
        context["theirs"] = _shown(fresh, form.field)
        context["change"] = queries.last_change(fresh, next(iter(conflict.theirs)))
    return render(request, "incidents/record_edit.html", context, status=status)


def _shown(incident: Incident, field: str) -> list[str]:
    """What is stored now, in words."""
    if field == "narrative":
        return [incident.narrative]
    return [line.text for line in tables.fact_lines(incident) if line.field == field]


@requires("incidents.view")
def print_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The record on one A4 page, people masked."""
    incident = record_for(request, pk)
    context = record_context(request, incident)
    facts = context["facts"]
    context["pairs"] = [facts[n : n + 2] for n in range(0, len(facts), 2)]
    context["kept"] = [file for file in context["attachments"] if file.struck_at is None]
    context["crumbs"] = crumbs(incident, Link(_("Print")))
    return render(request, "incidents/record_print.html", context)
