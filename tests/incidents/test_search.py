"""Search finds what was written down, in the reader's area only."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client

from benchmarks.measure import Statements
from incidents.enums import IncidentKind, Source
from incidents.models import Incident
from incidents.queries import search as queries
from incidents.services.timeline import add_entry
from incidents.views.search import excerpt
from personnel.queries import scope_for
from policeroom.accounts.models import User
from stations.models import Station
from tests.incidents.test_filing import NOW, call, category
from tests.world import World

pytestmark = pytest.mark.integration
AsUser = Callable[[User | None], Client]


def found(user: User, text: str, *, now: dt.datetime = NOW) -> set[str]:
    """Narratives of every hit, all pages."""
    scope = scope_for(user, at=NOW)
    rows = queries.texts(scope, queries.words_of(text), today=NOW.date())
    hits: list[int] = []
    cursor = ""
    while True:
        pks, cursor = queries.page_of(
            rows, cursor=cursor, now=now, in_order=queries.only_rooms(scope), size=3
        )
        hits += pks
        if not cursor:
            break
    assert len(hits) == len(set(hits))
    return {row.narrative for row in Incident.objects.within(scope).filter(pk__in=hits)}


@pytest.mark.parametrize("reader", ["officer", "county_staff", "city_supervisor", "province_staff"])
@pytest.mark.parametrize(
    ("text", "hit"),
    [
        pytest.param("电动", True, id="two characters"),
        pytest.param("电动车被盗", True, id="phrase"),
        pytest.param("电盗", False, id="characters apart"),
        pytest.param("被盗 南门", True, id="two words, one in the place"),
        pytest.param("被盗 北门", False, id="one word of two"),
        pytest.param("雨伞", True, id="in the timeline"),
        pytest.param("ＡＢＣ", True, id="full width, upper case"),
        pytest.param("100%", True, id="wildcard taken literally"),
        pytest.param("1_0", False, id="underscore taken literally"),
        pytest.param("2026-0917-001", True, id="number"),
        pytest.param("0917-001", True, id="number without the year"),
        pytest.param("2025-0917-001", False, id="number of another year"),
        pytest.param("南", True, id="one character begins the place"),
        pytest.param("门", False, id="one character inside the place"),
        pytest.param("电", False, id="one character of the narrative"),
    ],
)
def test_words_are_found_by_every_reader_above(
    world: World, request: pytest.FixtureRequest, officer: User, reader: str, text: str, hit: bool
) -> None:
    row = call(world, officer, narrative="电动车被盗 abc 100%", place_text="南门岗亭")
    add_entry(incident=row, text="找到雨伞", at=NOW, by=officer, now=NOW)
    user = request.getfixturevalue(reader)
    assert found(user, text) == ({row.narrative} if hit else set())


def test_neighbours_words_are_never_found(
    world: World,
    officer: User,
    neighbour_officer: User,
    county_staff: User,
    city_supervisor: User,
    other_city_supervisor: User,
    province_staff: User,
) -> None:
    rooms = dict(
        zip(
            "甲乙丙丁",
            (world.station_a1, world.center_a, world.station_a2, world.station_b1),
            strict=True,
        )
    )
    for mark, room in rooms.items():
        call(world, officer, station=room, narrative=f"自行车遗失{mark}")
    seen = {
        officer: "甲", neighbour_officer: "乙", county_staff: "甲乙", city_supervisor: "甲乙丙",
        other_city_supervisor: "丁", province_staff: "甲乙丙丁",
    }  # fmt: skip
    for user, marks in seen.items():
        assert found(user, "自行车") == {f"自行车遗失{mark}" for mark in marks}, user


def test_a_thousand_random_searches_equal_a_plain_reading(
    world: World, officer: User, province_staff: User, city_supervisor: User, county_staff: User
) -> None:
    chance = random.Random(3)  # noqa: S311 -- test data
    letters = "南北门车学生楼aB1-%_＝ "
    rooms: list[Station] = [world.station_a1, world.center_a, world.station_a2, world.station_b1]

    def text(length: int) -> str:
        return "".join(chance.choice(letters) for _ in range(length))

    Incident.everything.bulk_create(
        Incident(
            station=room,
            org_path=room.org_path,
            number=f"n{n}",
            kind=IncidentKind.REPORT,
            place_text=text(4),
            narrative=text(30).strip() or "空",
            source=Source.IMPORT,
            reported_at=NOW - dt.timedelta(days=chance.randrange(900)),
            recorded_by=officer,
        )
        for n, room in enumerate(chance.choice(rooms) for _ in range(120))
    )
    rows = list(Incident.everything.all())
    readers = [officer, county_staff, city_supervisor, province_staff]
    scopes = {user.pk: scope_for(user, at=NOW) for user in readers}
    compared = 0
    for _ in range(1000):
        user, words = chance.choice(readers), queries.words_of(text(chance.randrange(1, 5)))
        words = [word for word in words if len(word) > 1]
        if not words:
            continue
        scope = scopes[user.pk]
        texts = queries.texts(scope, words, today=NOW.date())
        pks, _cursor = queries.page_of(
            texts, cursor="", now=NOW, in_order=queries.only_rooms(scope), size=200
        )
        wanted = {
            row.pk
            for row in rows
            if scope.covers(row.org_path)
            and all(word in queries.fold(f"{row.place_text}\n{row.narrative}") for word in words)
        }
        assert set(pks) == wanted, words
        compared += bool(wanted)
    assert compared > 100


def test_pages_follow_each_other_across_the_windows(
    world: World, officer: User, city_supervisor: User
) -> None:
    for days in (0, 1, 20, 40, 300, 700):
        at = NOW - dt.timedelta(days=days)
        day = max(at, dt.datetime(2026, 1, 2, tzinfo=NOW.tzinfo))
        call(world, officer, narrative=f"噪声{days}", reported_at=day, now=NOW)
    assert found(city_supervisor, "噪声") == {f"噪声{n}" for n in (0, 1, 20, 40, 300, 700)}


def test_cursor_edited_by_hand_begins_anew(world: World, officer: User) -> None:
    call(world, officer)
    scope = scope_for(officer, at=NOW)
    rows = queries.texts(scope, ["两车"], today=NOW.date())
    pks, _ = queries.page_of(rows, cursor="broken:x", now=NOW, in_order=True)
    assert len(pks) == 1


def test_words_of_other_cities_are_not_in_the_reach_of_the_index(
    world: World, city_supervisor: User
) -> None:
    scope = scope_for(city_supervisor, at=NOW)
    sql, params = queries.texts(scope, ["自行车"], today=NOW.date()).query.sql_with_params()
    pieces = [value for value in params if isinstance(value, list)]
    assert pieces == [["0101自行", "0101行车"]] or "0101自行" in str(params)
    assert "policeroom_pieces" in sql


def test_page_shows_hits_marked_and_says_what_one_character_does(
    world: World, officer: User, as_user: AsUser
) -> None:
    call(world, officer, narrative="<b>电动车</b>被盗", place_text="南门")
    client = as_user(officer)
    page = client.get("/incidents/search/", {"q": "电动车"}).content.decode()
    assert "&lt;b&gt;<mark>电动车</mark>&lt;/b&gt;" in page
    single = client.get("/incidents/search/", {"q": "南"}).content.decode()
    assert "A single character finds places" in single


def test_filters_narrow_the_hits(world: World, officer: User, as_user: AsUser) -> None:
    call(world, officer, narrative="遗失钱包", category=category("help.lost"), kind="assistance")
    call(world, officer, narrative="遗失手机")
    client = as_user(officer)
    for query, number in (
        ({"category": "help"}, 1),
        ({"kind": "report"}, 1),
        ({}, 2),
        ({"category": "-"}, 1),
        ({"end": "2026-01-01"}, 0),
    ):
        page = client.get("/incidents/search/", {"q": "遗失", **query})
        assert len(page.context["hits"]) == number, query


@pytest.mark.parametrize("number", [1, 60])
def test_queries_do_not_grow(
    world: World, officer: User, city_supervisor: User, as_user: AsUser, number: int
) -> None:
    for _ in range(number):
        call(world, officer, narrative="电动车")
    client = as_user(city_supervisor)
    client.get("/incidents/search/")
    with Statements() as seen:
        page = client.get("/incidents/search/", {"q": "电动车"})
    assert len(page.context["hits"]) == min(number, 50)
    # frame 5, areas, categories, hits (nothing in the last month, then all), texts, incidents
    assert len(seen) == 11


def test_excerpt_cuts_around_the_first_hit() -> None:
    pieces = excerpt("南门\n" + "前" * 200 + "电动车" + "后" * 200, ["电动车"])
    assert (pieces[0], pieces[-1]) == (("…", False), ("…", False))
    assert ("电动车", True) in pieces
    assert len("".join(text for text, _hit in pieces)) < 130


def test_bigrams_are_those_of_the_text(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT policeroom_bigrams(%s), policeroom_pieces('0101030001', %s)",
            ["南门 ab\nc", "南门"],
        )
        bigrams, pieces = cursor.fetchone()
    assert (sorted(bigrams), sorted(pieces)) == (["ab", "南门"], ["0101^南", "0101南门"])
