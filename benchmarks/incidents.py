"""The log at size: each reader's pages beside hand-written SQL for the same rows."""

from __future__ import annotations

import datetime as dt
import resource
import uuid
from collections.abc import Callable, Iterator
from typing import Any, Final

from django.core.cache import cache
from django.db import connection, transaction
from django.test import override_settings
from django.utils import timezone

from benchmarks import calls as log
from benchmarks import floor
from benchmarks.cases import Bench, Reader, prepare
from benchmarks.goals import NOISE, Goal
from benchmarks.measure import Figures, measure
from benchmarks.province import generate
from incidents.enums import IncidentKind, Source
from incidents.models import Category, Incident, IncidentText
from incidents.services.filing import file_incident
from incidents.services.numbers import next_numbers
from policeroom.common.paging import keyset_page

STATIONS: Final = 3000
PAGE: Final = 51
EXPORTED: Final = 10_000

_LIST = """
SELECT i.id, i.number, i.kind, i.place_text, i.narrative, i.reported_at, i.state, i.disposition,
       s.name, c.name
FROM incidents_incident i JOIN stations_station s ON s.id = i.station_id
LEFT JOIN incidents_category c ON c.id = i.category_id
WHERE {where} ORDER BY i.reported_at DESC, i.id DESC LIMIT %(limit)s
"""
AREA = "i.org_path >= %(low)s AND i.org_path < %(high)s"
ROOM = "i.org_path = %(low)s"
#: The same two-character pieces over one table, without the reader's city in them.
SEARCH = """
SELECT t.incident_id, t.reported_at FROM incidents_incidenttext t
WHERE t.org_path >= %(low)s AND t.org_path < %(high)s
  AND policeroom_pieces(t.org_path, t.text) && %(pieces)s AND t.text LIKE %(like)s
  AND t.reported_at >= %(since)s
ORDER BY t.reported_at DESC, t.incident_id DESC LIMIT %(limit)s
"""
MONTHS = """
SELECT {area}, category, kind, sum(n) FROM incidents_monthfigure
WHERE month = ANY(%(months)s) AND county_path >= %(low)s AND county_path < %(high)s
GROUP BY 1, 2, 3
"""
HOURS = """
SELECT weekday, hour, sum(n) FROM incidents_hourfigure
WHERE month = ANY(%(months)s) AND county_path >= %(low)s AND county_path < %(high)s GROUP BY 1, 2
"""
REPLIES = """
SELECT minutes, sum(n) FROM incidents_responsefigure
WHERE month = ANY(%(months)s) AND county_path >= %(low)s AND county_path < %(high)s GROUP BY 1
"""
BOARD = " UNION ALL ".join(
    f"(SELECT id, number, narrative, state, reported_at FROM incidents_incident i"
    f" WHERE {{area}} AND state = '{state}' ORDER BY reported_at DESC, id DESC LIMIT 31)"
    for state in ("new", "dispatched", "on_scene", "handling")
)


def run(calls: int) -> dict[str, Figures]:
    """Generate `calls` calls in an empty database and measure."""
    start = timezone.now()
    bench = prepare(generate(STATIONS))
    written = log.write_log(bench.province, calls, author=bench.staff.user, end=start)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("SELECT pg_size_pretty(pg_database_size(current_database()))")
        size = cursor.fetchone()[0]
    seconds = (timezone.now() - start).total_seconds()
    print(
        f"\n{written.calls:,} calls, {written.calls // 2:,} notes, {STATIONS} police rooms"
        f" ({size}, generated in {seconds:.0f} s)\n",
        flush=True,
    )
    return {line.key: line for line in _cases(bench)}


def report(figures: dict[str, Figures], row: Callable[[Figures], str], head: str) -> None:
    """Print the table and the goals."""
    print(head)
    for line in figures.values():
        print(row(line))
    print("\nGoals for the log: measured, limit, unit")
    for goal in GOALS:
        print(goal.line(figures))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\nPeak memory of the process {peak:.0f} MiB")


