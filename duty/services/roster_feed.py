"""Open and revoke the address under which a calendar reads somebody's own shifts."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Any, Final

from django.db import transaction

from duty.models import RosterFeed
from duty.models.roster_feed import digest_of
from policeroom.accounts.models import User
from policeroom.common import audit

#: Random bytes of a secret: nobody guesses 256 bits, so no counter of failed guesses is needed.
SECRET_BYTES: Final = 32


@transaction.atomic
def open_feed(*, user: User, by: Any, at: dt.datetime) -> str:
    """A new key for the calendar of a user, told once; one opened before ends.

    The key is `<id of the row>.<secret>`.
    """
    User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    RosterFeed.objects.filter(user=user, revoked_at__isnull=True).update(revoked_at=at)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    row = RosterFeed.objects.create(user=user, secret_digest=digest_of(secret))
    audit.record("roster.feed-open", by=by, obj=row, org_path=user.org_path)
    return f"{row.pk}.{secret}"


@transaction.atomic
def revoke_feed(*, user: User, by: Any, at: dt.datetime) -> bool:
    """End the address of a user; False if there is none."""
    rows = RosterFeed.objects.select_for_update(of=("self",))
    row = rows.filter(user=user, revoked_at__isnull=True).first()
    if row is None:
        return False
    row.revoked_at = at
    row.save(update_fields=["revoked_at"])
    audit.record("roster.feed-revoke", by=by, obj=row, org_path=user.org_path)
    return True
