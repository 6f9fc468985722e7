"""Places of a room: added, renamed, no longer offered; and learned from what officers write."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from incidents.matching import is_place_name
from incidents.matching.text import normalise
from incidents.matching.variants import variants
from incidents.models import Place
from policeroom.common import audit
from policeroom.common.errors import DomainError
from stations.models import Campus, Station

FIELDS = ("station", "campus", "name", "aliases", "is_active")
#: Other names of one place, and how long each may be.
ALIASES_MOST, ALIAS_LONGEST = 10, 20


@transaction.atomic
def learn_place(*, station: Station, text: str, by: Any, now: dt.datetime) -> Place | None:
    """The place a filing means by a text: a known one, or a new one of the room.

    A text that is no short clean name stays text (None), and so does a name that is no longer
    offered. Two filings at once make one place: the constraint decides, the loser reads the row.
    """
    text = " ".join(normalise(text).split())
    if not is_place_name(text):
        return None
    known = _known(station, text)
    if known is not None:
        return known if known.is_active else None
    place, created = Place.objects.unscoped(
        "unique name of a room its caller fetched"
    ).get_or_create(
        station=station, name=text, defaults={"campus": station.campus, "last_used_at": now}
    )
    if created:
        audit.record("places.learn", by=by, obj=place, after=audit.snapshot(place, FIELDS))
    return place if place.is_active else None


@transaction.atomic
def add_place(
    *, station: Station, name: str, by: Any, aliases: str = "", campus: Campus | None = None
) -> Place:
    """Add a place by hand.

    Raises: DomainError for a name or other name that another place of the room has.
    """
    place = Place(station=station, campus=campus or station.campus)
    _name(place, name, aliases)
    place.full_clean(exclude=("org_path",))
    place.save()
    audit.record("places.add", by=by, obj=place, after=audit.snapshot(place, FIELDS))
    return place


@transaction.atomic
def edit_place(*, place: Place, name: str, aliases: str, by: Any) -> Place:
    """Rename a place or change its other names; what was filed keeps the words it was filed with.

    Raises: as `add_place`.
    """
    before = audit.snapshot(place, FIELDS)
    _name(place, name, aliases)
    place.full_clean(exclude=("org_path",))
    place.save(update_fields=["name", "aliases", "name_pinyin", "org_path"])
    audit.record(
        "places.edit", by=by, obj=place, before=before, after=audit.snapshot(place, FIELDS)
    )
    return place


@transaction.atomic
def offer_place(*, place: Place, offered: bool, by: Any) -> Place:
    """Stop offering a place, or offer it again; nothing happens where it already is so."""
    if place.is_active == offered:
        return place
    place.is_active = offered
    place.save(update_fields=["is_active", "name_pinyin", "org_path"])
    audit.record(
        "places.offer" if offered else "places.stop",
        by=by,
        obj=place,
        before={"is_active": not offered},
        after={"is_active": offered},
    )
    return place


def _name(place: Place, name: str, aliases: str) -> None:
    """Set the names of a place, in the one form that is compared.

    Raises: DomainError naming the field and the value.
    """
    place.name = " ".join(normalise(name).split())
    words = list(dict.fromkeys(normalise(aliases.replace("、", " ").replace(",", " ")).split()))
    words = [word for word in words if word != place.name]
    if len(words) > ALIASES_MOST:
        raise DomainError(
            _("%(count)d other names are too many; keep the %(most)d most used.")
            % {"count": len(words), "most": ALIASES_MOST},
            field="aliases",
        )
    if len(place.name) < 2 or place.name.isdigit():
        raise DomainError(
            _("“%(name)s” is too short for a name; write at least two characters.")
            % {"name": place.name},
            field="name",
        )
    for word in words:
        if not 2 <= len(word) <= ALIAS_LONGEST or word.isdigit():
            raise DomainError(
                _("“%(name)s” cannot be an other name: 2 to %(most)d characters, not only digits.")
                % {"name": word, "most": ALIAS_LONGEST},
                field="aliases",
            )
    place.aliases = " ".join(words)
    _refuse_taken(place, words)


def _refuse_taken(place: Place, words: list[str]) -> None:
    others = _rows(place.station).exclude(pk=place.pk)
    for other in others:
        theirs = {other.name, *other.aliases.split()}
        for field, word in (("name", place.name), *(("aliases", word) for word in words)):
            if word in theirs:
                raise DomainError(
                    _("“%(word)s” already means “%(place)s”.")
                    % {"word": word, "place": other.name},
                    field=field,
                )


def _known(station: Station, text: str) -> Place | None:
    """The place whose name, other name or usual shortening the text is."""
    rows = list(_rows(station).order_by("-is_active", "id"))
    for names in (_said, _shortened):
        found = next((row for row in rows if text in names(row)), None)
        if found is not None:
            return found
    return None


def _said(place: Place) -> set[str]:
    return {normalise(name) for name in (place.name, *place.aliases.split())}


def _shortened(place: Place) -> tuple[str, ...]:
    return variants(normalise(place.name))


def _rows(station: Station) -> Any:
    rows = Place.objects.unscoped("places of a room its caller fetched through the scope")
    return rows.filter(station=station)
