"""The sign of a room on the overview of its file: level, since when, by which order."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _

from duty.enums import LEVEL_LABELS
from duty.queries.arrangements import routine_of
from duty.queries.levels import RoomLevel, room_level
from duty.queries.plans import plan_at
from duty.queries.staffing import required_now
from duty.tables.arrangements import routine_fact
from duty.tables.orders import LEVEL_TONES
from duty.tables.plans import plan_fact
from duty.tables.staffing import need_facts
from policeroom.common.clock import ZONE
from policeroom.common.pages import Fact, fact
from policeroom.common.scope import Scope
from policeroom.common.tables import display
from stations.models import Station
from stations.overview import OverviewCard, register


def level_facts(found: RoomLevel) -> list[Fact]:
    """Level, since when, and a line for each order that carries it."""
    tone, mark = LEVEL_TONES[found.level]
    hint = _("since %(at)s") % {"at": display(found.since)} if found.since else ""
    facts = [Fact(_("Duty level"), LEVEL_LABELS[found.level], tone=tone, mark=mark, hint=hint)]
    for order in found.orders:
        end = display(order.ends_at)
        until = _("until %(at)s") % {"at": end} if order.ends_at else _("until revoked")
        facts.append(
            fact(
                _("By order"),
                str(order),
                url=order.get_absolute_url(),
                hint=f"{order.issuer.name} · {until}",
            )
        )
    return facts


@register
def level_card(station: Station, scope: Scope, on: dt.date) -> OverviewCard | None:
    """Shown to who may see duty: as of now, on the page of a past day as of its last minute."""
    if not scope.allows("duty.view", station.org_path):
        return None
    end = dt.datetime.combine(on + dt.timedelta(days=1), dt.time(), ZONE)
    at = min(timezone.now(), end - dt.timedelta(minutes=1))
    found = room_level(station, at)
    facts = level_facts(found)
    needs = required_now([station], at)
    day = timezone.localdate(at, ZONE)
    papers = [
        routine_fact(routine_of(station, day)),
        plan_fact(plan_at(station.org_path, scope, day), found.level),
    ]
    return OverviewCard(
        "duty/_level_card.html", {"facts": [*facts, *need_facts(needs[station.pk]), *papers]}
    )
