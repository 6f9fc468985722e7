"""Calls captured without a line: the page for it, their arrival, and the ones to be checked."""

from __future__ import annotations

import dataclasses
from http import HTTPStatus
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from incidents.access import scope_of
from incidents.forms.offline import Arrival, OfflineFilter, RefuseForm, read_arrival
from incidents.forms.quick import QuickForm
from incidents.models import Incident, OfflineRecord
from incidents.services import offline as services
from incidents.services.quick import Line, file_quick
from incidents.tables.offline import OFFLINE_COLUMNS, STATE_TONES
from personnel.queries import scope_for
from policeroom.accounts.models import User
from policeroom.common import drafts
from policeroom.common.access import fetch, public, requires, signed_in
from policeroom.common.clients import digest, replayed
from policeroom.common.errors import ConflictError, DomainError
from policeroom.common.forms import attempt
from policeroom.common.lists import RegisterView
from policeroom.common.managers import ScopedQuerySet
from policeroom.common.pages import Link, fact
from policeroom.common.scope import Scope
from policeroom.common.sealing import UnopenedError, public_key
from stations.models import Station

REVIEW: Final = "incidents.review"


@public
@require_safe
def capture_offline(request: HttpRequest) -> HttpResponse:
    """The page for calls while the line is lost: kept on the device, so it holds nobody's data."""
    return render(request, "incidents/offline_capture.html")


@signed_in
@require_safe
def offline_key(request: HttpRequest) -> JsonResponse:
    """What pages seal with."""
    return JsonResponse(dataclasses.asdict(public_key()))


@signed_in
@require_POST
def sealed(request: HttpRequest) -> JsonResponse:
    """Take in one envelope, exactly once.

    200 it was here before, 201 filed, 202 kept to be checked, 400 cannot be opened, 409 another
    call has its UUID, 422 refused with the reason. Whatever is refused stays on the device.
    """
    now = timezone.now()
    try:
        arrival = read_arrival(request)
        author = _author(arrival)
        return _known(arrival, author) or _take_in(arrival, author, request.user, now)
    except UnopenedError as refusal:
        return _refusal(refusal.message, HTTPStatus.BAD_REQUEST)
    except ConflictError as conflict:
        return _refusal(conflict.message, HTTPStatus.CONFLICT)
    except DomainError as refusal:
        return _refusal(refusal.message, HTTPStatus.UNPROCESSABLE_ENTITY)


def _author(arrival: Arrival) -> User:
    author = User.objects.filter(pk=arrival.author).first()
    if author is None:
        raise UnopenedError
    return author


def _known(arrival: Arrival, author: User) -> JsonResponse | None:
    """The answer to a call that arrived before, through this door or the page's own."""
    key = arrival.envelope.uuid
    waiting = OfflineRecord.objects.unscoped("only whether this call arrived is told")
    if waiting.filter(client_uuid=key, author=author).exists():
        return JsonResponse({"status": "quarantined"}, status=HTTPStatus.ACCEPTED)
    earlier = replayed(Incident, key, digest(arrival.body))
    if earlier is None:
        return None
    return JsonResponse({"status": "saved", "number": earlier.number}, status=HTTPStatus.OK)


def _take_in(arrival: Arrival, author: User, sender: Any, now: Any) -> JsonResponse:
    captured = services.captured_at(claimed=arrival.claimed, sent=arrival.sent, now=now)
    verdict = services.judge(
        author=author, sender=sender, asked=arrival.room, captured=captured, now=now
    )
    key = arrival.envelope.uuid
    if verdict.reason:
        services.quarantine(
            key=key,
            verdict=verdict,
            body=arrival.body,
            author=author,
            sender=sender,
            captured=captured,
            now=now,
        )
        return JsonResponse({"status": "quarantined"}, status=HTTPStatus.ACCEPTED)
    form = _form(arrival.body, scope_for(author, at=now), verdict.room, now)
    incident = attempt(
        form,
        lambda: file_quick(
            station=verdict.room,
            line=dataclasses.replace(form.line, captured_at=captured, as_it_is=True, offline=True),
            by=author,
            now=now,
            client_uuid=key,
            fingerprint=digest(arrival.body),
        ),
    )
    if incident is None:
        raise DomainError(_said(form))
    drafts.confirmed(author, key, at=now)
    return JsonResponse({"status": "saved", "number": incident.number}, status=HTTPStatus.CREATED)


