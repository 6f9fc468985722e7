"""Reads of transfers: the list, and who may receive."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from incidents.enums import ReceiverKind
from incidents.models import Transfer
from policeroom.common.managers import ScopedQuerySet
from policeroom.common.scope import SEGMENTS, Scope
from stations.enums import UnitKind
from stations.models import OrgUnit

#: What a unit of the tree is as a receiver; a police service station is no unit of the tree.
RECEIVER_OF = {
    UnitKind.PRECINCT.value: ReceiverKind.PRECINCT,
    UnitKind.POLICE_BRANCH.value: ReceiverKind.BRANCH,
}


def receivers(org_path: str) -> QuerySet[OrgUnit]:
    """Units a room may hand over to: precincts of its county, branches of its county and city.

    They hang beside the room's own line, which a room's scope does not reach; who is responsible
    for the room's area is no secret to it.
    """
    city, county = (org_path[: sum(SEGMENTS[:depth])] for depth in (2, 3))
    near = Q(kind=UnitKind.PRECINCT, org_path=county) | Q(
        kind=UnitKind.POLICE_BRANCH, org_path__in=[county, city]
    )
    rows = OrgUnit.objects.unscoped("precincts and branches beside the room's own line")
    return rows.filter(near).order_by("-org_path", "kind", "name", "id")


def transfer_rows(scope: Scope) -> ScopedQuerySet:
    """Transfers in view with what the list shows: one query."""
    return Transfer.objects.within(scope, action="incidents.view").select_related(
        "incident__station", "recorded_by"
    )


def live_transfers(incident: Any) -> QuerySet[Transfer]:
    """Transfers of an incident that count, newest first."""
    rows: QuerySet[Transfer] = incident.transfers.filter(struck_at__isnull=True)
    return rows
