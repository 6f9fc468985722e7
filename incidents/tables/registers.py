"""Columns of the lists beside the log."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from incidents.enums import ReceiverKind, TransferWhat
from incidents.enums_clocks import (
    DisputeKind,
    DisputeRoute,
    EventRisk,
    EvidenceKind,
    LeadResult,
    OutreachForm,
    OutreachTopic,
)
from incidents.queries.urgent import report_verdict
from incidents.tables.clocks import (
    RECORDED_COLUMNS,
    VERDICT_TONES,
    due_column,
    kept_column,
    record_tone,
    record_word,
    room_column,
    state_column,
    verdict_word,
)
from policeroom.common.tables import Column
from policeroom.common.verdicts import Verdict

RISK_TONES: Final = {
    EventRisk.LOW.value: ("neutral", ""),
    EventRisk.MEDIUM.value: ("warn", "△"),
    EventRisk.HIGH.value: ("bad", "▲"),
}


def _url(row: Any) -> str:
    return row.get_absolute_url()


def transfer_columns(*, now: dt.datetime) -> tuple[Column, ...]:
    """Transfers with their receipt clock (JS-13-6b)."""
    return (
        Column("transfer", _("Transfer"), str, url=_url, primary=True),
        Column("incident", _("Incident"), lambda r: r.incident.number),
        Column("what", _("What"), lambda r: r.what, words=dict(TransferWhat.choices)),
        Column(
            "kind",
            _("Received by a"),
            lambda r: r.receiver_kind,
            words=dict(ReceiverKind.choices),
            optional=True,
        ),
        Column(
            "handed",
            _("Handed over at"),
            lambda r: r.handed_at,
            sort=("handed_at", "id"),
            primary=True,
        ),
        *due_column(now=now, done="received_at", label=_("Receipt")),
        Column("received", _("Received at"), lambda r: r.received_at),
        Column("signed", _("Signed by"), lambda r: r.received_by_name, optional=True),
        Column("document", _("Document number"), lambda r: r.document_no, optional=True),
        Column("room", _("Police room"), lambda r: r.incident.station.name),
        *RECORDED_COLUMNS,
    )


def urgent_columns(numbers: dict[str, Any], *, now: dt.datetime) -> tuple[Column, ...]:
    """Notices with the verdict on the first report of the police (JS-14-4a)."""

    def verdict(row: Any) -> Verdict:
        return report_verdict(
            numbers,
            known_at=row.police_known_at,
            reported_at=row.police_reported_at,
            closed_at=row.closed_at,
            now=now,
        )

    def concealed(row: Any) -> str:
        if row.concealed is None:
            return ""
        return _now("concealed") if row.concealed else _now("not concealed")

    return (
        Column("number", _("Number"), lambda r: r.number, url=_url, primary=True),
        Column("summary", _("What happened"), lambda r: r.summary, primary=True),
        Column("place", _("Where"), lambda r: r.place_text, optional=True),
        Column("known", _("Known since"), lambda r: r.known_at, sort=("known_at", "id")),
        Column("reported", _("Reported to the superior at"), lambda r: r.police_reported_at),
        Column(
            "report",
            _("First report"),
            lambda r: "" if r.struck_at else verdict_word(verdict(r)),
            tone=lambda r: ("", "") if r.struck_at else VERDICT_TONES[verdict(r).status],
            primary=True,
        ),
        Column("acknowledged", _("Acknowledged at"), lambda r: r.acknowledged_at),
        Column("concealed", _("Concealment"), concealed, optional=True),
        state_column(),
        room_column(),
        *RECORDED_COLUMNS,
    )


def lead_columns(*, now: dt.datetime) -> tuple[Column, ...]:
    """Leads: number, clock, result."""
    return (
        Column("number", _("Reference number"), lambda r: r.reference_no, url=_url, primary=True),
        Column("issuer", _("Issuing unit"), lambda r: r.issuer_name),
        Column(
            "received", _("Passed down at"), lambda r: r.received_at, sort=("received_at", "id")
        ),
        *due_column(now=now, done="closed_at", label=_("Clock"), due="due_at"),
        Column(
            "result",
            _("Result"),
            lambda r: r.result,
            words=dict(LeadResult.choices),
            primary=True,
        ),
        Column("closed", _("Answered at"), lambda r: r.closed_at, optional=True),
        state_column(),
        room_column(),
        *RECORDED_COLUMNS,
    )


def task_columns(*, now: dt.datetime) -> tuple[Column, ...]:
    """Tasks from above."""
    return (
        Column("title", _("Task"), lambda r: r.title, url=_url, primary=True),
        Column("document", _("Document number"), lambda r: r.document_no, optional=True),
        Column("issuer", _("Issuing unit"), lambda r: r.issuer_name),
        Column("received", _("Assigned at"), lambda r: r.received_at, sort=("received_at", "id")),
        *due_column(now=now, done="closed_at", label=_("Clock"), due="due_at"),
        Column("closed", _("Done at"), lambda r: r.closed_at),
        state_column(),
        room_column(),
        *RECORDED_COLUMNS,
    )


def _agreed(row: Any) -> str:
    if row.agreed is None:
        return ""
    return _now("agreement reached") if row.agreed else _now("no agreement")


DISPUTE_COLUMNS: Final = (
    Column("number", _("Number"), lambda r: r.number, url=_url, primary=True),
    Column("kind", _("Kind"), lambda r: r.kind, words=dict(DisputeKind.choices), primary=True),
    Column("place", _("Where"), lambda r: r.place_text),
    Column("found", _("Found on"), lambda r: r.found_on, sort=("found_on", "id")),
    Column(
        "risk",
        _("Risk"),
        lambda r: r.risk,
        words=dict(EventRisk.choices),
        tone=lambda r: RISK_TONES[r.risk],
        primary=True,
    ),
    Column("repeated", _("Happens again"), lambda r: r.repeated, optional=True),
    Column("route", _("Way of handling"), lambda r: r.route, words=dict(DisputeRoute.choices)),
    Column("sessions", _("Mediations and visits"), lambda r: r.session_count, numeric=True),
    Column("agreed", _("Outcome"), _agreed),
    state_column(),
    room_column(),
    *RECORDED_COLUMNS,
)

SCREENING_COLUMNS: Final = (
    Column("held", _("Held on"), lambda r: r.held_on, primary=True, sort=("held_on", "id")),
    Column("found", _("Disputes found"), lambda r: r.found, numeric=True, primary=True),
    Column("areas", _("Where it was looked"), lambda r: r.areas, primary=True),
    room_column(),
    Column("recorded_by", _("Recorded by"), lambda r: r.recorded_by.name),
    Column("recorded_at", _("Recorded at"), lambda r: r.recorded_at, optional=True),
)


def hazard_state(row: Any) -> str:
    """Open, overdue, closed or struck."""
    return _now("overdue") if row.overdue else record_word(row)


def hazard_tone(row: Any) -> tuple[str, str]:
    """Tone of the state of a hazard."""
    return ("bad", "▲") if row.overdue else record_tone(row)


HAZARD_COLUMNS: Final = (
    Column("number", _("Number"), lambda r: r.number, url=_url, primary=True),
    Column("description", _("Hazard"), lambda r: r.description, primary=True),
    Column("place", _("Where"), lambda r: r.place_text),
    Column(
        "campus",
        _("Campus"),
        lambda r: str(r.campus) if r.campus is not None else "",
        optional=True,
    ),
    Column("found", _("Found at"), lambda r: r.found_at, sort=("found_at", "id")),
    Column("responsible", _("Responsible unit"), lambda r: r.responsible),
    Column("due", _("To be put right by"), lambda r: r.due_on, sort=("due_on", "id"), primary=True),
    Column("state", _("State"), hazard_state, tone=hazard_tone, primary=True),
    Column("closed", _("Closed at"), lambda r: r.closed_at, optional=True),
    room_column(),
    *RECORDED_COLUMNS,
)

EVIDENCE_COLUMNS: Final = (
    Column("university", _("University"), lambda r: r.university.name, primary=True),
    Column("kind", _("What"), lambda r: r.kind, words=dict(EvidenceKind.choices), primary=True),
    Column("held", _("Seen or held on"), lambda r: r.held_on, sort=("held_on", "id"), primary=True),
    Column("document", _("Document number"), lambda r: r.document_no),
    Column("note", _("Note"), lambda r: r.note),
    kept_column(),
    room_column(),
    *RECORDED_COLUMNS,
)


def topic_words(topics: list[str]) -> str:
    """Topics of an activity in their order."""
    return "、".join(str(OutreachTopic(topic).label) for topic in topics)


OUTREACH_COLUMNS: Final = (
    Column("title", _("Title"), lambda r: r.title, url=_url, primary=True),
    Column("number", _("Number"), lambda r: r.number, optional=True),
    Column("held", _("Day"), lambda r: r.held_on, sort=("held_on", "id"), primary=True),
    Column("topics", _("Topics"), lambda r: topic_words(r.topics), primary=True),
    Column("form", _("Form"), lambda r: r.form, words=dict(OutreachForm.choices)),
    Column("audience", _("Audience"), lambda r: r.audience_count, numeric=True),
    Column("partners", _("Together with"), lambda r: r.partners, optional=True),
    kept_column(),
    room_column(),
    *RECORDED_COLUMNS,
)
