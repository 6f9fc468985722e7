"""From new to closed: each step is an act with its instant."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from incidents.enums import EntryKind, IncidentState
from incidents.models import Incident
from incidents.rules import (
    MISSING_CATEGORY,
    MISSING_DISPOSITION,
    MISSING_TRANSFER,
    missing_for_closing,
)
from incidents.services.filing import is_case
from incidents.services.guards import local, locked, refuse_before, refuse_future
from incidents.services.timeline import note_change
from policeroom.common import audit
from policeroom.common.errors import DomainError

#: state -> column that holds the instant it was reached.
INSTANTS: Final = {
    IncidentState.DISPATCHED: "dispatched_at",
    IncidentState.ON_SCENE: "arrived_at",
}
_ORDER: Final = list(IncidentState)


#: What a missing piece is called in a sentence.
MISSING_LABELS: Final = {
    MISSING_CATEGORY: _lazy("the category"),
    MISSING_DISPOSITION: _lazy("the disposition"),
    MISSING_TRANSFER: _lazy("the transfer of the case"),
}


class IncompleteError(DomainError):
    """An incident that cannot be closed yet; `missing` holds the codes of `incidents.rules`."""

    def __init__(self, message: str, missing: tuple[str, ...]) -> None:
        super().__init__(message)
        self.missing = missing


def missing_of(incident: Incident) -> tuple[str, ...]:
    """What still stands in the way of closing (one query)."""
    return missing_for_closing(
        has_category=incident.category_id is not None,
        disposition=incident.disposition,
        is_case=is_case(incident),
        transferred=incident.transfers.filter(struck_at__isnull=True).exists(),
    )


@transaction.atomic
def advance(
    *, incident: Incident, state: str, at: dt.datetime, by: Any, now: dt.datetime
) -> Incident:
    """Move an open incident on: dispatched, on scene, being handled; steps may be skipped.

    Asking for the state it already has changes nothing.
    Raises: DomainError for a step back, for closing (`close_incident` does that), for a closed
    incident, or an instant before the report or in the future.
    """
    wanted = IncidentState(state)
    incident = locked(incident)
    _require_open(incident)
    if wanted == IncidentState.CLOSED:
        raise DomainError(_("Close the incident instead."))
    if incident.state == wanted:
        return incident
    if _ORDER.index(wanted) < _ORDER.index(IncidentState(incident.state)):
        raise DomainError(
            _("The incident already is “%(state)s”; it does not go back to “%(wanted)s”.")
            % {"state": incident.get_state_display(), "wanted": wanted.label}
        )
    refuse_future(at, now=now, field="at")
    refuse_before(at, incident.reported_at, field="at", what=_("the report"))
    before = incident.state
    changed = ["state", "version"]
    incident.state = wanted
    column = INSTANTS.get(wanted)
    if column and getattr(incident, column) is None:
        setattr(incident, column, at)
        changed.append(column)
    _store(incident, changed, before=before, by=by, at=at)
    return incident


@transaction.atomic
def close_incident(
    *, incident: Incident, by: Any, now: dt.datetime, at: dt.datetime | None = None
) -> Incident:
    """Close an incident that is complete; closing a closed one changes nothing.

    Source: JS-13-6a (规范第十三条(六)).
    Raises: IncompleteError naming what is missing; DomainError on an instant that cannot be.
    """
    incident = locked(incident)
    if not incident.is_open:
        return incident
    missing = missing_of(incident)
    if missing:
        names = ", ".join(str(MISSING_LABELS[code]) for code in missing)
        text = _("The incident cannot be closed yet: %(names)s is missing.")
        raise IncompleteError(text % {"names": names}, missing)
    closed_at = at or now
    refuse_future(closed_at, now=now, field="at")
    refuse_before(closed_at, incident.reported_at, field="at", what=_("the report"))
    before = incident.state
    incident.state = IncidentState.CLOSED
    incident.closed_at = closed_at
    _store(incident, ["state", "closed_at", "version"], before=before, by=by, at=closed_at)
    return incident


@transaction.atomic
def reopen_incident(*, incident: Incident, reason: str, by: Any, now: dt.datetime) -> Incident:
    """Take a closed incident up again, with the reason in its timeline.

    Raises: DomainError without a reason, or for an incident that is open.
    """
    if not reason.strip():
        raise DomainError(_("Say why the incident is taken up again."), field="reason")
    incident = locked(incident)
    if incident.is_open:
        raise DomainError(_("The incident is open."))
    incident.state = IncidentState.HANDLING
    incident.closed_at = None
    _store(
        incident,
        ["state", "closed_at", "version"],
        before=IncidentState.CLOSED,
        by=by,
        at=now,
        text=reason.strip(),
    )
    return incident


@transaction.atomic
def review_incident(*, incident: Incident, by: Any, now: dt.datetime) -> Incident:
    """Mark a closed incident as read and in order; from then on only supplements are added.

    Raises: DomainError for an open incident, or one the reviewer recorded.
    """
    incident = locked(incident)
    if incident.is_open:
        raise DomainError(_("Only a closed incident can be reviewed."))
    if incident.reviewed_at is not None:
        return incident
    if incident.recorded_by_id == by.pk:
        raise DomainError(_("Somebody else reviews what you recorded."))
    incident.reviewed_at = now
    incident.reviewed_by = by
    incident.version += 1
    incident.save(update_fields=["reviewed_at", "reviewed_by", "version"])
    note_change(incident, kind=EntryKind.STATE, changes={"reviewed": [False, True]}, by=by, at=now)
    audit.record("incidents.review", by=by, obj=incident, after={"reviewed_at": local(now)})
    return incident


def _require_open(incident: Incident) -> None:
    if not incident.is_open:
        raise DomainError(_("The incident is closed. Take it up again first, with a reason."))


def _store(
    incident: Incident,
    fields: list[str],
    *,
    before: str,
    by: Any,
    at: dt.datetime,
    text: str = "",
) -> None:
    incident.version += 1
    incident.save(update_fields=fields)
    changes = {"state": [before, str(incident.state)]}
    note_change(incident, kind=EntryKind.STATE, changes=changes, by=by, at=at, text=text)
    audit.record(
        "incidents.state",
        by=by,
        obj=incident,
        before={"state": before},
        after={"state": str(incident.state)},
    )
