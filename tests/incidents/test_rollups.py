"""Counts and words kept by triggers are what the rows say, whatever was written."""

from __future__ import annotations

import datetime as dt
import random
import threading
from collections import Counter
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from incidents.enums import IncidentKind, IncidentState, Precision, Source
from incidents.models import (
    Category,
    DayFigure,
    HourFigure,
    Incident,
    IncidentEntry,
    IncidentText,
    MonthFigure,
    ResponseFigure,
)
from incidents.queries.search import fold
from incidents.services.categories import ensure_base_categories
from incidents.services.filing import file_incident
from incidents.services.rollups import fold_figures, rebuild_figures
from incidents.services.search import rebuild_words
from incidents.services.timeline import add_entry
from personnel.queries import scope_for
from policeroom.accounts.models import User
from policeroom.common.roles import Role
from stations.models import Station
from tests.incidents.test_filing import MINUTE, NOW, call
from tests.world import World, build, make_user

pytestmark = pytest.mark.integration


def expected() -> dict[str, Counter[Any]]:
    """Every count, worked out in Python from the rows."""
    found: dict[str, Counter[Any]] = {name: Counter() for name in ("day", "month", "hour", "reply")}
    for row in Incident.objects.unscoped("test"):
        if row.reported_precision == Precision.UNKNOWN:
            continue
        local = timezone.localtime(row.reported_at)
        county, month = row.org_path[:6], local.date().replace(day=1)
        what = (row.category_id or 0, row.kind)
        exact = row.reported_precision == Precision.EXACT
        found["day"][county, local.date(), *what] += 1
        found["month"][county, month, *what] += 1
        found["hour"][county, month, local.isoweekday(), local.hour if exact else -1] += 1
        if row.arrived_at is None:
            minutes = -1
        elif not exact:
            minutes = -2
        elif row.arrived_at < row.reported_at:
            minutes = -3
        else:
            minutes = min(int((row.arrived_at - row.reported_at).total_seconds() // 60), 10_080)
        found["reply"][county, month, minutes] += 1
    return found


def stored() -> dict[str, Counter[Any]]:
    """Every count as the tables give it; sums of zero are no counts."""
    tables = {
        "day": (DayFigure, ("county_path", "day", "category", "kind")),
        "month": (MonthFigure, ("county_path", "month", "category", "kind")),
        "hour": (HourFigure, ("county_path", "month", "weekday", "hour")),
        "reply": (ResponseFigure, ("county_path", "month", "minutes")),
    }
    found = {}
    for name, (model, keys) in tables.items():
        total: Counter[Any] = Counter()
        for *key, n in model.objects.unscoped("test").values_list(*keys, "n"):
            total[tuple(key)] += n
        found[name] = Counter({key: n for key, n in total.items() if n})
    return found


def words() -> dict[int, tuple[str, str, str]]:
    """Number, path and words of every incident, worked out in Python."""
    found = {}
    for row in Incident.objects.unscoped("test"):
        lines = row.entries.exclude(kind="filed").exclude(text="").order_by("id")
        text = "\n".join([row.place_text, row.narrative, *lines.values_list("text", flat=True)])
        found[row.pk] = (row.number, row.org_path, fold(text))
    return found


def stored_words() -> dict[int, tuple[str, str, str]]:
    rows = IncidentText.objects.unscoped("test")
    return {row.pk: (row.number, row.org_path, row.text) for row in rows}


class Writer:
    """Random acts on the log, by every road a row can take."""

    def __init__(self, world: World, by: User, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311 -- test data
        self.rooms = [world.station_a1, world.center_a, world.station_a2, world.station_b1]
        self.by, self.count = by, 0
        self.categories = [*Category.objects.order_by("pk")[:7], None]

    def act(self) -> None:
        self.chance.choice(
            [
                self.file,
                self.bulk,
                self.patch,
                self.patch,
                self.note,
                self.many,
                self.move,
                self.remove,
                self.fold,
            ]
        )()

    def facts(self) -> dict[str, Any]:
        reported = NOW - dt.timedelta(minutes=self.chance.randrange(60 * 24 * 800))
        precision = self.chance.choice([*Precision.values, Precision.EXACT, Precision.EXACT])
        late = dt.timedelta(seconds=self.chance.randrange(-600, 900_000))
        return {
            "kind": self.chance.choice(IncidentKind.values),
            "category": self.chance.choice(self.categories),
            "reported_at": reported,
            "reported_precision": precision,
            "arrived_at": self.chance.choice([None, min(reported + abs(late), NOW)]),
            "place_text": self.chance.choice(["", "南门", "ＡB楼"]),
        }

    def room(self) -> Station:
        return self.chance.choice(self.rooms)

    def file(self) -> None:
        file_incident(
            station=self.room(),
            narrative="Ｎo 1\n电动车",
            source=Source.IMPORT,
            by=self.by,
            now=NOW,
            **{**self.facts(), "reported_at": NOW - 5 * MINUTE, "arrived_at": NOW},
        )

    def bulk(self) -> None:
        rows = []
        for _ in range(self.chance.randrange(1, 6)):
            room = self.room()
            self.count += 1
            rows.append(
                Incident(
                    station=room,
                    org_path=room.org_path,
                    number=f"bulk-{self.count}",
                    narrative="导入",
                    source=Source.IMPORT,
                    recorded_by=self.by,
                    **self.facts(),
                )
            )
        Incident.everything.bulk_create(rows)

    def pick(self) -> Any:
        rows = list(Incident.everything.order_by("pk"))
        return self.chance.choice(rows) if rows else None

    def patch(self) -> None:
        row = self.pick()
        if row is None:
            return
        facts = self.facts()
        names = self.chance.sample(sorted(facts), 2)
        for name in names:
            setattr(row, name, facts[name])
        row.save(update_fields=names)

    def many(self) -> None:
        half = Incident.everything.filter(pk__in=[r.pk for r in Incident.everything.all()[::2]])
        half.update(narrative="整批改写 ⅷ", state=IncidentState.HANDLING, closed_at=None)
        half.update(reported_at=NOW - dt.timedelta(days=self.chance.randrange(90)))

    def note(self) -> None:
        row = self.pick()
        if row is not None:
            add_entry(incident=row, text="补记 Ｘ", at=NOW, by=self.by, now=NOW)

    def move(self) -> None:
        row, room = self.pick(), self.room()
        if row is not None:
            Incident.everything.filter(pk=row.pk).update(org_path=room.org_path)

    def remove(self) -> None:
        rows = Incident.everything.filter(entries__isnull=True).values_list("pk", flat=True)
        Incident.everything.filter(pk__in=list(rows[:2])).delete()

    def fold(self) -> None:
        fold_figures()


@pytest.mark.parametrize("seed", range(4))
def test_counts_and_words_equal_the_rows_after_random_writes(
    world: World, officer: User, seed: int
) -> None:
    writer = Writer(world, officer, seed)
    for _ in range(60):
        writer.act()
    assert Incident.objects.unscoped("test").count() > 10
    assert stored() == expected()
    assert stored_words() == words()


def test_rebuilding_gives_the_same_counts_and_words(world: World, officer: User) -> None:
    writer = Writer(world, officer, 9)
    for _ in range(40):
        writer.act()
    before, text = stored(), stored_words()
    call_command("rebuild_incident_figures", verbosity=0)
    assert (stored(), stored_words()) == (before, text)


def test_rebuilding_mends_counts_that_were_spoiled(world: World, officer: User) -> None:
    call(world, officer)
    DayFigure.everything.update(n=7)
    MonthFigure.everything.all().delete()
    IncidentText.everything.update(text="")
    rebuild_figures()
    rebuild_words()
    assert stored() == expected()
    assert stored_words() == words()


def test_folding_leaves_one_row_for_each_key_and_none_for_zero(world: World, officer: User) -> None:
    rows = [call(world, officer) for _ in range(5)]
    Incident.everything.filter(pk=rows[0].pk).update(reported_at=NOW - dt.timedelta(days=40))
    Incident.everything.filter(pk=rows[0].pk).update(reported_at=NOW - 5 * MINUTE)
    assert DayFigure.objects.unscoped("test").count() > 5
    fold_figures()
    figures = DayFigure.objects.unscoped("test").values_list("n", "folded")
    assert list(figures) == [(5, True)]
    assert fold_figures() == 0


def test_change_that_moves_no_count_writes_no_row(world: World, officer: User) -> None:
    row = call(world, officer)
    before = DayFigure.objects.unscoped("test").count()
    Incident.everything.filter(pk=row.pk).update(state=IncidentState.HANDLING, version=2)
    assert DayFigure.objects.unscoped("test").count() == before


@pytest.mark.django_db(transaction=True)
def test_a_filing_waits_for_no_other_transaction() -> None:
    """A long import of the same county and day holds nothing that a call needs."""
    with transaction.atomic():
        world = build()
        officer = make_user("100001", "陈一", world.station_a1.unit, Role.OFFICER)
    ensure_base_categories()
    filed = threading.Event()

    def other() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '2s'")
        call(world, officer, station=world.center_a)
        filed.set()
        connection.close()

    with transaction.atomic():
        call(world, officer)
        thread = threading.Thread(target=other)
        thread.start()
        thread.join(10)
        assert filed.is_set()
    assert stored() == expected()


def test_figures_below_a_city_are_out_of_a_rooms_scope(world: World, officer: User) -> None:
    call(world, officer)
    scope = scope_for(officer, at=NOW)
    assert Incident.objects.within(scope).count() == 1
    assert DayFigure.objects.within(scope).count() == 0


def test_words_of_a_struck_line_stay(world: World, officer: User) -> None:
    row = call(world, officer)
    add_entry(incident=row, text="蓝色雨伞", at=NOW, by=officer, now=NOW)
    assert "蓝色雨伞" in IncidentText.objects.unscoped("test").get(pk=row.pk).text
    assert IncidentEntry.objects.unscoped("test").count() == 2


@pytest.mark.parametrize("text", ["Ａｂ①", "É İ ı ß", "ﬁ ㍿ ½", "南門 Ⅷ", "カﾞ", "\u3000全角\tx"])
def test_python_and_the_database_fold_alike(db: None, text: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT policeroom_fold(%s)", [text])
        assert cursor.fetchone()[0] == fold(text)