def _cases(bench: Bench) -> Iterator[Figures]:
    with override_settings(SEARCHES_PER_MINUTE=0, EXPORTS_PER_HOUR=0):
        cache.clear()
        yield from _lists(bench)
        yield from _searches(bench)
        yield from _boards(bench)
        yield from _statistics(bench)
        yield from _exports(bench)
        yield from _acts(bench)


def _readers(bench: Bench) -> dict[str, Reader]:
    return {"officer": bench.officer, "city": bench.city, "province": bench.staff}


def _floor(sql: str, reader: Reader, **values: Any) -> Callable[[], object]:
    low, high = reader.area
    return lambda: floor.fetch([sql], low=low, high=high, limit=PAGE, **values)


def _where(reader: Reader) -> str:
    return ROOM if len(reader.low) == 10 else AREA


def _lists(bench: Bench) -> Iterator[Figures]:
    for name, reader in _readers(bench).items():
        sql = _LIST.format(where=_where(reader))
        yield measure(
            f"list-{name}", f"latest 50, {name}", reader.get("/incidents/"),
            floor=_floor(sql, reader),
        )  # fmt: skip
    for name, reader in (("city", bench.city), ("province", bench.staff)):
        sql = _LIST.format(where=f"{_where(reader)} AND i.state = 'handling'")
        yield measure(
            f"state-{name}", f"being handled, {name}",
            reader.get("/incidents/", state="handling"), floor=_floor(sql, reader),
        )  # fmt: skip
    county = bench.province.counties[0].org_path
    sql = _LIST.format(where=f"{AREA} AND i.state = 'closed'")
    low = {"low": county, "high": county + ":", "limit": PAGE}
    yield measure(
        "area-state", "county and state, province",
        bench.staff.get("/incidents/", area=county, state="closed"),
        floor=lambda: floor.fetch([sql], **low),
    )  # fmt: skip
    yield _deep(bench)


