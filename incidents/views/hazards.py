"""Hazards: the list, one hazard with its due dates, recheck; evidence of universities."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incidents.access import scope_of
from incidents.forms.clocks import ReasonForm
from incidents.forms.hazards import (
    EvidenceFilter,
    EvidenceForm,
    ExtendForm,
    HazardFilter,
    HazardForm,
    RecheckForm,
)
from incidents.models import Hazard, HazardOrder, UniversityEvidence
from incidents.queries.hazards import current_order, evidence_rows, hazard_rows, orders_of
from incidents.services import hazards as services
from incidents.tables.registers import (
    EVIDENCE_COLUMNS,
    HAZARD_COLUMNS,
    hazard_state,
    hazard_tone,
)
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
    running,
    strike_page,
    struck_line,
    today,
)
from policeroom.common.access import fetch, requires
from policeroom.common.managers import ScopedQuerySet
from policeroom.common.pages import Link, fact, small_table
from policeroom.common.scope import Scope
from policeroom.common.tables import Column

PART = "hazard"


class HazardList(RecordList):
    """The hazard ledger; what is overdue says so."""

    columns = HAZARD_COLUMNS
    order = ("-found_at", "-id")
    title = gettext_lazy("Hazards")
    filter_class = HazardFilter
    part = PART
    empty_icon = "triangle-alert"

    def rows(self, scope: Scope) -> ScopedQuerySet:
        return hazard_rows(scope, on=today())

    def actions(self, scope: Scope) -> list[Link]:
        acts = new_link(scope, "hazards.edit", _("Record a hazard"), "incidents:hazard-new")
        label = _("University evidence")
        return [*acts, Link(label, reverse("incidents:evidence-list"), "file-check")]

    def empty_words(self) -> tuple[str, str]:
        return (
            _("No hazard on the ledger"),
            _("Each hazard stands here with the day it must be put right by, until the recheck."),
        )


class EvidenceList(RecordList):
    """What the universities of the area have on file (JS-13-3a, c, d)."""

    columns = EVIDENCE_COLUMNS
    order = ("-held_on", "-id")
    title = gettext_lazy("University evidence")
    filter_class = EvidenceFilter
    part = PART
    empty_icon = "file-check"

    def rows(self, scope: Scope) -> ScopedQuerySet:
        return evidence_rows(scope)

    def make_columns(self, scope: Scope) -> Any:
        act = Column(
            "act",
            _("Act"),
            lambda r: _("Strike") if _strikable(r, scope) else "",
            url=lambda r: (
                reverse("incidents:evidence-strike", args=[r.pk]) if _strikable(r, scope) else ""
            ),
        )
        return (*EVIDENCE_COLUMNS, act)

    def actions(self, scope: Scope) -> list[Link]:
        return new_link(scope, "hazards.edit", _("Record evidence"), "incidents:evidence-new")

    def empty_words(self) -> tuple[str, str]:
        return (
            _("Nothing is on file yet"),
            _("Reviews of institutions, emergency plans and drills of the universities."),
        )


def _strikable(row: Any, scope: Scope) -> bool:
    return row.struck_at is None and scope.allows("hazards.edit", row.org_path)


def _hazard(request: HttpRequest, pk: int, action: str | None = None) -> Hazard:
    rows = hazard_rows(scope_of(request), on=today())
    return fetch(rows, scope_of(request), action=action, pk=pk)


ORDER_COLUMNS = (
    Column("kind", gettext_lazy("Why"), lambda r: str(r.get_kind_display()), primary=True),
    Column("due", gettext_lazy("To be put right by"), lambda r: r.due_on, primary=True),
    Column("document", gettext_lazy("Document number"), lambda r: r.document_no),
    Column("reason", gettext_lazy("Reason"), lambda r: r.reason),
    Column("rechecked", gettext_lazy("Rechecked at"), lambda r: _recheck(r, "checked_at")),
    Column(
        "result",
        gettext_lazy("Result"),
        lambda r: str(r.recheck.get_result_display()) if hasattr(r, "recheck") else "",
        primary=True,
    ),
    Column("note", gettext_lazy("Note"), lambda r: _recheck(r, "note")),
    Column("by", gettext_lazy("Recorded by"), lambda r: r.recorded_by.name),
)


def _recheck(order: HazardOrder, name: str) -> Any:
    return getattr(order.recheck, name) if hasattr(order, "recheck") else None


@requires("incidents.view")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One hazard with every due date it had."""
    row = _hazard(request, pk)
    orders = list(orders_of(row))
    tone, mark = hazard_tone(row)
    page = RecordPage(
        title=f"{row.number} {row.description}",
        subtitle=row.station.name,
        trail=[Link(row.number)],
        tag=hazard_state(row),
        tag_tone=tone,
        tag_mark=mark,
        actions=_actions(row, scope_of(request), orders[-1]),
        sections=[
            Section(
                "facts",
                _("Hazard"),
                facts=[
                    fact(_("Hazard"), row.description),
                    fact(_("Where"), row.place_text),
                    fact(_("Campus"), str(row.campus) if row.campus is not None else None),
                    fact(_("Found at"), row.found_at),
                    fact(_("Responsible unit"), row.responsible),
                    fact(_("To be put right by"), row.due_on),
                    fact(_("Closed at"), row.closed_at),
                    *recorded_facts(row),
                ],
            ),
            Section(
                "orders",
                _("Due dates and rechecks"),
                table=small_table(ORDER_COLUMNS, orders, _("Due dates and rechecks")),
            ),
        ],
        struck=struck_line(row),
    )
    return record_page(request, page, row, part=PART, subjects=orders)