@signed_in
@require_POST
def sealed_correct(request: HttpRequest) -> JsonResponse:
    """Give a refused call back to its author, as a draft of the capture page."""
    try:
        arrival = read_arrival(request)
    except UnopenedError as refusal:
        return _refusal(refusal.message, HTTPStatus.BAD_REQUEST)
    if arrival.author != request.user.pk:
        raise PermissionDenied
    now, page = timezone.now(), reverse("incidents:capture")
    captured = services.captured_at(claimed=arrival.claimed, sent=arrival.sent, now=now)
    try:
        services.as_draft(
            key=arrival.envelope.uuid,
            body=arrival.body,
            captured=captured,
            by=request.user,
            page=page,
            now=now,
        )
    except DomainError as refusal:
        return _refusal(refusal.message, HTTPStatus.UNPROCESSABLE_ENTITY)
    return JsonResponse({"status": "draft", "page": page})


def _form(body: dict[str, list[str]], scope: Scope, station: Station, now: Any) -> QuickForm:
    sent = QueryDict(mutable=True)
    for name, values in body.items():
        sent.setlist(name, values)
    return QuickForm(sent, scope=scope, station=station, now=now)


def _said(form: Any) -> str:
    return " ".join(
        str(m) for errors in form.errors.as_data().values() for e in errors for m in e.messages
    )


def _refusal(reason: str, status: HTTPStatus) -> JsonResponse:
    return JsonResponse({"status": "refused", "reason": reason}, status=status)


# --- to be checked ------------------------------------------------------------------------------
class OfflineList(RegisterView):
    """Calls that wait to be checked, and what was decided about earlier ones."""

    access_policy = REVIEW
    template_name = "incidents/offline_list.html"
    title = gettext_lazy("Calls to be checked")
    columns = OFFLINE_COLUMNS
    order = ("-received_at", "-id")
    filter_class = OfflineFilter

    def rows(self, scope: Scope) -> ScopedQuerySet:
        rows = OfflineRecord.objects.within(scope, action=REVIEW)
        return rows.select_related("station", "author")


@requires(REVIEW)
@require_safe
def offline_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One call with where it came from; its two decisions."""
    return _page(request, _record(request, pk), RefuseForm())


@requires(REVIEW)
@require_POST
def offline_accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a checked call into the log."""
    record, now = _record(request, pk), timezone.now()
    line = _line(record, scope_of(request), now)
    try:
        incident = services.accept(record=record, line=line, by=request.user, now=now)
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return redirect(record)
    messages.success(request, _("%(number)s is filed.") % {"number": incident.number})
    return redirect(incident)


@requires(REVIEW)
@require_POST
def offline_refuse(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave a call out of the log, with the reason."""
    record, form = _record(request, pk), RefuseForm(request.POST)
    attempt(
        form,
        lambda: services.refuse(
            record=record, note=form.cleaned_data["note"], by=request.user, now=timezone.now()
        ),
    )
    if form.errors:
        return _page(request, record, form)
    messages.success(request, _("The call was left out of the log."))
    return redirect("incidents:offline-list")


def _record(request: HttpRequest, pk: int) -> OfflineRecord:
    rows = OfflineRecord.objects.select_related("station", "author", "sender", "decided_by")
    scope = scope_of(request)
    record: OfflineRecord = fetch(rows.within(scope, action=REVIEW), scope, action=REVIEW, pk=pk)
    return record


def _line(record: OfflineRecord, scope: Scope, now: Any) -> Line:
    """The call as it was typed; a choice that does not exist any more is left to the words."""
    form = _form(record.body, scope, record.station, now)
    if not form.is_valid():
        kept = {name: values for name, values in record.body.items() if name not in form.errors}
        form = _form(kept, scope, record.station, now)
    return form.line if form.is_valid() else Line(text=record.text)


def _page(request: HttpRequest, record: OfflineRecord, form: RefuseForm) -> HttpResponse:
    tone, mark = STATE_TONES[OfflineRecord.State(record.state)]
    facts = [
        fact(_("Reason"), record.get_reason_display()),
        fact(_("Police room"), record.station.name),
        fact(_("Author"), record.author),
        fact(_("Handed in by"), record.sender),
        fact(_("Captured at"), record.captured_at),
        fact(_("Received at"), record.received_at),
    ]
    if record.decided_by is not None:
        facts += [
            fact(_("Decided by"), record.decided_by),
            fact(_("Decided at"), record.decided_at),
            fact(_("Why"), record.decision_note or None),
        ]
    context = {
        "record": record,
        "facts": facts,
        "form": form,
        "tag": record.get_state_display(),
        "tag_tone": tone,
        "tag_mark": mark,
        "is_waiting": record.state == OfflineRecord.State.WAITING,
        "trail": [
            Link(_("Calls to be checked"), reverse("incidents:offline-list")),
            Link(_("Call to be checked")),
        ],
    }
    return render(request, "incidents/offline_detail.html", context)
