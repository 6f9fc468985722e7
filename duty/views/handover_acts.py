"""Draft a handover sheet, change it, sign it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from duty.forms.handover import NewSheetForm, SheetForm, TakerForm
from duty.models import ShiftHandover
from duty.queries import handover as queries
from duty.services import handover as services
from duty.tables import handover as tables
from duty.views.handover import recent, record_tabs, sheet_for, trail_of
from policeroom.common.access import fetch, requires, scope_of
from policeroom.common.errors import DomainError
from policeroom.common.forms import attempt
from policeroom.common.pages import Link, small_table
from stations.models import Station
from stations.views.places import bind, form_page

READ_WRITE: Final = ["GET", "HEAD", "POST"]


@requires(queries.VIEW)
@require_http_methods(READ_WRITE)
def room(request: HttpRequest, pk: int) -> HttpResponse:
    """What a sheet of the room would say now, and the form that hands over with it."""
    scope, now = scope_of(request), timezone.now()
    station: Station = fetch(Station.objects.select_related("operator"), scope, pk=pk)
    if not scope.allows(queries.VIEW, station.org_path):
        raise PermissionDenied
    may_sign = scope.allows(queries.SIGN, station.org_path)
    if request.method == "POST" and not may_sign:
        raise PermissionDenied
    form = _new_form(request, station) if may_sign else None
    if form is not None:
        row = attempt(form, lambda: _draft(request, station, form, now=now))
        if row is not None:
            _say(request, row)
            return redirect(row)
    sheets = small_table(tables.last_columns(), recent(station, scope), _("Last sheets"))
    context = {
        "station": station,
        "title": _("Handover"),
        "tabs": record_tabs(scope, "handover" if may_sign else ""),
        "trail": [] if may_sign else [*_list_trail(), Link(station.name)],
        "form": form,
        "sections": queries.drawn(station, scope, now=now),
        "since": queries.looks_back_to(station, now=now),
        "as_of": now,
        "sheets": sheets,
    }
    status = 422 if form is not None and form.is_bound else 200
    return render(request, "duty_records/room.html", context, status=status)


def _list_trail() -> list[Link]:
    return [Link(_("Handover sheets"), reverse("duty:handover-list"))]


def _new_form(request: HttpRequest, station: Station) -> NewSheetForm:
    now = timezone.localtime().replace(second=0, microsecond=0)
    form: NewSheetForm = bind(
        request,
        NewSheetForm,
        station=station,
        at=now,
        user_id=request.user.pk,
        initial={"handed_at": now},
    )
    return form


def _draft(request: HttpRequest, station: Station, form: Any, *, now: Any) -> ShiftHandover:
    row = services.draft_handover(station=station, by=request.user, now=now, **form.cleaned_data)
    if request.POST.get("act") == "sign":
        row = services.sign_out(handover=row, by=request.user, now=now)
    return row


def _say(request: HttpRequest, row: ShiftHandover) -> None:
    if row.signed_out_at is None:
        messages.success(request, _("The sheet %(number)s is kept.") % {"number": row.number})
    else:
        said = {"number": row.number, "name": row.incoming.name}
        messages.success(request, _("%(number)s is signed; %(name)s signs next.") % said)


@requires(queries.SIGN)
@require_http_methods(READ_WRITE)
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a sheet; under a signature only who takes over."""
    row, now = sheet_for(request, pk, queries.SIGN), timezone.now()
    whole = row.signed_out_at is None
    initial = {"incoming": row.incoming, "handed_at": row.handed_at, "notes": row.notes}
    form = bind(
        request,
        SheetForm if whole else TakerForm,
        station=row.station,
        at=now,
        initial=initial if whole else {"incoming": row.incoming},
    )
    changed = attempt(
        form,
        lambda: services.change_handover(
            handover=row, by=request.user, now=now, **form.cleaned_data
        ),
    )
    if changed is not None:
        messages.success(request, _("The sheet is changed."))
        return redirect(row)
    note = "" if whole else _("%(name)s has signed; only who takes over can still be changed.")
    page = form_page(
        request,
        form,
        title=_("Change the sheet"),
        trail=trail_of(row),
        submit=_("Save"),
        note=note % {"name": row.outgoing.name} if note else row.station.name,
    )
    page.status_code = 422 if form.is_bound else 200
    return page


@requires(queries.SIGN)
@require_POST
def sign_out(request: HttpRequest, pk: int) -> HttpResponse:
    """The outgoing side signs."""
    return _sign(request, pk, services.sign_out)


@requires(queries.SIGN)
@require_POST
def sign_in(request: HttpRequest, pk: int) -> HttpResponse:
    """The incoming side signs."""
    return _sign(request, pk, services.sign_in)


def _sign(request: HttpRequest, pk: int, act: Callable[..., ShiftHandover]) -> HttpResponse:
    row = sheet_for(request, pk, queries.SIGN)
    try:
        row = act(handover=row, by=request.user, now=timezone.now())
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        if row.signed_in_at is None:
            _say(request, row)
        else:
            messages.success(request, _("%(number)s is signed by both.") % {"number": row.number})
    return redirect(row)
