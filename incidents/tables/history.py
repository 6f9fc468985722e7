"""The history of a record in words: acts and changed values of the audit trail."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django.utils.dateparse import parse_datetime
from django.utils.text import capfirst
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from incidents import enums, enums_clocks
from incidents.models import (
    AssignedTask,
    Dispute,
    Hazard,
    Lead,
    OutreachActivity,
    Transfer,
    UniversityEvidence,
    UrgentNotice,
)
from policeroom.common.tables import display

ACT_LABELS: Final = {
    "transfers.make": _("handed over"),
    "transfers.receive": _("receipt recorded"),
    "transfers.strike": _("made void"),
    "urgent.raise": _("raised"),
    "urgent.known": _("time of knowledge stated"),
    "urgent.report": _("first report recorded"),
    "urgent.notify": _("notice to the other side recorded"),
    "urgent.measure": _("measure recorded"),
    "urgent.dispose": _("start of the disposal recorded"),
    "urgent.receive": _("acknowledged"),
    "urgent.judge": _("concealment judged"),
    "urgent.close": _("situation ended"),
    "urgent.strike": _("made void"),
    "leads.issue": _("passed down"),
    "leads.answer": _("result given"),
    "leads.strike": _("made void"),
    "tasks.assign": _("assigned"),
    "tasks.answer": _("reported done"),
    "tasks.strike": _("made void"),
    "disputes.record": _("recorded"),
    "disputes.revise": _("changed"),
    "disputes.step": _("session recorded"),
    "disputes.close": _("finished"),
    "disputes.strike": _("made void"),
    "hazards.record": _("recorded"),
    "hazards.order": _("due date extended"),
    "hazards.recheck": _("rechecked"),
    "hazards.strike": _("made void"),
    "hazards.evidence": _("recorded"),
    "outreach.record": _("recorded"),
    "outreach.strike": _("made void"),
}

_MODELS = (
    Transfer,
    UrgentNotice,
    Lead,
    AssignedTask,
    Dispute,
    Hazard,
    UniversityEvidence,
    OutreachActivity,
)
#: Kind of record -> key of an audit event's values -> its name.
FIELD_LABELS: Final[dict[str, dict[str, Any]]] = {
    model._meta.label_lower: {
        field.name: field.verbose_name
        for field in model._meta.get_fields()
        if hasattr(field, "verbose_name")
    }
    for model in _MODELS
}
#: Keys that are no fields of the record.
OTHER_LABELS: Final[dict[str, Any]] = {
    "struck": _("reason"),
    "side": _("side"),
    "to": _("reported to"),
    "stated": _("stated"),
    "police_known_at": _("known to the police"),
    "university_known_at": _("known to the university"),
    "reported_at": _("reported to the superior at"),
    "notified_at": _("told at"),
    "outcome": _("outcome"),
    "checked_at": _("rechecked at"),
    "concealed": _("concealed"),
    "document_no": _("document number"),
    "due_on": _("rectification due"),
    "result": _("result"),
    "reason": _("reason"),
    "measure": _("entry"),
    "universities": _("universities"),
}
#: Stored code -> its word; codes of different lists never mean different things here.
WORDS: Final[dict[str, Any]] = {
    value: label
    for source in (
        enums.TransferWhat,
        enums.ReceiverKind,
        enums_clocks.Side,
        enums_clocks.LeadResult,
        enums_clocks.DisputeRoute,
        enums_clocks.DisputeStepKind,
        enums_clocks.DisputeOutcome,
        enums_clocks.RecheckResult,
        enums_clocks.EvidenceKind,
        enums_clocks.OutreachTopic,
        enums_clocks.EventRisk,
        enums_clocks.DisputeKind,
        enums_clocks.OutreachForm,
    )
    for value, label in source.choices
} | {"other": _("other")}
CODED: Final = frozenset(
    {
        "what",
        "receiver_kind",
        "side",
        "result",
        "kind",
        "risk",
        "route",
        "outcome",
        "topics",
        "form",
    }
)
FOREIGN: Final = frozenset({"incident", "issuer", "receiver_unit", "campus", "university"})
#: Ids say nothing to a reader.
HIDDEN: Final = frozenset({"measure", "number"})


def act_changes(event: Any) -> list[tuple[str, str, str]]:
    """(label, before, after) of every value an act set."""
    labels = OTHER_LABELS | FIELD_LABELS.get(event.object_type, {})
    keys = [key for key in dict.fromkeys([*event.after, *event.before]) if key not in HIDDEN]
    return [
        (
            capfirst(str(labels.get(key, key))),
            _word(key, event.before.get(key)),
            _word(key, event.after.get(key)),
        )
        for key in keys
        if event.before.get(key) or event.after.get(key) not in (None, "", [])
    ]


def _word(key: str, value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _now("yes") if value else _now("no")
    if isinstance(value, list):
        return "、".join(_word(key, item) for item in value)
    text = str(value)
    if key in CODED:
        return str(WORDS.get(text, text))
    return _named(text) if key in FOREIGN else _instant(text) or text


def _instant(text: str) -> str:
    """An instant of the trail in the form of the lists; "" for anything else."""
    try:
        found = parse_datetime(text) if "T" in text else None
    except ValueError:
        return ""
    return display(found) if isinstance(found, dt.datetime) and found.tzinfo else ""


def _named(text: str) -> str:
    """Keys of foreign rows ("12 name") lose the number."""
    number, space, name = text.partition(" ")
    return name if space and number.isdigit() else text
