"""Acts on a record: states, one-key remedies, lines of the timeline, people who handle it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from incidents.access import scope_of
from incidents.forms.records_parts import AdvanceForm, EntryForm, FixForm, HandlerForm, WhyForm
from incidents.models import Incident, IncidentEntry
from incidents.services import changes, states, timeline
from incidents.views.records_page import EDIT, back_to, crumbs, record_for, record_page
from policeroom.accounts.models import User
from policeroom.common import drafts
from policeroom.common.access import fetch, pick, requires
from policeroom.common.errors import DomainError
from policeroom.common.forms import attempt
from policeroom.common.pages import Consequence, Link

#: Column that a one-key remedy sets -> the fact it belongs to.
FIELD_OF = {
    "category": "category",
    "disposition": "disposition",
    "no_onsite_reason": "onsite_reason",
    "arrived_at": "arrived",
    "university_arrived_at": "university_arrived",
}


def data_of(request: HttpRequest) -> dict[str, Any]:
    """Arguments that bind a form to a send, and to nothing on a first view."""
    return {"data": request.POST, "files": request.FILES} if request.method == "POST" else {}


def act_page(
    request: HttpRequest,
    incident: Incident,
    form: forms.BaseForm,
    act: Callable[[], Any],
    *,
    title: str,
    submit: str,
    done: Callable[[Any], str],
    anchor: str = "",
    text: str = "",
    question: str = "",
    consequences: list[Consequence] | None = None,
) -> HttpResponse:
    """Form, service, message, back to the record; 422 with the errors where it was refused."""
    result = attempt(form, act)
    if result is not None:
        messages.success(request, done(result))
        return redirect(back_to(incident, anchor))
    context = {
        "incident": incident,
        "form": form,
        "title": title,
        "submit": submit,
        "text": text,
        "question": question,
        "consequences": consequences or [],
        "cancel_url": back_to(incident, anchor),
        "crumbs": crumbs(incident, Link(title)),
    }
    status = 422 if form.is_bound else 200
    return render(request, "incidents/record_act.html", context, status=status)


def _complain(request: HttpRequest, form: forms.BaseForm) -> None:
    for errors in form.errors.values():
        for error in errors:
            messages.error(request, str(error))


@requires(EDIT)
@require_POST
def advance(request: HttpRequest, pk: int) -> HttpResponse:
    """On to the next state; the time is now unless another one is typed."""
    incident, now = record_for(request, pk, action=EDIT), timezone.now()
    form = AdvanceForm(request.POST, scope=scope_of(request), now=now)

    def act() -> Incident:
        at = form.cleaned_data["at"] or now
        state = form.cleaned_data["state"]
        return states.advance(incident=incident, state=state, at=at, by=request.user, now=now)

    moved = attempt(form, act)
    if moved is None:
        _complain(request, form)
    else:
        messages.success(request, _("Now: %(state)s.") % {"state": moved.get_state_display()})
    return redirect(back_to(incident))


@requires("incidents.close")
@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close; a chosen remedy is set first. What is still missing is asked for on the same page."""
    incident = record_for(request, pk, action="incidents.close")
    if not _fix(request, incident):
        return redirect(back_to(incident))
    try:
        states.close_incident(incident=incident, by=request.user, now=timezone.now())
    except states.IncompleteError as refusal:
        return record_page(request, record_for(request, pk), refused=refusal.message)
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return redirect(back_to(incident))
    messages.success(request, _("%(number)s is closed.") % {"number": incident.number})
    return redirect(back_to(incident))


@requires(EDIT)
@require_POST
def fix(request: HttpRequest, pk: int) -> HttpResponse:
    """Set what was missing, with one key."""
    incident = record_for(request, pk, action=EDIT)
    if _fix(request, incident):
        messages.success(request, _("Saved."))
    return redirect(back_to(incident))


