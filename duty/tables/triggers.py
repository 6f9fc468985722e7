"""Columns of 24-hour presences, of their rooms, and of the stretches without an officer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from duty.enums import TriggerState
from duty.queries.triggers import Cover, state_of
from policeroom.common.intervals import Span
from policeroom.common.tables import Column
from stations.models import Station

STATE_TONES: Final = {
    TriggerState.PLANNED: ("info", ""),
    TriggerState.RUNNING: ("warn", "△"),
    TriggerState.ENDED: ("neutral", ""),
    TriggerState.EARLY: ("neutral", "✕"),
}
PAST, AHEAD = "past", "ahead"
WHEN_WORDS: Final = {PAST: _("nobody was there"), AHEAD: _("nobody is planned")}
WHEN_TONES: Final = {PAST: ("bad", "▲"), AHEAD: ("warn", "△")}


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch without an officer in a room; `when` is `PAST` or `AHEAD`."""

    room: Station
    span: Span
    when: str


def trigger_columns(now: dt.datetime) -> tuple[Column, ...]:
    """The list of 24-hour presences at an instant."""
    return (
        Column("number", _("Order number"), lambda r: r.number, primary=True),
        Column("title", _("Occasion"), lambda r: r.title, primary=True),
        Column("kind", _("Kind"), lambda r: r.get_kind_display()),
        Column(
            "state",
            _("State"),
            lambda r: str(state_of(r, now=now).label),
            tone=lambda r: STATE_TONES[state_of(r, now=now)],
            primary=True,
        ),
        Column(
            "starts", _("Begins at"), lambda r: r.starts_at, sort=("starts_at", "id"), primary=True
        ),
        Column("ends", _("Ends at"), lambda r: r.ends_at, primary=True),
        Column("issuer", _("Issued by"), lambda r: r.issuer.name),
        Column("issued", _("Issued at"), lambda r: r.issued_at, optional=True),
        Column("early", _("Ended early at"), lambda r: r.revoked_at, optional=True),
    )


STRETCH_COLUMNS: Final = (
    Column("room", _("Police room"), lambda s: s.room.name, primary=True),
    Column("from", _("Begins at"), lambda s: s.span.start, primary=True),
    Column("until", _("Ends at"), lambda s: s.span.end, primary=True),
    Column("minutes", _("Minutes"), lambda s: s.span.minutes, numeric=True, primary=True),
    Column(
        "when",
        _("State"),
        lambda s: s.when,
        words=WHEN_WORDS,
        tone=lambda s: WHEN_TONES[s.when],
        primary=True,
    ),
)


def cover_columns(covers: Mapping[int, Cover]) -> tuple[Column, ...]:
    """The rooms of one 24-hour presence, with what `cover_of` found."""

    def of(name: str) -> Callable[[Station], Any]:
        return lambda room: getattr(covers[room.pk], name)

    def stretches(name: str) -> Callable[[Station], str]:
        return lambda room: words_of(getattr(covers[room.pk], name))

    return (
        Column("room", _("Police room"), lambda r: r.name, primary=True, sort=("org_path", "id")),
        Column("code", _("Station number"), lambda r: r.code, sort=("code", "id")),
        Column("operator", _("Bureau"), lambda r: r.operator.name, optional=True),
        Column(
            "state",
            _("State"),
            lambda r: cover_word(covers[r.pk]),
            tone=lambda r: cover_tone(covers[r.pk]),
            primary=True,
        ),
        Column("minutes", _("Minutes uncovered"), of("minutes"), numeric=True, primary=True),
        Column("past", _("Nobody was there"), stretches("past"), primary=True),
        Column("ahead", _("Nobody is planned"), stretches("ahead")),
        Column("officers", _("Officers there"), of("officers_now"), numeric=True),
        Column("sent", _("Officers sent"), of("sent"), numeric=True),
        Column("unverified", _("Ends not verified"), of("unverified"), numeric=True, optional=True),
        Column("long", _("More than 24 hours on end"), of("too_long"), numeric=True, optional=True),
    )


def words_of(spans: tuple[Span, ...]) -> str:
    """Stretches in a line: "09-18 14:00–14:20 (20 min)"."""
    return "; ".join(
        _now("%(start)s–%(end)s (%(minutes)d min)")
        % {
            "start": f"{timezone.localtime(span.start):%m-%d %H:%M}",
            "end": f"{timezone.localtime(span.end):%m-%d %H:%M}",
            "minutes": span.minutes,
        }
        for span in spans
    )


def cover_word(cover: Cover) -> str:
    """How a room keeps it, in a word."""
    if cover.past:
        return _now("without an officer at times")
    return _now("hours ahead open") if cover.ahead else _now("covered")


def cover_tone(cover: Cover) -> tuple[str, str]:
    """Colour and mark of `cover_word`."""
    if cover.past:
        return WHEN_TONES[PAST]
    return WHEN_TONES[AHEAD] if cover.ahead else ("ok", "✓")
