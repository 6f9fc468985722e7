"""Counts of incidents by county, kept by triggers in the transaction of the facts.

Each statement on incidents appends rows with what it added or took away; a figure is the sum of its
rows. Nothing is updated in place, so a filing never waits for another or for a long import, and no
two can lock each other out. `services.rollups.fold_figures` sums up what has gathered.
The path is called `county_path` because no move rewrites it: the incidents move, their counts with
them.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from incidents.enums import IncidentKind
from policeroom.common.managers import ScopedManager
from policeroom.common.models import PATH_COLLATION, ScopedModel

#: Stands for "no category" in the figures.
NO_CATEGORY = 0
#: Stands for "hour not known" in the figures.
NO_HOUR = -1
#: Codes in `ResponseFigure.minutes` of calls without a response time.
NO_ARRIVAL, NOT_EXACT, BEFORE_REPORT = -1, -2, -3


class Figure(ScopedModel):
    """One change of a count. Calls whose day is not known are in none."""

    county_path = models.CharField(max_length=6, db_collation=PATH_COLLATION, editable=False)
    n = models.IntegerField(editable=False)
    #: Whether the row already is a sum.
    folded = models.BooleanField(default=False, editable=False)

    objects: ClassVar[ScopedManager] = ScopedManager("county_path")

    class Meta:
        abstract = True
        default_manager_name = "everything"
        base_manager_name = "everything"


class DayFigure(Figure):
    """Day × county × category × kind."""

    day = models.DateField(editable=False)
    category = models.BigIntegerField(editable=False)
    kind = models.CharField(max_length=12, choices=IncidentKind.choices, editable=False)

    class Meta(Figure.Meta):
        indexes = [
            models.Index(
                fields=["day", "county_path"],
                include=["category", "kind", "n"],
                name="dayfigure_idx",
            ),
            models.Index(fields=["id"], condition=Q(folded=False), name="dayfigure_fresh_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.county_path} {self.n:+d}"


class MonthFigure(Figure):
    """Month × county × category × kind; `month` is its first day."""

    month = models.DateField(editable=False)
    category = models.BigIntegerField(editable=False)
    kind = models.CharField(max_length=12, choices=IncidentKind.choices, editable=False)

    class Meta(Figure.Meta):
        indexes = [
            models.Index(
                fields=["month", "county_path"],
                include=["category", "kind", "n"],
                name="monthfigure_idx",
            ),
            models.Index(fields=["id"], condition=Q(folded=False), name="monthfigure_fresh_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.county_path} {self.n:+d}"


class HourFigure(Figure):
    """Month × county × weekday (1 Monday to 7) × hour of the report, `NO_HOUR` if not exact."""

    month = models.DateField(editable=False)
    weekday = models.SmallIntegerField(editable=False)
    hour = models.SmallIntegerField(editable=False)

    class Meta(Figure.Meta):
        indexes = [
            models.Index(
                fields=["month", "county_path"],
                include=["weekday", "hour", "n"],
                name="hourfigure_idx",
            ),
            models.Index(fields=["id"], condition=Q(folded=False), name="hourfigure_fresh_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.county_path} {self.weekday}/{self.hour} {self.n:+d}"


class ResponseFigure(Figure):
    """Month × county × whole minutes from report to arrival, or the code why there are none."""

    month = models.DateField(editable=False)
    minutes = models.SmallIntegerField(editable=False)

    class Meta(Figure.Meta):
        indexes = [
            models.Index(
                fields=["month", "county_path"], include=["minutes", "n"], name="responsefigure_idx"
            ),
            models.Index(fields=["id"], condition=Q(folded=False), name="responsefigure_fresh_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.county_path} {self.minutes} {self.n:+d}"
