"""Transfers: the list, one transfer, hand over, receipt, strike."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incidents.access import scope_of
from incidents.deadline_kinds import TRANSFER_RECEIPT
from incidents.forms.clocks import ReasonForm
from incidents.forms.transfers import ReceiptForm, TransferFilter, TransferForm
from incidents.models import Incident, Transfer
from incidents.queries.clocks import with_due
from incidents.queries.transfers import transfer_rows
from incidents.services import transfers as services
from incidents.tables.registers import transfer_columns
from incidents.views.clocks_pages import (
    RecordList,
    RecordPage,
    Section,
    act_page,
    data_of,
    minute,
    now,
    record_page,
    running,
    strike_page,
)
from policeroom.common.access import fetch, requires
from policeroom.common.managers import ScopedQuerySet
from policeroom.common.pages import Fact, Link, fact
from policeroom.common.scope import Scope

PART = "transfer"


class TransferList(RecordList):
    """Every hand-over in the reader's area, with its receipt clock."""

    order = ("-handed_at", "-id")
    title = gettext_lazy("Transfers")
    filter_class = TransferFilter
    part = PART
    empty_icon = "arrow-right-left"

    def rows(self, scope: Scope) -> ScopedQuerySet:
        return with_due(transfer_rows(scope), TRANSFER_RECEIPT, Transfer)

    def make_columns(self, scope: Scope) -> Any:
        return transfer_columns(now=self.now)

    def empty_words(self) -> tuple[str, str]:
        return (
            _("Nothing was handed over yet"),
            _("A case, a person or an item is handed over from the page of its incident."),
        )


def _transfer(request: HttpRequest, pk: int, action: str | None = None) -> Transfer:
    return fetch(transfer_rows(scope_of(request)), scope_of(request), action=action, pk=pk)


@requires("incidents.view")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One hand-over with its receipt and its clock."""
    row = _transfer(request, pk)
    scope = scope_of(request)
    alive = row.struck_at is None
    acts = []
    if alive and row.received_at is None and scope.allows("transfers.receive", row.org_path):
        acts.append(
            Link(_("Record the receipt"), _url("receipt", row), "clipboard-check", "primary")
        )
    if alive and scope.allows("transfers.make", row.org_path):
        acts.append(Link(_("Strike"), _url("strike", row), "x"))
    page = RecordPage(
        title=str(row),
        subtitle=row.incident.station.name,
        trail=[Link(str(row))],
        tag=_("void") if not alive else _("received") if row.received_at else _("under way"),
        tag_tone="neutral" if not alive else "ok" if row.received_at else "info",
        actions=acts,
        sections=[Section("facts", _("Hand-over"), facts=_facts(row))],
        struck=_("Struck on %(at)s: %(reason)s. It counts no longer.")
        % {"at": fact("", row.struck_at).text, "reason": row.strike_reason}
        if not alive
        else "",
    )
    return record_page(request, page, row, part=PART, subjects=[row])


def _facts(row: Transfer) -> list[Fact]:
    return [
        fact(_("Incident"), row.incident.number, url=row.incident.get_absolute_url()),
        fact(_("What"), row.get_what_display()),
        fact(_("Description"), row.description),
        fact(_("Receiving unit"), row.receiver_name, hint=str(row.get_receiver_kind_display())),
        fact(_("Handed over at"), row.handed_at),
        fact(_("Document number"), row.document_no),
        fact(_("Received at"), row.received_at),
        fact(_("Signed by"), row.received_by_name),
        fact(_("Recorded by"), row.recorded_by.name),
    ]


def _url(act: str, row: Transfer) -> str:
    return reverse(f"incidents:transfer-{act}", args=[row.pk])


@requires("transfers.make")
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand over what an incident leaves to others."""
    scope = scope_of(request)
    incidents = Incident.objects.select_related("station", "category")
    incident = fetch(incidents, scope, action="transfers.make", pk=pk)
    form = TransferForm(
        scope=scope,
        now=now(),
        incident=incident,
        initial={"handed_at": minute()},
        **data_of(request),
    )
    return act_page(
        request,
        form,
        lambda: services.make_transfer(
            incident=incident, by=request.user, now=now(), **form.cleaned_data
        ),
        part=PART,
        title=_("Hand over"),
        submit=_("Hand over"),
        back=incident.get_absolute_url(),
        trail=[Link(incident.number, incident.get_absolute_url())],
        text=_("The receiving unit signs for it; the clock for the receipt runs from here."),
        done=lambda row: _("Handed over: %(transfer)s.") % {"transfer": row},
        target=Transfer.get_absolute_url,
    )


@requires("transfers.receive")
def receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """Record who signed, and when."""
    row = _transfer(request, pk, "transfers.receive")
    form = ReceiptForm(
        scope=scope_of(request), now=now(), initial={"received_at": minute()}, **data_of(request)
    )
    return act_page(
        request,
        form,
        lambda: services.receive_transfer(
            transfer=row, by=request.user, now=now(), **form.cleaned_data
        ),
        part=PART,
        title=_("Record the receipt"),
        submit=_("Record the receipt"),
        back=row.get_absolute_url(),
        trail=[Link(str(row), row.get_absolute_url())],
        done=lambda done: _("The receipt of %(transfer)s is recorded.") % {"transfer": done},
    )


@requires("transfers.make")
def strike(request: HttpRequest, pk: int) -> HttpResponse:
    """Strike a hand-over that did not happen."""
    row = _transfer(request, pk, "transfers.make")
    form = ReasonForm(scope=scope_of(request), **data_of(request))
    return strike_page(
        request,
        form,
        row,
        lambda: services.strike_transfer(
            transfer=row, by=request.user, now=now(), **form.cleaned_data
        ),
        part=PART,
        clocks=running([row]),
    )
