"""What-if: the same rules over changed facts, nothing stored."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from personnel.enums import Post
from personnel.rules import AuxFormula
from personnel.strength import RoomStrength, StrengthRules, WholeUniversity
from personnel.whatif import NEW_CENTER, compare, merged, more_people, new_center
from policeroom.accounts.models import User
from policeroom.common.models import AuditEvent
from stations.enums import LinkKind
from stations.models import CoverageLink, PopulationSnapshot
from tests.personnel.people_helpers import serves
from tests.world import START, World, add_campus

SignIn = Callable[[User | None], Client]
DAY = dt.date(2026, 9, 17)
RULES = StrengthRules(AuxFormula(), ratio_percent=100, stale_after=400, absent_counts_for=30)


def room(pk: int, campus: int, people: int | None, **facts: Any) -> RoomStrength:
    values = {"university_id": 1, "population": people, "population_on": DAY, **facts}
    return RoomStrength(
        pk=pk,
        name=f"室{pk}",
        path=f"{pk:010d}",
        is_center=False,
        day=DAY,
        campus_id=campus,
        **values,
    )


def center(pk: int, *universities: int, **facts: Any) -> RoomStrength:
    return RoomStrength(
        pk=pk,
        name=f"中心{pk}",
        path=f"{pk:010d}",
        is_center=True,
        day=DAY,
        universities=frozenset(universities),
        **facts,
    )


@pytest.mark.unit
@pytest.mark.parametrize(
    ("change", "need"),
    [
        pytest.param(0, 1, id="29,999"),
        pytest.param(1, 2, id="30,000"),
        pytest.param(15_001, 3, id="45,000"),
        pytest.param(-40_000, 1, id="not below nobody"),
    ],
)
def test_more_people(change: int, need: int) -> None:
    rooms = {1: room(1, 10, 29_999, officers=1, auxiliaries=1), 2: room(2, 20, 29_999)}
    [line] = compare(rooms, more_people(rooms, campus_id=10, change=change), RULES)
    assert (line.pk, line.after.need.auxiliaries, line.after.gap) == (1, need, need - 1)
    assert line.more_auxiliaries == need - 1


@pytest.mark.unit
def test_unknown_population_stays_unknown() -> None:
    rooms = {1: room(1, 10, None)}
    [line] = compare(rooms, more_people(rooms, campus_id=10, change=50_000), RULES)
    assert line.after.need.auxiliaries is None


@pytest.mark.unit
def test_merged_campus_gives_up_its_room_and_grows_the_other() -> None:
    whole = WholeUniversity(auxiliaries=2, population=35_000)
    rooms = {
        1: room(1, 10, 15_000, officers=1, auxiliaries=1, whole=whole),
        2: room(2, 20, 20_000, officers=1, auxiliaries=1, whole=whole),
        3: center(3, 1, 2),
        4: center(4, 2),
    }
    changed = merged(rooms, campus_id=10, into_id=20, people=15_000, leaving={3: frozenset({1})})
    lines = {line.pk: line for line in compare(rooms, changed, RULES)}
    assert set(lines) == {1, 2, 3}
    assert (lines[1].after, lines[1].free) == (None, 2)
    assert (lines[2].after.need.auxiliaries, lines[2].after.gap) == (2, 1)
    assert changed[2].whole.population == 35_000  # the university has the same people
    assert (lines[3].more_officers, lines[3].more_auxiliaries) == (-1, -1)


@pytest.mark.unit
def test_campus_of_another_university_brings_its_people_to_the_whole() -> None:
    rooms = {
        1: room(1, 10, 15_000, university_id=2),
        2: room(2, 20, 20_000, whole=WholeUniversity(1, 20_000)),
    }
    changed = merged(rooms, campus_id=10, into_id=20, people=15_000, leaving={})
    assert changed[2].whole.population == 35_000


@pytest.mark.unit
def test_new_centre_takes_its_universities_from_the_old_one() -> None:
    rooms = {3: center(3, 1, 2, 5, officers=3, auxiliaries=3)}
    changed = new_center(
        rooms, name="新中心", universities=frozenset({1, 2}), leaving={3: frozenset({1, 2})}
    )
    lines = {line.pk: line for line in compare(rooms, changed, RULES)}
    assert (lines[NEW_CENTER].before, lines[NEW_CENTER].after.gap) == (None, 4)
    assert lines[NEW_CENTER].after.need.officers == 2
    assert (lines[3].after.need.officers, lines[3].after.gap) == (1, 0)


# --- the page -----------------------------------------------------------------------------------
def answer(client: Client, **asked: Any) -> Any:
    return client.get("/people/strength/what-if/", asked).context


@pytest.mark.integration
def test_page_answers_and_stores_nothing(world: World, county_staff: User, as_user: SignIn) -> None:
    serves(world.station_a1, county_staff, post=Post.LEAD)
    client = as_user(county_staff)
    before = (
        PopulationSnapshot.objects.unscoped("test").count(),
        AuditEvent.objects.unscoped("test").count(),
    )
    shown = answer(client, case="grow", campus=world.campus_a_main.pk, change=18_000)
    row = {c.label: c.text for c in shown["table"].rows[0].cells}
    assert (row["People now"], row["People then"]) == ("12,000", "30,000")
    assert (row["Auxiliaries now"], row["Auxiliaries then"]) == (
        "0 present, 1 required",
        "0 present, 2 required",
    )
    assert [figure.value for figure in shown["figures"]] == ["+0", "+1", 2, 0]
    after = (
        PopulationSnapshot.objects.unscoped("test").count(),
        AuditEvent.objects.unscoped("test").count(),
    )
    assert after == before


@pytest.mark.integration
def test_merging_ends_the_centre_s_duty_only_for_its_last_campus(
    world: World, city_supervisor: User, as_user: SignIn
) -> None:
    client = as_user(city_supervisor)
    asked = {
        "case": "merge",
        "campus": world.campus_college.pk,
        "into": world.campus_a_main.pk,
    }
    alone = answer(client, **asked)
    assert {row.cells[0].text for row in alone["table"].rows} == {
        world.center_a.name,
        world.station_a1.name,
    }
    second = add_campus(world.college_a, 2, "东校区", world.county_a1)
    CoverageLink.objects.create(
        station=world.center_a, campus=second, kind=LinkKind.PRIMARY, valid_from=START
    )
    with_second = answer(client, **asked)
    assert {row.cells[0].text for row in with_second["table"].rows} == {world.station_a1.name}


@pytest.mark.integration
def test_new_centre_on_the_page(world: World, city_supervisor: User, as_user: SignIn) -> None:
    shown = answer(
        as_user(city_supervisor),
        case="center",
        campuses=[world.campus_college.pk, world.campus_a_main.pk],
    )
    rows = {row.cells[0].text: [c.text for c in row.cells] for row in shown["table"].rows}
    assert rows["The new centre"][4] == "0 present, 2 required"
    assert rows[world.center_a.name][4] == "0 present, 0 required"


@pytest.mark.integration
@pytest.mark.parametrize(
    ("asked", "field"),
    [
        pytest.param({"case": "grow", "change": 5}, "campus", id="no campus"),
        pytest.param({"case": "center"}, "campuses", id="no campuses"),
    ],
)
def test_missing_input_is_named(
    world: World, county_staff: User, as_user: SignIn, asked: dict[str, Any], field: str
) -> None:
    shown = answer(as_user(county_staff), **asked)
    assert not shown["answered"]
    assert set(shown["form"].errors) == {field}


@pytest.mark.integration
def test_campus_of_others_is_no_choice(world: World, county_staff: User, as_user: SignIn) -> None:
    shown = answer(as_user(county_staff), case="grow", campus=world.campus_b_main.pk, change=5)
    assert "campus" in shown["form"].errors
