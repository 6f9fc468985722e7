"""Columns of the tables of strength; how a need reads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from duty.enums import LEVEL_LABELS
from duty.levels import DutyLevel
from duty.queries.staffing import Coming, Need
from duty.tables.orders import LEVEL_TONES
from policeroom.common.pages import Fact, fact
from policeroom.common.tables import Column


def strength_columns(may_end: Callable[[Any], bool]) -> tuple[Column, ...]:
    """A city's numbers; `may_end` says on which rows the reader may act."""
    columns = (
        Column("for", _("For"), _target, primary=True),
        Column(
            "level",
            _("Duty level"),
            lambda r: str(LEVEL_LABELS[DutyLevel(r.level)]),
            tone=lambda r: LEVEL_TONES[DutyLevel(r.level)],
            primary=True,
        ),
        Column("officers", _("Officers"), lambda r: r.officers, numeric=True, primary=True),
        Column(
            "auxiliaries", _("Auxiliaries"), lambda r: r.auxiliaries, numeric=True, primary=True
        ),
        Column("from", _("Valid from"), lambda r: r.valid_from, sort=("valid_from", "id")),
        Column("last", _("Last day"), _last_day),
        Column("document", _("Document number"), lambda r: r.document_no),
        Column("unit", _("City bureau"), lambda r: r.unit.name),
    )
    act = Column(
        "act",
        _("Act"),
        lambda r: _now("End the row") if may_end(r) else "",
        url=lambda r: reverse("duty:staffing-end", args=[r.pk]) if may_end(r) else "",
        primary=True,
    )
    return (*columns, act)


def _target(row: Any) -> str:
    return row.station.name if row.station else str(row.get_station_kind_display())


def _last_day(row: Any) -> dt.date | None:
    return row.valid_to - dt.timedelta(days=1) if row.valid_to else None


def need_word(need: Need | None) -> str:
    """What is missing in a room, in a word."""
    if need is None:
        return ""
    if need.missing is None:
        return _now("not fixed by the city")
    if need.level == DutyLevel.THREE and need.coming is not None:
        return due_word(need.coming.due_at)
    if need.level == DutyLevel.THREE:
        return _now("as in the routine")
    return _now("%(n)d missing") % {"n": need.missing} if need.missing else _now("complete")


def due_word(at: dt.datetime) -> str:
    """By when the strength of a raise must be there, short enough for a cell."""
    return _now("due by %(at)s") % {"at": f"{timezone.localtime(at):%m-%d %H:%M}"}


def need_tone(need: Need | None) -> tuple[str, str]:
    """Tone and mark of `need_word`."""
    if need is None or need.level == DutyLevel.THREE:
        return ("info" if need is not None and need.coming is not None else "neutral", "")
    if need.missing is None:
        return ("unknown", "")
    return ("bad", "▲") if need.missing else ("ok", "✓")


def pair_word(officers: int | None, auxiliaries: int | None) -> str:
    """Officers and auxiliaries as one value."""
    if officers is None or auxiliaries is None:
        return _now("not fixed by the city")
    return _now("officers %(officers)d, auxiliaries %(auxiliaries)d") % {
        "officers": officers,
        "auxiliaries": auxiliaries,
    }


def need_columns(needs: Mapping[int, Need]) -> tuple[Column, ...]:
    """What the rooms of receipts must have and have; `needs` by the room's id."""

    def need(row: Any) -> Need | None:
        return needs.get(row.station_id)

    return (
        Column(
            "strength",
            _("Strength now"),
            lambda r: need_word(need(r)),
            tone=lambda r: need_tone(need(r)),
            primary=True,
        ),
        Column("required", _("Required now"), lambda r: required_word(need(r)), optional=True),
        Column("present", _("Present now"), lambda r: present_word(need(r)), optional=True),
    )


def need_facts(need: Need | None) -> list[Fact]:
    """What a room must have now, and has; nothing where no order asks for it."""
    if need is None:
        return []
    tone, mark = need_tone(need)
    facts = [
        fact(_now("Required now"), required_word(need)),
        Fact(_now("Strength now"), need_word(need), tone=tone, mark=mark, hint=present_word(need)),
    ]
    if need.coming is not None:
        facts.append(fact(_now("Required from"), need.coming.due_at, hint=coming_word(need.coming)))
    return facts


def coming_word(coming: Coming) -> str:
    """The level and the strength that are due after a raise."""
    pair = pair_word(coming.officers, coming.auxiliaries)
    return f"{LEVEL_LABELS[coming.level]}: {pair}"


def required_word(need: Need | None) -> str:
    """What must be there."""
    if need is None:
        return ""
    if need.level == DutyLevel.THREE:
        return _now("as in the routine")
    return pair_word(need.officers, need.auxiliaries)


def present_word(need: Need | None) -> str:
    """Who is there."""
    if need is None:
        return ""
    return _now("present: %(pair)s") % {"pair": pair_word(*need.present)}
