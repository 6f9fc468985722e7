"""Whose calendar a key opens, and the shifts in it."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from duty.models import RosterFeed, RosterShift
from duty.models.roster_feed import digest_of
from duty.queries.roster import standing_shifts
from personnel.models import Person
from policeroom.accounts.models import User
from policeroom.common.clock import ZONE

#: How far a calendar looks: what was, for the hours of the month; what is planned, for two terms.
BACK, AHEAD = dt.timedelta(days=62), dt.timedelta(days=366)
#: Digits of a row's id; a longer number names no row and must not reach the database.
ID_DIGITS: Final = 18


def person_of(user: User) -> Person | None:
    """Whose shifts an account reads: its own person."""
    return Person.objects.unscoped("the reader's own person").filter(user=user).first()


def feed_of(user: User) -> RosterFeed | None:
    """The address of a user that is not revoked."""
    return RosterFeed.objects.filter(user=user, revoked_at__isnull=True).first()


def reader_of(key: str, now: dt.datetime) -> Person | None:
    """The person whose shifts a key opens; None for every key that opens nothing.

    A revoked key, an account that is closed and a person who left open nothing.
    """
    number, _dot, secret = key.partition(".")
    if not (number.isascii() and number.isdigit() and len(number) <= ID_DIGITS):
        return None
    rows = RosterFeed.objects.filter(revoked_at__isnull=True, user__is_active=True)
    row = rows.select_related("user").filter(pk=int(number)).first()
    if row is None or not constant_time_compare(row.secret_digest, digest_of(secret)):
        return None
    person = person_of(row.user)
    today = timezone.localdate(now, ZONE)
    if person is None or (person.left_on is not None and person.left_on <= today):
        return None
    return person


def own_shifts(person: Person, now: dt.datetime) -> QuerySet[RosterShift]:
    """The shifts of a person in every room, around now."""
    rows = standing_shifts().filter(person=person, ends_at__gt=now - BACK)
    rows = rows.filter(starts_at__lt=now + AHEAD).select_related("station", "template")
    return rows.order_by("starts_at", "id")
