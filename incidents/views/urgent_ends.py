"""Urgent notices: the page, acknowledgement, decision on concealment, end, strike."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from incidents import rules_clocks as rules
from incidents.access import scope_of
from incidents.enums_clocks import OTHER_SIDE, Side
from incidents.forms.clocks import ConfirmForm, ReasonForm
from incidents.forms.urgent import CloseForm, JudgeForm
from incidents.models import UrgentNotice, UrgentSide
from incidents.queries.urgent import measures_of, side_verdicts, sides_of
from incidents.services import urgent_ends as services
from incidents.tables.clocks import VERDICT_TONES, record_tone, record_word, verdict_word
from incidents.views.clocks_pages import (
    RecordPage,
    Section,
    act_page,
    data_of,
    minute,
    now,
    record_page,
    recorded_facts,
    running,
    strike_page,
    struck_line,
)
from incidents.views.urgent import PART, notice_for
from policeroom.common.access import requires
from policeroom.common.pages import Fact, Link, fact
from policeroom.common.scope import Scope
from policeroom.common.tables import display
from policeroom.common.verdicts import Verdict


@dataclass(frozen=True, slots=True)
class _May:
    """What the reader may do on a notice now."""

    report: bool
    receive: bool
    judge: bool


def _may(notice: UrgentNotice, scope: Scope) -> _May:
    alive = notice.struck_at is None

    def held(action: str) -> bool:
        return alive and scope.allows(action, notice.org_path)

    return _May(
        report=held("urgent.report"),
        receive=held("urgent.receive") and notice.acknowledged_at is None,
        judge=held("urgent.judge"),
    )


@requires("incidents.view")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One notice: both sides side by side, measures, decisions, clocks, history."""
    notice = notice_for(request, pk)
    may = _may(notice, scope_of(request))
    at = now()
    sides = sides_of(notice)
    measures = list(measures_of(notice))
    tone, mark = record_tone(notice)
    notes = {row.pk: str(row.get_side_display()) for row in sides.values()}
    page = RecordPage(
        title=f"{notice.number} {notice.summary}",
        subtitle=notice.station.name,
        trail=[Link(notice.number)],
        tag=record_word(notice),
        tag_tone=tone,
        tag_mark=mark,
        actions=_actions(notice, sides, may),
        sections=[
            _situation(notice, measures),
            *(
                _side_section(notice, sides, side, measures, may, at=at)
                for side in (Side.POLICE, Side.UNIVERSITY)
            ),
            _judgements(notice, may),
        ],
        struck=struck_line(notice),
    )
    return record_page(request, page, notice, part=PART, subjects=sides.values(), notes=notes)


def _actions(notice: UrgentNotice, sides: dict[str, UrgentSide], may: _May) -> list[Link]:
    """The next act first: report, then notify, then the end."""
    acts = []
    if may.receive:
        acts.append(Link(_("Acknowledge"), _url("acknowledge", notice), "circle-check", "primary"))
    if may.report:
        police = sides[Side.POLICE]
        if police.known_at is not None and police.reported_at is None:
            acts.append(
                Link(_("Record the report"), _side_url("report", police), "send", "primary")
            )
        elif notice.closed_at is None:
            acts.append(Link(_("End the situation"), _url("close", notice), "flag"))
    if may.judge:
        acts.append(Link(_("Judge concealment"), _url("judge", notice), "scale"))
        acts.append(Link(_("Strike"), _url("strike", notice), "x"))
    return acts


def _verdict(label: str, verdict: Verdict, hint: str = "") -> Fact:
    tone, mark = VERDICT_TONES[verdict.status]
    return Fact(label, verdict_word(verdict), tone=tone, mark=mark, hint=hint)


def _situation(notice: UrgentNotice, measures: list[Any]) -> Section:
    closed = notice.closed_at is not None
    both = rules.measures_of_both(
        police=sum(row.side == Side.POLICE for row in measures),
        university=sum(row.side == Side.UNIVERSITY for row in measures),
        closed=closed,
    )
    begun = rules.disposal_started(started=notice.disposal_started_at is not None, closed=closed)
    incident = notice.incident
    facts = [
        fact(_("What happened"), notice.summary),
        fact(_("Where"), notice.place_text),
        fact(_("Occurred at"), notice.occurred_at),
        fact(_("Known since"), notice.known_at),
        _verdict(_("Disposal begun"), begun, display(notice.disposal_started_at)),
        _verdict(_("Measures of both sides"), both),
        fact(
            _("Incident"),
            incident.number if incident is not None else None,
            url=incident.get_absolute_url() if incident is not None else "",
        ),
        fact(
            _("Acknowledged"),
            f"{display(notice.acknowledged_at)} · {notice.acknowledged_by}"
            if notice.acknowledged_by is not None
            else None,
        ),
        fact(_("Ended at"), notice.closed_at),
        *recorded_facts(notice),
    ]
    return Section("situation", _("Situation"), facts=facts)


