"""Disputes and screenings: lists, one dispute, its sessions and its end."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incidents.access import scope_of
from incidents.enums import Precision
from incidents.enums_clocks import DisputeStepKind
from incidents.forms.clocks import ReasonForm
from incidents.forms.disputes import (
    DisputeFilter,
    DisputeForm,
    FollowUpForm,
    MediationForm,
    ReviseForm,
    ScreeningFilter,
    ScreeningForm,
)
from incidents.forms.urgent import CloseForm
from incidents.models import Dispute, Incident
from incidents.queries.disputes import dispute_rows, screening_rows, steps_of
from incidents.services import disputes as services
from incidents.tables.clocks import record_tone, record_word
from incidents.tables.registers import DISPUTE_COLUMNS, RISK_TONES, SCREENING_COLUMNS
from incidents.views.clocks_pages import (
    RecordList,
    RecordPage,
    Section,
    act_page,
    data_of,
    minute,
    new_link,
    now,
    record_page,
    recorded_facts,
    strike_page,
    struck_line,
    today,
)
from policeroom.common.access import fetch, requires
from policeroom.common.managers import ScopedQuerySet
from policeroom.common.pages import Fact, Link, fact, small_table
from policeroom.common.scope import Scope
from policeroom.common.tables import Column

PART = "dispute"


class DisputeList(RecordList):
    """The dispute ledger."""

    columns = DISPUTE_COLUMNS
    order = ("-found_on", "-id")
    title = gettext_lazy("Disputes")
    filter_class = DisputeFilter
    part = PART
    empty_icon = "handshake"

    def rows(self, scope: Scope) -> ScopedQuerySet:
        return dispute_rows(scope)

    def actions(self, scope: Scope) -> list[Link]:
        acts = new_link(scope, "disputes.edit", _("Record a dispute"), "incidents:dispute-new")
        return [*acts, Link(_("Screenings"), reverse("incidents:screening-list"), "list-checks")]

    def empty_words(self) -> tuple[str, str]:
        return (
            _("No dispute on the ledger"),
            _("Each dispute stands here as an event: what it is about, its risk, its mediation."),
        )


class ScreeningList(RecordList):
    """The monthly screenings (JS-13-1)."""

    columns = SCREENING_COLUMNS
    order = ("-held_on", "-id")
    title = gettext_lazy("Dispute screenings")
    filter_class = ScreeningFilter
    part = PART
    empty_icon = "list-checks"

    def rows(self, scope: Scope) -> ScopedQuerySet:
        return screening_rows(scope)

    def actions(self, scope: Scope) -> list[Link]:
        label = _("Record a screening")
        return new_link(scope, "disputes.edit", label, "incidents:screening-new")

    def empty_words(self) -> tuple[str, str]:
        return (
            _("No screening yet"),
            _("Every month the room looks for disputes; finding none is an entry."),
        )


def _dispute(request: HttpRequest, pk: int, action: str | None = None) -> Dispute:
    return fetch(dispute_rows(scope_of(request)), scope_of(request), action=action, pk=pk)


STEP_COLUMNS = (
    Column("held", gettext_lazy("Held at"), lambda r: r.held_at, primary=True),
    Column("kind", gettext_lazy("Kind"), lambda r: str(r.get_kind_display()), primary=True),
    Column(
        "outcome", gettext_lazy("Outcome"), lambda r: str(r.get_outcome_display()), primary=True
    ),
    Column("with", gettext_lazy("Together with"), lambda r: r.with_units),
    Column("note", gettext_lazy("Note"), lambda r: r.note),
    Column("by", gettext_lazy("Recorded by"), lambda r: r.recorded_by.name),
)


@requires("incidents.view")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One dispute with its sessions."""
    row = _dispute(request, pk)
    steps = list(steps_of(row))
    tone, mark = record_tone(row)
    page = RecordPage(
        title=f"{row.number} {row.get_kind_display()}",
        subtitle=row.station.name,
        trail=[Link(row.number)],
        tag=record_word(row),
        tag_tone=tone,
        tag_mark=mark,
        actions=_actions(row, scope_of(request)),
        sections=[
            Section("facts", _("Event"), facts=_facts(row)),
            Section(
                "steps",
                _("Mediation and follow-up"),
                table=small_table(STEP_COLUMNS, steps, _("Mediation and follow-up"))
                if steps
                else None,
                text="" if steps else _("No session yet."),
            ),
        ],
        struck=struck_line(row),
    )
    return record_page(request, page, row, part=PART)


def _actions(row: Dispute, scope: Scope) -> list[Link]:
    if row.struck_at is not None or not scope.allows("disputes.edit", row.org_path):
        return []
    acts = []
    if row.closed_at is None:
        if row.agreed is not None:
            acts.append(Link(_("Close the dispute"), _url("close", row), "check", "primary"))
        tone = "primary" if row.agreed is None else ""
        acts.append(Link(_("Record a mediation"), _url("mediate", row), "handshake", tone))
    if row.agreed:
        acts.append(Link(_("Record a follow-up"), _url("follow-up", row), "footprints"))
    if row.closed_at is None:
        acts.append(Link(_("Change"), _url("revise", row), "pencil"))
    return [*acts, Link(_("Strike"), _url("strike", row), "x")]


