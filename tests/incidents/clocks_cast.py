"""What the tests of clocks start from: a call of room A1, a precinct and branches around it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from incidents.models import Incident, Transfer, UrgentNotice, UrgentSide
from incidents.services.transfers import make_transfer
from incidents.services.urgent import raise_notice
from policeroom.accounts.models import User
from policeroom.common.models import Deadline
from stations.enums import UnitKind
from stations.models import OrgUnit
from stations.services.org import create_unit
from tests.incidents.test_filing import NOW, call, category
from tests.world import World

MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)
SECOND = dt.timedelta(seconds=1)

__all__ = ["HOUR", "MINUTE", "NOW", "SECOND", "call", "category"]


def precinct(world: World) -> OrgUnit:
    """The precinct beside room A1."""
    return create_unit(parent=world.county_a1, kind=UnitKind.PRECINCT, name="芦北派出所", by=None)


def hand_over(world: World, by: User, incident: Incident, **changes: Any) -> Transfer:
    """A case of the incident, to a precinct by name."""
    values = {
        "what": "case",
        "handed_at": NOW,
        "receiver_kind": "precinct",
        "receiver_name": "芦北派出所",
        "by": by,
        "now": NOW,
        **changes,
    }
    return make_transfer(incident=incident, **values)


def notice(world: World, by: User, **changes: Any) -> UrgentNotice:
    """A notice the police of room A1 knew of five minutes ago."""
    values = {
        "station": world.station_a1,
        "summary": "实验楼起火",
        "side": "police",
        "known_at": NOW - 5 * MINUTE,
        "by": by,
        "now": NOW,
        **changes,
    }
    return raise_notice(**values)


def side(row: UrgentNotice, code: str) -> UrgentSide:
    """One side of a notice as it stands."""
    return row.sides.get(side=code)


def clock(kind: str, subject: Any) -> Deadline:
    """The stored clock of a record."""
    return Deadline.objects.unscoped("test").get(
        kind=kind, object_type=subject._meta.label_lower, object_id=subject.pk
    )
