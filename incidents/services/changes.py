"""Changes of a record: single facts, each with the value it was changed from.

Two people who change different facts never meet. Who changes a fact that somebody changed
meanwhile is shown both values; a narrative is merged where the two worked on different phrases.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db import models, transaction
from django.utils.translation import gettext as _

from incidents.enums import EntryKind, Source
from incidents.merging import merge_texts
from incidents.models import Incident
from incidents.services.filing import check_facts, complete_facts
from incidents.services.guards import locked, require_operating
from incidents.services.states import MISSING_LABELS, IncompleteError, missing_of
from incidents.services.timeline import note_change
from policeroom.common import audit
from policeroom.common.clock import ZONE
from policeroom.common.errors import ConflictError, DomainError

#: What is changed as one -> its columns. Columns that only make sense together stand together.
FIELDS: Final[dict[str, tuple[str, ...]]] = {
    "kind": ("kind",),
    "category": ("category",),
    "place": ("place", "place_text"),
    "narrative": ("narrative",),
    "reported": ("reported_at", "reported_precision"),
    "occurred": ("occurred_precision", "occurred_from", "occurred_to"),
    "dispatched": ("dispatched_at",),
    "arrived": ("arrived_at",),
    "university_arrived": ("university_arrived_at",),
    "disposition": ("disposition",),
    "onsite_reason": ("no_onsite_reason",),
}


@dataclass(frozen=True, slots=True)
class Patch:
    """One fact as somebody wants it. `base` is the token of the value they saw."""

    base: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FieldConflict:
    """A fact that changed meanwhile: what is stored now, and what was to be stored."""

    field: str
    theirs: dict[str, Any]
    mine: dict[str, Any]


class FieldConflictError(ConflictError):
    """Somebody changed the same facts meanwhile (HTTP 409); nothing was written."""

    def __init__(self, conflicts: tuple[FieldConflict, ...]) -> None:
        text = _("Somebody else changed this meanwhile. Both values are shown; decide.")
        super().__init__(text, field=conflicts[0].field)
        self.conflicts = conflicts


def token(incident: Incident, field: str) -> str:
    """The value of a fact as a form carries it along, and as it comes back as `Patch.base`."""
    return token_of(_stored(incident, field))


@transaction.atomic
def patch_incident(
    *, incident: Incident, patches: Mapping[str, Patch], by: Any, now: dt.datetime
) -> Incident:
    """Change the named facts (keys of `FIELDS`) of an incident that is not reviewed yet.

    A fact whose stored value is no longer the patch's base is a conflict, unless both are equal;
    a narrative is merged first. All facts are written, or none. What changes nothing writes
    nothing, so a resend does no harm.
    Raises: FieldConflictError with both values; IncompleteError where a closed incident would lose
    what closing asked for; DomainError after the review or on facts that cannot be.
    """
    incident = locked(incident)
    _refuse_reviewed(incident)
    before = _snapshot(incident)
    conflicts = [found for name, p in patches.items() if (found := _apply(incident, name, p))]
    if conflicts:
        raise FieldConflictError(tuple(conflicts))
    complete_facts(incident)
    changed = {c: v for c, v in _snapshot(incident).items() if before[c] != v}
    if not changed:
        return incident
    _check(incident, changed, now=now)
    incident.version += 1
    incident.save(update_fields=[*changed, "version"])
    _note(incident, {c: [before[c], v] for c, v in changed.items()}, by=by, now=now)
    return incident


@transaction.atomic
def add_handler(*, incident: Incident, person: Any, by: Any, now: dt.datetime) -> bool:
    """Add one person who handles the incident; False if they already do.

    Raises: DomainError after the review.
    """
    incident = locked(incident)
    _refuse_reviewed(incident)
    if incident.handlers.filter(pk=person.pk).exists():
        return False
    incident.handlers.add(person)
    _count(incident)
    _note(incident, {"handlers": ["", person.name]}, by=by, now=now)
    return True


@transaction.atomic
def remove_handler(*, incident: Incident, person: Any, by: Any, now: dt.datetime) -> bool:
    """Take one person off the incident; False if they were not on it.

    Raises: DomainError after the review.
    """
    incident = locked(incident)
    _refuse_reviewed(incident)
    if not incident.handlers.filter(pk=person.pk).exists():
        return False
    incident.handlers.remove(person)
    _count(incident)
    _note(incident, {"handlers": [person.name, ""]}, by=by, now=now)
    return True


def _refuse_reviewed(incident: Incident) -> None:
    if incident.reviewed_at is not None:
        raise DomainError(_("The incident is reviewed: add a supplement instead of a change."))


def _apply(incident: Incident, field: str, patch: Patch) -> FieldConflict | None:
    """Put the patch into `incident`, or say with what it collides."""
    columns = FIELDS[field]
    if unknown := set(patch.values) - set(columns):
        raise TypeError(f"{field} does not take {', '.join(sorted(unknown))}")
    stored = _stored(incident, field)
    wanted = {column: patch.values.get(column, stored[column]) for column in columns}
    if patch.base != token_of(stored) and token_of(wanted) != token_of(stored):
        merged = _merged(patch, wanted, stored) if field == "narrative" else None
        if merged is None:
            return FieldConflict(field, theirs=stored, mine=wanted)
        wanted = {"narrative": merged}
    for column, value in wanted.items():
        setattr(incident, column, value.strip() if isinstance(value, str) else value)
    return None


def _merged(patch: Patch, wanted: dict[str, Any], stored: dict[str, Any]) -> str | None:
    try:
        (base,) = json.loads(patch.base)
    except (ValueError, TypeError):
        return None  # nothing to merge from: both texts are shown
    return merge_texts(base=str(base), mine=wanted["narrative"].strip(), theirs=stored["narrative"])


def _stored(incident: Incident, field: str) -> dict[str, Any]:
    return {column: getattr(incident, column) for column in FIELDS[field]}


def token_of(values: Mapping[str, Any]) -> str:
    """The token of given values, in the order of their columns."""
    return json.dumps([_comparable(v) for v in values.values()], ensure_ascii=False)


def _comparable(value: Any) -> Any:
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, dt.datetime):
        return value.astimezone(ZONE).isoformat()
    return value.strip() if isinstance(value, str) else value


def _snapshot(incident: Incident) -> dict[str, Any]:
    """Every column that can change, as the timeline and the trail keep it."""
    return {
        column: _kept(getattr(incident, column)) for group in FIELDS.values() for column in group
    }


def _kept(value: Any) -> Any:
    """Stable codes and names: what is kept reads the same in every language."""
    if isinstance(value, models.Model):
        return getattr(value, "code", "") or str(value)
    if isinstance(value, dt.datetime):
        return value.astimezone(ZONE).isoformat()
    return audit.plain(value)


def _check(incident: Incident, changed: dict[str, Any], *, now: dt.datetime) -> None:
    check_facts(incident, now=now, new_category="category" in changed)
    incident.clean_fields(exclude=("station", "category", "place", "recorded_by"))
    if "reported_at" in changed:
        require_operating(incident.station, on=incident.reported_at.astimezone(ZONE).date())
    if incident.is_open or incident.source == Source.IMPORT:
        return
    missing = missing_of(incident)
    if missing:
        names = ", ".join(str(MISSING_LABELS[code]) for code in missing)
        text = _("A closed incident keeps what closing asked for; %(names)s would be missing.")
        raise IncompleteError(text % {"names": names}, missing)


def _count(incident: Incident) -> None:
    incident.version += 1
    incident.save(update_fields=["version"])


def _note(incident: Incident, changes: dict[str, list[Any]], *, by: Any, now: dt.datetime) -> None:
    note_change(incident, kind=EntryKind.CHANGE, changes=changes, by=by, at=now)
    audit.record(
        "incidents.edit",
        by=by,
        obj=incident,
        before={name: old for name, (old, _new) in changes.items()},
        after={name: new for name, (_old, new) in changes.items()},
    )
