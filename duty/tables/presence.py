"""Columns of presence: rooms with who is there now, and the lines of one room."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from duty.enums import PresenceSource
from duty.models import Presence
from policeroom.common.tables import Column
from stations.models import Station

NOBODY = (0, 0)

STATE_WORDS = {
    "here": _("in the room"),
    "verified": _("left"),
    PresenceSource.ASSUMED: _("end not verified"),
    "struck": _("struck"),
}
STATE_TONES = {
    "here": ("ok", "✓"),
    "verified": ("neutral", ""),
    PresenceSource.ASSUMED: ("warn", "△"),
    "struck": ("neutral", "–"),
}


def state_of(row: Presence, over: Collection[int] = ()) -> str:
    """Code of `STATE_WORDS`; `over` holds those whose assumed end is reached."""
    if row.struck_at is not None:
        return "struck"
    if row.left_source == PresenceSource.ASSUMED or row.pk in over:
        return PresenceSource.ASSUMED
    return "here" if row.left_at is None else "verified"


def room_url(station: Station) -> str:
    """Page of who is in a room."""
    return reverse("duty:presence-room", args=[station.pk])


def room_columns(there: Mapping[int, tuple[int, int]]) -> tuple[Column, ...]:
    """Rooms, with (officers, auxiliaries) of `present_at`."""

    def count(place: int) -> Callable[[Station], int]:
        return lambda station: there.get(station.pk, NOBODY)[place]

    def is_manned(station: Station) -> bool:
        return station.pk in there

    return (
        Column("name", _("Police room"), lambda s: s.name, primary=True, sort=("org_path", "id")),
        Column("code", _("Station number"), lambda s: s.code, sort=("code", "id")),
        Column("operator", _("Bureau"), lambda s: s.operator.name),
        Column(
            "state",
            _("State"),
            is_manned,
            words={True: _("somebody there"), False: _("nobody there")},
            tone=lambda s: ("ok", "✓") if is_manned(s) else ("neutral", "○"),
        ),
        Column("officers", _("Officers there"), count(0), numeric=True, primary=True),
        Column("auxiliaries", _("Auxiliaries there"), count(1), numeric=True, primary=True),
    )


def stay_columns(may_correct: bool, over: Collection[int]) -> tuple[Column, ...]:
    """Lines of a room's day; who may correct reaches the form through the name."""

    def state(row: Presence) -> str:
        return state_of(row, over)

    def url(row: Presence) -> str:
        if not may_correct or row.struck_at is not None:
            return ""
        return reverse("duty:presence-correct", args=[row.pk])

    return (
        Column("name", _("Person's name"), lambda p: p.person.name, url, primary=True),
        Column("kind", _("Kind"), lambda p: p.person.get_kind_display()),
        Column("came", _("Came at"), lambda p: p.came_at, primary=True),
        Column("left", _("Left at"), lambda p: p.left_at, primary=True),
        Column("state", _("State"), state, words=STATE_WORDS, tone=lambda p: STATE_TONES[state(p)]),
        Column("source", _("Arrival recorded"), lambda p: p.get_source_display()),
        Column("corrected", _("Changed afterwards"), lambda p: p.corrected),
    )