def _fix(request: HttpRequest, incident: Incident) -> bool:
    """Whether what was chosen now stands in the record; nothing chosen is fine."""
    now = timezone.now()
    form = FixForm(request.POST, scope=scope_of(request), station=incident.station)
    if not form.is_valid():
        _complain(request, form)
        return False
    data = form.cleaned_data
    values: dict[str, Any] = {name: data[name] for name in FIELD_OF if data.get(name)}
    if data["instant"]:
        values[data["instant"]] = now.replace(second=0, microsecond=0)
    if not values:
        return True
    patches = {FIELD_OF[name]: _where_empty(name, value) for name, value in values.items()}
    try:
        changes.patch_incident(incident=incident, patches=patches, by=request.user, now=now)
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return False
    return True


def _where_empty(column: str, value: str | dt.datetime | Any) -> changes.Patch:
    """A value for a fact that nobody has entered: if somebody has, theirs stays."""
    nothing = "" if isinstance(value, str) else None
    return changes.Patch(changes.token_of({column: nothing}), {column: value})


@requires("incidents.reopen")
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a closed incident up again, with a reason."""
    incident = record_for(request, pk, action="incidents.reopen")
    form = WhyForm(**data_of(request))
    return act_page(
        request,
        incident,
        form,
        lambda: states.reopen_incident(
            incident=incident,
            by=request.user,
            now=timezone.now(),
            reason=form.cleaned_data["reason"],
        ),
        title=_("Take up again"),
        submit=_("Take up again"),
        text=_(
            "The reason stands in the timeline; the incident counts as open until it is closed"
            " again."
        ),
        done=lambda row: _("%(number)s is open again.") % {"number": row.number},
    )


@requires("incidents.review")
@require_POST
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Read and in order: from now on only supplements are added."""
    incident = record_for(request, pk, action="incidents.review")
    try:
        states.review_incident(incident=incident, by=request.user, now=timezone.now())
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("Reviewed. From now on only supplements are added."))
    return redirect(back_to(incident))


@requires(EDIT)
@require_POST
def entry_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Append a line; refused, the page comes back with what was typed."""
    incident, now = record_for(request, pk, action=EDIT), timezone.now()
    form = EntryForm(request.POST, scope=scope_of(request), now=now)
    entry = attempt(
        form,
        lambda: timeline.add_entry(
            incident=incident, by=request.user, now=now, **form.cleaned_data
        ),
    )
    if entry is None:
        return record_page(request, incident, entry_form=form)
    drafts.confirmed(request.user, form.cleaned_data["client_uuid"], at=now)
    return redirect(back_to(incident, f"entry-{entry.pk}"))


@requires(EDIT)
def entry_strike(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    """Strike a line with a reason."""
    incident = record_for(request, pk, action=EDIT)
    entry = fetch(
        IncidentEntry.objects.select_related("incident"),
        scope_of(request),
        action=EDIT,
        incident_id=pk,
        pk=row,
    )
    form = WhyForm(**data_of(request))
    return act_page(
        request,
        incident,
        form,
        lambda: timeline.strike_entry(
            entry=entry, by=request.user, now=timezone.now(), reason=form.cleaned_data["reason"]
        ),
        title=_("Strike a line"),
        submit=_("Strike the line"),
        question=_("Strike this line?"),
        text=entry.text,
        consequences=[Consequence(1, _("line stays readable, crossed out, with this reason"))],
        anchor="record-timeline",
        done=lambda _row: _("The line is struck."),
    )


@requires(EDIT)
def handler_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Add one person who handles the incident."""
    incident, now = record_for(request, pk, action=EDIT), timezone.now()
    form = HandlerForm(request.POST or None, scope=scope_of(request), now=now, incident=incident)

    def act() -> User:
        person: User = form.cleaned_data["person"]
        changes.add_handler(incident=incident, person=person, by=request.user, now=now)
        return person

    return act_page(
        request,
        incident,
        form,
        act,
        title=_("Add a person on duty"),
        submit=_("Add"),
        done=lambda person: _("%(name)s is on this incident.") % {"name": person.name},
    )


@requires(EDIT)
@require_POST
def handler_remove(request: HttpRequest, pk: int, person: int) -> HttpResponse:
    """Take one person off the incident."""
    incident = record_for(request, pk, action=EDIT)
    row: User = pick(incident.handlers.all(), scope_of(request), pk=person)
    try:
        changes.remove_handler(incident=incident, person=row, by=request.user, now=timezone.now())
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("%(name)s is no longer on this incident.") % {"name": row.name})
    return redirect(back_to(incident))
