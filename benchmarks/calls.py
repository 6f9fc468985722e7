"""A generated log: any number of invented calls over three years, the same in every run.

Written with COPY into the province of `benchmarks.province`, triggers off, words and counts built
afterwards with the service that rebuilds them. Words follow Zipf's law; each city has words of its
own, so that a word can be common next door and absent here.
"""

from __future__ import annotations

import datetime as dt
import io
import random
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection
from django.utils import timezone

from benchmarks.province import Province
from incidents.models import Category, Incident, IncidentEntry, Place
from incidents.services.rollups import rebuild_figures
from incidents.services.search import rebuild_words
from policeroom.common.pinyin import pinyin_key

#: How far the log goes back.
YEARS: Final = 3
#: A word in a quarter of the calls, one of a single call, one of none, and a phrase as common.
COMMON, RARE, NONE, PHRASE = "电动", "鸱鸮", "鑫鑫", "电动自行车被盗"
PLACES: Final = (
    "南门", "北门", "东门", "图书馆", "一食堂", "二食堂", "操场", "实验楼", "教学楼", "快递点",
    "停车场", "3号学生公寓", "5号学生公寓", "体育馆", "校医院",
)  # fmt: skip
#: Calls of each hour of the day, in parts.
HOURS: Final = (4, 3, 2, 1, 1, 1, 2, 5, 8, 9, 9, 10, 9, 8, 9, 10, 11, 12, 12, 12, 13, 13, 11, 8)
_STEMS: Final = (
    "学生", "电动自行车被盗", "手机", "报警", "称", "发现", "与", "发生", "口角", "经调解", "双方",
    "和解", "快递", "丢失", "宿舍", "保安", "到场", "查看", "监控", "遗失", "钱包", "校园卡",
    "归还", "网上", "兼职", "转账", "被骗", "元", "噪声", "扰民", "劝离", "车辆", "剐蹭", "受伤",
    "送医", "咨询", "户口", "迁移", "身份证", "办理", "醉酒", "吵闹", "水管", "漏水", "烟雾",
    "报警器",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Log:
    """What was generated."""

    calls: int
    end: dt.datetime


def write_log(province: Province, calls: int, *, author: Any, end: dt.datetime) -> Log:
    """Fill the rooms of the province with `calls` calls up to `end` and half as many notes."""
    chance = random.Random(7)  # noqa: S311 -- invented data
    places = _places(province)
    lines = Lines(chance, province, places, author.pk, timezone.localtime(end))
    with connection.cursor() as cursor:
        for model in (Incident, IncidentEntry):
            cursor.execute(f"ALTER TABLE {model._meta.db_table} DISABLE TRIGGER USER")
        cursor.execute("DROP INDEX incidenttext_pieces_idx")
        _copy(cursor, Incident, Lines.COLUMNS, lines.incidents(calls))
        _copy(cursor, IncidentEntry, Lines.ENTRY_COLUMNS, lines.entries(calls))
        for model in (Incident, IncidentEntry):
            table = model._meta.db_table
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"
            )
        cursor.execute("SET statement_timeout = 0; SET maintenance_work_mem = '512MB'")
        rebuild_words()
        cursor.execute(
            "CREATE INDEX incidenttext_pieces_idx ON incidents_incidenttext"
            " USING gin (policeroom_pieces(org_path, text));"
            "ALTER INDEX incidenttext_pieces_idx ALTER COLUMN 1 SET STATISTICS 1000"
        )
        rebuild_figures()
    return Log(calls, end)


def vocabulary(chance: random.Random, number: int, first: int) -> list[str]:
    """Invented words of two to four characters out of the block that begins at `first`."""
    return [
        "".join(chr(first + chance.randrange(1500)) for _ in range(chance.choice((2, 2, 2, 3, 4))))
        for _ in range(number)
    ]


