"""Columns and tones of what is owed, held and decided."""

from __future__ import annotations

from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from meetings.enums import Regime
from meetings.models import Obligation
from meetings.queries.standings import Found
from meetings.rules import Duty, Standing
from policeroom.common.pages import Fact
from policeroom.common.tables import Column
from policeroom.common.verdicts import Status, Verdict

STANDING_WORDS: Final = {
    Standing.PENDING: _("period not over"),
    Standing.DUE: _("not held, can still be made up"),
    Standing.MET: _("meeting held"),
    Standing.UNVERIFIED: _("entered late, not confirmed"),
    Standing.LATE: _("made up late"),
    Standing.MISSED: _("missed"),
    Standing.EXEMPT: _("exempt"),
    Standing.NOT_APPLICABLE: _("not owed"),
}
STANDING_TONES: Final = {
    Standing.PENDING: ("info", "○"),
    Standing.DUE: ("warn", "△"),
    Standing.MET: ("ok", "✓"),
    Standing.UNVERIFIED: ("warn", "△"),
    Standing.LATE: ("warn", "△"),
    Standing.MISSED: ("bad", "▲"),
    Standing.EXEMPT: ("", "–"),
    Standing.NOT_APPLICABLE: ("", "–"),
}
DUTY_WORDS: Final = {
    Duty.OWED: "",
    Duty.PART: _("the room was not open on every day of the period"),
    Duty.SUSPENDED: _("the room was suspended during the whole period"),
    Duty.RELIEVED: _("relieved by the duty arrangement (第十六条)"),
}
#: What a rule is called on the page of a meeting.
RULE_WORDS: Final = {
    "JS-14-1c": _("Headings"),
    "JS-14-2c": _("Headings"),
    "JS-14-3c": _("Headings"),
    "JS-14-1q": _("Universities present"),
    "JS-14-3q": _("Parties present"),
    "JS-14-R1": _("Entered after, hours"),
}
VERDICT_TONES: Final = {
    Status.PASS: ("ok", "✓"),
    Status.LATE: ("warn", "△"),
    Status.FAIL: ("bad", "▲"),
    Status.UNKNOWN: ("warn", "△"),
    Status.NOT_APPLICABLE: ("", "–"),
}


def standing_fact(found: Found) -> Fact:
    """The standing of one obligation, with the record that relieves or the meeting that counts."""
    tone, mark = STANDING_TONES[found.standing]
    meeting = found.sittings[0].meeting if found.sittings else None
    return Fact(
        found.obligation.period.label,
        STANDING_WORDS[found.standing],
        url=meeting.get_absolute_url() if meeting else "",
        tone=tone,
        mark=mark,
        hint=str(DUTY_WORDS[found.owed]),
    )


def verdict_fact(verdict: Verdict) -> Fact:
    """What one rule says about a sitting: measured of required."""
    tone, mark = VERDICT_TONES[verdict.status]
    text = (
        _now("%(measured)s of %(required)s")
        % {"measured": verdict.measured, "required": verdict.required}
        if verdict.measured is not None
        else "—"
    )
    return Fact(RULE_WORDS[verdict.rule_id], text, tone=tone, mark=mark, hint=verdict.rule_id)


def room_url(row: Obligation) -> str:
    """The page of the room that owes the meeting."""
    return reverse("meetings:room", args=[row.station_id])


def obligation_columns() -> tuple[Column, ...]:
    """Columns of the list; the standing is computed for the rows of one page and put on them."""

    def standing(row: Any) -> Standing:
        found: Standing = row.standing
        return found

    return (
        Column("room", _("Police room"), lambda r: r.station.name, primary=True),
        Column("regime", _("Kind of meeting"), lambda r: Regime(r.regime).label, primary=True),
        Column("period", _("Period"), lambda r: r.period.label, primary=True),
        Column("first", _("First day"), lambda r: r.starts_on, sort=("starts_on", "id")),
        Column("last", _("Last day"), lambda r: r.period.last_day),
        Column(
            "standing",
            _("State"),
            standing,
            words=STANDING_WORDS,
            tone=lambda r: STANDING_TONES[standing(r)],
            primary=True,
        ),
    )
