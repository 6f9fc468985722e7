"""What people are typing, on the server: kept until the record it became is confirmed.

A draft is its owner's alone. Nothing here is audited: a draft is not an act yet, and it is saved
every few seconds.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from policeroom.common.errors import DomainError
from policeroom.common.models import Draft

#: Largest payload in bytes of JSON, open drafts of one person, days until a draft is purged.
PAYLOAD_BYTES: Final = 64 * 1024
OPEN_DRAFTS: Final = 20
KEPT: Final = dt.timedelta(days=14)

#: Form code -> what the page "My drafts" calls it; apps above add theirs when they start.
FORMS: dict[str, Any] = {}


class Outcome(StrEnum):
    """What became of a save."""

    SAVED = "saved"
    STALE = "stale"  # a later revision with other text is here already and stays
    CLOSED = "closed"  # the record exists, or the draft was discarded


@dataclass(frozen=True, slots=True)
class Saved:
    """The answer to a save: what happened, and the revision the server now holds."""

    outcome: Outcome
    revision: int


def register(code: str, label: Any) -> None:
    """Name a form whose drafts are kept; once for each, from an app's `ready` or forms module."""
    FORMS[code] = label


def label_of(code: str) -> str:
    """What people call the form of a draft."""
    return str(FORMS.get(code, gettext_lazy("Kind of form")))


@transaction.atomic
def save(
    *,
    user: Any,
    key: uuid.UUID,
    form: str,
    page: str,
    payload: dict[str, Any],
    revision: int,
    at: dt.datetime,
) -> Saved:
    """Keep the text under its key unless a later revision is here.

    The same revision with the same text counts as saved, so that a request may be sent twice.
    Raises: DomainError beyond 64 KiB or 20 open drafts, with the remedy; ValidationError for an
    address or a code that no page of ours sends.
    """
    _require_fit(payload)
    earlier = _locked(user, key)
    if earlier is None:
        _require_room(user)
        earlier = _locked(user, key)  # another tab may have made it while we waited for the lock
    if earlier is None:
        draft = Draft(
            user=user,
            key=key,
            form=form,
            page=page,
            payload=payload,
            revision=revision,
            saved_at=at,
        )
        _require_own_page(page)
        draft.clean_fields(exclude=("user", "payload"))
        draft.save(force_insert=True)
        return Saved(Outcome.SAVED, revision)
    if earlier.closed_at is not None:
        return Saved(Outcome.CLOSED, earlier.revision)
    if revision <= earlier.revision:
        same = revision == earlier.revision and payload == earlier.payload
        return Saved(Outcome.SAVED if same else Outcome.STALE, earlier.revision)
    earlier.payload, earlier.revision, earlier.saved_at = payload, revision, at
    earlier.save(update_fields=["payload", "revision", "saved_at"])
    return Saved(Outcome.SAVED, revision)


def open_drafts(user: Any) -> QuerySet[Draft]:
    """The person's own drafts that still hold text, newest first."""
    return Draft.objects.filter(user=user, closed_at__isnull=True)


def closed_among(user: Any, keys: list[uuid.UUID]) -> list[uuid.UUID]:
    """Which of the keys are done with: a device forgets its copies of those."""
    rows = Draft.objects.filter(user=user, key__in=keys, closed_at__isnull=False).order_by("key")
    return list(rows.values_list("key", flat=True))


def take(*, user: Any, key: uuid.UUID) -> Draft | None:
    """One open draft of the person."""
    return open_drafts(user).filter(key=key).first()


def confirmed(user: Any, key: uuid.UUID | None, *, at: dt.datetime) -> None:
    """The record with this client UUID exists: its draft is empty from now on.

    Called in the transaction that writes the record, whether or not a draft was ever saved: a save
    that is still on its way must not bring the text back. One statement.
    """
    if key is None:
        return
    closed = Draft(user=user, key=key, payload={}, saved_at=at, closed_at=at)
    Draft.objects.bulk_create(
        [closed],
        update_conflicts=True,
        unique_fields=["user", "key"],
        update_fields=["payload", "closed_at"],
    )


def discard(*, user: Any, key: uuid.UUID, at: dt.datetime) -> None:
    """Throw the text away, because its owner said so."""
    confirmed(user, key, at=at)


def purge(*, at: dt.datetime) -> int:
    """Remove what nobody touched for 14 days (requirement 58); returns how many rows."""
    return int(Draft.objects.filter(saved_at__lt=at - KEPT).delete()[0])


def _locked(user: Any, key: uuid.UUID) -> Draft | None:
    return Draft.objects.select_for_update().filter(user=user, key=key).first()


def _require_fit(payload: dict[str, Any]) -> None:
    size = len(json.dumps(payload, ensure_ascii=False).encode())
    if size > PAYLOAD_BYTES:
        raise DomainError(
            _("This text is %(size)d KiB long; a draft holds %(limit)d KiB. Save the form now.")
            % {"size": -(-size // 1024), "limit": PAYLOAD_BYTES // 1024}
        )


def _require_room(user: Any) -> None:
    """Counted under a lock on the person's row: two tabs cannot both make the twentieth."""
    get_user_model().objects.select_for_update().filter(pk=user.pk).first()
    if open_drafts(user).count() >= OPEN_DRAFTS:
        raise DomainError(
            _(
                "You have %(limit)d drafts already. This text is kept on this device only: finish "
                "or discard one of your drafts."
            )
            % {"limit": OPEN_DRAFTS}
        )


def _require_own_page(page: str) -> None:
    if not page.startswith("/") or page.startswith(("//", "/\\")):
        raise ValidationError({"page": _("This is no page of this site.")})
