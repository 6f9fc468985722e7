"""What hangs on a record: files, links, people, and the hold on their deletion."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from incidents.access import scope_of
from incidents.enums import PartyRole
from incidents.forms.records_parts import AttachmentForm, LinkForm, PartyForm, WhyForm
from incidents.models import Incident, IncidentAttachment, IncidentLink, IncidentParty, PartyHold
from incidents.queries.records import link_row, parties_of
from incidents.services import attachments, links, parties
from incidents.views.records_acts import act_page, data_of
from incidents.views.records_page import EDIT, back_to, crumbs, record_for
from policeroom.common import audit
from policeroom.common.access import fetch, pick, requires
from policeroom.common.pages import Consequence, Link

PARTIES, HOLD = "incidents.parties", "incidents.review"


@requires(EDIT)
def attachment_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a file with the record."""
    incident = record_for(request, pk, action=EDIT)
    form = AttachmentForm(**data_of(request))

    def act() -> IncidentAttachment:
        file = form.cleaned_data["file"]
        return attachments.attach(
            incident=incident,
            filename=file.name,
            content=file.read(),
            by=request.user,
            now=timezone.now(),
            client_uuid=form.cleaned_data["client_uuid"],
        )

    return act_page(
        request,
        incident,
        form,
        act,
        title=_("Attach a file"),
        submit=_("Attach"),
        anchor="record-files",
        done=lambda row: _("%(name)s is attached.") % {"name": row.filename},
    )


def _attachment(request: HttpRequest, pk: int, row: int, **options: Any) -> IncidentAttachment:
    rows = IncidentAttachment.objects.select_related("incident").filter(struck_at__isnull=True)
    found: IncidentAttachment = fetch(rows, scope_of(request), incident_id=pk, pk=row, **options)
    return found


