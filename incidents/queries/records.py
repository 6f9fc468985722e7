"""Reads of one record: its parts, its clocks, what is still open, and what its forms offer."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet

from incidents.enums import ON_SCENE_DISPOSITIONS, IncidentKind
from incidents.matching import Vocabulary, suggest
from incidents.models import (
    Category,
    Dispute,
    Incident,
    IncidentAttachment,
    IncidentEntry,
    IncidentLink,
    IncidentParty,
    PartyHold,
    Place,
    Transfer,
    UrgentNotice,
    UrgentSide,
)
from incidents.queries.vocabulary import base_lexicon, category_terms, own_rules
from incidents.rules import (
    MISSING_ARRIVAL,
    MISSING_ONSITE_REASON,
    MISSING_UNIVERSITY_ARRIVAL,
    handled_on_scene,
    joint_response,
)
from personnel.models import RoleGrant
from personnel.queries import valid_at
from policeroom.accounts.models import User
from policeroom.common.managers import ScopedQuerySet
from policeroom.common.models import Deadline
from policeroom.common.roles import STATION_ROLES
from policeroom.common.scope import Scope
from policeroom.common.verdicts import Status
from stations.models import Station

#: Lines of the timeline on one page; the last ones are shown first.
TIMELINE_PAGE: Final = 100
#: Recent calls of a room that say which categories it uses most.
RECENT: Final = 300
#: Chips that digits choose.
CHIPS: Final = 9
#: Records whose clocks belong to an incident -> the way from them to it.
CLOCKED: Final = (
    (Incident, "pk"),
    (Transfer, "incident"),
    (UrgentNotice, "incident"),
    (UrgentSide, "notice__incident"),
    (Dispute, "incident"),
)


def record_rows() -> ScopedQuerySet:
    """Incidents with everything the head and the facts of a record read."""
    return Incident.objects.select_related(
        "station", "category__parent", "place", "recorded_by", "reviewed_by"
    )


@dataclass(frozen=True, slots=True)
class Timeline:
    """A page of the timeline, oldest line first, and where the earlier ones are."""

    entries: list[IncidentEntry]
    before: int | None


def timeline(incident: Incident, scope: Scope, *, before: int | None = None) -> Timeline:
    """The last lines before the line `before`, each with its strike."""
    rows = IncidentEntry.objects.within(scope, action="incidents.view").filter(incident=incident)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(
        rows.select_related("recorded_by", "struck_by__recorded_by", "strikes").order_by("-id")[
            : TIMELINE_PAGE + 1
        ]
    )
    more = len(found) > TIMELINE_PAGE
    shown = found[:TIMELINE_PAGE][::-1]
    return Timeline(shown, shown[0].pk if more else None)


def attachments_of(incident: Incident, scope: Scope) -> QuerySet[IncidentAttachment]:
    """Files of the record without their content, struck ones included."""
    rows = IncidentAttachment.objects.within(scope, action="incidents.view").filter(
        incident=incident
    )
    return rows.defer("content").select_related("recorded_by", "struck_by").order_by("id")


def links_of(incident: Incident, scope: Scope) -> list[IncidentLink]:
    """Links of the record whose other end the reader may see, struck ones included."""
    rows = IncidentLink.objects.unscoped("both ends are narrowed to the reader's scope")
    return list(
        rows.filter(Q(incident=incident) | Q(other=incident))
        .filter(scope.q("incident__org_path", action="incidents.view"))
        .filter(scope.q("other__org_path", action="incidents.view"))
        .select_related("incident__category", "other__category", "recorded_by", "struck_by")
        .order_by("id")
    )


def link_row(incident: Incident, scope: Scope) -> QuerySet[IncidentLink]:
    """Running links at either end, both ends within the scope; for acts on one of them."""
    rows = IncidentLink.objects.unscoped("both ends are narrowed to the reader's scope")
    return (
        rows.filter(Q(incident=incident) | Q(other=incident))
        .filter(scope.q("incident__org_path", action="incidents.view"))
        .filter(scope.q("other__org_path", action="incidents.view"))
        .select_related("incident", "other")
    )


def parties_of(incident: Incident, scope: Scope) -> list[IncidentParty]:
    """People of the record that are not struck."""
    rows = IncidentParty.objects.within(scope, action="incidents.view").filter(
        incident=incident, struck_at__isnull=True
    )
    return list(rows.order_by("id"))


def running_hold(incident: Incident, scope: Scope) -> PartyHold | None:
    """The hold that keeps the people of the record, if one runs."""
    rows = PartyHold.objects.within(scope, action="incidents.view").filter(
        incident=incident, lifted_at__isnull=True
    )
    return rows.select_related("recorded_by").first()


def expired_parties(before: dt.datetime) -> QuerySet[IncidentParty]:
    """People of incidents closed before the instant, not purged yet and not on hold."""
    holds = PartyHold.objects.unscoped("retention runs for every room").filter(
        incident=OuterRef("incident"), lifted_at__isnull=True
    )
    rows = IncidentParty.objects.unscoped("retention runs for every room")
    return rows.filter(
        ~Exists(holds), purged_at__isnull=True, incident__closed_at__lt=before
    ).order_by("pk")


def clocks_of(incident: Incident) -> list[Deadline]:
    """Every clock of the incident and of what hangs on it, the next one to end first."""
    condition = Q(pk__in=[])
    for model, way in CLOCKED:
        ids: Any = [incident.pk]
        if model is not Incident:
            ids = model._base_manager.filter(**{way: incident.pk}).values("pk")
        condition |= Q(object_type=model._meta.label_lower, object_id__in=ids)
    rows = Deadline.objects.unscoped("clocks of an incident fetched through the scope")
    return list(rows.filter(condition).order_by("due_at", "id"))


def duties(incident: Incident) -> tuple[str, ...]:
    """What the regulation asks of the record beside what closing asks for.

    Source: JS-13-6c, JS-14-5 (第十三条(六), 第十四条(五)).
    """
    category = incident.category
    help_or_dispute = incident.kind == IncidentKind.ASSISTANCE or bool(
        category and category.dispute
    )
    found = []
    if incident.disposition:
        verdict = handled_on_scene(
            applies=help_or_dispute,
            closed=True,
            on_scene=incident.disposition in ON_SCENE_DISPOSITIONS,
            reason_given=bool(incident.no_onsite_reason),
        )
        if verdict.status == Status.FAIL:
            found.append(MISSING_ONSITE_REASON)
    verdict = joint_response(
        emergency=bool(category and category.emergency),
        police_arrived=incident.arrived_at is not None,
        university_arrived=incident.university_arrived_at is not None,
    )
    if verdict.status == Status.FAIL:
        if incident.arrived_at is None:
            found.append(MISSING_ARRIVAL)
        if incident.university_arrived_at is None:
            found.append(MISSING_UNIVERSITY_ARRIVAL)
    return tuple(found)


def offered_categories(station: Station) -> QuerySet[Category]:
    """Categories the room may use: the base ones and those of its city, as a tree."""
    paths = ["", station.org_path[:2], station.org_path[:4]]
    return (
        Category.objects.filter(is_active=True, org_path__in=paths)
        .select_related("parent")
        .order_by("sort", "code")
    )


def likely_categories(incident: Incident, *, now: dt.datetime) -> list[Category]:
    """Up to nine categories for a call without one.

    First those its narrative speaks of, then those of its kind the room uses most.
    """
    path = incident.org_path
    words = Vocabulary(
        places=(), categories=category_terms(path), rules=own_rules(path), base=base_lexicon()
    )
    spoken = suggest(incident.narrative, vocabulary=words, now=now).category
    order = {found.code: rank for rank, found in enumerate(spoken)}
    recent = (
        Incident.objects.unscoped("calls of the room of a fetched incident")
        .filter(station_id=incident.station_id, category__isnull=False)
        .order_by("-reported_at", "-id")
        .values_list("category_id", flat=True)[:RECENT]
    )
    often = Counter(recent)
    rows = [c for c in offered_categories(incident.station) if c.parent_id or c.code in order]
    rows.sort(
        key=lambda c: (
            order.get(c.code, len(order)),
            c.kind != incident.kind,
            -often[c.pk],
            c.sort,
            c.code,
        )
    )
    return rows[:CHIPS]


def places_of(station: Station) -> QuerySet[Place]:
    """Places the room offers, the last used first."""
    rows = Place.objects.unscoped("places of a room fetched through the scope")
    return rows.filter(station=station, is_active=True).order_by(
        models.F("last_used_at").desc(nulls_last=True), "name"
    )


def people_of(station: Station, *, at: Iterable[dt.datetime]) -> QuerySet[User]:
    """People who held a station role at the room at one of the instants."""
    instants = Q(pk__in=[])
    for instant in at:
        instants |= valid_at(instant)
    grants = RoleGrant.objects.filter(
        instants,
        role__in=sorted(STATION_ROLES),
        content_object__org_path=station.org_path,
        user=OuterRef("pk"),
    )
    return User.objects.filter(Exists(grants)).order_by("name", "username")


def last_change(incident: Incident, column: str) -> IncidentEntry | None:
    """The line of the last change of a column: who decided what stands there now."""
    rows = IncidentEntry.objects.unscoped("timeline of an incident fetched through the scope")
    return (
        rows.filter(incident=incident, changes__has_key=column)
        .select_related("recorded_by")
        .order_by("-id")
        .first()
    )
