"""What is measured: one function per group of cases, each beside its floor."""

from __future__ import annotations

import datetime as dt
import io
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import xlsxwriter
from django.db import transaction
from django.test import Client
from django.utils import timezone

from benchmarks import floor
from benchmarks.log_import import log_import
from benchmarks.measure import Figures, measure
from benchmarks.province import Province
from compliance.evaluate import evaluate_coverage
from personnel.queries import scope_for
from policeroom.accounts.models import User
from policeroom.common.paging import keyset_page
from policeroom.common.roles import Role
from policeroom.common.scope import Scope, path_end
from policeroom.common.tables import export_rows
from stations.enums import StationKind
from stations.imports import pipeline
from stations.imports.base import EVERYWHERE, Context
from stations.models import ImportJob
from stations.queries.rooms import station_rows
from stations.services.rooms import open_station
from stations.tables.rooms import STATION_COLUMNS
from tests.world import make_user

IMPORTED_ROWS = 10_000


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody signed in, with the range of their area."""

    user: User
    client: Client
    low: str

    @property
    def area(self) -> tuple[str, str]:
        return self.low, path_end(self.low)

    @property
    def scope(self) -> Scope:
        return scope_for(self.user, at=timezone.now())

    def get(self, path: str, **params: str) -> Callable[[], bytes]:
        """The whole request, as a callable; anything but 200 stops the measurement."""
        address = f"{path}?{urlencode(params)}" if params else path

        def request() -> bytes:
            response = self.client.get(address)
            if response.status_code != 200:
                raise RuntimeError(f"{address} answered {response.status_code}")
            return response.content

        return request


@dataclass(frozen=True, slots=True)
class Bench:
    """A province, its readers and the day."""

    province: Province
    staff: Reader
    city: Reader
    officer: Reader
    day: dt.date


def prepare(province: Province) -> Bench:
    """Sign in one person of the province, one of a city, one of a police room."""

    def sign_in(number: str, unit: Any, role: Role) -> Reader:
        user, client = make_user(number, number, unit, role), Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return Reader(user, client, unit.org_path)

    return Bench(
        province,
        sign_in("100001", province.root, Role.PROVINCE),
        sign_in("100002", province.cities[0], Role.CITY),
        sign_in("100003", province.stations[0].unit, Role.OFFICER),
        timezone.localdate(),
    )


def run(bench: Bench) -> Iterator[Figures]:
    """Every case; those that write come last."""
    yield from station_lists(bench)
    yield from other_lists(bench)
    yield from searches(bench)
    yield from reports(bench)
    yield from exports(bench)
    yield from imports(bench)
    yield from log_import(bench.province.stations[0], bench.staff.user)
    yield from acts(bench)


def station_lists(bench: Bench) -> Iterator[Figures]:
    day = bench.day
    for name in ("staff", "city", "officer"):
        reader: Reader = getattr(bench, name)
        yield measure(
            f"list-{name}",
            f"police rooms, {'province' if name == 'staff' else name}",
            reader.get("/stations/"),
            floor=lambda area=reader.area: floor.stations(*area, day),
        )
    deep = len(bench.province.stations) * 4 // 5
    rows = station_rows(bench.staff.scope, on=day)
    page = keyset_page(rows, order=("org_path", "id"), cursor="", size=deep)
    last = page.rows[-1]
    yield measure(
        "list-deep",
        f"police rooms, after row {deep}",
        bench.staff.get("/stations/", cursor=page.next_cursor),
        floor=lambda: floor.stations(*bench.staff.area, day, after=(last.org_path, last.pk)),
    )


def other_lists(bench: Bench) -> Iterator[Figures]:
    low, high = bench.staff.area
    values = {"low": low, "high": high, "day": bench.day, "limit": floor.PAGE}
    for key, statement in (("universities", floor.UNIVERSITIES), ("campuses", floor.CAMPUSES)):
        yield measure(
            key,
            f"{key}, province",
            bench.staff.get(f"/{key}/"),
            floor=lambda sql=statement: floor.fetch([sql], **values),
        )


def searches(bench: Bench) -> Iterator[Figures]:
    words = {"common": "大学", "rare": bench.province.universities[17].name, "none": "鑫鑫"}
    for key, word in words.items():
        yield measure(
            f"search-{key}",
            f"search, {key} word",
            bench.staff.get("/search/", q=word),
            floor=lambda word=word: floor.search(*bench.staff.area, word),
        )


def reports(bench: Bench) -> Iterator[Figures]:
    low, high = bench.staff.area
    scope, day = bench.staff.scope, bench.day

    def facts() -> Any:
        return floor.fetch(floor.COVERAGE, low=low, high=high, day=day)

    yield measure(
        "evaluation",
        "coverage evaluation alone",
        lambda: evaluate_coverage(day=day, scope=scope),
        floor=facts,
    )
    yield measure("coverage", "coverage page", bench.staff.get("/reports/coverage/"), floor=facts)
    yield measure("gaps", "gap list", bench.staff.get("/reports/gaps/"), floor=facts)


def exports(bench: Bench) -> Iterator[Figures]:
    shown = [column for column in STATION_COLUMNS if not column.optional]
    rows = station_rows(bench.staff.scope, on=bench.day).order_by("org_path", "id")
    values = list(export_rows(shown, rows))
    yield measure(
        "export",
        f"xlsx of {len(values)} police rooms",
        bench.staff.get("/stations/", export="xlsx"),
        floor=lambda: floor.stations(*bench.staff.area, bench.day, limit=len(values)),
        reference=lambda: sheet(values),
    )


def imports(bench: Bench) -> Iterator[Figures]:
    stations = bench.province.stations
    head = ["警务室编号", "资产编号", "类别", "名称", "数量"]
    lines = [
        [stations[number % len(stations)].code, f"ZC-{number:06d}", "办公桌椅", "办公桌", 2]
        for number in range(IMPORTED_ROWS)
    ]
    content = sheet([head, *lines])
    kind = ImportJob.Kind.EQUIPMENT
    ctx = Context(scope=EVERYWHERE, by=bench.staff.user, today=bench.day, as_of=bench.day)

    def plan() -> None:
        report = pipeline.examine(kind, content, ctx)
        if report.created != IMPORTED_ROWS:
            raise RuntimeError(f"the plan creates {report.created} of {IMPORTED_ROWS} rows")

    def write() -> None:
        with transaction.atomic():
            pipeline.commit(kind, content, ctx)
            transaction.set_rollback(True)

    for work, writes in ((plan, False), (write, True)):
        yield measure(
            f"import-{work.__name__}",
            f"import of {IMPORTED_ROWS} rows, {work.__name__}",
            work,
            floor=lambda writes=writes: floor.import_rows(content, write=writes),
            least=3,
        )


def acts(bench: Bench) -> Iterator[Figures]:
    free = iter(bench.province.free)

    def create() -> None:
        campus = next(free)
        open_station(
            kind=StationKind.STANDALONE,
            operator=campus.unit,
            campus=campus,
            opened_on=bench.day,
            by=bench.staff.user,
            at=timezone.now(),
            client_uuid=uuid.uuid5(uuid.NAMESPACE_OID, campus.code),
        )

    def by_hand() -> None:
        campus = next(free)
        floor.open_station(operator=campus.unit, campus=campus, day=bench.day)

    yield measure("create", "open a police room (service)", create, floor=by_hand)


def sheet(rows: list[list[Any]]) -> bytes:
    """The xlsx writer alone: the rows in constant memory, nothing else."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"constant_memory": True})
    page = book.add_worksheet()
    dates = book.add_format({"num_format": "yyyy-mm-dd"})
    for line, row in enumerate(rows):
        for column, value in enumerate(row):
            if isinstance(value, str):
                page.write_string(line, column, value)
            elif isinstance(value, dt.date):
                page.write_datetime(line, column, value, dates)
            elif value is not None:
                page.write_number(line, column, value)
    book.close()
    return buffer.getvalue()
