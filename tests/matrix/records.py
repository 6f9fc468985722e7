"""Addresses of the form and the record, and incidents in every relation to the cast.

Other parts use the kind "incident" too. The rows of one incident under another one's address do
not exist.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from typing import Final

from django.utils import timezone

from incidents.enums import IncidentKind, IncidentLinkKind, PartyRole, Source
from incidents.models import Incident, IncidentAttachment, IncidentLink, PartyHold
from incidents.services.filing import file_incident
from incidents.services.parties import add_party
from incidents.services.timeline import add_entry
from policeroom.accounts.models import User
from stations.models import Station
from tests.matrix import Route
from tests.world import World, make_user

EDIT, PARTIES, REVIEW = "incidents.edit", "incidents.parties", "incidents.review"

ROUTES: Final[dict[str, Route]] = {
    "incidents:new": Route("incidents.file"),
    "incidents:people": Route("incidents.file"),
    **{
        f"incidents:{name}": Route("incidents.view", "incident")
        for name in ("detail", "live", "print")
    },
    "incidents:edit": Route(EDIT, "incident-field", EDIT),
    **{
        f"incidents:{name}": Route(EDIT, "incident", EDIT)
        for name in ("advance", "fix", "entry-new", "handler-new", "attachment-new", "link-new")
    },
    "incidents:close": Route("incidents.close", "incident", "incidents.close"),
    "incidents:reopen": Route("incidents.reopen", "incident", "incidents.reopen"),
    "incidents:review": Route(REVIEW, "incident", REVIEW),
    "incidents:entry-strike": Route(EDIT, "incident-entry", EDIT),
    "incidents:handler-remove": Route(EDIT, "incident-handler", EDIT),
    "incidents:attachment": Route("incidents.view", "incident-attachment"),
    "incidents:attachment-strike": Route(EDIT, "incident-attachment", EDIT),
    "incidents:link-strike": Route(EDIT, "incident-link", EDIT),
    **{
        f"incidents:{name}": Route(PARTIES, "incident", PARTIES)
        for name in ("party-new", "parties-reveal")
    },
    "incidents:party-strike": Route(PARTIES, "incident-party", PARTIES),
    "incidents:hold-new": Route(REVIEW, "incident", REVIEW),
    "incidents:hold-lift": Route(REVIEW, "incident-hold", REVIEW),
}
#: They take a POST only, or bring a file or a part of a page.
NOT_A_PAGE: Final[set[str]] = {
    "incidents:people",
    "incidents:live",
    "incidents:advance",
    "incidents:close",
    "incidents:fix",
    "incidents:review",
    "incidents:entry-new",
    "incidents:handler-remove",
    "incidents:attachment",
    "incidents:parties-reveal",
    "incidents:hold-lift",
}
NEEDS_A_STATE: Final[set[str]] = set()


def add_targets(world: World, add: Callable[..., None], author: User) -> None:
    """One incident of each room with everything that hangs on it, and mixed addresses."""
    rooms = (world.station_a1, world.center_a, world.station_a2, world.station_b1)
    made = {room.pk: _incident(room, author) for room in rooms}
    for room in rooms:
        here, pk = room.org_path, made[room.pk]["incident"]["pk"]
        for what, ids in made[room.pk].items():
            kind = "incident" if what == "incident" else f"incident-{what}"
            add(kind, f"{kind} of {room.code}", {here}, here, **{"pk": pk, **ids})
    own = made[world.station_a1.pk]["incident"]["pk"]
    for what, ids in made[world.station_b1.pk].items():
        if what not in {"incident", "field"}:
            add(f"incident-{what}", "mixed", set(), "", **{"pk": own, **ids})


def _incident(room: Station, author: User) -> dict[str, dict[str, int | str]]:
    now = timezone.now()
    handler = make_user(f"21{room.pk:04d}", f"处警{room.pk}", room.unit)
    first, second = (
        file_incident(
            station=room,
            kind=IncidentKind.REPORT,
            narrative="南门两车相碰",
            reported_at=now - dt.timedelta(minutes=10),
            source=Source.FORM,
            by=author,
            now=now,
            handlers=[handler],
        )
        for _copy in range(2)
    )
    entry = add_entry(incident=first, text="保安到场", by=author, now=now)
    party = add_party(incident=first, role=PartyRole.REPORTER, name="王小明", by=author, now=now)
    return {
        "incident": {"pk": first.pk},
        "field": {"field": "kind"},
        "entry": {"row": entry.pk},
        "handler": {"person": handler.pk},
        "attachment": {"row": _file(first, author).pk},
        "link": {"row": _link(first, second, author).pk},
        "party": {"row": party.pk},
        "hold": {"row": _hold(first, author).pk},
    }


def _file(incident: Incident, author: User) -> IncidentAttachment:
    content = b"%PDF-1.4 %%EOF"
    return IncidentAttachment.objects.create(
        incident=incident,
        org_path=incident.org_path,
        filename="a.pdf",
        content_type="application/pdf",
        content=content,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        recorded_by=author,
    )


def _link(incident: Incident, other: Incident, author: User) -> IncidentLink:
    return IncidentLink.objects.create(
        incident=incident,
        other=other,
        org_path=incident.org_path,
        kind=IncidentLinkKind.RELATED,
        recorded_by=author,
    )


def _hold(incident: Incident, author: User) -> PartyHold:
    return PartyHold.objects.create(
        incident=incident, org_path=incident.org_path, reason="诉讼", recorded_by=author
    )
