"""Reads of handover sheets: who sees which, who may hand over to whom, what stands on one."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from duty.handover_sources import Section, sections_for, thawed
from duty.models import ShiftHandover
from duty.queries.presence import people_of
from personnel.models import Person
from policeroom.accounts.models import User
from policeroom.common.managers import ScopedQuerySet
from policeroom.common.paging import capped_count
from policeroom.common.roles import STATION_ROLES
from policeroom.common.scope import PATH_LENGTH, Scope
from stations.models import Station

SIGN: Final = "handover.sign"
VIEW: Final = "duty.view"
#: Why these reads have no scope.
OF_ROOM: Final = "people and sheets of a room its caller fetched"
#: How far back the first sheet of a room looks; every other one looks back to the one before.
FIRST_LOOK_BACK: Final = dt.timedelta(days=7)

#: Condition: the incoming side has not signed.
UNSIGNED: Final = Q(signed_in_at__isnull=True)


def handover_rows(scope: Scope) -> ScopedQuerySet:
    """Sheets in view with everything a list or a page reads."""
    return ShiftHandover.objects.within(scope, action=VIEW).select_related(
        "station", "outgoing", "incoming", "signed_out_by", "signed_in_by"
    )


def unsigned_count(scope: Scope) -> str:
    """How many sheets in view the incoming side has not signed, capped."""
    return capped_count(ShiftHandover.objects.within(scope, action=VIEW).filter(UNSIGNED))


def last_frozen_at(station: Station) -> dt.datetime | None:
    """When the last sheet of the room was frozen; None if none was."""
    rows = ShiftHandover.objects.unscoped(OF_ROOM).filter(
        station=station, signed_out_at__isnull=False
    )
    instants = rows.order_by("-signed_out_at").values_list("signed_out_at", flat=True)
    found: dt.datetime | None = instants.first()
    return found


def looks_back_to(station: Station, *, now: dt.datetime) -> dt.datetime:
    """Since when a sheet that is drawn now tells what happened."""
    return last_frozen_at(station) or now - FIRST_LOOK_BACK


def sections_of(handover: ShiftHandover, scope: Scope, *, now: dt.datetime) -> list[Section]:
    """What stands on the sheet: word for word once it is signed, before that as of now."""
    if handover.signed_out_at is not None:
        return thawed(handover.sections)
    return drawn(handover.station, scope, now=now)


def drawn(station: Station, scope: Scope | None, *, now: dt.datetime) -> list[Section]:
    """What a sheet of the room would say now."""
    return sections_for(station, scope, since=looks_back_to(station, now=now), until=now)


def _with_account(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Annotate `account_id`: the linked account, else the one whose sign-in name is the number."""
    same = User.objects.filter(username=OuterRef("staff_no"), is_active=True)
    return rows.annotate(account_id=Coalesce("user_id", Subquery(same.values("pk")[:1])))


def takers(station: Station, *, at: dt.datetime) -> QuerySet[Any]:
    """Who may hand over or take over: whoever may be checked in there on the day.

    Annotated: `account_id`, None where nobody can sign for them.
    """
    return _with_account(people_of(station, at))


def account_of(person: Person) -> User | None:
    """The account that signs for a person."""
    rows = _with_account(Person.objects.unscoped(OF_ROOM).filter(pk=person.pk))
    found = rows.values_list("account_id", flat=True).first()
    return User.objects.filter(pk=found).first() if found else None


def own_rooms(scope: Scope) -> ScopedQuerySet:
    """Rooms the reader serves in and signs for."""
    allowed = [
        grant.path
        for grant in scope.grants
        if grant.role in STATION_ROLES and len(grant.path) == PATH_LENGTH
    ]
    return Station.objects.within(scope, action=SIGN).filter(org_path__in=allowed)


def waiting_for(user: Any, scope: Scope) -> ShiftHandover | None:
    """The sheet that waits for this reader's own signature, the oldest first."""
    named = Q(user__isnull=True, staff_no=user.username)
    mine = Person.objects.unscoped(OF_ROOM).filter(Q(user=user) | named)
    people = list(mine.values_list("pk", flat=True))
    out = Q(signed_out_at__isnull=True, outgoing__in=people)
    taking = Q(signed_out_at__isnull=False, incoming__in=people)
    rows = ShiftHandover.objects.within(scope, action=SIGN).filter(UNSIGNED & (out | taking))
    found: ShiftHandover | None = rows.order_by("handed_at", "id").first()
    return found