def _facts(row: Dispute) -> list[Fact]:
    tone, mark = RISK_TONES[row.risk]
    agreed = None
    if row.agreed is not None:
        agreed = _("agreement reached") if row.agreed else _("no agreement")
    incident = row.incident
    return [
        fact(_("What it is about"), row.summary),
        fact(_("Where"), row.place_text),
        fact(_("Found on"), row.found_on),
        Fact(_("Risk that it grows"), row.get_risk_display(), tone=tone, mark=mark),
        fact(_("Happens again"), row.repeated),
        fact(_("Way of handling"), row.get_route_display()),
        fact(_("Outcome"), agreed),
        fact(_("Closed at"), row.closed_at),
        fact(
            _("Incident"),
            incident.number if incident is not None else None,
            url=incident.get_absolute_url() if incident is not None else "",
        ),
        *recorded_facts(row),
    ]


def _url(act: str, row: Dispute) -> str:
    return reverse(f"incidents:dispute-{act}", args=[row.pk])


def _from_incident(request: HttpRequest) -> dict[str, Any]:
    """What an incident already says, for a dispute that follows from it."""
    pk = request.GET.get("incident", "")
    if not pk.isdigit():
        return {}
    rows = Incident.objects.within(scope_of(request), action="disputes.edit")
    incident = rows.select_related("category").filter(pk=int(pk[:18])).first()
    if incident is None:
        return {}
    code = incident.category.code if incident.category is not None else ""
    found = {"incident": incident.pk, "station": incident.station_id}
    found["place_text"] = incident.place_text
    if incident.reported_precision == Precision.EXACT:
        found["found_on"] = timezone.localdate(incident.reported_at)
    if code.startswith("dispute."):
        found["kind"] = code.partition(".")[2]
    return found


@requires("disputes.edit")
def new(request: HttpRequest) -> HttpResponse:
    """Put a dispute on the ledger."""
    initial = {"found_on": today(), **_from_incident(request)}
    form = DisputeForm(scope=scope_of(request), now=now(), initial=initial, **data_of(request))
    return act_page(
        request,
        form,
        lambda: services.record_dispute(by=request.user, now=now(), **form.cleaned_data),
        part=PART,
        title=_("Record a dispute"),
        submit=_("Record the dispute"),
        back=reverse("incidents:dispute-list"),
        done=lambda row: _("%(number)s is on the ledger.") % {"number": row.number},
        target=Dispute.get_absolute_url,
    )


@requires("disputes.edit")
def revise(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct what is known of the event."""
    row = _dispute(request, pk, "disputes.edit")
    initial = {name: getattr(row, name) for name in services.REVISABLE}
    form = ReviseForm(scope=scope_of(request), initial=initial, **data_of(request))
    return _act(
        request,
        row,
        form,
        lambda: services.revise_dispute(dispute=row, by=request.user, **form.cleaned_data),
        title=_("Change"),
        submit=_("Save"),
    )


@requires("disputes.edit")
def mediate(request: HttpRequest, pk: int) -> HttpResponse:
    """Record a mediation session."""
    return _step(request, pk, DisputeStepKind.MEDIATION, MediationForm, _("Record a mediation"))


@requires("disputes.edit")
def follow_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Record a visit after an agreement."""
    return _step(request, pk, DisputeStepKind.FOLLOW_UP, FollowUpForm, _("Record a follow-up"))


def _step(
    request: HttpRequest, pk: int, kind: str, form_class: type[MediationForm], title: str
) -> HttpResponse:
    row = _dispute(request, pk, "disputes.edit")
    form = form_class(
        scope=scope_of(request), now=now(), initial={"held_at": minute()}, **data_of(request)
    )
    return _act(
        request,
        row,
        form,
        lambda: services.add_step(
            dispute=row, kind=kind, by=request.user, now=now(), **form.cleaned_data
        ),
        title=title,
        submit=title,
    )


@requires("disputes.edit")
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a dispute that ended."""
    row = _dispute(request, pk, "disputes.edit")
    form = CloseForm(
        scope=scope_of(request), now=now(), initial={"closed_at": minute()}, **data_of(request)
    )
    return _act(
        request,
        row,
        form,
        lambda: services.close_dispute(
            dispute=row, by=request.user, now=now(), **form.cleaned_data
        ),
        title=_("Close the dispute"),
        submit=_("Close the dispute"),
    )


def _act(
    request: HttpRequest, row: Dispute, form: Any, act: Any, *, title: str, submit: str
) -> HttpResponse:
    back = row.get_absolute_url()
    return act_page(
        request,
        form,
        act,
        part=PART,
        title=title,
        submit=submit,
        back=back,
        trail=[Link(row.number, back)],
        done=lambda _row: _("Recorded for %(number)s.") % {"number": row.number},
    )


@requires("disputes.edit")
def strike(request: HttpRequest, pk: int) -> HttpResponse:
    """Strike a dispute entered by mistake."""
    row = _dispute(request, pk, "disputes.edit")
    form = ReasonForm(scope=scope_of(request), **data_of(request))
    return strike_page(
        request,
        form,
        row,
        lambda: services.strike_dispute(
            dispute=row, by=request.user, now=now(), **form.cleaned_data
        ),
        part=PART,
        clocks=0,
    )


@requires("disputes.edit")
def screening_new(request: HttpRequest) -> HttpResponse:
    """Record that the room looked for disputes."""
    form = ScreeningForm(
        scope=scope_of(request), now=now(), initial={"held_on": today()}, **data_of(request)
    )
    back = reverse("incidents:screening-list")
    return act_page(
        request,
        form,
        lambda: services.record_screening(by=request.user, now=now(), **form.cleaned_data),
        part=PART,
        title=_("Record a screening"),
        submit=_("Record the screening"),
        back=back,
        trail=[Link(_("Dispute screenings"), back)],
        done=lambda row: _("The screening of %(day)s is recorded.") % {"day": row.held_on},
    )
