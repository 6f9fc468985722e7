"""台账: what the eight ledgers of a room hold in a month, what is due, what is missing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import models
from django.db.models import Count, F, IntegerField, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce, TruncDate

from incidents import rules_clocks as rules
from incidents.enums_clocks import KEPT_LEDGERS, EvidenceKind, Ledger, OutreachTopic
from incidents.models import (
    Dispute,
    DisputeScreening,
    DisputeStep,
    Hazard,
    HazardRecheck,
    Incident,
    NilReturn,
    OutreachActivity,
    Transfer,
    UniversityEvidence,
)
from incidents.queries.hazards import universities_of
from policeroom.common.clock import ZONE
from policeroom.common.managers import ScopedModel
from policeroom.common.parameters import parameters_on
from policeroom.common.periods import Period
from policeroom.common.verdicts import Verdict
from stations.models import EquipmentCheck, EquipmentItem, Station, University


@dataclass(frozen=True, slots=True)
class Source:
    """Rows that are entries of a ledger: where their time stands, how they hang on the room."""

    model: type[ScopedModel]
    field: str
    #: The field holds an instant, not a day.
    instant: bool
    route: str = "org_path"
    struck: bool = False


SOURCES: Final[dict[Ledger, tuple[Source, ...]]] = {
    Ledger.INCIDENTS: (Source(Incident, "reported_at", instant=True),),
    Ledger.TRANSFERS: (Source(Transfer, "handed_at", instant=True, struck=True),),
    Ledger.DISPUTES: (
        Source(Dispute, "found_on", instant=False, struck=True),
        Source(DisputeStep, "held_at", instant=True),
        Source(DisputeScreening, "held_on", instant=False),
    ),
    Ledger.HAZARDS: (
        Source(Hazard, "found_at", instant=True, struck=True),
        Source(HazardRecheck, "checked_at", instant=True),
    ),
    Ledger.OUTREACH: (Source(OutreachActivity, "held_on", instant=False, struck=True),),
    Ledger.EQUIPMENT: (
        Source(EquipmentItem, "started_on", instant=False, route="station__org_path"),
        Source(EquipmentCheck, "checked_on", instant=False, route="item__station__org_path"),
    ),
}


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One ledger of a room: its last entry, and each asked month."""

    ledger: Ledger
    kept: bool
    last_on: dt.date | None
    #: Entries, nil return and verdict of each month, in the order asked.
    months: tuple[LedgerMonth, ...]


@dataclass(frozen=True, slots=True)
class LedgerMonth:
    """What a ledger holds in one month."""

    month: Period
    entries: int
    nil: NilReturn | None
    verdict: Verdict


def ledger_lines(
    station: Station, months: Sequence[Period], *, today: dt.date
) -> tuple[LedgerLine, ...]:
    """The eight ledgers of a room in the given months: two queries, whatever they hold."""
    facts = _facts(station, months)
    rows = NilReturn.objects.unscoped("nil returns of a room its caller fetched").filter(
        station=station, month__in=[month.start for month in months]
    )
    nils = {(row.ledger, row.month): row for row in rows.select_related("recorded_by")}
    lines = []
    for ledger in Ledger:
        kept = ledger in SOURCES
        last, counts = _summed(ledger, facts, len(months)) if kept else (None, [0] * len(months))
        held = []
        for month, entries in zip(months, counts, strict=True):
            nil = nils.get((ledger.value, month.start))
            verdict = rules.ledger_kept(
                kept=kept,
                entries=entries,
                nil_return=nil is not None,
                month_over=month.end <= today,
            )
            held.append(LedgerMonth(month, entries, nil, verdict))
        lines.append(LedgerLine(ledger, kept, last, tuple(held)))
    return tuple(lines)


def entries_in(station: Station, ledger: str, month: Period) -> int:
    """Entries of one ledger in a month; a ledger not kept yet has none."""
    if ledger not in KEPT_LEDGERS:
        return 0
    return _summed(Ledger(ledger), _facts(station, [month]), 1)[1][0]


def screenings_in(station: Station, month: Period) -> int:
    """Screenings for disputes in a month (JS-13-1)."""
    rows = DisputeScreening.objects.unscoped("screenings of a room its caller fetched")
    return rows.filter(
        org_path=station.org_path, held_on__gte=month.start, held_on__lt=month.end
    ).count()


