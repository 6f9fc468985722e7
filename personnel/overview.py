"""The strength of a room on the overview of its file."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from personnel.queries.strength import strength_of
from personnel.strength import Assessment
from personnel.tables.strength import STATE_TONES, STATE_WORDS, shown, state_of, why
from policeroom.common.pages import Fact, fact
from policeroom.common.scope import Scope
from policeroom.common.templatetags.ui import number
from stations.models import Station
from stations.overview import OverviewCard, register


def strength_facts(found: Assessment) -> list[Fact]:
    """Required, present and missing, officers and auxiliaries, and why."""
    code = state_of(found)
    tone, mark = STATE_TONES[code]
    pair = _("%(have)s present, %(need)s required")
    facts = [
        Fact(_("State"), STATE_WORDS[code], tone=tone, mark=mark, hint=why(found)),
        fact(_("People missing"), found.gap),
        fact(_("Officers"), pair % {"have": found.room.officers, "need": found.need.officers}),
        fact(
            _("Auxiliaries"),
            pair % {"have": found.room.auxiliaries, "need": shown(found.need.auxiliaries)},
        ),
    ]
    if found.room.is_center:
        return [*facts, fact(_("Universities covered"), len(found.room.universities))]
    as_of = _("as of %(day)s") % {"day": found.room.population_on}
    hint = as_of if found.room.population_on else ""
    return [*facts, fact(_("People on the campus"), number(found.room.population), hint=hint)]


@register
def strength_card(station: Station, scope: Scope, on: dt.date) -> OverviewCard | None:
    """Shown to who may see the people of the room, while it is open."""
    if not scope.allows("people.view", station.org_path):
        return None
    found = strength_of(station, on)
    if found is None:
        return None
    url = reverse("personnel:room-strength", args=[station.pk])
    content: dict[str, Any] = {"facts": strength_facts(found), "url": f"{url}?on={on}"}
    return OverviewCard("people/_strength_card.html", content)
