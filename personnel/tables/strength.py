"""Columns of the strength of rooms."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from personnel.reasons import REASONS, RULE_NAMES
from personnel.strength import BAD, Assessment
from policeroom.common.tables import Column
from policeroom.common.verdicts import Status, Verdict
from stations.enums import StationKind

STATE_WORDS = {
    "short": _("something is missing"),
    "unknown": _("unknown"),
    "full": _("all there"),
    "suspended": _("suspended"),
}
STATE_TONES = {
    "short": ("bad", "▲"),
    "unknown": ("unknown", "?"),
    "full": ("ok", "✓"),
    "suspended": ("neutral", ""),
}

VERDICT_WORDS = {
    Status.PASS: _("met"),
    Status.FAIL: _("not met"),
    Status.UNKNOWN: _("unknown"),
    Status.NOT_APPLICABLE: _("does not apply"),
    Status.SUPPRESSED: _("follows from another"),
}
VERDICT_TONES = {
    Status.PASS: ("ok", "✓"),
    Status.FAIL: ("bad", "▲"),
    Status.UNKNOWN: ("unknown", "?"),
}


def state_of(found: Assessment) -> str:
    """Code of `STATE_WORDS`."""
    if not found.room.operating:
        return "suspended"
    if found.failing:
        return "short"
    return "unknown" if found.unknown else "full"


def why(found: Assessment) -> str:
    """Every reason in a sentence: what is wrong, what is not known, who does not count."""
    texts = [
        str(REASONS[verdict.reason])
        for verdict in found.verdicts
        if verdict in found.failing or verdict.status is Status.UNKNOWN
    ]
    if found.stale:
        texts.append(
            _now("The population of %(day)s is out of date.") % {"day": found.room.population_on}
        )
    away = found.room.officers_away + found.room.auxiliaries_away
    if away:
        text = ngettext(
            "%(number)d is away too long to count.", "%(number)d are away too long to count.", away
        )
        texts.append(text % {"number": away})
    if found.room.seconded:
        text = ngettext(
            "%(number)d is seconded away.",
            "%(number)d are seconded away.",
            found.room.seconded,
        )
        texts.append(text % {"number": found.room.seconded})
    return reduce(_after, dict.fromkeys(texts), "")


def _after(first: str, second: str) -> str:
    """Two sentences, one behind the other, as the language sets them."""
    values = {"first": first, "second": second}
    return _now("%(first)s %(second)s") % values if first else second


def shown(need: int | None) -> int | str:
    """A number required, or "?" where it is not known."""
    return "?" if need is None else need


def strength_columns(assessed: Mapping[int, Assessment], day: dt.date) -> tuple[Column, ...]:
    """Columns of the list; rows are stations, `assessed` holds what was found of them on `day`."""

    def of(read: Callable[[Assessment], Any]) -> Callable[[Any], Any]:
        return lambda station: read(assessed[station.pk])

    def url(station: Any) -> str:
        return f"{reverse('personnel:room-strength', args=[station.pk])}?on={day}"

    return (
        Column("room", _("Police room"), of(lambda f: f.room.name), url, primary=True),
        Column("code", _("Number"), lambda s: s.code, optional=True, sort=("code", "id")),
        Column("kind", _("Kind"), lambda s: s.kind, words=dict(StationKind.choices), optional=True),
        Column(
            "population", _("People on the campus"), of(lambda f: f.room.population), numeric=True
        ),
        Column(
            "universities",
            _("Universities covered"),
            of(lambda f: len(f.room.universities) if f.room.is_center else None),
            numeric=True,
        ),
        Column(
            "need_officers", _("Officers required"), of(lambda f: f.need.officers), numeric=True
        ),
        Column("officers", _("Officers"), of(lambda f: f.room.officers), numeric=True),
        Column(
            "need_auxiliaries",
            _("Auxiliaries required"),
            of(lambda f: shown(f.need.auxiliaries)),
            numeric=True,
        ),
        Column("auxiliaries", _("Auxiliaries"), of(lambda f: f.room.auxiliaries), numeric=True),
        Column("gap", _("People missing"), of(lambda f: f.gap), numeric=True, primary=True),
        Column(
            "state",
            _("State"),
            of(state_of),
            primary=True,
            tone=of(lambda f: STATE_TONES[state_of(f)]),
            words=STATE_WORDS,
        ),
        Column("why", _("Why"), of(why)),
    )


VERDICT_COLUMNS = (
    Column("rule", _("Rule"), lambda v: v.rule_id),
    Column("name", _("What it asks"), lambda v: RULE_NAMES[v.rule_id], primary=True),
    Column("required", _("Required"), lambda v: v.required, numeric=True),
    Column("measured", _("Counted"), lambda v: v.measured, numeric=True, primary=True),
    Column(
        "status",
        _("Result"),
        lambda v: v.status,
        primary=True,
        tone=lambda v: VERDICT_TONES.get(v.status, ("neutral", "")),
        words=VERDICT_WORDS,
    ),
    Column("reason", _("Why"), lambda v: REASONS[v.reason]),
)


def told(verdicts: tuple[Verdict, ...]) -> list[Verdict]:
    """Verdicts worth a line: what does not apply is left out; what is wrong comes first."""
    rows = [v for v in verdicts if v.status is not Status.NOT_APPLICABLE]
    return sorted(rows, key=lambda v: v.status not in BAD)
