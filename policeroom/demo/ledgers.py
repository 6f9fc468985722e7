"""What has no clock but is counted by month or year: disputes, outreach, evidence, nil returns."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from django.db.models.functions import TruncMonth
from django.utils import timezone

from incidents.enums import IncidentState
from incidents.enums_clocks import (
    DisputeKind,
    DisputeOutcome,
    DisputeRoute,
    DisputeStepKind,
    EventRisk,
    EvidenceKind,
    Ledger,
    OutreachForm,
    OutreachTopic,
)
from incidents.models import (
    Dispute,
    DisputeScreening,
    DisputeStep,
    Incident,
    NilReturn,
    OutreachActivity,
    UniversityEvidence,
)
from incidents.queries.registers import SOURCES
from incidents.rules_clocks import academic_year
from incidents.services.disputes import SERIES as DISPUTES
from incidents.services.outreach import SERIES as OUTREACH
from policeroom.common.clock import ZONE
from policeroom.common.periods import Period, month_before, month_of
from policeroom.demo.stage import BATCH, Stage, number_rows, opened_at, write
from stations.models import CoverageLink, Station

PER_ROOM: Final = 6
MONTHS: Final = 8
KINDS: Final = {
    "dispute.traffic": DisputeKind.TRAFFIC,
    "dispute.dormitory": DisputeKind.DORMITORY,
    "dispute.consumer": DisputeKind.CONSUMER,
    "dispute.noise": DisputeKind.NOISE,
}
AREAS: Final = ("宿舍区、食堂和校门", "学生公寓和操场", "商业街、快递站和校门")
#: Title, form and topics of a year's five activities; together they cover the ten topics.
ACTIVITIES: Final = (
    ("开学安全第一课", OutreachForm.LECTURE, ("public_safety", "cyber")),
    ("反诈宣传进宿舍", OutreachForm.CLASS_MEETING, ("telecom_fraud", "sextortion")),
    ("禁毒宣传摆台", OutreachForm.STALL, ("drugs", "cults")),
    ("防范校园贷与传销班会", OutreachForm.CLASS_MEETING, ("loans", "pyramid")),
    ("国家安全与反恐讲座", OutreachForm.LECTURE, ("national_security", "terrorism")),
)
#: What a room out of order lacks, by its place in the list: a whole kind, or a recent drill.
LACKS: Final = (EvidenceKind.REVIEW, EvidenceKind.PLAN, EvidenceKind.DRILL, "drill-recent")
DAY = dt.timedelta(days=1)


def build_ledgers(stage: Stage, incidents: Iterable[Incident]) -> None:
    """Disputes, screenings, outreach and evidence of the whole province, then the nil returns."""
    _disputes(stage, incidents)
    write(list(_screenings(stage)))
    universities = universities_by_room(stage.stations)
    _outreach(stage, universities)
    write(list(_evidence(stage, universities)))
    write(list(_nil_returns(stage)))


def universities_by_room(stations: Iterable[Station]) -> dict[int, set[int]]:
    """Room -> ids of the universities it serves: where it stands, and what it covers."""
    found: dict[int, set[int]] = defaultdict(set)
    for station in stations:
        if station.campus is not None:
            found[station.pk].add(station.campus.university_id)
    links = CoverageLink.objects.unscoped("demo: every link").filter(valid_to__isnull=True)
    for room, university in links.values_list("station_id", "campus__university_id"):
        found[room].add(university)
    return found


def months_back(stage: Stage) -> list[Period]:
    """The months before this one, the latest first."""
    months = [month_before(month_of(stage.today))]
    while len(months) < MONTHS:
        months.append(month_before(months[-1]))
    return months


# --- disputes -------------------------------------------------------------------------------------


def _disputes(stage: Stage, incidents: Iterable[Incident]) -> None:
    chosen: dict[int, list[Incident]] = defaultdict(list)
    for incident in incidents:
        disputed = incident.category is not None and incident.category.dispute
        if disputed and incident.state == IncidentState.CLOSED:
            chosen[incident.station_id].append(incident)
    # the latest of each room: incidents come in the order of their reports
    rows = [_dispute(stage, row) for calls in chosen.values() for row in calls[-PER_ROOM:]]
    number_rows(rows, DISPUTES, lambda row: row.found_on)
    steps = [step for row in rows for step in _steps(stage, row)]
    write(rows)
    write(steps)


def _dispute(stage: Stage, incident: Incident) -> Dispute:
    assert incident.category is not None  # noqa: S101 -- the caller chose disputes
    return Dispute(
        station=incident.station,
        org_path=incident.org_path,
        incident=incident,
        kind=KINDS.get(incident.category.code, DisputeKind.OTHER),
        place_text=incident.place_text,
        summary=incident.narrative,
        found_on=timezone.localdate(incident.reported_at),
        risk=stage.rng.choices(EventRisk.values, (7, 2, 1))[0],
        repeated=stage.rng.random() < 0.1,
        route=stage.rng.choice(DisputeRoute.values),
        recorded_by=stage.author,
    )


def _steps(stage: Stage, row: Dispute) -> Iterator[DisputeStep]:
    """Mediations and visits as far as time allows; what they come to is set on `row`."""
    held = dt.datetime.combine(row.found_on, dt.time(16), ZONE) + DAY * stage.rng.randint(1, 4)
    if held > stage.now:
        return
    outcomes = stage.rng.choices(
        (
            ("agreed", "kept"),
            ("open", "agreed", "kept"),
            ("agreed", "broken"),
            ("failed",),
            ("open",),
        ),
        (60, 15, 6, 9, 10),
    )[0]
    for outcome in outcomes:
        visit = outcome in {DisputeOutcome.KEPT, DisputeOutcome.BROKEN}
        yield DisputeStep(
            dispute=row,
            org_path=row.org_path,
            kind=DisputeStepKind.FOLLOW_UP if visit else DisputeStepKind.MEDIATION,
            held_at=held,
            outcome=outcome,
            with_units="保卫处、学院" if not visit else "",
            recorded_by=stage.author,
        )
        agreed = {"agreed": True, "kept": True, "failed": False}.get(outcome)
        row.agreed, row.closed_at = agreed, held if agreed is not None else None
        held += DAY * stage.rng.randint(6, 12)
        if held > stage.now:
            return


def _screenings(stage: Stage) -> Iterator[DisputeScreening]:
    """A screening each month; rooms out of order leave each fourth month out (JS-13-1)."""
    months = [month_of(stage.today), *months_back(stage)]
    for index, (room, kept) in enumerate(stage.rooms):
        for place, month in enumerate(months):
            day = month.start + DAY * (index % 20 + 3)
            if day > stage.today or day < room.opened_on or (not kept and place % 4 == 1):
                continue
            yield DisputeScreening(
                station=room,
                org_path=room.org_path,
                held_on=day,
                found=stage.rng.choice((0, 0, 0, 1, 1, 2)),
                areas=AREAS[(index + place) % len(AREAS)],
                recorded_by=stage.author,
            )


# --- universities ---------------------------------------------------------------------------------


def _outreach(stage: Stage, universities: dict[int, set[int]]) -> None:
    """Five activities of this academic year and two of the one before (JS-13-4).

    Rooms out of order have not held all of them: some topics are missing.
    """
    start = academic_year(stage.today).start
    passed = (stage.today - start).days
    rows = []
    for index, (room, kept) in enumerate(stage.rooms):
        held = ACTIVITIES if kept else ACTIVITIES[: 1 + index % 4]
        days = [start + DAY * (passed * place // len(ACTIVITIES)) for place in range(len(held))]
        rows += [_activity(stage, room, *each) for each in zip(held, days, strict=True)]
        earlier = (start - DAY * 150, start - DAY * 90)
        rows += [
            _activity(stage, room, *each) for each in zip(ACTIVITIES[:2], earlier, strict=True)
        ]
    number_rows(rows, OUTREACH, lambda row: row.held_on)
    write(rows)
    through = OutreachActivity.universities.through
    through.objects.bulk_create(
        (
            through(outreachactivity_id=row.pk, university_id=university)
            for row in rows
            for university in sorted(universities[row.station_id])
        ),
        batch_size=BATCH,
    )


def _activity(
    stage: Stage, room: Station, what: tuple[str, str, tuple[str, ...]], day: dt.date
) -> OutreachActivity:
    title, form, topics = what
    return OutreachActivity(
        station=room,
        org_path=room.org_path,
        held_on=max(day, room.opened_on),
        title=title,
        topics=[topic for topic in OutreachTopic.values if topic in topics],
        form=form,
        audience_count=stage.rng.randint(4, 60) * 10,
        partners="保卫处、学工处",
        recorded_by=stage.author,
    )


def _evidence(stage: Stage, universities: dict[int, set[int]]) -> Iterator[UniversityEvidence]:
    """Review, plan and drill of each university (JS-13-3a, c, d); rooms out of order lack one."""
    for index, (room, kept) in enumerate(stage.rooms):
        lacks = "" if kept else LACKS[index % len(LACKS)]
        for university in sorted(universities[room.pk]):
            for kind in EvidenceKind:
                if kind == lacks:
                    continue
                old = kind == EvidenceKind.DRILL and lacks == LACKS[-1]
                back = 400 if old else stage.rng.randint(20, 200)
                yield UniversityEvidence(
                    station=room,
                    org_path=room.org_path,
                    university_id=university,
                    kind=kind,
                    held_on=max(stage.today - DAY * back, room.opened_on),
                    document_no="" if kind == EvidenceKind.DRILL else f"{room.code}-{kind}",
                    note="消防疏散演练" if kind == EvidenceKind.DRILL else "",
                    recorded_by=stage.author,
                )


# --- nil returns ----------------------------------------------------------------------------------


def _nil_returns(stage: Stage) -> Iterator[NilReturn]:
    """Rooms in order say which months had nothing to enter (JS-11-5); the others say nothing."""
    filled = _filled()
    for room, kept in stage.rooms:
        for month in months_back(stage) if kept else ():
            if month.end <= opened_at(room).date():
                continue
            for ledger in SOURCES:
                if (ledger, room.org_path, month.start) not in filled:
                    yield NilReturn(
                        station=room,
                        org_path=room.org_path,
                        ledger=ledger,
                        month=month.start,
                        recorded_by=stage.author,
                    )


def _filled() -> set[tuple[Ledger, str, dt.date]]:
    """Ledger, room and month of everything that is entered: one query per source."""
    found = set()
    for ledger, sources in SOURCES.items():
        for source in sources:
            rows = source.model.objects.unscoped("demo: what the ledgers hold")
            if source.struck:
                rows = rows.filter(struck_at__isnull=True)
            zone = ZONE if source.instant else None
            months = rows.order_by().annotate(of=TruncMonth(source.field, tzinfo=zone))
            for path, month in months.values_list(source.route, "of").distinct():
                day = timezone.localdate(month) if isinstance(month, dt.datetime) else month
                found.add((ledger, path, day))
    return found
