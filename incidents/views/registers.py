"""Ledgers of a room (JS-11-5): last entries, nil returns, what is due, what is missing."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incidents import rules_clocks as rules
from incidents.access import scope_of
from incidents.enums_clocks import EvidenceKind, Ledger
from incidents.forms.clocks import ConfirmForm
from incidents.queries import registers as queries
from incidents.queries.board import holding
from incidents.queries.clocks import clock_rows
from incidents.services.registers import file_nil_return
from incidents.tables.clocks import VERDICT_TONES, verdict_word
from incidents.views.clocks_pages import (
    RecordList,
    act_page,
    clock_line,
    data_of,
    now,
    part_tabs,
    today,
)
from policeroom.common.access import fetch, requires
from policeroom.common.days import read_day
from policeroom.common.managers import ScopedQuerySet
from policeroom.common.pages import Link, Tab
from policeroom.common.periods import Period, month_before, month_of
from policeroom.common.scope import Scope
from policeroom.common.tables import Column
from policeroom.common.verdicts import Verdict
from stations.forms.rooms import StationFilter
from stations.models import Station
from stations.queries.rooms import station_rows

PART = "register"
#: Clocks of the room the page shows; the list of clocks has them all.
CLOCKS_SHOWN = 5

#: Where the entries of a ledger stand, and where one is made.
LEDGER_PAGES = {
    Ledger.TRANSFERS: ("incidents:transfer-list", ""),
    Ledger.DISPUTES: ("incidents:dispute-list", "incidents:screening-new"),
    Ledger.HAZARDS: ("incidents:hazard-list", "incidents:hazard-new"),
    Ledger.OUTREACH: ("incidents:outreach-list", "incidents:outreach-new"),
}


@dataclass(frozen=True, slots=True)
class Mark:
    """A verdict as a tag, and where it is put right."""

    label: str
    text: str
    tone: str
    mark: str
    url: str = ""
    act: str = ""


class RoomList(RecordList):
    """Rooms whose ledgers the reader may see."""

    columns = (
        Column(
            "name",
            gettext_lazy("Police room"),
            str,
            url=lambda s: reverse("incidents:register-room", args=[s.pk]),
            primary=True,
        ),
        Column("code", gettext_lazy("Number"), lambda s: s.code, sort=("code", "id")),
        Column("operator", gettext_lazy("Operating bureau"), lambda s: s.operator.name),
    )
    order = ("org_path", "id")
    title = gettext_lazy("Ledgers")
    filter_class = StationFilter
    part = PART
    empty_icon = "book-open"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        rooms = Station.objects.within(scope_of(request)).order_by("org_path")
        only = list(rooms.values_list("pk", flat=True)[:2])
        if len(only) == 1:
            return redirect("incidents:register-room", pk=only[0])
        return super().get(request, **kwargs)

    def rows(self, scope: Scope) -> ScopedQuerySet:
        return station_rows(holding(scope), on=today())

    def empty_words(self) -> tuple[str, str]:
        return _("No police room in your area yet"), _("Each room keeps eight ledgers.")


def _month_asked(request: HttpRequest) -> Period:
    """The month of `?month=2026-08`, else the last one that is over."""
    last = month_before(month_of(today()))
    day = read_day(f"{request.GET.get('month', '')}-01")
    asked = month_of(day) if day is not None else last
    return min(asked, last, key=lambda month: month.start)


@requires("incidents.view")
def room(request: HttpRequest, pk: int) -> HttpResponse:
    """The ledgers of one room: a month that is over, and the one that runs."""
    scope = scope_of(request)
    station: Station = fetch(Station.objects.select_related("operator"), scope, pk=pk)
    at, day = now(), today()
    month, current = _month_asked(request), month_of(day)
    may_file = scope.allows("registers.nil", station.org_path)
    lines = queries.ledger_lines(station, [month, current], today=day)
    clocks = clock_rows(scope, now=at).filter(org_path=station.org_path, done_at__isnull=True)
    context = {
        "station": station,
        "tabs": part_tabs(PART),
        "as_of": at,
        "month": month,
        "current": current,
        "months": _months(station, month),
        "lines": [_line(station, line, scope, may_file=may_file) for line in lines],
        "screening": _screening(station, month, scope, day=day),
        "universities": [
            (row.university, _marks(row, scope, station))
            for row in queries.university_lines(station, today=day)
        ],
        "year": rules.academic_year(day),
        "clocks": [
            (row, clock_line(row, scope, at=at))
            for row in clocks.order_by("due_at", "id")[:CLOCKS_SHOWN]
        ],
        "several": len(scope.ranges) > 1 or len(scope.ranges[0][0]) < len(station.org_path),
    }
    return render(request, "incidents/register.html", context)


def _months(station: Station, shown: Period) -> list[Tab]:
    """The last six months that are over, newest first."""
    month = month_before(month_of(today()))
    tabs = []
    for _step in range(6):
        url = reverse("incidents:register-room", args=[station.pk])
        tabs.append(Tab(month.label, f"{url}?month={month.label}", month == shown))
        month = month_before(month)
    return tabs


def _line(
    station: Station, line: queries.LedgerLine, scope: Scope, *, may_file: bool
) -> dict[str, Any]:
    """One ledger as a row of the page."""
    shown, running = line.months
    nil_url = reverse("incidents:register-nil", args=[station.pk])
    open_month = next(
        (
            held
            for held in (shown, running)
            if line.kept and not held.entries and held.nil is None and _fileable(held, station)
        ),
        None,
    )
    list_name, new_name = LEDGER_PAGES.get(line.ledger, ("", ""))
    return {
        "label": line.ledger.label,
        "url": _entries_url(line.ledger, list_name, station),
        "kept": line.kept,
        "last_on": line.last_on,
        "months": [(held, tag_of(str(line.ledger.label), held.verdict)) for held in line.months],
        "nil": f"{nil_url}?ledger={line.ledger.value}&month={open_month.month.label}"
        if open_month is not None and may_file
        else "",
        "nil_month": open_month.month.label if open_month is not None else "",
        "new": reverse(new_name) if new_name and _may_enter(line.ledger, scope, station) else "",
    }


def _entries_url(ledger: Ledger, name: str, station: Station) -> str:
    """Where the entries of a ledger stand."""
    if ledger == Ledger.EQUIPMENT:
        return reverse("stations:equipment", args=[station.pk])
    return reverse(name) if name else ""


def _fileable(held: queries.LedgerMonth, station: Station) -> bool:
    """A nil return may be filed from the last day of the month on, while the room exists."""
    return held.month.last_day <= today() and held.month.end > station.opened_on


def _may_enter(ledger: Ledger, scope: Scope, station: Station) -> bool:
    actions = {
        Ledger.DISPUTES: "disputes.edit",
        Ledger.HAZARDS: "hazards.edit",
        Ledger.OUTREACH: "outreach.edit",
    }
    return ledger in actions and scope.allows(actions[ledger], station.org_path)


def tag_of(label: str, verdict: Verdict, *, url: str = "", act: str = "") -> Mark:
    """A verdict as a tag."""
    tone, mark = VERDICT_TONES[verdict.status]
    return Mark(label, verdict_word(verdict), tone, mark, url, act)


def _screening(station: Station, month: Period, scope: Scope, *, day: dt.date) -> Mark:
    """JS-13-1 of the shown month."""
    entries = queries.screenings_in(station, month)
    verdict = rules.screened(entries=entries, month_over=month.end <= day)
    may = scope.allows("disputes.edit", station.org_path) and not entries
    return tag_of(
        _("Dispute screening of %(month)s") % {"month": month.label},
        verdict,
        url=reverse("incidents:screening-new") if may else "",
        act=_("Record a screening"),
    )


def _marks(row: queries.UniversityLine, scope: Scope, station: Station) -> list[Mark]:
    """What one university has, and where the rest is entered."""
    may = scope.allows("hazards.edit", station.org_path)
    evidence = reverse("incidents:evidence-new")

    def link(kind: EvidenceKind, verdict: Verdict) -> dict[str, str]:
        lacking = may and verdict.status != rules.Status.PASS
        url = f"{evidence}?kind={kind.value}" if lacking else ""
        return {"url": url, "act": _("Record evidence")}

    topics = reverse("incidents:outreach-new")
    asked = "&".join(f"topic={topic.value}" for topic in row.missing_topics[:1])
    can_reach = scope.allows("outreach.edit", station.org_path) and row.missing_topics
    return [
        tag_of(
            _("Topics: %(found)d of %(required)d")
            % {"found": row.topics.measured, "required": row.topics.required},
            row.topics,
            url=f"{topics}?{asked}" if can_reach else "",
            act=_("Record an activity"),
        ),
        tag_of(str(EvidenceKind.REVIEW.label), row.review, **link(EvidenceKind.REVIEW, row.review)),
        tag_of(str(EvidenceKind.PLAN.label), row.plan, **link(EvidenceKind.PLAN, row.plan)),
        tag_of(str(EvidenceKind.DRILL.label), row.drill, **link(EvidenceKind.DRILL, row.drill)),
    ]


@requires("registers.nil")
def nil_new(request: HttpRequest, pk: int) -> HttpResponse:
    """File a nil return; the address names ledger and month."""
    scope = scope_of(request)
    station: Station = fetch(Station.objects, scope, action="registers.nil", pk=pk)
    back = reverse("incidents:register-room", args=[pk])
    ledger = request.GET.get("ledger", "")
    day = read_day(f"{request.GET.get('month', '')}-01")
    if ledger not in Ledger.values or day is None:
        return redirect(back)
    words = {"ledger": Ledger(ledger).label, "month": f"{day:%Y-%m}"}
    return act_page(
        request,
        ConfirmForm(scope=scope, **data_of(request)),
        lambda: file_nil_return(
            station=station, ledger=ledger, month=day, by=request.user, now=timezone.now()
        ),
        part=PART,
        title=_("File a nil return"),
        submit=_("File the nil return"),
        back=back,
        trail=[Link(station.name, back)],
        text=_("%(ledger)s, %(month)s: nothing to enter in this month.") % words,
        done=lambda _row: _("Nil return filed: %(ledger)s, %(month)s.") % words,
    )
