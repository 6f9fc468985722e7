"""Where the pages of a roster lead back to: the week or the month somebody came from."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from duty.forms.roster import PeriodForm
from duty.queries.roster import monday_of
from policeroom.common.access import scope_of
from policeroom.common.clock import ZONE
from policeroom.common.pages import Link
from stations.models import Station


def week_url(station: Station, day: dt.date) -> str:
    """Page of the week that holds a day."""
    return f"{reverse('duty:roster-room', args=[station.pk])}?on={monday_of(day)}"


def month_url(station: Station, day: dt.date) -> str:
    """Page of the month that holds a day."""
    return f"{reverse('duty:roster-month', args=[station.pk])}?month={day:%Y-%m}"


def trail_of(station: Station, day: dt.date, url: str = "") -> list[Link]:
    """The way up from an act on the roster; the week of `day` where no other page is named."""
    return [
        Link(_("Who is here"), reverse("duty:presence-list")),
        Link(station.name, reverse("duty:presence-room", args=[station.pk])),
        Link(_("Roster"), url or week_url(station, day)),
    ]


@dataclass(frozen=True, slots=True)
class Back:
    """The page an act was begun on; `day` lies in it."""

    station: Station
    day: dt.date
    by_month: bool

    def url(self, day: dt.date | None = None) -> str:
        """The page, or the one of the same kind that holds a day."""
        page = month_url if self.by_month else week_url
        return page(self.station, day or self.day)

    def cell_url(self, person: int, day: dt.date) -> str:
        """The page of a day, at somebody's cell."""
        return f"{self.url(day)}#{cell_id(person, day)}"

    @property
    def trail(self) -> list[Link]:
        return trail_of(self.station, self.day, self.url())


def cell_id(person: int, day: dt.date) -> str:
    """Name of a cell in the page of the month."""
    return f"c{person}-{day}"


def came_from(request: HttpRequest, station: Station) -> Back:
    """What `?month=` or `?on=` of the address say; else the week of today."""
    form = PeriodForm(request.GET, scope=scope_of(request))
    form.is_valid()
    asked = form.cleaned_data
    today = timezone.localdate(timezone.now(), ZONE)
    return Back(station, asked.get("month") or asked.get("on") or today, bool(asked.get("month")))
