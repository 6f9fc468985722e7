"""The quick line: a line of words and what a person chose become one call of the log."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from incidents.enums import Source
from incidents.matching import Suggestion, suggest
from incidents.matching.text import normalise
from incidents.models import Category, Incident, Place
from incidents.queries.vocabulary import vocabulary_of
from incidents.services.filing import file_incident
from incidents.services.guards import CLOCK_SKEW, local
from incidents.services.places import learn_place
from policeroom.accounts.models import User
from policeroom.common.clients import replayed
from policeroom.common.errors import DomainError
from stations.models import Station

#: What a call must say to be filed; when is now and who is the writer, unless the words say else.
REQUIRED: Final = ("category", "place")
#: A call that waited longer on a device is entered by hand, with its time.
LONGEST_WAIT: Final = dt.timedelta(days=7)
#: Time words that say when it was reported. Others (昨晚2330) say when it happened.
_SHORTHAND: Final = re.compile(r"t|-\d{1,3}|\d{4}")


class UnsaidError(DomainError):
    """The line leaves open what or where; `asks` holds the question of each slot, in order."""

    def __init__(self, missing: tuple[str, ...]) -> None:
        questions = {
            "category": _("What is it? Choose a category."),
            "place": _("Where is it? Choose a place, or write it."),
        }
        self.asks = {name: questions[name] for name in missing}
        super().__init__(" ".join(self.asks.values()))


@dataclass(frozen=True, slots=True)
class Line:
    """What was typed, and what a person decided.

    `chosen` holds the decided slots only: category (row), place (row or words), kind, disposition,
    reported_at, handlers (people). None, "" or () there means "not known", whatever the words say.
    `captured_at` is the device's instant; `as_it_is`: filed even where something is unsaid.
    """

    text: str
    chosen: Mapping[str, Any] = field(default_factory=dict)
    captured_at: dt.datetime | None = None
    as_it_is: bool = False
    offline: bool = False


@transaction.atomic
def file_quick(
    *,
    station: Station,
    line: Line,
    by: Any,
    now: dt.datetime,
    client_uuid: uuid.UUID | None = None,
    fingerprint: str = "",
) -> Incident:
    """File a line: what nobody chose is worked out from its words, as the screen suggested it.

    Source: 第十三条(六). Words are read at the instant of the capture, so that "-15" of a call that
    waited for a line means what it meant. `fingerprint` is the digest of what the client sent: a
    resend gives the first record, also where the words would say something else by now. A device
    clock that differs by more than `CLOCK_SKEW` is kept with the first line of the record.
    Raises: UnsaidError; DomainError for a capture older than `LONGEST_WAIT`; as `file_incident`.
    """
    earlier = replayed(Incident, client_uuid, fingerprint)
    if earlier is not None:
        return earlier
    if not line.text.strip():
        raise DomainError(_("Write what happened."), field="text")
    captured = _captured(line, now=now)
    found = suggest(line.text, vocabulary=vocabulary_of(station, at=captured), now=captured)
    _require_said(line, found)
    facts = {
        **_what(line, found),
        **_where(line, found, station=station, by=by, now=now),
        **_when(line, found, captured=captured),
        "handlers": _who(line, found, by=by),
    }
    narrative = _told(line, found)
    late = line.captured_at is not None and abs(now - line.captured_at) > CLOCK_SKEW
    noted = {}
    if narrative != line.text.strip():
        noted["typed"] = ["", line.text.strip()]
    if late and line.captured_at is not None:
        noted["captured_at"] = [line.captured_at.isoformat(), now.isoformat()]
    return file_incident(
        station=station,
        narrative=narrative,
        source=Source.OFFLINE if late or line.offline else Source.QUICK,
        by=by,
        now=now,
        client_uuid=client_uuid,
        fingerprint=fingerprint,
        noted=noted,
        **facts,
    )


def _captured(line: Line, *, now: dt.datetime) -> dt.datetime:
    """The instant the words relate to: the device's, never after the server's."""
    if line.captured_at is None:
        return now
    if line.captured_at < now - LONGEST_WAIT:
        raise DomainError(
            _(
                "This call was captured at %(instant)s, more than %(days)d days ago. Enter it in"
                " the full form, with its time."
            )
            % {"instant": local(line.captured_at), "days": LONGEST_WAIT.days}
        )
    return min(line.captured_at, now)


def _require_said(line: Line, found: Suggestion) -> None:
    said = {"category": found.category, "place": found.place}
    missing = tuple(name for name in REQUIRED if name not in line.chosen and not said[name])
    if missing and not line.as_it_is:
        raise UnsaidError(missing)


def _what(line: Line, found: Suggestion) -> dict[str, Any]:
    """Category, kind and disposition. A category that was chosen brings its usual kind."""
    if "category" in line.chosen:
        category = line.chosen["category"]
    else:
        category = Category.objects.filter(pk__in=[f.id for f in found.category[:1]]).first()
    usual = category.kind if category is not None and "category" in line.chosen else ""
    done = found.disposition[0].code if found.disposition else ""
    return {
        "category": category,
        "kind": line.chosen.get("kind") or usual or found.kind[0].code,
        "disposition": line.chosen.get("disposition", done),
    }


def _where(
    line: Line, found: Suggestion, *, station: Station, by: Any, now: dt.datetime
) -> dict[str, Any]:
    """The place, and its words where it is no place of the room; a clean new name is learned."""
    first = found.place[0] if found.place else None
    if "place" in line.chosen:
        place = line.chosen["place"]
    elif first is not None and first.id is not None:
        rows = Place.objects.unscoped("a place of the room its caller fetched")
        place = rows.get(pk=first.id)
    else:
        place = first.text if first is not None else None
    if not isinstance(place, str):
        return {"place": place}
    return {
        "place": learn_place(station=station, text=place, by=by, now=now),
        "place_text": place,
    }


def _when(line: Line, found: Suggestion, *, captured: dt.datetime) -> dict[str, Any]:
    """When it was reported; words that tell when it happened are kept as that."""
    at = found.time.at
    reported = at if at is not None and _is_shorthand(found) else captured
    facts: dict[str, Any] = {"reported_at": line.chosen.get("reported_at") or reported}
    if at is not None and not _is_shorthand(found):
        facts["occurred_from"] = at
    return facts


def _who(line: Line, found: Suggestion, *, by: Any) -> list[User]:
    """Who handled it: the chosen, else the named, else the writer."""
    if "handlers" in line.chosen:
        return list(line.chosen["handlers"])
    named = User.objects.filter(pk__in=[item.id for item in found.handlers]).order_by("pk")
    return list(named) or [by]


def _told(line: Line, found: Suggestion) -> str:
    """The story: without words that the record's own fields now say.

    Where a person decided otherwise than such words say, everything stays as it was typed.
    """
    typed = line.text.strip()
    return typed if _overruled(line, found) else (found.rest.strip() or typed)


def _overruled(line: Line, found: Suggestion) -> bool:
    said: dict[str, Any] = {}
    if found.place:
        said["place"] = found.place[0].id or found.place[0].text
    if found.disposition:
        said["disposition"] = found.disposition[0].code
    if found.handlers:
        said["handlers"] = {item.id for item in found.handlers}
    if found.time.at is not None and _is_shorthand(found):
        said["reported_at"] = found.time.at
    return any(name in line.chosen and _key(line.chosen[name]) != said[name] for name in said)


def _key(chosen: Any) -> Any:
    if isinstance(chosen, Place):
        return chosen.pk
    if isinstance(chosen, (list, tuple)):
        return {person.pk for person in chosen}
    return chosen


def _is_shorthand(found: Suggestion) -> bool:
    return _SHORTHAND.fullmatch(normalise(found.time.text)) is not None