def _actions(row: Hazard, scope: Scope, order: HazardOrder) -> list[Link]:
    acts = []
    if row.struck_at is not None:
        return []
    if row.closed_at is None:
        if scope.allows("hazards.edit", row.org_path):
            url = reverse("incidents:hazard-recheck", args=[order.pk])
            acts.append(Link(_("Record the recheck"), url, "clipboard-check", "primary"))
        if scope.allows("hazards.order", row.org_path) and order.due_on >= today():
            acts.append(Link(_("Extend"), _url("extend", row), "calendar-plus"))
    if scope.allows("hazards.order", row.org_path):
        acts.append(Link(_("Strike"), _url("strike", row), "x"))
    return acts


def _url(act: str, row: Hazard) -> str:
    return reverse(f"incidents:hazard-{act}", args=[row.pk])


@requires("hazards.edit")
def new(request: HttpRequest) -> HttpResponse:
    """Record a hazard."""
    form = HazardForm(
        scope=scope_of(request), now=now(), initial={"found_at": minute()}, **data_of(request)
    )
    return act_page(
        request,
        form,
        lambda: services.record_hazard(by=request.user, now=now(), **form.cleaned_data),
        part=PART,
        title=_("Record a hazard"),
        submit=_("Record the hazard"),
        back=reverse("incidents:hazard-list"),
        text=_("Every hazard has a day it must be put right by; it is rechecked by then."),
        done=lambda row: _("%(number)s is on the ledger.") % {"number": row.number},
        target=Hazard.get_absolute_url,
    )


@requires("hazards.order")
def extend(request: HttpRequest, pk: int) -> HttpResponse:
    """Give more time, by decision."""
    row = _hazard(request, pk, "hazards.order")
    form = ExtendForm(scope=scope_of(request), **data_of(request))
    back = row.get_absolute_url()
    return act_page(
        request,
        form,
        lambda: services.extend_hazard(hazard=row, by=request.user, now=now(), **form.cleaned_data),
        part=PART,
        title=_("Extend"),
        submit=_("Extend"),
        back=back,
        trail=[Link(row.number, back)],
        text=_("Now it must be put right by %(day)s.") % {"day": row.due_on},
        done=lambda order: _("It must be put right by %(day)s now.") % {"day": order.due_on},
    )


@requires("hazards.edit")
def recheck(request: HttpRequest, pk: int) -> HttpResponse:
    """Record what the recheck found; the address names the due date it answers."""
    scope = scope_of(request)
    rows = HazardOrder.objects.select_related("hazard")
    order = fetch(rows, scope, action="hazards.edit", pk=pk)
    form = RecheckForm(scope=scope, now=now(), initial={"checked_at": minute()}, **data_of(request))
    back = order.hazard.get_absolute_url()
    return act_page(
        request,
        form,
        lambda: services.recheck_hazard(
            order=order, by=request.user, now=now(), **form.cleaned_data
        ),
        part=PART,
        title=_("Record the recheck"),
        submit=_("Record the recheck"),
        back=back,
        trail=[Link(order.hazard.number, back)],
        text=_("Put right closes the hazard; otherwise a further date is set."),
        done=lambda _row: _("Recorded for %(number)s.") % {"number": order.hazard.number},
    )


@requires("hazards.order")
def strike(request: HttpRequest, pk: int) -> HttpResponse:
    """Strike a hazard entered by mistake."""
    row = _hazard(request, pk, "hazards.order")
    form = ReasonForm(scope=scope_of(request), **data_of(request))
    return strike_page(
        request,
        form,
        row,
        lambda: services.strike_hazard(hazard=row, by=request.user, now=now(), **form.cleaned_data),
        part=PART,
        clocks=running([current_order(row)]),
    )


@requires("hazards.edit")
def evidence_new(request: HttpRequest) -> HttpResponse:
    """Record what was seen at a university."""
    form = EvidenceForm(
        scope=scope_of(request),
        now=now(),
        initial={"held_on": today(), "kind": request.GET.get("kind", "")},
        **data_of(request),
    )
    back = reverse("incidents:evidence-list")
    return act_page(
        request,
        form,
        lambda: services.record_evidence(by=request.user, now=now(), **form.cleaned_data),
        part=PART,
        title=_("Record evidence"),
        submit=_("Record the evidence"),
        back=back,
        trail=[Link(_("University evidence"), back)],
        done=lambda row: _("“%(record)s” is recorded.") % {"record": row},
    )


@requires("hazards.edit")
def evidence_strike(request: HttpRequest, pk: int) -> HttpResponse:
    """Strike an entry made by mistake."""
    rows = evidence_rows(scope_of(request))
    row: UniversityEvidence = fetch(rows, scope_of(request), action="hazards.edit", pk=pk)
    form = ReasonForm(scope=scope_of(request), **data_of(request))
    return strike_page(
        request,
        form,
        row,
        lambda: services.strike_evidence(
            evidence=row, by=request.user, now=now(), **form.cleaned_data
        ),
        part=PART,
        clocks=0,
        back=reverse("incidents:evidence-list"),
    )