def _side_section(
    notice: UrgentNotice,
    sides: dict[str, UrgentSide],
    code: Side,
    measures: list[Any],
    may: _May,
    *,
    at: dt.datetime,
) -> Section:
    side, other = sides[code], sides[OTHER_SIDE[code]]
    verdicts = side_verdicts(side, other, notice, now=at)
    stated = [
        f"{display(row.known_at)}（{row.note or row.recorded_by.name}）"
        for row in side.statements.all()
    ]
    facts = [
        fact(_("Known at"), side.known_at, hint=" · ".join(stated) if len(stated) > 1 else ""),
        _verdict(_("First report"), verdicts.report, _done(side.reported_at, side.reported_to)),
        _verdict(_("Notice to the other side"), verdicts.notify, _done(side.notified_at)),
        *(
            Fact(display(row.taken_at), row.text, hint=row.recorded_by.name)
            for row in measures
            if row.side == code
        ),
    ]
    return Section(
        code.value,
        str(code.label),
        facts=facts,
        acts=_side_acts(notice, side, verdicts.notify, code) if may.report else [],
        half=True,
    )


def _done(at: dt.datetime | None, to: str = "") -> str:
    if at is None:
        return ""
    return f"{display(at)} · {to}" if to else display(at)


def _side_acts(notice: UrgentNotice, side: UrgentSide, notify: Verdict, code: Side) -> list[Link]:
    acts = [Link(_("State when it knew"), _side_url("known", side))]
    if side.known_at is not None:
        if side.reported_at is None:
            acts.append(Link(_("Record the report"), _side_url("report", side)))
        if side.notified_at is None and notify.reason != "other_side_knew":
            acts.append(Link(_("Record the notice"), _side_url("notify", side)))
    acts.append(Link(_("Record a measure"), f"{_url('measure', notice)}?side={code.value}"))
    if code == Side.POLICE and notice.disposal_started_at is None:
        acts.append(Link(_("Start of the disposal"), _url("dispose", notice)))
    return acts


def _judgements(notice: UrgentNotice, may: _May) -> Section:
    rows = list(notice.judgements.select_related("recorded_by"))
    facts = [
        Fact(
            display(row.recorded_at),
            _("concealed") if row.concealed else _("not concealed"),
            tone="bad" if row.concealed else "ok",
            mark="▲" if row.concealed else "✓",
            hint=" · ".join(
                text for text in (row.reason, row.document_no, row.recorded_by.name) if text
            ),
        )
        for row in rows
    ]
    text = _("Nobody has decided about concealment. It is never worked out from times.")
    return Section("judgements", _("Concealment"), facts=facts, text="" if facts else text)


def _url(act: str, notice: UrgentNotice) -> str:
    return reverse(f"incidents:urgent-{act}", args=[notice.pk])


def _side_url(act: str, side: UrgentSide) -> str:
    return reverse(f"incidents:urgent-{act}", args=[side.pk])


@requires("urgent.receive")
def acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    """A superior takes note; the page says what that proves."""
    notice = notice_for(request, pk, "urgent.receive")
    scope = scope_of(request)
    unit = scope.root.unit_name if scope.root is not None else ""
    back = notice.get_absolute_url()
    return act_page(
        request,
        ConfirmForm(scope=scope, **data_of(request)),
        lambda: services.acknowledge(notice=notice, by=request.user, now=now(), unit=unit),
        part=PART,
        title=_("Acknowledge"),
        submit=_("Acknowledge"),
        back=back,
        trail=[Link(notice.number, back)],
        text=_("If no report is recorded yet, this proves that it arrived now."),
        done=lambda row: _("%(number)s is acknowledged.") % {"number": row.number},
    )


@requires("urgent.judge")
def judge(request: HttpRequest, pk: int) -> HttpResponse:
    """Decide about concealment, with the reason."""
    notice = notice_for(request, pk, "urgent.judge")
    form = JudgeForm(scope=scope_of(request), **data_of(request))
    back = notice.get_absolute_url()
    return act_page(
        request,
        form,
        lambda: services.judge(notice=notice, by=request.user, now=now(), **form.cleaned_data),
        part=PART,
        title=_("Judge concealment"),
        submit=_("Record the decision"),
        back=back,
        trail=[Link(notice.number, back)],
        text=_("A later decision stands beside the earlier one and counts."),
        done=lambda _row: _("Recorded for %(number)s.") % {"number": notice.number},
    )


@requires("urgent.report")
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """End the situation."""
    notice = notice_for(request, pk, "urgent.report")
    form = CloseForm(
        scope=scope_of(request), now=now(), initial={"closed_at": minute()}, **data_of(request)
    )
    back = notice.get_absolute_url()
    return act_page(
        request,
        form,
        lambda: services.close_notice(
            notice=notice, by=request.user, now=now(), **form.cleaned_data
        ),
        part=PART,
        title=_("End the situation"),
        submit=_("End the situation"),
        back=back,
        trail=[Link(notice.number, back)],
        text=_("What was not reported by then counts as omitted."),
        done=lambda row: _("%(number)s is ended.") % {"number": row.number},
    )


@requires("urgent.judge")
def strike(request: HttpRequest, pk: int) -> HttpResponse:
    """Strike a notice that was raised by mistake."""
    notice = notice_for(request, pk, "urgent.judge")
    form = ReasonForm(scope=scope_of(request), **data_of(request))
    return strike_page(
        request,
        form,
        notice,
        lambda: services.strike_notice(
            notice=notice, by=request.user, now=now(), **form.cleaned_data
        ),
        part=PART,
        clocks=running(notice.sides.all()),
    )