class Lines:
    """Rows as COPY takes them, in the order of time."""

    COLUMNS = (
        *("id", "station_id", "org_path", "number", "kind", "category_id", "place_id"),
        *("place_text", "narrative", "reported_at", "reported_precision", "occurred_precision"),
        *("state", "dispatched_at", "arrived_at", "closed_at", "disposition", "no_onsite_reason"),
        *("source", "source_log", "source_key", "recorded_at", "recorded_by_id", "version"),
        "client_digest",
    )
    ENTRY_COLUMNS = (
        *("id", "incident_id", "org_path", "kind", "text", "changes", "at", "recorded_at"),
        *("recorded_by_id", "client_digest"),
    )

    def __init__(
        self,
        chance: random.Random,
        province: Province,
        places: list[list[int]],
        author: int,
        end: dt.datetime,
    ) -> None:
        self.chance, self.province, self.places = chance, province, places
        self.author, self.end = author, end
        base = Category.objects.filter(org_path="", parent__isnull=False)
        self.categories = list(base.order_by("sort").values_list("pk", "kind"))
        self.category_weights = _zipf(len(self.categories))
        self.words = [*_STEMS, *vocabulary(chance, 3000, 0x5100)]
        self.word_weights = _running(_zipf(len(self.words)))
        self.local = {city.org_path: vocabulary(chance, 20, 0x7000) for city in province.cities}
        self.paths = [room.org_path for room in province.stations]
        self.rooms = array("H")

    def incidents(self, calls: int) -> Iterator[tuple[Any, ...]]:
        counters: dict[tuple[int, str], int] = {}
        start = self.end - dt.timedelta(days=365 * YEARS)
        for number in range(1, calls + 1):
            at = self._instant(start + (self.end - start) * (number / calls))
            room = self.chance.randrange(len(self.paths))
            self.rooms.append(room)
            key = (room, f"{at:%Y-%m%d}")
            counters[key] = counters.get(key, 0) + 1
            yield self._incident(number, room, at, f"{key[1]}-{counters[key]:03d}", calls)

    def _instant(self, at: dt.datetime) -> dt.datetime:
        hour = self.chance.choices(range(24), HOURS)[0]
        moved = at.replace(hour=hour, minute=self.chance.randrange(60), second=0, microsecond=0)
        return min(moved, self.end)

    def _incident(
        self, number: int, room: int, at: dt.datetime, label: str, calls: int
    ) -> tuple[Any, ...]:
        chance, path = self.chance, self.paths[room]
        category, kind = chance.choices(self.categories, self.category_weights)[0]
        place = chance.randrange(len(PLACES))
        arrived = at + dt.timedelta(minutes=round(chance.lognormvariate(1.8, 0.7)))
        is_open = calls - number < calls // 200
        state = (
            chance.choice(("new", "dispatched", "on_scene", "handling")) if is_open else "closed"
        )
        text = self._narrative(path)
        if number == calls // 2:
            text += RARE
        return (
            number, self.province.stations[room].pk, path, label, kind, category,
            self.places[room][place], PLACES[place], text, at.isoformat(), "exact", "unknown",
            state, None, arrived.isoformat() if kind != "enquiry" and number % 9 else None,
            None if is_open else (at + dt.timedelta(hours=2)).isoformat(),
            "" if is_open else "settled", "", "quick", "", "", at.isoformat(), self.author, 1, "",
        )  # fmt: skip

    def _narrative(self, path: str) -> str:
        words = self.chance.choices(self.words, cum_weights=self.word_weights, k=18)
        if self.chance.random() < 0.2:
            words[9] = self.chance.choice(self.local[path[:4]])
        return "".join(words)

    def entries(self, calls: int) -> Iterator[tuple[Any, ...]]:
        at = self.end.isoformat()
        for number in range(2, calls + 1, 2):
            words = self.chance.choices(self.words, cum_weights=self.word_weights, k=8)
            path = self.paths[self.rooms[number - 1]]
            yield (number, number, path, "note", "".join(words), "{}", at, at, self.author, "")


def _places(province: Province) -> list[list[int]]:
    """Places of every room; the position in `PLACES` is the position in each list."""
    rows = Place.everything.bulk_create(
        [
            Place(station=room, org_path=room.org_path, name=name, name_pinyin=pinyin_key(name))
            for room in province.stations
            for name in PLACES
        ],
        batch_size=2000,
    )
    size = len(PLACES)
    return [[row.pk for row in rows[i : i + size]] for i in range(0, len(rows), size)]


def _zipf(number: int) -> list[float]:
    """Weights by rank, the head flattened: the commonest word is in a quarter of the calls."""
    return [1 / (rank + 15) for rank in range(number)]


def _running(weights: list[float]) -> list[float]:
    total, found = 0.0, []
    for weight in weights:
        total += weight
        found.append(total)
    return found


def _copy(
    cursor: Any, model: Any, columns: tuple[str, ...], rows: Iterator[tuple[Any, ...]]
) -> None:
    """COPY in chunks: a million lines never stand in memory at once."""
    statement = f"COPY {model._meta.db_table} ({', '.join(columns)}) FROM STDIN"
    buffer = io.StringIO()
    for number, row in enumerate(rows, 1):
        buffer.write("\t".join("\\N" if value is None else str(value) for value in row) + "\n")
        if number % 20_000 == 0:
            _send(cursor, statement, buffer)
            buffer = io.StringIO()
    _send(cursor, statement, buffer)


def _send(cursor: Any, statement: str, buffer: io.StringIO) -> None:
    buffer.seek(0)
    cursor.copy_expert(statement, buffer)
