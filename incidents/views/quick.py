"""The quick line: one line of words becomes a call, from any page, from a phone, without script."""

from __future__ import annotations

import json
import uuid
from http import HTTPStatus
from typing import Final

from django.contrib import messages
from django.core.exceptions import BadRequest, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from incidents.access import scope_of
from incidents.enums import IncidentKind
from incidents.forms.quick import QuickForm
from incidents.models import Incident
from incidents.queries.quick import usual_categories
from incidents.services.quick import REQUIRED, UnsaidError, file_quick
from policeroom.common import drafts
from policeroom.common.access import pick, requires
from policeroom.common.clients import digest, replayed
from policeroom.common.errors import ConflictError
from policeroom.common.forms import attempt
from policeroom.common.managers import ScopedQuerySet
from policeroom.common.scope import Scope
from stations.models import Station

FILE: Final = "incidents.file"
TOKEN: Final = "csrfmiddlewaretoken"  # noqa: S105 -- the name of the field
#: Code of an error that asks for what the line leaves open.
UNSAID: Final = "unsaid"
#: Where the page shows what the service asks for.
ASKED_AT: Final = {"category": "category", "place": "place_text"}
#: Rooms of one officer that are offered.
ROOMS: Final = 20


def rooms_to_file(scope: Scope) -> ScopedQuerySet:
    """Rooms in which the reader logs calls."""
    rooms = Station.objects.within(scope, action=FILE).filter(closed_on__isnull=True)
    return rooms.order_by("org_path", "id")


def _room(scope: Scope, asked: str) -> Station:
    """The asked room, else the reader's first."""
    if asked and not (asked.isdecimal() and len(asked) < 18):
        raise Http404
    lookup = {"pk": asked} if asked else {}
    room: Station = pick(rooms_to_file(scope), scope, action=FILE, **lookup)
    return room


@requires(FILE)
@require_safe
def capture(request: HttpRequest) -> HttpResponse:
    """The capture page: the line on a page of its own, first of all for the phone."""
    scope, now = scope_of(request), timezone.now()
    station = _room(scope, request.GET.get("station", ""))
    form = QuickForm(scope=scope, station=station, now=now)
    return _page(request, form, status=HTTPStatus.OK)


@requires(FILE)
@require_safe
def quick_room(request: HttpRequest) -> JsonResponse:
    """`?station=`: the rooms the reader may choose, and what the chosen one logs most."""
    scope = scope_of(request)
    station = _room(scope, request.GET.get("station", ""))
    answer = {
        "station": station.pk,
        "rooms": [{"id": room.pk, "name": room.name} for room in rooms_to_file(scope)[:ROOMS]],
        "kinds": [{"code": code, "name": str(name)} for code, name in IncidentKind.choices],
        "usual": usual_categories(station),
    }
    return JsonResponse(answer)


@requires(FILE)
@require_POST
def quick(request: HttpRequest) -> HttpResponse:
    """File a line. A script that asks for JSON gets an outcome, a form the record's page.

    201 filed, 200 filed by an earlier send, 422 refused with what is missing, 409 other content
    under a used UUID.
    """
    scope, now = scope_of(request), timezone.now()
    sent = _sent(request)
    station = _room(scope, sent.get("station", ""))
    form = QuickForm(sent, scope=scope, station=station, now=now)
    fingerprint = digest({name: sent.getlist(name) for name in sent if name != TOKEN})
    key = _uuid(sent.get("client_uuid", ""))
    try:
        earlier = replayed(Incident, key, fingerprint)
    except ConflictError as conflict:
        form.add_error(None, conflict.message)
        return _refused(request, form, HTTPStatus.CONFLICT)
    if earlier is not None:
        drafts.confirmed(request.user, key, at=now)
        return _filed(request, earlier, HTTPStatus.OK)
    incident = attempt(form, lambda: _file(request, form, fingerprint))
    if incident is None:
        return _refused(request, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    return _filed(request, incident, HTTPStatus.CREATED)


def _sent(request: HttpRequest) -> QueryDict:
    """The fields of a form, or of the same as one JSON object."""
    if request.content_type != "application/json":
        return request.POST
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError) as wrong:
        raise BadRequest("the body is no JSON") from wrong
    if not isinstance(body, dict):
        raise BadRequest("the body is no JSON object")
    found = QueryDict(mutable=True)
    for name, value in body.items():
        values = value if isinstance(value, list) else [value]
        if not all(isinstance(item, (str, int)) for item in values):
            raise BadRequest("values are texts")
        found.setlist(name, [str(item) for item in values])
    return found


def _uuid(text: str) -> uuid.UUID | None:
    """The UUID of the send; a broken one is the form's to refuse."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _file(request: HttpRequest, form: QuickForm, fingerprint: str) -> Incident | None:
    """File the line; what it leaves open is asked at its field."""
    key = form.cleaned_data["client_uuid"]
    try:
        incident = file_quick(
            station=form.station,
            line=form.line,
            by=request.user,
            now=form.now,
            client_uuid=key,
            fingerprint=fingerprint,
        )
    except UnsaidError as unsaid:
        for name, question in unsaid.asks.items():
            form.add_error(ASKED_AT[name], ValidationError(question, code=UNSAID))
        return None
    drafts.confirmed(request.user, key, at=form.now)
    return incident


def _filed(request: HttpRequest, incident: Incident, status: HTTPStatus) -> HttpResponse:
    words = [incident.place_text, incident.category, incident.get_disposition_display()]
    summary = " · ".join(str(word) for word in words if word)
    if _wants_json(request):
        body = {
            "status": "saved",
            "number": incident.number,
            "url": incident.get_absolute_url(),
            "missing": [],
            "text": summary,
        }
        return JsonResponse(body, status=status)
    said = _("%(number)s is filed: %(summary)s")
    messages.success(request, said % {"number": incident.number, "summary": summary})
    return redirect(reverse("incidents:capture") if "next" in request.POST else incident)


def _refused(request: HttpRequest, form: QuickForm, status: HTTPStatus) -> HttpResponse:
    if not _wants_json(request):
        return _page(request, form, status=status)
    missing = [slot for slot in REQUIRED if form.has_error(ASKED_AT[slot], code=UNSAID)]
    said = [str(m) for errors in form.errors.as_data().values() for e in errors for m in e.messages]
    body = {
        "status": "refused",
        "number": "",
        "url": "",
        "missing": missing,
        "conflict": status == HTTPStatus.CONFLICT,
        "reason": " ".join(said),
    }
    return JsonResponse(body, status=status)


def _wants_json(request: HttpRequest) -> bool:
    return "json" in request.headers.get("Accept", "")


def _page(request: HttpRequest, form: QuickForm, *, status: HTTPStatus) -> HttpResponse:
    context = {
        "form": form,
        "station": form.station,
        "rooms": list(rooms_to_file(form.scope)[:ROOMS]),
    }
    return render(request, "incidents/capture.html", context, status=status)
