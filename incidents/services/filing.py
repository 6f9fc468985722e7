"""Filing a call: one act whatever the door, and never twice for one UUID."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.enums import EntryKind, IncidentState, Precision, Source
from incidents.models import Category, Incident, IncidentEntry, Place
from incidents.rules import missing_for_closing
from incidents.services.guards import refuse_before, refuse_future, require_operating
from incidents.services.numbers import next_numbers
from policeroom.common import audit
from policeroom.common.clients import digest, replayed
from policeroom.common.errors import DomainError
from stations.models import Station

#: Columns that a filing may set; everything else follows from acts.
FACTS = (
    "kind",
    "category",
    "place",
    "place_text",
    "narrative",
    "reported_at",
    "reported_precision",
    "occurred_from",
    "occurred_to",
    "occurred_precision",
    "dispatched_at",
    "arrived_at",
    "university_arrived_at",
    "disposition",
    "no_onsite_reason",
)


@transaction.atomic
def file_incident(
    *,
    station: Station,
    kind: str,
    narrative: str,
    reported_at: dt.datetime,
    source: str,
    by: Any,
    now: dt.datetime,
    client_uuid: uuid.UUID | None = None,
    fingerprint: str = "",
    handlers: Iterable[Any] = (),
    noted: Mapping[str, Any] | None = None,
    **facts: Any,
) -> Incident:
    """Put a call into the log of a room.

    Source: 第十三条(六). The server numbers it at arrival. A call that carries a category and a
    disposition that ends it, and is no case, is closed at once; every other one is open in the
    state its times say. `facts` are further names of `FACTS`. A resend under the same
    `client_uuid` returns the first record and writes nothing; `fingerprint` is what the client
    sent, where the values were worked out from it (else the values themselves are compared).
    `noted` ({name: [before, after]}) is kept with the first line: how the facts came about.
    Raises: ConflictError for other content under a used `client_uuid`; DomainError on times that
    cannot be, a room that does not operate, a place of another room; ValidationError on bad fields.
    """
    values = {"kind": kind, "narrative": narrative.strip(), "reported_at": reported_at, **facts}
    _require_known(values)
    people = list(handlers)
    fingerprint = fingerprint or digest(
        {"station": station.pk, "handlers": sorted(p.pk for p in people), **values}
    )
    earlier = replayed(Incident, client_uuid, fingerprint)
    if earlier is not None:
        return earlier
    incident = Incident(
        station=station,
        org_path=station.org_path,
        source=source,
        recorded_by=by,
        client_uuid=client_uuid,
        client_digest=fingerprint if client_uuid else "",
        **values,
    )
    complete_facts(incident)
    check_facts(incident, now=now)
    require_operating(station, on=timezone.localdate(incident.reported_at))
    _settle_state(incident, now=now)
    # Last, because its row lock is held until the end of the transaction.
    incident.number = next_numbers(station=station, day=timezone.localdate(now))[0]
    # Foreign keys and constraints are the database's to check: the caller fetched the rows through
    # the scope, `check_facts` has said everything a person can mend.
    incident.clean_fields(exclude=("station", "category", "place", "recorded_by"))
    incident.save(force_insert=True)
    if people:
        incident.handlers.add(*people)
    _first_entry(incident, noted or {}, by=by, now=now)
    if incident.place is not None:
        places = Place.objects.unscoped("the place was checked to be of this room")
        places.filter(pk=incident.place.pk).update(last_used_at=now)
    audit.record("incidents.file", by=by, obj=incident, after=audit.snapshot(incident, FACTS))
    return incident


def check_facts(incident: Incident, *, now: dt.datetime, new_category: bool = True) -> None:
    """Times in order, place and category of this room's area.

    A category that stays (`new_category` False) may have gone out of use meanwhile.

    Raises: DomainError naming the field, both values and the remedy.
    """
    if not incident.narrative:
        raise DomainError(_("Write what happened."), field="narrative")
    for field in ("reported_at", "occurred_from", "occurred_to", "dispatched_at", "arrived_at"):
        refuse_future(getattr(incident, field), now=now, field=field)
    refuse_future(incident.university_arrived_at, now=now, field="university_arrived_at")
    if incident.occurred_from is not None:
        refuse_before(
            incident.occurred_to, incident.occurred_from, field="occurred_to", what=_("the start")
        )
    if incident.source != Source.IMPORT and incident.reported_precision == Precision.EXACT:
        for field in ("dispatched_at", "arrived_at"):
            refuse_before(
                getattr(incident, field), incident.reported_at, field=field, what=_("the report")
            )
    if incident.place is not None and incident.place.station_id != incident.station_id:
        raise DomainError(_("Choose a place of this police room."), field="place")
    category = incident.category
    if new_category and category is not None and not offered(category, incident.org_path):
        raise DomainError(_("Choose a category that is offered here."), field="category")


def offered(category: Category, org_path: str) -> bool:
    """Whether a room at `org_path` may use the category: a base one, or one of its city."""
    return category.is_active and org_path.startswith(category.org_path)


def is_case(incident: Incident) -> bool:
    """A criminal or public-order case after its category (JS-13-6a)."""
    return incident.category is not None and bool(incident.category.case_kind)


def _require_known(values: dict[str, Any]) -> None:
    unknown = set(values) - set(FACTS)
    if unknown:
        raise TypeError(f"file_incident does not take {', '.join(sorted(unknown))}")


def complete_facts(incident: Incident) -> None:
    """What follows from what was said: the place's words, the precision of the occurrence."""
    if incident.place is not None and not incident.place_text:
        incident.place_text = incident.place.name
    if incident.occurred_from is None:
        incident.occurred_precision = Precision.UNKNOWN
    elif incident.occurred_precision == Precision.UNKNOWN:
        ranged = incident.occurred_to is not None
        incident.occurred_precision = Precision.RANGE if ranged else Precision.EXACT


def _settle_state(incident: Incident, *, now: dt.datetime) -> None:
    missing = missing_for_closing(
        has_category=incident.category is not None,
        disposition=incident.disposition,
        is_case=is_case(incident),
        transferred=False,
    )
    if not missing:
        incident.state = IncidentState.CLOSED
        incident.closed_at = now
    elif incident.disposition:
        incident.state = IncidentState.HANDLING
    elif incident.arrived_at is not None:
        incident.state = IncidentState.ON_SCENE
    elif incident.dispatched_at is not None:
        incident.state = IncidentState.DISPATCHED


def _first_entry(
    incident: Incident, noted: Mapping[str, Any], *, by: Any, now: dt.datetime
) -> None:
    IncidentEntry.objects.create(
        incident=incident,
        org_path=incident.org_path,
        kind=EntryKind.FILED,
        text=incident.narrative,
        changes={"state": ["", incident.state], **noted},
        at=now,
        recorded_by=by,
    )