@dataclass(frozen=True, slots=True)
class UniversityLine:
    """What one university of a room still lacks (第十三条(三), (四))."""

    university: University
    topics: Verdict
    missing_topics: tuple[OutreachTopic, ...]
    review: Verdict
    plan: Verdict
    drill: Verdict
    last: dict[str, dt.date]


def university_lines(station: Station, *, today: dt.date) -> tuple[UniversityLine, ...]:
    """Topics of the academic year and evidence of each university: four queries."""
    universities = list(universities_of(station, on=today))
    year = rules.academic_year(today)
    covered = _topics(station, year)
    last = _evidence(station, on=today)
    limit = int(parameters_on(today)["P-18"])
    lines = []
    for university in universities:
        found = covered.get(university.pk, set())
        dates = {kind: day for (pk, kind), day in last.items() if pk == university.pk}
        lines.append(
            UniversityLine(
                university=university,
                topics=rules.topics_covered(
                    covered=found, required=OutreachTopic.values, year_over=year.end <= today
                ),
                missing_topics=tuple(t for t in OutreachTopic if t.value not in found),
                review=rules.evidence_on_file("JS-13-3a", last_on=dates.get(EvidenceKind.REVIEW)),
                plan=rules.evidence_on_file("JS-13-3c", last_on=dates.get(EvidenceKind.PLAN)),
                drill=rules.drilled(
                    last_on=dates.get(EvidenceKind.DRILL), on=today, limit_days=limit
                ),
                last=dates,
            )
        )
    return tuple(lines)


def _topics(station: Station, year: rules.Year) -> dict[int, set[str]]:
    """University -> topics the room held for it in the year."""
    rows = OutreachActivity.objects.unscoped("activities of a room its caller fetched").filter(
        org_path=station.org_path,
        held_on__gte=year.start,
        held_on__lt=year.end,
        struck_at__isnull=True,
    )
    covered: dict[int, set[str]] = {}
    for university, topics in rows.order_by().values_list("universities", "topics"):
        covered.setdefault(university, set()).update(topics)
    return covered


def _evidence(station: Station, *, on: dt.date) -> dict[tuple[int, str], dt.date]:
    """(university, kind) -> the latest day up to `on`."""
    rows = UniversityEvidence.objects.unscoped("evidence of a room its caller fetched").filter(
        org_path=station.org_path, struck_at__isnull=True, held_on__lte=on
    )
    found = rows.order_by().values_list("university", "kind")
    latest = found.annotate(day=models.Max("held_on"))
    return {(university, kind): day for university, kind, day in latest}


def _facts(station: Station, months: Sequence[Period]) -> dict[str, Any]:
    """Last day and counts of every source in one query, named by ledger and position."""
    columns: dict[str, Any] = {}
    for ledger, sources in SOURCES.items():
        for place, source in enumerate(sources):
            name = f"{ledger.value}_{place}"
            columns[f"{name}_last"] = _last(source)
            for number, month in enumerate(months):
                columns[f"{name}_{number}"] = _count(source, month)
    rows = Station.objects.unscoped("a room its caller fetched through the scope")
    found: dict[str, Any] = rows.filter(pk=station.pk).values(**columns).get()
    return found


def _rows(source: Source) -> models.QuerySet:
    rows = source.model.objects.unscoped("entries of a room its caller fetched")
    rows = rows.filter(**{source.route: OuterRef("org_path")})
    return rows.filter(struck_at__isnull=True) if source.struck else rows


def _last(source: Source) -> Subquery:
    """Day of the newest entry, by the index of the list."""
    day = TruncDate(source.field, tzinfo=ZONE) if source.instant else F(source.field)
    return Subquery(_rows(source).order_by(f"-{source.field}").values(day=day)[:1])


def _count(source: Source, month: Period) -> Coalesce:
    start, end = (month.starts_at, month.ends_at) if source.instant else (month.start, month.end)
    rows = _rows(source).filter(**{f"{source.field}__gte": start, f"{source.field}__lt": end})
    counted = rows.order_by().values(one=Value(1)).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), Value(0))


def _summed(ledger: Ledger, facts: dict[str, Any], months: int) -> tuple[dt.date | None, list[int]]:
    names = [f"{ledger.value}_{place}" for place in range(len(SOURCES[ledger]))]
    last = max((day for name in names if (day := facts[f"{name}_last"])), default=None)
    return last, [sum(facts[f"{name}_{number}"] for name in names) for number in range(months)]