def _deep(bench: Bench) -> Figures:
    """The page after 100,000 rows (a tenth of the log if it is smaller): page 2,000."""
    rows = Incident.objects.within(bench.staff.scope).only("reported_at")
    skipped = min(100_000, rows.count() // 10)
    page = keyset_page(rows, order=("-reported_at", "-id"), cursor="", size=skipped)
    last = page.rows[-1]
    sql = _LIST.format(where=f"{AREA} AND (i.reported_at, i.id) < (%(at)s, %(pk)s)")
    return measure(
        "list-deep", f"page {skipped // 50:,}, province",
        bench.staff.get("/incidents/", cursor=page.next_cursor),
        floor=_floor(sql, bench.staff, at=last.reported_at, pk=last.pk),
    )  # fmt: skip


def _searches(bench: Bench) -> Iterator[Figures]:
    words = {"common": log.COMMON, "rare": log.RARE, "none": log.NONE, "phrase": log.PHRASE}
    elsewhere = _word_of(bench.province.cities[1].org_path)
    for name, reader in _readers(bench).items():
        asked = words if name == "province" else {**words, "elsewhere": elsewhere}
        for key, word in asked.items():
            yield measure(
                f"search-{key}-{name}", f"search, {key} word, {name}",
                reader.get("/incidents/search/", q=word),
                floor=_search_floor(bench, reader, word, far=key in ("rare", "none", "elsewhere")),
            )  # fmt: skip


def _search_floor(bench: Bench, reader: Reader, word: str, *, far: bool) -> Callable[[], object]:
    """The statement of the search, written by hand; `far` looks at all years."""
    if len(reader.low) == 4:
        cities = [reader.low]
    else:
        cities = [city.org_path for city in bench.province.cities]
    since = timezone.now() - dt.timedelta(days=4000 if far else 31)
    sql = SEARCH
    if len(reader.low) == 10:
        sql = (
            "SELECT incident_id, reported_at FROM incidents_incidenttext WHERE org_path = %(low)s"
            " AND text LIKE %(like)s ORDER BY reported_at DESC, incident_id DESC LIMIT %(limit)s"
        )
    pieces = [city + word[:2] for city in cities]
    return _floor(sql, reader, like=f"%{word}%", pieces=pieces, since=since)


def _word_of(city: str) -> str:
    """A word that many calls of one city hold and no other city does."""
    texts = IncidentText.objects.unscoped("a word of the generated log").filter(
        org_path__startswith=city
    )
    seen: dict[str, int] = {}
    for text in texts.values_list("text", flat=True)[:3000]:
        pairs = {text[i : i + 2] for i in range(len(text) - 1)}
        for pair in pairs:
            if all(0x7000 <= ord(c) < 0x7000 + 1500 for c in pair):
                seen[pair] = seen.get(pair, 0) + 1
    return max(seen, key=lambda pair: seen[pair])


def _boards(bench: Bench) -> Iterator[Figures]:
    for name, reader in _readers(bench).items():
        sql = BOARD.format(area=_where(reader))
        yield measure(
            f"board-{name}", f"board, {name}", reader.get("/incidents/board/"),
            floor=_floor(sql, reader),
        )  # fmt: skip
    yield _poll(bench.officer)


def _poll(reader: Reader) -> Figures:
    tag = reader.client.get("/incidents/board/", headers={"HX-Request": "true"}).headers["ETag"]
    headers = {"HX-Request": "true", "If-None-Match": tag}

    def poll() -> None:
        if reader.client.get("/incidents/board/", headers=headers).status_code != 304:
            raise RuntimeError("the poll of an unchanged board did not answer 304")

    return measure(
        "poll", "poll of an unchanged board, officer", poll,
        floor=_floor(BOARD.format(area=ROOM), reader),
    )  # fmt: skip


def _statistics(bench: Bench) -> Iterator[Figures]:
    for name, reader, width in (("city", bench.city, 6), ("province", bench.staff, 4)):
        for span in ("month", "year"):
            months = _months(span, bench.day)
            low, high = reader.area
            values = {"months": months[0], "low": low, "high": high}
            before = [{**values, "months": part} for part in months[1:]]
            area = f"left(county_path, {width})"

            def by_hand(area: str = area, values: Any = values, before: Any = before) -> object:
                found = floor.fetch([MONTHS.format(area=area), HOURS, REPLIES], **values)
                return [found, *(floor.fetch([MONTHS.format(area=area)], **v) for v in before)]

            yield measure(
                f"statistics-{span}-{name}", f"statistics of a {span}, {name}",
                reader.get("/incidents/statistics/", span=span, on=bench.day.isoformat()),
                floor=by_hand,
            )  # fmt: skip


def _months(span: str, day: dt.date) -> list[list[dt.date]]:
    """First days of the months of the period, of the one before and of the year before."""
    if span == "month":
        first = day.replace(day=1)
        return [[first], [(first - dt.timedelta(days=1)).replace(day=1)],
                [first.replace(year=first.year - 1)]]  # fmt: skip
    years = (day.year, day.year - 1, day.year - 1)
    return [[dt.date(year, month, 1) for month in range(1, 13)] for year in years]


def _exports(bench: Bench) -> Iterator[Figures]:
    rows = Incident.objects.within(bench.staff.scope)
    newest = rows.order_by("-reported_at", "-id").values_list("reported_at", flat=True)
    number = min(EXPORTED, rows.count())
    start = timezone.localdate(newest[number - 1])
    sql = _LIST.format(where=f"{AREA} AND i.reported_at >= %(start)s")
    low, high = bench.staff.area
    yield measure(
        "export", f"xlsx of about {number:,} calls",
        bench.staff.get("/incidents/", export="xlsx", start=start.isoformat()),
        floor=lambda: floor.fetch([sql], low=low, high=high, start=start, limit=20_001),
        least=3,
    )  # fmt: skip


def _acts(bench: Bench) -> Iterator[Figures]:
    room = bench.province.stations[0]
    category = Category.objects.get(code="dispute.traffic")

    def create() -> None:
        now = timezone.now()
        file_incident(
            station=room, kind=IncidentKind.REPORT, narrative="南门电动车剐蹭，双方和解",
            reported_at=now, source=Source.QUICK, by=bench.officer.user, now=now,
            category=category, disposition="mediated", client_uuid=uuid.uuid4(),
        )  # fmt: skip

    def by_hand() -> None:
        now = timezone.now()
        with transaction.atomic():
            number = next_numbers(station=room, day=timezone.localdate(now))[0]
            with connection.connection.cursor() as cursor:
                cursor.execute(CREATE, {
                    "station": room.pk, "path": room.org_path, "number": number, "now": now,
                    "category": category.pk, "by": bench.officer.user.pk,
                    "uuid": str(uuid.uuid4()),
                })  # fmt: skip

    yield measure("create", "file a call (service)", create, floor=by_hand)


#: The row, its first line and the audit event, by hand; the triggers fire alike.
CREATE = """
WITH filed AS (
  INSERT INTO incidents_incident (station_id, org_path, number, kind, category_id, place_text,
    narrative, reported_at, reported_precision, occurred_precision, state, closed_at, disposition,
    no_onsite_reason, source, source_log, source_key, recorded_by_id, version, client_uuid,
    client_digest)
  VALUES (%(station)s, %(path)s, %(number)s, 'report', %(category)s, '', '南门电动车剐蹭，双方和解',
    %(now)s, 'exact', 'unknown', 'closed', %(now)s, 'mediated', '', 'quick', '', '', %(by)s, 1,
    %(uuid)s, '') RETURNING id
), line AS (
  INSERT INTO incidents_incidententry (incident_id, org_path, kind, text, changes, at,
    recorded_by_id, client_digest)
  SELECT id, %(path)s, 'filed', '南门电动车剐蹭，双方和解', '{}', %(now)s, %(by)s, '' FROM filed
)
INSERT INTO common_auditevent (action, result, actor_id, actor_name, actor_roles, org_path,
  object_type, object_id, object_label, before, after, source, request_id)
SELECT 'incidents.file', 'ok', %(by)s, 'x', '', %(path)s, 'incidents.incident', id::text,
  %(number)s, '{}', '{}', 'command', '' FROM filed
"""


def _pages(key: str) -> Callable[[Any], float]:
    return lambda figures: figures[key].pages


def _ratio(key: str) -> Callable[[Any], float]:
    return lambda figures: figures[key].ratio


def _sql(key: str) -> Callable[[Any], float]:
    return lambda figures: figures[key].sql_ms / figures[key].floor_ms


GOALS: Final = (
    Goal("pages: latest 50 of an officer", 1000, _pages("list-officer")),
    Goal("pages: latest 50 of a city", 5000, _pages("list-city")),
    Goal("x floor: latest 50 of the province, whole request", 10, _ratio("list-province")),
    Goal("x floor: latest 50 of the province, time in the database", 2, _sql("list-province")),
    Goal("x floor: county and state, whole request", 10, _ratio("area-state")),
    Goal("x floor: county and state, time in the database", 2, _sql("area-state")),
    Goal(
        "x first page: page 2,000", NOISE,
        lambda figures: figures["list-deep"].total_ms / figures["list-province"].total_ms,
    ),
    Goal(
        "x list of the province: list of a city", NOISE,
        lambda figures: figures["list-city"].total_ms / figures["list-province"].total_ms,
    ),
    Goal("x floor: search, common word, city", 5, _ratio("search-common-city")),
    Goal("x floor: search, common word, province", 5, _ratio("search-common-province")),
    Goal("x floor: search, rare word, city", 10, _ratio("search-rare-city")),
    Goal("x floor: search, nothing found, city", 10, _ratio("search-none-city")),
    Goal("x floor: search, phrase, province", 2, _ratio("search-phrase-province")),
    Goal("pages: search, word of another city", 100, _pages("search-elsewhere-city")),
    Goal("x floor: statistics of a year, city", 5, _ratio("statistics-year-city")),
    Goal("x floor: statistics of a year, province", 5, _ratio("statistics-year-province")),
    Goal("x floor: filing a call", 10, _ratio("create")),
)  # fmt: skip
