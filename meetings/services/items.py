"""Acts on action items: decide, give another date, close."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from meetings.models import ActionItem, Meeting
from policeroom.common import audit
from policeroom.common.clock import ZONE
from policeroom.common.errors import DomainError
from stations.models import Station

LOCK: Final = "lock of a row its caller fetched through the scope"


@transaction.atomic
def add_item(
    *,
    meeting: Meeting,
    station: Station,
    regime: str,
    text: str,
    owner: str,
    due_on: dt.date,
    by: Any,
) -> ActionItem:
    """Write down a decision with who does it until when.

    Source: 第十四条(二) 「工作跟进」. It comes first in the next paper until it is closed.
    Raises: DomainError for a meeting that was not held or did not sit for the room and regime, or
    a day before the meeting; ValidationError for empty words.
    """
    if meeting.held_at is None:
        raise DomainError(_("Enter the meeting as held first: decisions are made in it."))
    if not meeting.sittings.filter(station=station, regime=regime).exists():
        raise DomainError(_("This meeting did not sit for that."), field="regime")
    first = meeting.held_at.astimezone(ZONE).date()
    if due_on < first:
        raise DomainError(
            _("%(day)s lies before the meeting (%(first)s). Enter a day from then on.")
            % {"day": due_on, "first": first},
            field="due_on",
        )
    item = ActionItem(
        meeting=meeting,
        station=station,
        regime=regime,
        text=text.strip(),
        owner=owner.strip(),
        due_on=due_on,
        first_due_on=due_on,
        recorded_by=by,
    )
    item.full_clean(exclude=("meeting", "station", "recorded_by"))
    item.save(force_insert=True)
    audit.record("meetings.item", by=by, obj=item, after={"due_on": due_on.isoformat()})
    return item


@transaction.atomic
def redate_item(*, item: ActionItem, due_on: dt.date, by: Any, now: dt.datetime) -> ActionItem:
    """Give an open item a later day, before it runs out or after.

    Source: JS-14-2f: done or re-dated.
    Raises: DomainError for a closed item, or a day that is not later.
    """
    current = _open(item)
    today = now.astimezone(ZONE).date()
    if due_on <= current.due_on or due_on < today:
        raise DomainError(
            _("Enter a day after %(due)s that is not over.") % {"due": current.due_on},
            field="due_on",
        )
    before = {"due_on": current.due_on.isoformat()}
    current.due_on = due_on
    current.save(update_fields=["due_on", "org_path"])
    after = {"due_on": due_on.isoformat()}
    audit.record("meetings.item-redate", by=by, obj=current, before=before, after=after)
    return current


@transaction.atomic
def close_item(*, item: ActionItem, result: str, by: Any, now: dt.datetime) -> ActionItem:
    """Say what came of an item.

    Raises: DomainError for a closed item or without a result.
    """
    current = _open(item)
    if not result.strip():
        raise DomainError(_("Say what came of it."), field="result")
    current.done_on, current.result = now.astimezone(ZONE).date(), result.strip()
    current.clean_fields(exclude=("meeting", "station", "recorded_by"))
    current.save(update_fields=["done_on", "result", "org_path"])
    audit.record("meetings.item-close", by=by, obj=current, after={"result": current.result})
    return current


def _open(item: ActionItem) -> ActionItem:
    rows = ActionItem.objects.unscoped(LOCK).select_for_update(of=("self",))
    current: ActionItem = rows.select_related("station").get(pk=item.pk)
    if current.done_on is not None:
        raise DomainError(
            _("This item was closed on %(day)s: %(result)s")
            % {"day": current.done_on, "result": current.result}
        )
    return current