@requires("incidents.view")
def attachment(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    """The bytes of a file, to keep and never as a page of this site; the download is recorded."""
    file = _attachment(request, pk, row)
    audit.record(
        "export",
        by=request.user,
        obj=file.incident,
        after={"file": file.filename, "sha256": file.sha256},
    )
    response = HttpResponse(bytes(file.content), content_type=file.content_type)
    name = quote(file.filename, safe="")
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@requires(EDIT)
def attachment_strike(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    """Strike a file with a reason."""
    incident = record_for(request, pk, action=EDIT)
    file = _attachment(request, pk, row, action=EDIT)
    form = WhyForm(**data_of(request))
    return act_page(
        request,
        incident,
        form,
        lambda: attachments.strike_attachment(
            attachment=file, by=request.user, now=timezone.now(), reason=form.cleaned_data["reason"]
        ),
        title=_("Strike a file"),
        submit=_("Strike the file"),
        question=_("Strike “%(name)s”?") % {"name": file.filename},
        consequences=[Consequence(1, _("file is offered no more; its name and this reason stay"))],
        anchor="record-files",
        done=lambda gone: _("%(name)s is struck.") % {"name": gone.filename},
    )


@requires(EDIT)
def link_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that another incident belongs to this one."""
    incident = record_for(request, pk, action=EDIT)
    form = LinkForm(request.POST or None, scope=scope_of(request), incident=incident)

    def act() -> IncidentLink:
        data = form.cleaned_data
        return links.link_incidents(
            incident=incident,
            other=data["other"],
            kind=data["kind"],
            by=request.user,
            now=timezone.now(),
            client_uuid=data["client_uuid"],
        )

    return act_page(
        request,
        incident,
        form,
        act,
        title=_("Link with another incident"),
        submit=_("Link"),
        anchor="record-links",
        done=lambda row: _("Linked with %(number)s.") % {"number": row.other.number},
    )


@requires(EDIT)
def link_strike(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    """Take a link back with a reason; both ends must be in the reader's scope."""
    incident = record_for(request, pk, action=EDIT)
    rows = link_row(incident, scope_of(request))
    link: IncidentLink = pick(rows, scope_of(request), pk=row, struck_at__isnull=True)
    end = link.other if link.incident_id == incident.pk else link.incident
    form = WhyForm(**data_of(request))
    return act_page(
        request,
        incident,
        form,
        lambda: links.strike_link(
            link=link, by=request.user, now=timezone.now(), reason=form.cleaned_data["reason"]
        ),
        title=_("Take a link back"),
        submit=_("Take the link back"),
        question=_("Take the link with %(number)s back?") % {"number": end.number},
        consequences=[Consequence(2, _("timelines keep the link and this reason"))],
        anchor="record-links",
        done=lambda _row: _("The link is taken back."),
    )


@requires(PARTIES)
def party_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Record a person of the event."""
    incident = record_for(request, pk, action=PARTIES)
    form = PartyForm(**data_of(request))
    return act_page(
        request,
        incident,
        form,
        lambda: parties.add_party(
            incident=incident, by=request.user, now=timezone.now(), **form.cleaned_data
        ),
        title=_("Add a person"),
        submit=_("Add"),
        text=_(
            "Only if the event needs it. Name and telephone are stored encrypted, shown masked, and"
            " deleted when their time is over."
        ),
        anchor="record-parties",
        done=lambda row: _("A person is recorded: %(role)s.") % {"role": PartyRole(row.role).label},
    )


@requires(PARTIES)
def party_strike(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    """Strike a person who does not belong to the event."""
    incident = record_for(request, pk, action=PARTIES)
    rows = IncidentParty.objects.select_related("incident").filter(struck_at__isnull=True)
    party: IncidentParty = fetch(rows, scope_of(request), action=PARTIES, incident_id=pk, pk=row)
    shown = parties.masked(party)
    form = WhyForm(**data_of(request))
    return act_page(
        request,
        incident,
        form,
        lambda: parties.strike_party(
            party=party, by=request.user, now=timezone.now(), reason=form.cleaned_data["reason"]
        ),
        title=_("Strike a person"),
        submit=_("Strike the person"),
        question=_("Strike %(name)s?") % {"name": shown.name or party.get_role_display()},
        text=_("Write no name into the reason."),
        consequences=[Consequence(1, _("person is shown no more in this record"))],
        anchor="record-parties",
        done=lambda _row: _("The person is struck."),
    )


@requires(PARTIES)
@require_POST
def parties_reveal(request: HttpRequest, pk: int) -> HttpResponse:
    """The people in full, once; who looked and when is recorded."""
    incident = record_for(request, pk, action=PARTIES)
    rows = parties_of(incident, scope_of(request))
    people = parties.reveal_parties(incident=incident, parties=rows, by=request.user)
    labels = dict(PartyRole.choices)
    context = {
        "incident": incident,
        "people": [(labels[person.role], person) for person in people],
        "crumbs": crumbs(incident, Link(_("People in full"))),
    }
    response = render(request, "incidents/record_parties.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


@requires(HOLD)
def hold_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the people of the record beyond their retention."""
    incident = record_for(request, pk, action=HOLD)
    form = WhyForm(**data_of(request))
    return act_page(
        request,
        incident,
        form,
        lambda: parties.hold_parties(
            incident=incident,
            by=request.user,
            now=timezone.now(),
            reason=form.cleaned_data["reason"],
        ),
        title=_("Stop the deletion"),
        submit=_("Stop the deletion"),
        text=_("While it is stopped, the people of this record are kept beyond their time."),
        anchor="record-parties",
        done=lambda _row: _("The deletion is stopped."),
    )


@requires(HOLD)
@require_POST
def hold_lift(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    """Let the retention run again."""
    incident: Incident = record_for(request, pk, action=HOLD)
    rows = PartyHold.objects.select_related("incident")
    hold: PartyHold = fetch(rows, scope_of(request), action=HOLD, incident_id=pk, pk=row)
    parties.lift_hold(hold=hold, by=request.user, now=timezone.now())
    messages.success(request, _("The deletion runs again."))
    return redirect(back_to(incident, "record-parties"))
